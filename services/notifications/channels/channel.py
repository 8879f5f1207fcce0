"""What a channel is. A new one is a file beside this one, its name in ``ChannelName``, and an entry in ``app.py``."""

from collections.abc import Sequence
from typing import Protocol

from services.notifications.channels.domain import ChannelName, Delivery, Outcome
from services.notifications.recipients.domain import Reach


class Channel(Protocol):
    """A way to reach somebody."""

    @property
    def name(self) -> ChannelName:
        """What deliveries on this channel are called."""

    def reaches(self, reach: Reach) -> bool:
        """Whether somebody can be reached this way."""


class Carrier(Channel, Protocol):
    """A channel that carries messages out of this service."""

    async def carry(self, delivery: Delivery, reach: Reach) -> Outcome:
        """Try once. May be tried again after a crash that hid the outcome: the receiver must be able to tell.

        Whatever it raises counts as ``TryAgain``.
        """


class Channels:
    """The channels of this service."""

    def __init__(self, *, kept: Sequence[Channel], carried: Sequence[Carrier]) -> None:
        """``kept``: a message on this service's disk is delivered. ``carried``: a delivery waits for its carrier."""
        self.kept = tuple(kept)
        self.carried = {carrier.name: carrier for carrier in carried}

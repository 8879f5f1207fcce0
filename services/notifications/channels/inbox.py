"""The in-app inbox: everybody has one, and what is on disk is in it."""

from services.notifications.channels.domain import ChannelName
from services.notifications.recipients.domain import Reach


class Inbox:
    """The channel that needs nothing but the message itself."""

    name = ChannelName.INBOX

    def reaches(self, _reach: Reach) -> bool:
        """Everybody."""
        return True

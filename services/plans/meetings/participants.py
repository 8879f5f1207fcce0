"""Who is invited to a meeting, who comes, and what each says in their own field. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from contracts.client_plan import NetworkRole
from contracts.refusals import Refusal

HOSTS = frozenset({NetworkRole.RESPONSIBLE_WORKER, NetworkRole.CONTACT_WORKER})
"""Who holds a meeting: the young person's own workers, who need no invitation that she agrees to."""


@dataclass(frozen=True)
class Participant:
    """Somebody who was invited, or came. ``said`` is their own view, in their own field (R45)."""

    participant_id: UUID
    role: NetworkRole
    name: str | None = None
    member_id: UUID | None = None
    """Who of the network, where they belong to it."""
    invited: bool = True
    agreed_on: date | None = None
    """When the young person agreed that they are invited (R23)."""
    attended: bool | None = None
    """None: not recorded yet."""
    said: str | None = None
    confidential: bool = False
    """Said about themselves in confidence: a third party's, not shown to the young person."""


@dataclass(frozen=True)
class Presence:
    """Whether somebody who was invited came, and what they said."""

    participant_id: UUID
    attended: bool
    said: str | None = None
    confidential: bool = False


def require_agreed(participants: Sequence[Participant], why_without_her: str | None, today: date) -> None:
    """Everybody who is invited was agreed with her (R23), and a meeting without her says why (R44).

    Raises ``Refusal``.
    """
    if any(each.agreed_on is not None and each.agreed_on > today for each in participants):
        raise Refusal(
            "agreed-in-the-future",
            "The young person agrees on a day that has come.",
            field="participants.agreed_on",
            expected="today or earlier",
        )
    own = HOSTS | {NetworkRole.YOUNG_PERSON}
    if any(each.agreed_on is None and each.role not in own for each in participants):
        raise Refusal(
            "invitee-not-agreed",
            "Nobody is invited whom the young person has not agreed to.",
            field="participants.agreed_on",
            expected="the day on which she agreed",
        )
    _require_once(participants)
    without = not any(each.role is NetworkRole.YOUNG_PERSON for each in participants)
    if without and why_without_her is None:
        raise Refusal(
            "reason-missing",
            "A meeting about the young person without her says why; she sees it.",
            field="why_without_young_person",
            expected="a reason that she may read",
        )


def with_presences(
    invited: Sequence[Participant], presences: Sequence[Presence], also_present: Sequence[Participant]
) -> tuple[Participant, ...]:
    """Everybody who was invited or came, with who came and what each said. Raises ``Refusal``."""
    said = {each.participant_id: each for each in presences}
    if said.keys() != {each.participant_id for each in invited} or len(said) != len(presences):
        raise Refusal(
            "presence-missing",
            "A record says of everybody who was invited whether they came, and of nobody else.",
            field="presences",
            expected="one for each participant",
        )
    everybody = (*(replace(each, **vars(said[each.participant_id])) for each in invited), *also_present)
    _require_once(everybody)
    _require_open_to_her(everybody)
    return everybody


def _require_once(participants: Sequence[Participant]) -> None:
    """She, and whoever of her network it is, is there or not: two answers to that would leave neither true."""
    once = [each.member_id or each.role for each in participants if each.member_id or _is_she(each)]
    if len(set(once)) < len(once):
        raise Refusal(
            "invited-twice",
            "The young person, and each of her network, is invited and recorded once.",
            field="participants",
        )


def _is_she(participant: Participant) -> bool:
    return participant.role is NetworkRole.YOUNG_PERSON


def _require_open_to_her(participants: Sequence[Participant]) -> None:
    if any(each.confidential and each.role in HOSTS | {NetworkRole.YOUNG_PERSON} for each in participants):
        raise Refusal(
            "not-a-third-party",
            "Only what a third party said about themselves can be kept in confidence.",
            field="confidential",
            expected="false for her and her workers",
        )

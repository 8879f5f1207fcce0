"""Each recipient's own inbox; and for leads and operators, that something was said, never what."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from contracts.notifications import RecipientRole
from contracts.values import Language
from services.chassis import telemetry
from services.chassis.auth import Principal, Role
from services.chassis.boundary import CommandRoute, InWork
from services.notifications.channels.domain import ChannelName, DeliveryState
from services.notifications.messages import commands
from services.notifications.messages.commands import Letter, Track
from services.notifications.messages.domain import Template
from services.notifications.permissions import Permission, allow

router = APIRouter(tags=["messages"], route_class=CommandRoute)

_STAFF: Final = frozenset({RecipientRole.RESPONSIBLE_WORKER, RecipientRole.CONTACT})
_ROLES: Final = {
    Role.YOUNG_PERSON: frozenset({RecipientRole.YOUNG_PERSON}),
    Role.WORKER: _STAFF,
    Role.LEAD: _STAFF,
}
"""As whom a caller gets messages: a worker's token never opens a young person's inbox."""


class InboxMessage(BaseModel):
    """A message as its recipient reads it."""

    model_config = ConfigDict(frozen=True)

    message_id: UUID
    template: Template
    language: Language
    subject: str
    body: str
    case_id: UUID
    handoff_id: UUID
    said_at: datetime
    read_at: datetime | None


class InboxPage(BaseModel):
    """Part of an inbox, newest first."""

    model_config = ConfigDict(frozen=True)

    unread: int
    """How many messages of the whole inbox are unread."""
    messages: list[InboxMessage]
    next_before: UUID | None
    """Ask for messages before this one to go on; None at the end."""


class MessageTrack(BaseModel):
    """That somebody was told something, on one channel. No content, and nobody's id."""

    model_config = ConfigDict(frozen=True)

    message_id: UUID
    handoff_id: UUID
    recipient_role: RecipientRole
    channel: ChannelName
    language: Language
    template: Template
    state: DeliveryState
    attempts: int
    said_at: datetime
    sent_at: datetime | None
    read_at: datetime | None


@router.get("/inbox")
async def read_inbox(
    work: InWork,
    principal: Annotated[Principal, allow(Permission.READ_OWN_INBOX)],
    before: Annotated[UUID | None, Query(description="``next_before`` of the page before this one.")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> InboxPage:
    """The caller's own messages. Reading this page does not mark them as read."""
    page = await commands.open_inbox(work, principal.person_id, _ROLES[principal.role], before=before, limit=limit + 1)
    shown = [_inbox_message(letter) for letter in page.letters[:limit]]
    more = len(page.letters) > limit
    return InboxPage(unread=page.unread, messages=shown, next_before=shown[-1].message_id if more else None)


@router.post("/inbox/{message_id}/read")
async def mark_read(
    work: InWork, principal: Annotated[Principal, allow(Permission.READ_OWN_INBOX)], message_id: UUID
) -> InboxMessage:
    """The caller has read one of their messages. Again changes nothing: the first time counts."""
    letter = await commands.mark_read(work, message_id, principal.person_id, _ROLES[principal.role])
    return _inbox_message(letter)


@router.get("/messages")
async def track_messages(
    work: InWork, _principal: Annotated[Principal, allow(Permission.SEE_MESSAGES)], handoff_id: UUID
) -> list[MessageTrack]:
    """What was said of a handoff, to whom by role, on which channel, and how far it got; oldest first."""
    telemetry.note_handoff(handoff_id)
    return [_track(track) for track in await commands.tracks(work, handoff_id)]


def _inbox_message(letter: Letter) -> InboxMessage:
    notice = letter.said.notice
    return InboxMessage(
        message_id=letter.said.message_id,
        template=notice.template,
        language=letter.said.language,
        subject=letter.text.subject,
        body=letter.text.body,
        case_id=notice.case_id,
        handoff_id=notice.handoff_id,
        said_at=letter.said.said_at,
        read_at=letter.said.read_at,
    )


def _track(track: Track) -> MessageTrack:
    said, delivery = track.said, track.delivery
    return MessageTrack(
        message_id=said.message_id,
        handoff_id=said.notice.handoff_id,
        recipient_role=said.notice.recipient_role,
        channel=delivery.channel,
        language=said.language,
        template=said.notice.template,
        state=delivery.state,
        attempts=delivery.attempts,
        said_at=said.said_at,
        sent_at=delivery.settled_at if delivery.state is DeliveryState.SENT else None,
        read_at=said.read_at,
    )

"""What an operator may do with every service: see and send again dead letters, rebuild a stream from the journal."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict
from sqlalchemy import String, cast, func, insert, literal, select

from contracts.refusals import Refusal, RefusalKind
from services.chassis import dead_letters, tables
from services.chassis.auth import Principal, Role, gate
from services.chassis.boundary import CommandRoute, InWork
from services.chassis.consuming import Subscriptions
from services.chassis.dead_letters import Buried
from services.chassis.journal import SUBJECT_HEADER, Queue
from services.chassis.work import Work


class Permission(StrEnum):
    """What an operator does."""

    SEE_DEAD_LETTERS = "dead_letters.see"
    REPLAY_DEAD_LETTERS = "dead_letters.replay"
    REPLAY_JOURNAL = "journal.replay"


_OPERATOR = frozenset({Role.OPERATOR})
allow = gate(dict.fromkeys(Permission, _OPERATOR))
router = APIRouter(tags=["operator"], route_class=CommandRoute)


class DeadLetterView(BaseModel):
    """A dead letter as an operator sees it: its attributes and why, never its content."""

    model_config = ConfigDict(frozen=True)

    dead_letter_id: UUID
    consumer: str
    subject: str
    reason: str
    detail: str
    attempts: int
    size_bytes: int
    headers: dict[str, str]
    died_at: datetime
    replayed_at: datetime | None


class Replayed(BaseModel):
    """How many messages were queued again."""

    queued: int


@router.get("/dead-letters")
async def list_dead_letters(
    work: InWork, _principal: Annotated[Principal, allow(Permission.SEE_DEAD_LETTERS)]
) -> list[DeadLetterView]:
    """The dead letters that nobody has sent again, oldest first; at most 200."""
    return [_view(buried) for buried in await dead_letters.unreplayed(work)]


@router.get("/dead-letters/{dead_letter_id}")
async def show_dead_letter(
    work: InWork, _principal: Annotated[Principal, allow(Permission.SEE_DEAD_LETTERS)], dead_letter_id: UUID
) -> DeadLetterView:
    """One dead letter."""
    return _view(await _find(work, dead_letter_id))


@router.post("/dead-letters/{dead_letter_id}/replay")
async def replay_dead_letter(
    request: Request,
    work: InWork,
    _principal: Annotated[Principal, allow(Permission.REPLAY_DEAD_LETTERS)],
    dead_letter_id: UUID,
) -> DeadLetterView:
    """Handle the original message again, now. It stays dead, with 409, when it fails again."""
    buried = await _find(work, dead_letter_id)
    subscriptions: Subscriptions = request.app.state.subscriptions
    letter = buried.letter
    if not await subscriptions.retry(work, letter):
        raise Refusal("still-dead", "The message failed again; it stays a dead letter.", kind=RefusalKind.CONFLICT)
    await dead_letters.mark_replayed(work, dead_letter_id)
    return _view(await _find(work, dead_letter_id))


@router.post("/journal/replay")
async def replay_journal(
    work: InWork, _principal: Annotated[Principal, allow(Permission.REPLAY_JOURNAL)], queue: Queue = Queue.LOCAL
) -> Replayed:
    """Queue every message of the journal again, under its own id: whoever handled it already does nothing.

    For a stream that was lost. The relay publishes them as it does any other.
    """
    j, o = tables.journal, tables.outbox
    headers = j.c.headers.op("||")(func.jsonb_build_object(literal(SUBJECT_HEADER), cast(j.c.subject, String)))
    rows = select(j.c.queue, j.c.body, headers).where(j.c.queue == queue).order_by(j.c.position)
    result = await work.connection.execute(insert(o).from_select([o.c.queue, o.c.payload, o.c.headers], rows))
    return Replayed(queued=result.rowcount)


async def _find(work: Work, dead_letter_id: UUID) -> Buried:
    buried = await dead_letters.find(work, dead_letter_id)
    if buried is None:
        raise Refusal("no-such-dead-letter", "There is no such dead letter.", kind=RefusalKind.NOT_FOUND)
    return buried


def _view(buried: Buried) -> DeadLetterView:
    letter = buried.letter
    return DeadLetterView(
        dead_letter_id=buried.dead_letter_id,
        consumer=letter.consumer,
        subject=letter.subject,
        reason=letter.reason,
        detail=letter.detail,
        attempts=letter.attempts,
        size_bytes=len(letter.body),
        headers=letter.headers,
        died_at=buried.died_at,
        replayed_at=buried.replayed_at,
    )

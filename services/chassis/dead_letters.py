"""Messages that could not be handled: kept as they came, seen by an operator, sent again when the cause is mended."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert

from contracts.values import new_id
from services.chassis import tables
from services.chassis.telemetry import TRACEPARENT
from services.chassis.work import Work


@dataclass(frozen=True)
class DeadLetter:
    """The original message, and why it could not be handled; ``reason`` and ``detail`` hold nothing of its content."""

    consumer: str
    subject: str
    headers: dict[str, str]
    body: bytes
    reason: str
    detail: str
    attempts: int


@dataclass(frozen=True)
class Buried:
    """A dead letter as it is stored."""

    dead_letter_id: UUID
    letter: DeadLetter
    died_at: datetime
    replayed_at: datetime | None


async def bury(work: Work, letter: DeadLetter) -> None:
    """Store a dead letter. The same message dead again, as when a stream is said again, is the same dead letter."""
    t = tables.dead_letters
    burying = insert(t)
    died_again = {name: burying.excluded[name] for name in ("reason", "detail", "attempts", "died_at")}
    await work.connection.execute(
        burying.on_conflict_do_update(
            constraint="dead_letters_die_once",
            set_={**died_again, "replayed_at": None},
            where=t.c.replayed_at.is_not(None),
        ),
        {
            "dead_letter_id": new_id(),
            "consumer": letter.consumer,
            "subject": letter.subject,
            "headers": {_storable(name): _storable(value) for name, value in letter.headers.items()},
            "body": letter.body,
            "reason": letter.reason,
            "detail": letter.detail,
            "attempts": letter.attempts,
            "died_at": work.now,
            "digest": _digest(letter),
        },
    )


async def unreplayed(work: Work, *, limit: int = 200) -> list[Buried]:
    """The dead letters that nobody has sent again, oldest first."""
    return await _select(work, tables.dead_letters.c.replayed_at.is_(None), limit)


async def find(work: Work, dead_letter_id: UUID) -> Buried | None:
    """One dead letter."""
    found = await _select(work, tables.dead_letters.c.dead_letter_id == dead_letter_id, 1)
    return found[0] if found else None


async def mark_replayed(work: Work, dead_letter_id: UUID) -> None:
    """Note that a dead letter was handled after all."""
    t = tables.dead_letters
    await work.connection.execute(update(t).where(t.c.dead_letter_id == dead_letter_id).values(replayed_at=work.now))


def _digest(letter: DeadLetter) -> bytes:
    """The same for the same message, whichever trace it comes with."""
    headers = {name: value for name, value in letter.headers.items() if name != TRACEPARENT}
    known_by = json.dumps([letter.subject, sorted(headers.items())]).encode()
    return hashlib.sha256(known_by + b"\0" + letter.body).digest()


def _storable(text: str) -> str:
    """PostgreSQL stores no NUL; a header may hold one."""
    return text.replace("\0", "\N{SYMBOL FOR NULL}")


async def _select(work: Work, condition: ColumnElement[bool], limit: int) -> list[Buried]:
    t = tables.dead_letters
    rows = await work.connection.execute(select(t).where(condition).order_by(t.c.died_at).limit(limit))
    return [
        Buried(
            row.dead_letter_id,
            DeadLetter(row.consumer, row.subject, row.headers, row.body, row.reason, row.detail, row.attempts),
            row.died_at,
            row.replayed_at,
        )
        for row in rows
    ]

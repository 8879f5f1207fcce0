"""What was said to whom, and whether they have read it."""

from collections.abc import Set as AbstractSet
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert

from contracts.notifications import RecipientRole
from contracts.values import Language, Title
from services.chassis.work import Work
from services.notifications.messages.domain import Details, Notice, Said, Template
from services.notifications.tables import messages


async def add(work: Work, said: Said) -> bool:
    """Put a message into its recipient's inbox; False when this recipient was told this of this handoff before."""
    notice = said.notice
    row = {
        "message_id": said.message_id,
        "handoff_id": notice.handoff_id,
        "case_id": notice.case_id,
        "template": notice.template,
        "recipient_id": notice.recipient_id,
        "recipient_role": notice.recipient_role,
        "language": said.language,
        "details": {name: value for name, value in asdict(notice.details).items() if value is not None},
        "non_disclosure": notice.non_disclosure,
        "said_at": said.said_at,
    }
    result = await work.connection.execute(
        insert(messages).on_conflict_do_nothing(constraint="messages_told_once"), row
    )
    return result.rowcount == 1


async def page(
    work: Work, recipient_id: UUID, roles: AbstractSet[RecipientRole], *, before: UUID | None, limit: int
) -> list[Said]:
    """A recipient's messages, newest first, those older than ``before``."""
    query = _inbox(recipient_id, roles).order_by(messages.c.message_id.desc()).limit(limit)
    if before is not None:
        query = query.where(messages.c.message_id < before)
    return [_said(row) for row in await work.connection.execute(query)]


async def unread(work: Work, recipient_id: UUID, roles: AbstractSet[RecipientRole]) -> int:
    """How many messages a recipient has not read."""
    query = _inbox(recipient_id, roles).where(messages.c.read_at.is_(None))
    counted = await work.connection.execute(query.with_only_columns(func.count()))
    return int(counted.scalar_one())


async def mark_read(work: Work, message_id: UUID, recipient_id: UUID, roles: AbstractSet[RecipientRole]) -> Said | None:
    """Note that a recipient has read a message, keeping the first time; None when it is not theirs."""
    marking = (
        update(messages)
        .where(
            messages.c.message_id == message_id,
            messages.c.recipient_id == recipient_id,
            messages.c.recipient_role.in_(roles),
        )
        .values(read_at=func.coalesce(messages.c.read_at, work.now))
        .returning(messages)
    )
    row = (await work.connection.execute(marking)).one_or_none()
    return None if row is None else _said(row)


async def of_handoff(work: Work, handoff_id: UUID) -> list[Said]:
    """Everything that was said of a handoff, oldest first."""
    query = select(messages).where(messages.c.handoff_id == handoff_id).order_by(messages.c.message_id)
    return [_said(row) for row in await work.connection.execute(query)]


# Any: a row's columns are known to the table, not to the type checker.
def _inbox(recipient_id: UUID, roles: AbstractSet[RecipientRole]) -> Select[Any]:
    return select(messages).where(messages.c.recipient_id == recipient_id, messages.c.recipient_role.in_(roles))


def _said(row: Row[Any]) -> Said:
    notice = Notice(
        Template(row.template),
        RecipientRole(row.recipient_role),
        row.recipient_id,
        row.handoff_id,
        row.case_id,
        _details(row.details),
        row.non_disclosure,
    )
    return Said(row.message_id, notice, Language(row.language), row.said_at, row.read_at)


def _details(stored: dict[str, str]) -> Details:
    title = stored.get("contact_title")
    return Details(
        contact_name=stored.get("contact_name"),
        contact_title=None if title is None else Title(title),
        contact_phone=stored.get("contact_phone"),
        contact_email=stored.get("contact_email"),
        worker_name=stored.get("worker_name"),
    )

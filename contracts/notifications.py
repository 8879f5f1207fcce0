"""What the notifications service says inside its area."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from contracts.envelope import Message


class RecipientRole(StrEnum):
    """Whom a message is for."""

    YOUNG_PERSON = "young_person"
    RESPONSIBLE_WORKER = "responsible_worker"
    CONTACT = "contact"


class PersonTold(Message):
    """The young person was told who their contact in the new area is: it is in their inbox, on disk."""

    type: ClassVar[str] = "notifications.person_told.v1"

    message_id: UUID
    handoff_id: UUID
    case_id: UUID
    person_id: UUID
    told_at: AwareDatetime

    @property
    def aggregate_id(self) -> UUID:
        return self.message_id

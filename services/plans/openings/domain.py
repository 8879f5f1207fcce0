"""Who does something in a case. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from contracts.values import AreaCode


class AuthorKind(StrEnum):
    """What somebody who does something in a case is."""

    WORKER = "worker"
    LEAD = "lead"
    YOUNG_PERSON = "young_person"


@dataclass(frozen=True)
class Author:
    """Who does something in a case, and of which area. ``author_id`` is a worker's id or the young person's."""

    area: AreaCode
    kind: AuthorKind
    author_id: UUID

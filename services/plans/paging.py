"""Lists that can grow, page by page: a cursor says after which row the next page begins.

A list is read in the order of a key that no two rows share, so a page costs the same wherever it lies in the list, and
rows that come or go meanwhile shift nothing. What a caller may see is decided by the query, never by the cursor: a
cursor that somebody makes up leads to another place in the same list.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Generic, NamedTuple, TypeVar

from fastapi import Depends, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from services.chassis.problems import Problem

SHOWN = 50
SHOWN_AT_MOST = 200
_LONGEST_CURSOR = 400

RowT = TypeVar("RowT")
ItemT = TypeVar("ItemT")
KeyT = TypeVar("KeyT", bound=NamedTuple)


class Page(BaseModel, Generic[ItemT]):
    """Some of a list. ``next`` is the ``cursor`` of the page after it, and null on the last one."""

    items: list[ItemT]
    next: str | None


def _storable(instant: datetime) -> datetime:
    if not 1900 <= instant.year < 2500:
        raise ValueError
    return instant.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_storable)]
"""An instant in a key."""
Number = Annotated[int, Field(ge=0, lt=2**63)]
"""A running number in a key."""


class Paging:
    """Which page was asked for. A route takes it as ``paging: InPaging``.

    A store reads ``paging.rows`` rows after ``paging.after(Key)`` in the order of the key, and ``paging.page`` makes
    the answer of them. ``Key`` is a ``NamedTuple`` of ``Instant``, ``Number``, ``UUID``, ``bool`` or closed enums.
    """

    def __init__(
        self,
        cursor: Annotated[
            str | None,
            Query(max_length=_LONGEST_CURSOR, description="`next` of the page before; none: the first page."),
        ] = None,
        limit: Annotated[int, Query(ge=1, le=SHOWN_AT_MOST, description="How many at most.")] = SHOWN,
    ) -> None:
        self._cursor = cursor
        self._limit = limit

    @property
    def rows(self) -> int:
        """How many rows to read: one more than is shown, which tells whether there is a next page."""
        return self._limit + 1

    def after(self, key: type[KeyT]) -> KeyT | None:
        """The key of the row after which the page begins; none: at the beginning.

        Raises ``Problem`` 422 for a cursor that is not one of this list.
        """
        if self._cursor is None:
            return None
        try:
            name, _, value = _unpacked(self._cursor).partition(b":")
            if name == key.__name__.encode():
                return TypeAdapter(key).validate_json(value)
        except (ValidationError, binascii.Error, UnicodeEncodeError):
            pass
        raise _bad_cursor()

    def page(self, found: Sequence[RowT], key: Callable[[RowT], KeyT], view: Callable[[RowT], ItemT]) -> Page[ItemT]:
        """The answer, of the rows that a store has read: ``key`` gives a row's key, ``view`` what is shown of it."""
        shown = self.shown(found)
        following = _cursor_after(key(shown[-1])) if len(found) > len(shown) else None
        return Page(items=[view(each) for each in shown], next=following)

    def shown(self, found: Sequence[RowT]) -> Sequence[RowT]:
        """Which of the rows that a store has read are on the page: what the access log has to note."""
        return found[: self._limit]


def _cursor_after(key: NamedTuple) -> str:
    kind = type(key)
    packed = kind.__name__.encode() + b":" + TypeAdapter(kind).dump_json(key)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _unpacked(cursor: str) -> bytes:
    padded = cursor + "=" * (-len(cursor) % 4)
    return base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)


def _bad_cursor() -> Problem:
    return Problem(
        422,
        "bad-cursor",
        "The cursor is not one of this list.",
        field="cursor",
        expected="`next` of the page before",
    )


InPaging = Annotated[Paging, Depends()]
"""The page that was asked for, as a handler's parameter."""

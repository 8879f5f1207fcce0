"""A cursor leads to the row after the last one shown, and anything else is refused."""

import base64
import json
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.problems import Problem
from services.plans.paging import Instant, Number, Paging


class _Key(NamedTuple):
    mine: bool
    opened_at: Instant
    case_id: UUID


class _Other(NamedTuple):
    mine: bool
    opened_at: Instant
    case_id: UUID


class _Row(NamedTuple):
    number: Number


def _cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@given(st.booleans(), st.datetimes(datetime(1950, 1, 1), datetime(2300, 1, 1), timezones=st.just(UTC)), st.uuids())  # noqa: DTZ001 - hypothesis wants the bounds without a zone
def test_the_next_page_begins_after_the_last_row_shown(mine: bool, opened_at: datetime, case_id: UUID) -> None:
    key = _Key(mine, opened_at, case_id)
    page = Paging(None, 1).page([key, key], lambda each: each, str)
    assert (len(page.items), Paging(page.next).after(_Key)) == (1, key)


@given(st.integers(0, 40), st.integers(1, 7))
def test_pages_show_every_row_once_in_order(rows: int, limit: int) -> None:
    seen: list[int] = []
    cursor = None
    while True:
        paging = Paging(cursor, limit)
        after = paging.after(_Row)
        rest = range(0 if after is None else after.number + 1, rows)
        page = paging.page(list(rest)[: paging.rows], _Row, int)
        assert len(page.items) <= limit
        seen += page.items
        cursor = page.next
        if cursor is None:
            break
    assert seen == list(range(rows))


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "ä",
        "!!!!",
        _cursor("_Row"),
        _cursor('_Row:["many"]'),
        _cursor("_Row:[-1]"),
        _cursor(f"_Row:[{2**63}]"),
        _cursor("_Row:[1, 2]"),
        _cursor("_Other:[1]"),
        _cursor("[1]"),
    ],
)
def test_what_is_no_cursor_is_refused_by_name(cursor: str) -> None:
    with pytest.raises(Problem) as refused:
        Paging(cursor).after(_Row)
    assert (refused.value.status, refused.value.field) == (422, "cursor")


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00"])
def test_an_instant_that_cannot_be_stored_is_refused(instant: str) -> None:
    with pytest.raises(Problem):
        Paging(_cursor(f"_Key:{json.dumps([True, instant, str(uuid4())])}")).after(_Key)


def test_a_cursor_of_another_list_is_refused() -> None:
    key = _Other(True, datetime(2026, 1, 1, tzinfo=UTC), uuid4())
    other = Paging(None, 1).page([key, key], lambda each: each, str).next
    with pytest.raises(Problem):
        Paging(other).after(_Key)

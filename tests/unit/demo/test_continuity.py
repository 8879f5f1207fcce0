"""The figure behind the promise: seconds in which nobody was named."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.continuity import Named, Part, gaps

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def responsible(since: float, until: float | None = None) -> Named:
    return Named("05", Part.RESPONSIBLE, "A", at(since), None if until is None else at(until))


def contact(since: float, until: float | None = None) -> Named:
    return Named("08", Part.CONTACT, "B", at(since), None if until is None else at(until))


def test_a_worker_who_stays_leaves_no_gap() -> None:
    assert gaps([responsible(0)], opened_at=at(0), now=at(10)) == []


def test_an_hour_without_a_responsible_worker_is_found() -> None:
    (gap,) = gaps([responsible(0, 3), responsible(4)], opened_at=at(0), now=at(10))
    assert (gap.part, gap.seconds) == (Part.RESPONSIBLE, 3600)


def test_a_contact_who_leaves_before_the_next_is_named_is_found() -> None:
    (gap,) = gaps([responsible(0), contact(1, 2), contact(2.5)], opened_at=at(0), now=at(10))
    assert (gap.part, gap.seconds) == (Part.CONTACT, 1800)


def test_nobody_at_all_is_a_gap_from_the_start_to_now() -> None:
    (gap,) = gaps([], opened_at=at(0), now=at(2))
    assert gap.seconds == 7200


def test_overlapping_contacts_leave_no_gap() -> None:
    assert gaps([responsible(0), contact(1, 5), contact(4)], opened_at=at(0), now=at(10)) == []


hours = st.integers(0, 24)


@given(st.lists(st.tuples(hours, hours), max_size=8))
def test_gaps_are_exactly_the_hours_that_nobody_covers(stretches: list[tuple[int, int]]) -> None:
    named = [responsible(min(pair), max(pair)) for pair in stretches]
    covered = {hour for low, high in stretches for hour in range(min(low, high), max(low, high))}
    found = gaps(named, opened_at=at(0), now=at(24))
    assert sum(gap.seconds for gap in found) == 3600 * len(set(range(24)) - covered)

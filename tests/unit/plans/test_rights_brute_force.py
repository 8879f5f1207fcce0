"""The end of the right, counted a second time: day by day, from the words of the law, by nothing of the code itself.

Every day is asked in turn whether the right still lasts on it. What is counted is written here once more on purpose.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.refusals import Refusal
from contracts.values import Ground, new_id
from services.plans.cases.rights import AreaDecision
from services.plans.grounds.domain import Decision, Facts, Grounds, Period, PlacementKind, Stay, right_of

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


# The calculation, day by day


def days_from(first: date) -> Iterator[date]:
    day = first
    while True:
        yield day
        day += DAY


def is_yearly(day: date, of: date) -> bool:
    """A full year is complete on the same day, and on 28 February where there is no 29th."""
    if (of.month, of.day) == (2, 29) and (day + DAY).day == 1:
        return day.month == 2
    return (day.month, day.day) == (of.month, of.day)


def is_monthly(day: date, of: date) -> bool:
    """A full month is complete on the same day, and on the last day of a month that has no such day."""
    return day.day == of.day or ((day + DAY).day == 1 and day.day < of.day)


def upper_age(day: date) -> int:
    """What the law says on a day; those who had turned 23 kept the right in the first half of 2024."""
    if day < date(2020, 1, 1):
        return 21
    return 25 if day < date(2024, 7, 1) else 23


def last_day_by_age(born_on: date) -> date:
    age = 0
    for day in days_from(born_on + DAY):
        if age >= upper_age(day):
            return day - DAY
        age += is_yearly(day, born_on)
        if age >= upper_age(day):
            return day
    raise AssertionError


def last_day_by_five_years(last_client_on: date) -> date:
    years = 0
    for day in days_from(last_client_on + DAY):
        years += is_yearly(day, last_client_on)
        if years >= 5 and day >= date(2020, 1, 1):
            return day
    raise AssertionError


def placed_alone_for_six_months_without_a_break(periods: list[Period]) -> bool:
    placed = {
        period.started_on + timedelta(days=number)
        for period in periods
        if period.alone and period.kind is PlacementKind.OPEN_CARE
        for number in range(((period.ended_on or TODAY) - period.started_on).days + 1)
    }
    for first in placed:
        if first - DAY in placed:
            continue
        months = 0
        for day in days_from(first + DAY):
            if day not in placed:
                break
            months += is_monthly(day, first)
            if months >= 6:
                return True
    return False


def last_day(
    born_on: date, ground: Ground, periods: list[Period], last_client_on: date, decisions: list[AreaDecision]
) -> date | None:
    """The last day of the right; None: there is none."""
    by_law: date | None = None
    has_ground = {
        Ground.TAKEN_INTO_CARE: True,
        Ground.UNACCOMPANIED_MINOR: True,
        Ground.OPEN_CARE_PLACEMENT: placed_alone_for_six_months_without_a_break(periods),
        Ground.DISCRETIONARY: False,
    }[ground]
    if has_ground:
        by_law = last_day_by_age(born_on)
        if all(period.ended_on is not None for period in periods):
            by_law = min(by_law, last_day_by_five_years(last_client_on))
    return max(
        [each for each in (by_law, *(decision.until for decision in decisions)) if each is not None], default=None
    )


# Any life


BIRTHDAYS = st.one_of(
    st.dates(date(1990, 1, 1), date(2020, 12, 31)),
    st.sampled_from([date(year, 2, 29) for year in range(1992, 2021, 4)]),
    # On and around the days on which the law changed.
    st.sampled_from([date(1998, 12, 31), date(1999, 1, 1), date(1999, 6, 30), date(1999, 7, 1)]),
    st.sampled_from([date(2000, 12, 31), date(2001, 1, 1), date(2001, 6, 30), date(2001, 7, 1)]),
    st.dates(date(1998, 12, 25), date(1999, 1, 8)),
    st.dates(date(1999, 6, 25), date(1999, 7, 5)),
    st.dates(date(2000, 12, 25), date(2001, 7, 5)),
)


@st.composite
def lives(draw: st.DrawFn) -> tuple[date, Ground, list[Period], date]:
    born_on = draw(BIRTHDAYS)
    day = born_on + timedelta(days=draw(st.integers(0, 5000)))
    periods: list[Period] = []
    for _ in range(draw(st.integers(1, 4))):
        # About half a year, so that a day more or less decides.
        ended_on = day + timedelta(
            days=draw(st.one_of(st.integers(0, 1500), st.integers(178, 186), st.integers(60, 100)))
        )
        kind = draw(st.sampled_from(PlacementKind)) if draw(st.integers(0, 3)) == 0 else PlacementKind.OPEN_CARE
        periods.append(Period(day, ended_on, draw(st.integers(0, 5)) > 0, kind))
        # The next one overlaps, follows at once, or comes after a break of a day or more.
        day = ended_on + timedelta(days=draw(st.one_of(st.integers(-3, 3), st.integers(1, 400))))
        day = max(day, born_on)
    last = max(period.ended_on for period in periods if period.ended_on is not None)
    if last < TODAY and draw(st.integers(0, 4)) == 0:
        started_on = last + timedelta(days=draw(st.integers(0, max(0, (TODAY - last).days))))
        periods.append(Period(started_on, None, alone=draw(st.booleans()), kind=PlacementKind.OPEN_CARE))
    last_client_on = last + timedelta(days=draw(st.one_of(st.integers(0, 10), st.integers(0, 2500))))
    return born_on, draw(st.sampled_from(Ground)), periods, last_client_on


@st.composite
def stays_of_about_half_a_year(draw: st.DrawFn) -> list[Period]:
    """Parts of which each is shorter than six months: whether they join is what decides."""
    day = draw(st.dates(date(2012, 1, 1), date(2024, 1, 1)))
    periods: list[Period] = []
    for _ in range(draw(st.integers(2, 3))):
        ended_on = day + timedelta(days=draw(st.integers(85, 125)))
        kind = draw(st.sampled_from([PlacementKind.OPEN_CARE] * 7 + [PlacementKind.CARE]))
        periods.append(Period(day, ended_on, draw(st.sampled_from([True] * 7 + [False])), kind))
        day = ended_on + timedelta(days=draw(st.integers(-1, 3)))
    return periods


@st.composite
def some_decisions(draw: st.DrawFn) -> list[AreaDecision]:
    starts = draw(st.lists(st.dates(date(2012, 1, 1), date(2035, 1, 1)), max_size=3))
    return [AreaDecision(start, start + timedelta(days=draw(st.integers(0, 2500)))) for start in starts]


def computed(
    born_on: date, ground: Ground, periods: list[Period], last_client_on: date, decisions: list[AreaDecision]
) -> date | None:
    """What the service computes; None: it refuses for want of a ground."""
    grounds = Grounds(
        Facts(ground, last_client_on, special_support=False),
        tuple(Stay(new_id(), period) for period in periods),
        tuple(Decision(new_id(), made) for made in decisions),
    )
    try:
        return right_of(grounds, born_on, TODAY).ends_on
    except Refusal as refused:
        if refused.code != "no-right-to-aftercare":
            raise
        return None


LONG = [Period(date(2014, 1, 1), date(2018, 1, 1), alone=True, kind=PlacementKind.CARE)]


@settings(deadline=None, max_examples=200)
@given(lives(), some_decisions())
@example((date(2004, 2, 29), Ground.TAKEN_INTO_CARE, LONG, date(2024, 2, 29)), [])
@example((date(2000, 2, 29), Ground.TAKEN_INTO_CARE, LONG, date(2020, 2, 29)), [])
def test_the_end_of_the_right_is_the_last_day_that_a_count_day_by_day_finds(
    life: tuple[date, Ground, list[Period], date], decisions: list[AreaDecision]
) -> None:
    assert computed(*life, decisions) == last_day(*life, decisions)


@pytest.mark.parametrize(
    ("born_on", "ends_on"),
    [
        (date(1998, 12, 31), date(2019, 12, 31)),
        (date(1999, 1, 1), date(2024, 1, 1)),
        (date(1999, 7, 1), date(2024, 6, 30)),
        (date(2001, 6, 30), date(2024, 6, 30)),
        (date(2001, 7, 1), date(2024, 7, 1)),
        (date(2004, 2, 29), date(2027, 2, 28)),
    ],
)
def test_the_count_itself_and_the_service_say_what_the_law_says(born_on: date, ends_on: date) -> None:
    assert last_day_by_age(born_on) == ends_on
    assert computed(born_on, Ground.TAKEN_INTO_CARE, LONG, date(2025, 1, 1), []) == ends_on


def test_the_count_itself_adds_no_broken_stays_up() -> None:
    def stays(*days: tuple[date, date]) -> list[Period]:
        return [Period(start, end, alone=True, kind=PlacementKind.OPEN_CARE) for start, end in days]

    whole = stays((date(2022, 1, 1), date(2022, 4, 30)), (date(2022, 5, 1), date(2022, 7, 1)))
    broken = stays((date(2022, 1, 1), date(2022, 4, 30)), (date(2022, 5, 2), date(2022, 10, 1)))
    assert placed_alone_for_six_months_without_a_break(whole)
    assert not placed_alone_for_six_months_without_a_break(broken)


@settings(deadline=None, max_examples=300)
@given(stays_of_about_half_a_year())
def test_stays_give_the_ground_when_a_count_day_by_day_finds_six_unbroken_months(periods: list[Period]) -> None:
    last = max(period.ended_on for period in periods if period.ended_on is not None)
    life = (date(2008, 2, 29), Ground.OPEN_CARE_PLACEMENT, periods, last)
    assert computed(*life, []) == last_day(*life, [])


@settings(deadline=None)
@given(lives())
def test_while_she_is_placed_no_five_years_run(life: tuple[date, Ground, list[Period], date]) -> None:
    born_on, _, periods, last_client_on = life
    lasting = Period(min(period.started_on for period in periods), None, alone=True, kind=PlacementKind.CARE)
    placed = [*periods, lasting] if all(each.ended_on is not None for each in periods) else periods
    assert computed(born_on, Ground.TAKEN_INTO_CARE, placed, last_client_on, []) == last_day_by_age(born_on)

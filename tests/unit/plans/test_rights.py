"""Until when the right to aftercare lasts, and why."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.refusals import Refusal
from contracts.values import Ground
from services.plans.cases.dated_rules import TABLE, UPPER_AGES, Rule
from services.plans.cases.rights import (
    AreaDecision,
    NoRight,
    Placement,
    RightExplained,
    RightFacts,
    after,
    right_ends_on,
    why_no_right,
)


def facts(
    born_on: date = date(2006, 3, 14),
    *,
    ground: Ground = Ground.TAKEN_INTO_CARE,
    placements: Sequence[Placement] = (),
    last_child_protection_on: date | None = None,
) -> RightFacts:
    """Somebody in care to their eighteenth birthday, and a client ever since unless a day is given."""
    ended_on = after(born_on, years=18)
    stays = tuple(placements) or (Placement(after(born_on, years=10), ended_on),)
    last = last_child_protection_on or max(after(born_on, years=21), *(stay.ended_on for stay in stays))
    return RightFacts(born_on, ground, stays, last)


def open_care(*placements: Placement) -> RightFacts:
    return facts(ground=Ground.OPEN_CARE_PLACEMENT, placements=placements)


def age_end(born_on: date) -> tuple[date, str]:
    explained = right_ends_on(facts(born_on))
    return explained.ends_on, explained.row.id


# The upper age (trap 1)


@pytest.mark.parametrize(
    ("born_on", "ends_on", "row"),
    [
        (date(1998, 12, 31), date(2019, 12, 31), "upper-age-21"),
        (date(1999, 1, 1), date(2024, 1, 1), "upper-age-25"),
        (date(1998, 6, 1), date(2019, 6, 1), "upper-age-21"),
        (date(1999, 6, 30), date(2024, 6, 30), "upper-age-25"),
        (date(1999, 7, 1), date(2024, 6, 30), "upper-age-transition-2024"),
        (date(2000, 9, 9), date(2024, 6, 30), "upper-age-transition-2024"),
        (date(2001, 1, 1), date(2024, 6, 30), "upper-age-transition-2024"),
        (date(2001, 6, 30), date(2024, 6, 30), "upper-age-transition-2024"),
        (date(2001, 7, 1), date(2024, 7, 1), "upper-age-23"),
        (date(2006, 3, 14), date(2029, 3, 14), "upper-age-23"),
    ],
)
def test_the_upper_age_is_the_one_that_was_law_when_it_was_reached(born_on: date, ends_on: date, row: str) -> None:
    assert age_end(born_on) == (ends_on, row)


def test_who_turned_21_under_the_old_law_did_not_get_the_right_back_in_2020() -> None:
    assert age_end(date(1997, 5, 5)) == (date(2018, 5, 5), "upper-age-21")


def test_the_transition_gives_nobody_more_than_25() -> None:
    explained = right_ends_on(facts(date(1999, 2, 3)))
    assert explained.ends_on == date(2024, 2, 3)
    assert {step.rule for step in explained.steps} >= {Rule.UPPER_AGE, Rule.UPPER_AGE_TRANSITION}


def test_somebody_born_on_a_leap_day_reaches_an_age_on_28_february() -> None:
    assert age_end(date(2004, 2, 29)) == (date(2027, 2, 28), "upper-age-23")


def test_the_upper_ages_follow_each_other_without_a_gap() -> None:
    for earlier, later in pairwise(UPPER_AGES):
        assert earlier.valid_until is not None
        assert later.valid_from == earlier.valid_until + timedelta(days=1)
    assert UPPER_AGES[-1].valid_until is None


def test_every_row_has_a_source_and_a_sentence_in_three_languages() -> None:
    assert len({row.id for row in TABLE}) == len(TABLE)
    for row in TABLE:
        for words in (row.source, row.says):
            assert len({words.fi, words.sv, words.en} - {""}) == 3
        assert row.act or row.rule is Rule.AREA_DECISION


# The five years (traps 2 and 3)


def test_the_right_ends_five_years_after_the_last_day_as_a_client() -> None:
    explained = right_ends_on(
        facts(
            date(2010, 8, 1),
            placements=[Placement(date(2020, 1, 1), date(2023, 2, 1))],
            last_child_protection_on=date(2024, 11, 15),
        )
    )
    assert explained.ends_on == date(2029, 11, 15)
    assert explained.rule is Rule.FIVE_YEARS
    assert explained.source.en == "Child Welfare Act (417/2007), section 75"


def test_the_five_years_do_not_start_at_the_end_of_the_placement() -> None:
    placement = Placement(date(2020, 1, 1), date(2023, 2, 1))
    early, late = (
        right_ends_on(facts(date(2010, 8, 1), placements=[placement], last_child_protection_on=day))
        for day in (date(2023, 2, 1), date(2025, 2, 1))
    )
    assert (early.ends_on, late.ends_on) == (date(2028, 2, 1), date(2030, 2, 1))


def test_the_age_ends_the_right_when_it_comes_before_the_five_years() -> None:
    explained = right_ends_on(facts(date(2006, 3, 14), last_child_protection_on=date(2028, 1, 1)))
    assert (explained.ends_on, explained.rule) == (date(2029, 3, 14), Rule.UPPER_AGE)


def test_five_years_from_a_leap_day_are_complete_on_28_february() -> None:
    explained = right_ends_on(facts(date(2008, 8, 1), last_child_protection_on=date(2028, 2, 29)))
    assert date(2033, 2, 28) in {step.on for step in explained.steps if step.rule is Rule.FIVE_YEARS}


def test_the_five_years_end_no_right_before_they_were_law() -> None:
    explained = right_ends_on(
        facts(
            date(2005, 1, 1),
            placements=[Placement(date(2010, 1, 1), date(2012, 1, 1))],
            last_child_protection_on=date(2013, 1, 1),
        )
    )
    assert explained.ends_on == date(2020, 1, 1)


def test_a_placed_child_is_a_client_so_the_last_day_as_one_is_not_before_the_end_of_the_placement() -> None:
    with pytest.raises(Refusal) as caught:
        facts(
            placements=[Placement(date(2020, 1, 1), date(2023, 2, 1))],
            last_child_protection_on=date(2023, 1, 31),
        )
    assert (caught.value.code, caught.value.field) == ("last-child-protection-date", "last_child_protection_on")


# The ground (R1, R2, R75; trap 4)


def test_care_gives_the_right_however_short_it_was() -> None:
    assert why_no_right(facts(placements=[Placement(date(2023, 1, 1), date(2023, 1, 2))])) is None


@pytest.mark.parametrize(
    ("ended_on", "reason"),
    [
        (date(2023, 7, 15), None),
        (date(2023, 7, 14), NoRight.OPEN_CARE_TOO_SHORT),
        (date(2025, 1, 1), None),
    ],
)
def test_an_open_care_placement_gives_it_after_six_full_months(ended_on: date, reason: NoRight | None) -> None:
    assert why_no_right(open_care(Placement(date(2023, 1, 15), ended_on))) == reason


def test_six_months_from_the_end_of_august_are_complete_at_the_end_of_february() -> None:
    assert why_no_right(open_care(Placement(date(2022, 8, 31), date(2023, 2, 28)))) is None
    assert why_no_right(open_care(Placement(date(2022, 8, 31), date(2023, 2, 27)))) is NoRight.OPEN_CARE_TOO_SHORT


def test_broken_stays_are_never_added_up() -> None:
    broken = open_care(
        Placement(date(2022, 1, 1), date(2022, 5, 31)),
        Placement(date(2022, 6, 2), date(2022, 10, 31)),
        Placement(date(2023, 1, 1), date(2023, 5, 31)),
    )
    assert why_no_right(broken) is NoRight.OPEN_CARE_TOO_SHORT


def test_a_change_of_place_does_not_break_a_stay() -> None:
    moved = open_care(Placement(date(2022, 6, 1), date(2022, 9, 1)), Placement(date(2022, 3, 1), date(2022, 5, 31)))
    assert why_no_right(moved) is None


def test_time_placed_together_with_a_parent_does_not_count() -> None:
    together = open_care(
        Placement(date(2022, 1, 1), date(2022, 12, 31), alone=False), Placement(date(2023, 1, 1), date(2023, 2, 1))
    )
    assert why_no_right(together) is NoRight.OPEN_CARE_TOO_SHORT


def test_an_unaccompanied_minor_has_a_ground_of_their_own() -> None:
    assert why_no_right(facts(ground=Ground.UNACCOMPANIED_MINOR)) is None


def test_a_discretionary_ground_stands_on_a_decision_and_lasts_as_long_as_it() -> None:
    discretionary = facts(ground=Ground.DISCRETIONARY)
    assert why_no_right(discretionary) is NoRight.NOT_DECIDED
    decision = AreaDecision(date(2025, 1, 1), date(2026, 12, 31))
    explained = right_ends_on(discretionary, [decision])
    assert (explained.ends_on, explained.rule) == (date(2026, 12, 31), Rule.AREA_DECISION)


def test_a_decision_carries_whom_too_short_a_placement_does_not() -> None:
    short = open_care(Placement(date(2023, 1, 1), date(2023, 2, 1)))
    explained = right_ends_on(short, [AreaDecision(date(2025, 1, 1), date(2025, 12, 31))])
    assert explained.ends_on == date(2025, 12, 31)


@pytest.mark.parametrize(
    "without_right",
    [facts(ground=Ground.DISCRETIONARY), open_care(Placement(date(2023, 1, 1), date(2023, 2, 1)))],
)
def test_no_right_has_no_end_but_a_refusal_with_its_reason(without_right: RightFacts) -> None:
    with pytest.raises(Refusal) as caught:
        right_ends_on(without_right)
    assert (caught.value.code, caught.value.field) == ("no-right-to-aftercare", "ground")


# The area's decisions


def test_an_areas_longer_decision_extends_the_right() -> None:
    explained = right_ends_on(facts(), [AreaDecision(date(2026, 1, 1), date(2031, 3, 14))])
    assert (explained.ends_on, explained.rule) == (date(2031, 3, 14), Rule.AREA_DECISION)
    assert explained.source.sv == "områdets eget beslut"


def test_an_areas_shorter_decision_shortens_nothing_and_is_shown() -> None:
    explained = right_ends_on(facts(), [AreaDecision(date(2026, 1, 1), date(2027, 1, 1))])
    assert (explained.ends_on, explained.rule) == (date(2029, 3, 14), Rule.UPPER_AGE)
    assert date(2027, 1, 1) in {step.on for step in explained.steps}


def test_support_decided_before_2024_is_honoured_to_its_end_by_law() -> None:
    explained = right_ends_on(facts(date(2000, 9, 9)), [AreaDecision(date(2023, 10, 1), date(2025, 5, 31))])
    assert (explained.ends_on, explained.rule) == (date(2025, 5, 31), Rule.EARLIER_DECISION)
    assert "1283/2023" in explained.source.fi


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(Refusal, match="decision"):
        AreaDecision(date(2026, 1, 2), date(2026, 1, 1))
    with pytest.raises(Refusal, match="placement"):
        Placement(date(2026, 1, 2), date(2026, 1, 1))


# Whatever the facts

BIRTHDAYS = st.dates(date(1990, 1, 1), date(2020, 12, 31))
LAW_GROUNDS = st.sampled_from([Ground.TAKEN_INTO_CARE, Ground.UNACCOMPANIED_MINOR])


@st.composite
def any_facts(draw: st.DrawFn, grounds: st.SearchStrategy[Ground] = LAW_GROUNDS) -> RightFacts:
    born_on = draw(BIRTHDAYS)
    started_on = born_on + timedelta(days=draw(st.integers(0, 6000)))
    ended_on = started_on + timedelta(days=draw(st.integers(0, 3000)))
    last = ended_on + timedelta(days=draw(st.integers(0, 3000)))
    return RightFacts(born_on, draw(grounds), (Placement(started_on, ended_on),), last)


@st.composite
def any_decision(draw: st.DrawFn) -> AreaDecision:
    decided_on = draw(st.dates(date(2010, 1, 1), date(2040, 1, 1)))
    return AreaDecision(decided_on, decided_on + timedelta(days=draw(st.integers(0, 4000))))


DECISIONS = st.lists(any_decision(), max_size=4)


@given(any_facts(), DECISIONS)
def test_the_end_never_lies_before_a_decision_and_never_before_the_law(
    known: RightFacts, decisions: list[AreaDecision]
) -> None:
    ends_on = right_ends_on(known, decisions).ends_on
    assert all(ends_on >= decision.until for decision in decisions)
    assert ends_on >= right_ends_on(known).ends_on


@given(any_facts(st.sampled_from(Ground)), st.lists(any_decision(), min_size=1, max_size=4))
def test_the_answer_is_one_of_the_dates_that_explain_it(known: RightFacts, decisions: list[AreaDecision]) -> None:
    explained = right_ends_on(known, decisions)
    assert explained.decisive in explained.steps
    assert explained.ends_on == explained.decisive.on
    assert all(decision.until in {step.on for step in explained.steps} for decision in decisions)
    assert all(step.row in TABLE for step in explained.steps)


@given(any_facts())
def test_by_law_the_right_ends_at_the_first_of_its_dates(known: RightFacts) -> None:
    explained = right_ends_on(known)
    assert explained.ends_on == min(step.on for step in explained.steps)
    assert explained.ends_on <= after(known.born_on, years=25)


@given(any_facts(), DECISIONS, any_decision())
def test_one_more_decision_never_brings_the_end_nearer(
    known: RightFacts, decisions: list[AreaDecision], more: AreaDecision
) -> None:
    assert right_ends_on(known, [*decisions, more]).ends_on >= right_ends_on(known, decisions).ends_on


@given(any_facts(), st.integers(0, 4000))
def test_having_been_a_client_for_longer_never_brings_the_end_nearer(known: RightFacts, days: int) -> None:
    assert known.last_child_protection_on is not None
    longer = RightFacts(
        known.born_on,
        known.ground,
        known.placements,
        known.last_child_protection_on + timedelta(days=days),
    )
    assert right_ends_on(longer).ends_on >= right_ends_on(known).ends_on


@given(BIRTHDAYS, st.integers(0, 400))
def test_whoever_is_younger_keeps_the_right_at_least_as_long(born_on: date, days: int) -> None:
    assert ends_by_age(born_on + timedelta(days=days)) >= ends_by_age(born_on)


def ends_by_age(born_on: date) -> date:
    """The end for somebody whose five years never count."""
    explained: RightExplained = right_ends_on(
        RightFacts(born_on, Ground.TAKEN_INTO_CARE, (), born_on + timedelta(days=365 * 40))
    )
    return explained.ends_on


@given(st.dates(date(1990, 1, 1), date(2050, 1, 1)), st.integers(0, 30), st.integers(0, 30))
def test_a_period_ends_on_the_same_day_of_the_month_or_on_its_last(day: date, years: int, months: int) -> None:
    end = after(day, years=years, months=months)
    assert (end.year - day.year) * 12 + end.month - day.month == years * 12 + months
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)

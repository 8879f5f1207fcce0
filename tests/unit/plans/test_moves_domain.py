"""What a change of residence means, tried on drawn histories."""

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from contracts.plans import ResidenceChanged, ToAbroad, ToAland, ToArea
from contracts.values import CaseRole, new_id
from services.plans.moves.domain import Decision, Move, Outcome, Place, Whereabouts, decide, due, evolve

TURKU = Place("853", "05")
SALO = Place("734", "05")
TAMPERE = Place("837", "08")
HELSINKI = Place("091", "90")
MARIEHAMN = Place("478", "91")
ABROAD = Place(None, None)
PLACES = (TURKU, SALO, TAMPERE, HELSINKI, MARIEHAMN, ABROAD)
TODAY = date(2026, 11, 22)


def placed_by_05(role: CaseRole = CaseRole.PLACING) -> Whereabouts:
    return Whereabouts(UUID(int=1), 1, UUID(int=2), role, "05")


def move(place: Place, days: int = 0) -> Move:
    return Move(new_id(), place, TODAY + timedelta(days=days))


def after(*moves: Move, role: CaseRole = CaseRole.PLACING, today: date = TODAY) -> tuple[Whereabouts, list[Decision]]:
    whereabouts, decisions = placed_by_05(role), []
    for each in moves:
        decisions.append(decide(whereabouts, each, today))
        whereabouts = evolve(whereabouts, each, decisions[-1])
    return whereabouts, decisions


def pass_to(whereabouts: Whereabouts, today: date) -> tuple[Whereabouts, list[Decision]]:
    decisions = []
    for each in due(whereabouts, today):
        decisions.append(decide(whereabouts, each, today))
        whereabouts = evolve(whereabouts, each, decisions[-1])
    return whereabouts, decisions


histories = st.lists(st.builds(move, st.sampled_from(PLACES), st.integers(-30, 30)), max_size=12)


def test_a_move_within_the_area_is_told_to_nobody() -> None:
    _, decisions = after(move(TURKU, -100), move(SALO))
    assert [each.outcome for each in decisions] == [Outcome.ADDRESS_ONLY, Outcome.ADDRESS_ONLY]
    assert not decisions[1].events


def test_a_first_residence_in_another_area_is_announced_because_that_area_serves_her() -> None:
    _, [decision] = after(move(TAMPERE))
    assert decision.outcome is Outcome.ANNOUNCED


def test_each_kind_of_destination_is_told_as_what_it_is() -> None:
    _, decisions = after(move(TAMPERE), move(MARIEHAMN), move(ABROAD), move(TURKU))
    assert [event.destination for each in decisions for event in each.events] == [
        ToArea(area="08", municipality="837"),
        ToAland(municipality="478"),
        ToAbroad(),
        ToArea(area="05", municipality="853"),
    ]


def test_a_future_move_waits_for_its_day() -> None:
    whereabouts, [decision] = after(move(TAMPERE, 3))
    assert decision == Decision(Outcome.SCHEDULED)
    assert whereabouts.present is None
    assert not due(whereabouts, TODAY + timedelta(days=2))
    whereabouts, [decision] = pass_to(whereabouts, TODAY + timedelta(days=3))
    assert decision.outcome is Outcome.ANNOUNCED
    assert whereabouts.present is not None
    assert whereabouts.present.place == TAMPERE


def test_a_scheduled_move_that_was_overtaken_is_told_to_nobody() -> None:
    whereabouts, _ = after(move(TAMPERE, 1), move(HELSINKI, 1))
    _, decisions = pass_to(whereabouts, TODAY + timedelta(days=5))
    assert [each.outcome for each in decisions] == [Outcome.ANNOUNCED, Outcome.HISTORY]
    [event] = decisions[0].events
    assert event.destination == ToArea(area="90", municipality="091")


def test_a_change_that_comes_late_is_history_and_does_not_move_her_back() -> None:
    whereabouts, decisions = after(move(HELSINKI), move(TAMPERE, -10))
    assert decisions[1] == Decision(Outcome.HISTORY)
    assert whereabouts.present is not None
    assert whereabouts.present.place == HELSINKI


def test_of_two_moves_on_one_day_the_later_recorded_wins() -> None:
    whereabouts, _ = after(move(TAMPERE), move(HELSINKI))
    assert whereabouts.present is not None
    assert whereabouts.present.place == HELSINKI


@given(histories)
def test_the_same_change_again_changes_nothing(moves: list[Move]) -> None:
    whereabouts, _ = after(*moves)
    for each in moves:
        again = decide(whereabouts, Move(new_id(), each.place, each.moved_on), TODAY)
        assert again == Decision(Outcome.ALREADY_KNOWN)
        assert evolve(whereabouts, each, again) == whereabouts


@given(histories, st.integers(0, 40))
def test_she_lives_where_the_latest_change_that_has_come_about_says(moves: list[Move], days: int) -> None:
    today = TODAY + timedelta(days=days)
    whereabouts, _ = after(*moves)
    whereabouts, _ = pass_to(whereabouts, today)
    come = [(each.moved_on, each.position, each.place) for each in whereabouts.residences if each.moved_on <= today]
    present = None if whereabouts.present is None else whereabouts.present.place
    assert present == (max(come, key=lambda each: each[:2])[2] if come else None)
    assert not due(whereabouts, today)


@given(histories, st.integers(0, 40))
def test_what_is_announced_is_a_move_to_elsewhere_that_has_come_about_once(moves: list[Move], days: int) -> None:
    today = TODAY + timedelta(days=days)
    whereabouts, said = after(*moves)
    whereabouts, later = pass_to(whereabouts, today)
    events = [event for decision in (*said, *later) for event in decision.events]
    assert len({event.move_id for event in events}) == len(events)
    assert all(event.moved_on <= today for event in events)
    assert [event.version for event in events] == list(range(2, 2 + len(events)))
    assert all(_area(before) != _area(after) for before, after in pairwise(events))


@given(histories, st.integers(0, 40))
def test_only_the_placing_area_announces(moves: list[Move], days: int) -> None:
    whereabouts, said = after(*moves, role=CaseRole.RESIDENCE)
    _, later = pass_to(whereabouts, TODAY + timedelta(days=days))
    assert not [event for decision in (*said, *later) for event in decision.events]


def _area(event: ResidenceChanged) -> str | None:
    match event.destination:
        case ToArea(area=area):
            return area
        case ToAland():
            return "91"
        case _:
            return None

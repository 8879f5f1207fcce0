"""The workers' card as data: nothing of it is missing, in three languages."""

import pytest

from contracts.client_plan import Phase
from contracts.refusals import Refusal
from contracts.values import Language
from services.plans.cycles.checklist import LATEST, MarkState, checklist, require_markable

_CARD = checklist(LATEST)


@pytest.mark.parametrize(
    ("phase", "numbers"),
    [
        (Phase.PREPARATORY, range(17, 30)),
        (Phase.NEGOTIATION, range(30, 46)),
        (Phase.FOLLOW_UP, range(46, 54)),
    ],
)
def test_each_phase_has_what_the_card_asks_for(phase: Phase, numbers: range) -> None:
    asked = {each for item in _CARD.items if item.phase is phase for each in item.requirements}
    assert asked == {f"R{number}" for number in numbers}


def test_safe_place_way_of_working_and_timetable_are_three_items() -> None:
    assert len([item for item in _CARD.items if "R24" in item.requirements]) == 3


def test_every_item_has_a_key_of_its_own_and_its_words_in_each_language() -> None:
    assert len({item.key for item in _CARD.items}) == len(_CARD.items)
    for language in Language:
        texts = {item.text(language) for item in _CARD.items}
        assert len(texts) == len(_CARD.items)
        assert all(text.endswith(".") for text in texts)
    assert all(len({item.fi, item.sv, item.en}) == 3 for item in _CARD.items)


def test_the_items_stand_in_the_order_of_the_phases() -> None:
    order = list(Phase)
    positions = [order.index(item.phase) for item in _CARD.items]
    assert positions == sorted(positions)


def test_not_done_says_why() -> None:
    require_markable(LATEST, "timetable", MarkState.DONE, None)
    require_markable(LATEST, "timetable", MarkState.NOT_DONE, "Sovitaan ensi viikolla.")
    with pytest.raises(Refusal) as refusal:
        require_markable(LATEST, "timetable", MarkState.NOT_DONE, None)
    assert refusal.value.code == "reason-missing"

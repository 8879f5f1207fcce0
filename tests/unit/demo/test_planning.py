"""A plan that a move has changed is noticed."""

from dataclasses import replace
from datetime import date

import pytest

from deploy.demo.planning import PlanSeen, changed_by_moving

_HERE = PlanSeen(
    area="05",
    number=1,
    phase="follow_up",
    next_step="a step",
    next_review_on=date(2027, 1, 1),
    promises=(("a promise", "she", "2026-12-01", "not started"),),
    due=(("review", "2027-01-01"),),
)


def test_the_same_plan_in_another_area_is_unchanged() -> None:
    assert changed_by_moving([_HERE, replace(_HERE, area="08"), replace(_HERE, area="90")]) == []


@pytest.mark.parametrize(
    "there",
    [
        replace(_HERE, number=2),
        replace(_HERE, next_step=None),
        replace(_HERE, promises=()),
        replace(_HERE, due=(("review", "2027-01-02"),)),
    ],
)
def test_a_plan_that_lost_something_on_the_way_is_named_by_its_area(there: PlanSeen) -> None:
    [said] = changed_by_moving([_HERE, replace(there, area="08"), replace(_HERE, area="90")])
    assert "area 08" in said

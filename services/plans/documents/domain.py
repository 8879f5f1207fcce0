"""What of a published plan is in whose copy. Pure."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from contracts.client_plan import (
    NetworkRole,
    Owner,
    ParallelPlan,
    PlanContent,
    Promise,
    View,
)
from contracts.values import Title


class Audience(StrEnum):
    """For whom a copy is."""

    YOUNG_PERSON = "young_person"
    WORKER = "worker"
    RECIPIENT = "recipient"
    """Somebody else who is given parts of the plan (R38)."""


_PLACES = frozenset({NetworkRole.SCHOOL, NetworkRole.PROFESSIONAL, NetworkRole.SYSTEMIC_TEAM, NetworkRole.OTHER})
"""Whose name may be that of a school, an office or a unit, and so tell a place."""


@dataclass(frozen=True)
class Copy:
    """One copy of a plan. ``location_withheld``: a non-disclosure order is in force (661/2009 36 §)."""

    audience: Audience
    location_withheld: bool = False
    whole: bool = True
    """False: the plan's content was cut to what its recipient is given, and the copy says so."""


@dataclass(frozen=True)
class NamedWorker:
    """A worker whom the young person may turn to; shows no name when printed."""

    name: str = field(repr=False)
    title: Title
    where_she_lives: bool = False
    """The residence area's contact, not the placing area's responsible worker."""
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Particulars:
    """What a copy says beside the plan's content, as it stands on the day of printing."""

    number: int
    published_on: date
    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    as_of: date | None = None
    """The day on which the statuses, the workers and the next step stood like this; None: as published."""
    organiser: str | None = field(default=None, repr=False)
    """The area that the plan comes from, by name."""
    author: str | None = field(default=None, repr=False)
    author_title: Title | None = None
    """The profession of whoever published it (R78). None: it is not known here."""
    workers: tuple[NamedWorker, ...] = ()
    next_step: str | None = field(default=None, repr=False)
    follow_up_on: date | None = None
    """By when the follow-up meeting is due."""
    next_review_on: date | None = None


def content_for(content: PlanContent, copy: Copy) -> PlanContent:
    """What of a plan is in a copy.

    What a third party said in confidence is in the worker's copy only. Under a non-disclosure order the names of
    providers, offices, schools and those who keep promises are left out; what somebody wrote in their own words stays.
    """
    if copy.audience is not Audience.WORKER:
        content = content.model_copy(update={"views": tuple(each for each in content.views if not each.confidential)})
    return _without_places(content) if copy.location_withheld else content


def particulars_for(particulars: Particulars, copy: Copy) -> Particulars:
    """What a copy says beside the content: under an order neither the organiser nor how to reach a worker there.

    An e-mail address and a telephone number tell an area as well as its name does.
    """
    if not copy.location_withheld:
        return particulars
    return Particulars(
        **{
            **vars(particulars),
            "organiser": None,
            "workers": tuple(NamedWorker(each.name, each.title, each.where_she_lives) for each in particulars.workers),
        }
    )


def _without_places(content: PlanContent) -> PlanContent:
    return content.model_copy(
        update={
            "promises": tuple(_promise_without_place(each) for each in content.promises),
            "views": tuple(_view_without_place(each) for each in content.views),
            "dissenting": tuple(
                each.model_copy(update={"name": None}) if each.role in _PLACES else each for each in content.dissenting
            ),
            "parallel_plans": tuple(_parallel_without_place(each) for each in content.parallel_plans),
        }
    )


def _promise_without_place(promise: Promise) -> Promise:
    return promise.model_copy(update={"actor": None, "owner": Owner(kind=promise.owner.kind)})


def _view_without_place(view: View) -> View:
    return view.model_copy(update={"name": None}) if view.role in _PLACES else view


def _parallel_without_place(plan: ParallelPlan) -> ParallelPlan:
    return plan.model_copy(update={"holder": WITHHELD})


WITHHELD = "–"
"""Stands where a name is left out."""

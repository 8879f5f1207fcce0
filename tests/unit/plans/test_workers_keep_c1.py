"""C1, in a model of an area: whatever workers do in whatever order, every young person has a named worker every day.

The model stores what the commands store and asks the same pure functions in the same order; the days that matter are
all looked at after each step: today and every day to come on which somebody is away.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contracts.plans import AbsenceEvent, WorkerNamed
from contracts.refusals import Refusal
from contracts.values import CaseRole, Language, Qualification, Title
from services.plans.absences import domain as absences
from services.plans.absences.domain import Absence, Standing, named_on
from services.plans.cases import domain as cases
from services.plans.cases.domain import Case
from services.plans.handovers.domain import Handover, asked
from services.plans.workers import domain as workers
from services.plans.workers.domain import Need, OnRoster, Particulars, Worker

TODAY = date(2026, 3, 2)
FINNISH = frozenset({Language.FI})
_ids = count(1)


def new_id() -> UUID:
    """Ids in the order in which they are made, the same in every run."""
    return UUID(int=next(_ids))


@dataclass
class Area:
    """What an area's database holds, as far as workers and cases are concerned."""

    today: date = TODAY
    workers: dict[UUID, Worker] = field(default_factory=dict)
    absences: dict[UUID, Absence] = field(default_factory=dict)
    cases: dict[UUID, Case] = field(default_factory=dict)
    special: dict[UUID, bool] = field(default_factory=dict)
    handovers: list[Handover] = field(default_factory=list)
    changes: int = 0

    @property
    def present(self) -> dict[UUID, Worker]:
        return {each.worker_id: each for each in self.workers.values() if each.active}

    @property
    def open_cases(self) -> list[Case]:
        return [each for each in self.cases.values() if each.open]

    @property
    def standing(self) -> Standing:
        return Standing(
            self.today,
            workers.qualified_as_social_worker(self.present.values()),
            frozenset(each.worker_id for each in self.open_cases if self.special[each.case_id]),
            {
                each.absence_id: each
                for each in self.absences.values()
                if not each.cancelled and each.last_day >= self.today
            },
        )

    def roster(self) -> list[OnRoster]:
        loads = Counter(each.worker_id for each in self.open_cases)
        return workers.put_on_roster([(each, None) for each in self.present.values()], loads, self.standing)

    def on_roster(self, worker_id: UUID) -> OnRoster | None:
        return next((each for each in self.roster() if each.worker.worker_id == worker_id), None)

    def need(self, case_id: UUID) -> Need:
        return Need(Language.FI, self.special[case_id])

    def happened(self, events: list[AbsenceEvent]) -> None:
        for event in events:
            self.absences[event.absence_id] = absences.evolve(self.absences.get(event.absence_id), event, self.today)

    def name(self, case_id: UUID, worker_id: UUID) -> None:
        case = self.cases[case_id]
        for event in cases.decide(case, cases.NameWorker(worker_id)):
            case = cases.evolve(case, event)
            assert isinstance(event, WorkerNamed)
            self.changes += 1
            handover, said = asked(case, event, new_id(), self.today)
            case = cases.evolve(case, said)
            self.handovers.append(handover)
        self.cases[case_id] = case

    # The commands, as services/plans/*/commands.py put them together.

    def open_case(self, *, special: bool, wanted: UUID | None) -> UUID:
        need = Need(Language.FI, special)
        if wanted is None:
            choice = workers.choose(self.roster(), need)
            if choice is None:
                raise workers.nobody_to_name()
            worker_id = choice.worker.worker_id
        else:
            worker_id = workers.require_fit(self.on_roster(wanted), need, field="worker_id").worker.worker_id
        case_id = new_id()
        opening = cases.Open(case_id, new_id(), CaseRole.PLACING, "05", date(2030, 1, 1), worker_id)
        [event] = cases.decide(None, opening)
        self.cases[case_id] = cases.evolve(None, event)
        self.special[case_id] = special
        return case_id

    def assign(self, case_id: UUID, worker_id: UUID) -> None:
        self.name(
            case_id,
            workers.require_fit(self.on_roster(worker_id), self.need(case_id), field="worker_id").worker.worker_id,
        )

    def depart(self, leaver_id: UUID, successors: dict[UUID, UUID], substitutes: dict[UUID, UUID]) -> None:
        leaver = self.present[leaver_id]
        before = replace_nothing(self)
        try:
            events = workers.decide(leaver, workers.Leave(), [e.worker_id for e in self.present.values() if e.lead])
            self.happened(
                absences.leave(self.standing, leaver_id, {each: (by, new_id()) for each, by in substitutes.items()})
            )
            remaining = [each for each in self.roster() if each.worker.worker_id != leaver_id]
            needs = {each.case_id: self.need(each.case_id) for each in self.open_cases if each.worker_id == leaver_id}
            for case_id, next_id in workers.hand_on(needs, successors, remaining).items():
                self.name(case_id, next_id)
            self.workers[leaver_id] = workers.evolve(leaver, events[0], workers.Leave())
        except Refusal:
            before(self)
            raise

    def change(self, worker_id: UUID, changed: Particulars) -> None:
        worker, command = self.present[worker_id], workers.Change(changed)
        leads = [each.worker_id for each in self.present.values() if each.lead]
        for event in workers.decide(worker, command, leads):
            worker = workers.evolve(worker, event, command)
            present = {**self.present, worker_id: worker}
            after = replace(self.standing, social_workers=workers.qualified_as_social_worker(present.values()))
            workers.require_social_workers(self.standing, after)
        self.workers[worker_id] = worker


def replace_nothing(area: Area) -> Callable[[Area], None]:
    """What a transaction that is rolled back leaves behind."""
    kept = {name: value.copy() if hasattr(value, "copy") else value for name, value in vars(area).items()}

    def back(changed: Area) -> None:
        vars(changed).update(kept)

    return back


def new_worker(*, social: bool, lead: bool = False, aim: int = 3) -> Worker:
    return Worker(
        worker_id=new_id(),
        version=1,
        name="Onni Kettunen",
        title=Title.SOCIAL_WORKER if social else Title.SOCIAL_COUNSELLOR,
        qualification=Qualification.SOCIAL_WORKER if social else Qualification.SOCIAL_COUNSELLOR,
        languages=FINNISH,
        language=Language.FI,
        email="onni@area.example",
        phone=None,
        caseload_aim=aim,
        lead=lead,
        active=True,
    )


def days_to_come(area: Area) -> list[date]:
    """Today, and every day until all who will be away are back."""
    horizon = max((each.last_day for each in area.absences.values()), default=area.today)
    return [area.today + timedelta(days=n) for n in range(max((horizon - area.today).days, 0) + 2)]


def without_a_worker(area: Area) -> list[tuple[date, UUID]]:
    """The days from today on, and the cases, on which nobody is named who is here and may have the case."""
    missing = []
    for day in days_to_come(area):
        for case in area.open_cases:
            named = here_for(area, case.worker_id, day)
            if named is None or (area.special[case.case_id] and named.qualification is not Qualification.SOCIAL_WORKER):
                missing.append((day, case.case_id))
    return missing


def here_for(area: Area, worker_id: UUID, day: date) -> Worker | None:
    """Who is named for this worker's cases on a day, if they work here and are not away."""
    named = named_on(area.absences.values(), worker_id, day)
    away = any(each.worker_id == named and each.touches(day, day) for each in area.absences.values())
    return None if away else area.present.get(named)


picks = st.integers(0, 30)
lengths = st.integers(0, 9)


class WorkersOfAnArea(RuleBasedStateMachine):
    """Absences, departures, returns, assignments and openings, in any order; a refusal changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.area = Area()
        self.refused: Counter[str] = Counter()

    @initialize(social=st.lists(st.booleans(), min_size=1, max_size=4), special=st.lists(st.booleans(), max_size=3))
    def an_area(self, social: list[bool], special: list[bool]) -> None:
        for each in (new_worker(social=True, lead=True, aim=0), *(new_worker(social=kind) for kind in social)):
            self.area.workers[each.worker_id] = each
        for each_special in special:
            self.area.open_case(special=each_special, wanted=None)

    def pick(self, which: int) -> UUID:
        present = sorted(self.area.present)
        return present[which % len(present)]

    def tried(self, command: Callable[[], object]) -> None:
        try:
            command()
        except Refusal as refusal:
            self.refused[refusal.code] += 1

    @rule(social=st.booleans(), lead=st.booleans())
    def somebody_begins(self, social: bool, lead: bool) -> None:
        if len(self.area.workers) < 8:
            worker = new_worker(social=social, lead=lead)
            self.area.workers[worker.worker_id] = worker

    @rule(special=st.booleans(), wanted=st.none() | picks)
    def a_case_opens(self, special: bool, wanted: int | None) -> None:
        who = None if wanted is None else self.pick(wanted)
        self.tried(lambda: self.area.open_case(special=special, wanted=who))

    @precondition(lambda self: self.area.open_cases)
    @rule(which=picks, to=picks)
    def a_case_gets_another_worker(self, which: int, to: int) -> None:
        case = self.area.open_cases[which % len(self.area.open_cases)]
        self.tried(lambda: self.area.assign(case.case_id, self.pick(to)))

    @precondition(lambda self: self.area.open_cases)
    @rule(which=picks)
    def a_case_closes(self, which: int) -> None:
        case = self.area.open_cases[which % len(self.area.open_cases)]
        for event in cases.decide(case, cases.Close()):
            self.area.cases[case.case_id] = cases.evolve(case, event)

    @rule(who=picks, by=picks, starts=lengths, lasts=lengths)
    def somebody_will_be_away(self, who: int, by: int, starts: int, lasts: int) -> None:
        first = self.area.today + timedelta(days=starts)
        plan = absences.Plan(new_id(), self.pick(who), self.pick(by), first, first + timedelta(days=lasts))
        self.tried(lambda: self.area.happened(absences.decide(self.area.standing, plan)))

    @precondition(lambda self: self.area.standing.absences)
    @rule(which=picks, by=st.none() | picks, lasts=st.none() | lengths)
    def an_absence_changes(self, which: int, by: int | None, lasts: int | None) -> None:
        absence = sorted(self.area.standing.absences)[which % len(self.area.standing.absences)]
        change = absences.Change(
            absence,
            last_day=None if lasts is None else self.area.today + timedelta(days=lasts),
            substitute_id=None if by is None else self.pick(by),
            new_absence_id=new_id(),
        )
        self.tried(lambda: self.area.happened(absences.decide(self.area.standing, change)))

    @precondition(lambda self: self.area.standing.absences)
    @rule(which=picks)
    def an_absence_is_cancelled(self, which: int) -> None:
        absence = sorted(self.area.standing.absences)[which % len(self.area.standing.absences)]
        # Never refused: whoever comes back takes nobody's worker away.
        self.area.happened(absences.decide(self.area.standing, absences.Cancel(absence)))

    @rule(who=picks, standing_in=st.booleans(), by=st.none() | picks, to=st.none() | picks)
    def somebody_leaves(self, who: int, standing_in: bool, by: int | None, to: int | None) -> None:
        leaver = self.pick(who)
        if standing_in and (to_come := self.area.standing.absences):
            leaver = to_come[sorted(to_come)[who % len(to_come)]].substitute_id
        substitutes = {}
        if by is not None:
            substitutes = dict.fromkeys(absences.stood_in_by(self.area.standing, leaver), self.pick(by))
        successors = {}
        if to is not None:
            successors = {each.case_id: self.pick(to) for each in self.area.open_cases if each.worker_id == leaver}
        self.tried(lambda: self.area.depart(leaver, successors, substitutes))

    @precondition(lambda self: len(self.area.present) < len(self.area.workers))
    @rule(which=picks)
    def somebody_returns(self, which: int) -> None:
        gone = sorted(set(self.area.workers) - set(self.area.present))
        worker = self.area.workers[gone[which % len(gone)]]
        [event] = workers.decide(worker, workers.Return())
        self.area.workers[worker.worker_id] = workers.evolve(worker, event, workers.Return())

    @rule(who=picks, social=st.booleans(), lead=st.booleans())
    def somebodys_standing_changes(self, who: int, social: bool, lead: bool) -> None:
        qualification = Qualification.SOCIAL_WORKER if social else Qualification.SOCIAL_COUNSELLOR
        changed = Particulars(qualification=qualification, lead=lead)
        self.tried(lambda: self.area.change(self.pick(who), changed))

    @rule(days=lengths)
    def days_pass(self, days: int) -> None:
        self.area.today += timedelta(days=days)

    @invariant()
    def every_open_case_has_a_worker_who_may_have_it_today_and_on_every_day_to_come(self) -> None:
        assert without_a_worker(self.area) == []

    @invariant()
    def whoever_works_here_is_covered_whether_they_have_a_case_yet_or_not(self) -> None:
        for worker_id in self.area.present:
            assert all(here_for(self.area, worker_id, day) for day in days_to_come(self.area))

    @invariant()
    def somebody_leads(self) -> None:
        assert not self.area.workers or any(each.lead for each in self.area.present.values())

    @invariant()
    def nobody_is_away_twice_on_one_day(self) -> None:
        for each in self.area.absences.values():
            for other in self.area.absences.values():
                if each.absence_id != other.absence_id and each.worker_id == other.worker_id and not other.cancelled:
                    assert not each.touches(other.first_day, other.last_day)

    @invariant()
    def each_change_of_worker_asks_for_one_handover_and_an_absence_for_none(self) -> None:
        assert len(self.area.handovers) == self.area.changes


TestWorkersOfAnArea = WorkersOfAnArea.TestCase
TestWorkersOfAnArea.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)


def test_the_model_would_see_a_case_without_a_worker() -> None:
    """The invariant can fail: a departure that forgot the cases, and an absence that nobody covers."""
    area = Area()
    lead, counsellor = new_worker(social=True, lead=True), new_worker(social=False)
    area.workers = {each.worker_id: each for each in (lead, counsellor)}
    case_id = area.open_case(special=True, wanted=lead.worker_id)
    assert without_a_worker(area) == []
    uncovered = Absence(new_id(), 1, lead.worker_id, counsellor.worker_id, TODAY, TODAY)
    area.absences[uncovered.absence_id] = uncovered
    assert without_a_worker(area) == [(TODAY, case_id)]
    area.workers[lead.worker_id] = replace(lead, active=False)
    assert (TODAY + timedelta(days=1), case_id) in without_a_worker(area)


def test_a_departure_that_is_refused_leaves_everything_as_it_was() -> None:
    area = Area()
    lead, leaver = new_worker(social=False, lead=True), new_worker(social=True)
    area.workers = {each.worker_id: each for each in (lead, leaver)}
    case_id = area.open_case(special=True, wanted=leaver.worker_id)
    with pytest.raises(Refusal) as refused:
        area.depart(leaver.worker_id, {}, {})
    assert refused.value.code == "nobody-to-name"
    assert area.cases[case_id].worker_id == leaver.worker_id

"""Workers, who among them can be named for a young person, and how one who leaves hands every case on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict
from uuid import UUID

from contracts.plans import WorkerRecorded
from contracts.refusals import Refusal, RefusalKind
from contracts.values import Contact, Language, Qualification, Title
from services.plans.absences.domain import Absence, Standing, gaps, may_be_named


@dataclass(frozen=True)
class Worker:
    """A worker of this area. ``language`` is that of messages to the worker; ``languages`` are those served."""

    worker_id: UUID
    version: int
    name: str
    title: Title
    qualification: Qualification
    languages: frozenset[Language]
    language: Language
    email: str
    phone: str | None
    caseload_aim: int | None
    """The worker's own aim; None leaves it to the area's aim for the title (R79)."""
    lead: bool
    active: bool
    unit: str | None = None


@dataclass(frozen=True)
class Record:
    """Record a worker who begins here."""

    worker_id: UUID
    name: str
    title: Title
    qualification: Qualification
    languages: frozenset[Language]
    language: Language
    email: str
    phone: str | None
    caseload_aim: int | None
    lead: bool
    unit: str | None = None


class Particulars(TypedDict, total=False):
    """What can change about a worker; what is left out stays."""

    name: str
    title: Title
    qualification: Qualification
    languages: frozenset[Language]
    language: Language
    email: str
    phone: str | None
    caseload_aim: int | None
    lead: bool
    unit: str | None


@dataclass(frozen=True)
class Change:
    """Something about a worker is otherwise than recorded."""

    changed: Particulars


@dataclass(frozen=True)
class Leave:
    """A worker leaves."""


@dataclass(frozen=True)
class Return:
    """A worker who had left is back."""


Command = Record | Change | Leave | Return


@dataclass(frozen=True)
class OnRoster:
    """An active worker with the number of open cases that name them."""

    worker: Worker
    open_cases: int
    title_aim: int | None = None
    """The area's aim for the title; None when it has none."""
    away: Absence | None = None
    """The absence that today lies in."""
    covered_by_social_workers: bool = True
    """Whoever stands in for them from today on is qualified as a social worker (R77)."""

    @property
    def aim(self) -> int | None:
        """The worker's own aim, else the title's; None: nobody aims at anything."""
        return self.title_aim if self.worker.caseload_aim is None else self.worker.caseload_aim

    @property
    def has_room(self) -> bool:
        """Below the caseload aim: an aim of the area, not law (R79). Without an aim nobody is given a case by room."""
        return self.open_cases < (self.aim or 0)

    @property
    def load(self) -> float:
        """Open cases in relation to the aim; 1.0 is full."""
        return self.open_cases / self.aim if self.aim else float("inf")


@dataclass(frozen=True)
class Need:
    """What a young person needs of a worker."""

    language: Language
    special_support: bool

    def met_by(self, worker: Worker) -> bool:
        """The worker serves in the language, and is qualified: special support needs a social worker (R77)."""
        return self.language in worker.languages and self.qualified(worker)

    def qualified(self, worker: Worker) -> bool:
        """The worker has the qualification that the law asks for (R77)."""
        return not self.special_support or worker.qualification is Qualification.SOCIAL_WORKER

    def covered_by(self, each: OnRoster) -> bool:
        """The worker is qualified, and so is whoever stands in for them (R77)."""
        return self.qualified(each.worker) and (each.covered_by_social_workers or not self.special_support)


@dataclass(frozen=True)
class Choice:
    """Who is named."""

    worker: Worker
    lead_stands_in: bool
    """Nobody else who may be named had room, so a lead is named (R79)."""


def decide(worker: Worker | None, command: Command, active_leads: Iterable[UUID] = ()) -> list[WorkerRecorded]:
    """What a command means for a worker; nothing when it is so already.

    Raises ``Refusal`` when the worker is already recorded, has left, or is the last of the ``active_leads``: somebody
    must stand in when nobody has room.
    """
    match command:
        case Record():
            if worker is not None:
                raise already_recorded()
            return [_recorded(_new(command))]
        case Change():
            return _change(worker, command, active_leads)
        case Leave():
            if worker is None or not worker.active:
                return []
            _require_another_lead(worker, active_leads)
            return [_recorded(replace(worker, active=False, version=worker.version + 1))]
        case Return():
            if worker is None:
                raise no_such_worker()
            return [] if worker.active else [_recorded(replace(worker, active=True, version=worker.version + 1))]


def evolve(worker: Worker | None, event: WorkerRecorded, command: Command) -> Worker:
    """The worker after an event; a new one's other particulars, and what changed, come with the command."""
    if isinstance(command, Record):
        return _new(command)
    if worker is None:
        raise TypeError("nobody cannot change")
    changed = command.changed if isinstance(command, Change) else Particulars()
    return replace(worker, **changed, active=event.active, version=event.version)


def put_on_roster(
    workers: Iterable[tuple[Worker, int | None]], open_cases: Mapping[UUID, int], standing: Standing
) -> list[OnRoster]:
    """The active workers, each with the aim of their title, with their load, who is away, and who stands in."""
    away = {each.worker_id: each for each in standing.absences.values() if each.touches(standing.today, standing.today)}
    return [
        OnRoster(
            worker,
            open_cases.get(worker.worker_id, 0),
            title_aim,
            away.get(worker.worker_id),
            covered_by_social_workers=all(
                standing.social_workers.get(each, False)
                for each in may_be_named(standing, worker.worker_id) - {worker.worker_id}
            ),
        )
        for worker, title_aim in workers
    ]


def qualified_as_social_worker(workers: Iterable[Worker]) -> dict[UUID, bool]:
    """Worker → whether they are qualified as a social worker."""
    return {each.worker_id: each.qualification is Qualification.SOCIAL_WORKER for each in workers}


def choose(roster: Sequence[OnRoster], need: Need) -> Choice | None:
    """Who is named: of those who meet the need and have room, the one with the lowest load; else somebody stands in.

    Nobody is chosen whom ``require_fit`` would refuse, and nobody who is away today. Without room a lead stands in;
    where special support calls for a social worker, one whose caseload is full comes before the lead. When all who may
    stand in are away, it is one of them, and whoever stands in for them is the named worker today. None when no active
    lead (and, for special support, no social worker) is here. Equal loads: the one who is longest here (ids are
    ordered by time).
    """
    here = [each for each in roster if each.away is None]
    free = [each for each in here if each.has_room and need.met_by(each.worker) and need.covered_by(each)]
    if free:
        return Choice(min(free, key=_by_load).worker, lead_stands_in=False)
    left = [each for each in roster if need.covered_by(each) and (each.worker.lead or need.special_support)]
    if not left:
        return None
    # Who is here, her language first, then a worker before the lead, then whoever has the lowest load.
    chosen = min(
        left,
        key=lambda each: (each.away is not None, not need.met_by(each.worker), each.worker.lead, *_by_load(each)),
    ).worker
    return Choice(chosen, lead_stands_in=chosen.lead)


def hand_on(
    cases: Mapping[UUID, Need], successors: Mapping[UUID, UUID], remaining: Sequence[OnRoster]
) -> dict[UUID, UUID]:
    """Case → next worker, for every case of a worker who leaves: the named successor, or whoever has room.

    ``remaining`` is the roster without the one who leaves. Raises ``Refusal`` naming what is wrong with a successor,
    or when a case would be left without anybody (C1).
    """
    strangers = set(successors) - set(cases)
    if strangers:
        raise Refusal(
            "not-their-case", "A successor is named for a case that is not this worker's.", field="successors"
        )
    roster = {each.worker.worker_id: each for each in remaining}
    named: dict[UUID, UUID] = {}
    for case_id, need in sorted(cases.items(), key=lambda item: (item[0] not in successors, item[0])):
        if case_id in successors:
            next_worker = require_fit(roster.get(successors[case_id]), need, field="successors").worker
        else:
            choice = choose(list(roster.values()), need)
            if choice is None:
                raise nobody_to_name()
            next_worker = choice.worker
        named[case_id] = next_worker.worker_id
        loaded = roster[next_worker.worker_id]
        roster[next_worker.worker_id] = replace(loaded, open_cases=loaded.open_cases + 1)
    return named


def require_fit(named: OnRoster | None, need: Need, *, field: str) -> OnRoster:
    """Refuse to name somebody who is not here, or not qualified. A full caseload does not stop a person's decision."""
    if named is None:
        raise Refusal("no-such-worker", "There is no such active worker.", field=field, expected="an active worker")
    if not need.qualified(named.worker):
        raise Refusal(
            "qualification-needed",
            "Special support needs call for a qualified social worker.",
            field=field,
            expected="a worker with the qualification social_worker",
        )
    if not need.covered_by(named):
        raise Refusal(
            "substitute-qualification-needed",
            "Special support needs call for a qualified social worker, also while the named worker is away.",
            field=field,
            expected="a worker whose substitutes are qualified as social workers",
        )
    return named


def require_social_workers(before: Standing, after: Standing) -> None:
    """Refuse another qualification that leaves special support without a social worker, today or when one is away."""
    if gaps(after) - gaps(before):
        raise Refusal(
            "qualification-needed",
            "Special support needs call for a qualified social worker, and this worker has such cases or stands in.",
            kind=RefusalKind.CONFLICT,
            field="qualification",
            expected="other workers for these cases first",
        )


def nobody_to_name() -> Refusal:
    """Nobody here may be named: no lead who could stand in, or nobody with the qualification that is needed."""
    return Refusal(
        "nobody-to-name",
        "Nobody who may be named has room, and no lead who may can stand in.",
        kind=RefusalKind.CONFLICT,
    )


def already_recorded() -> Refusal:
    """This worker is here already."""
    return Refusal("worker-already-recorded", "This worker is already recorded.", kind=RefusalKind.CONFLICT)


def no_such_worker() -> Refusal:
    """Nobody here, and nobody who was, has this id."""
    return Refusal("no-such-worker", "There is no such worker here.", kind=RefusalKind.NOT_FOUND, field="worker_id")


def contact_of(worker: Worker, *, lead_stands_in: bool = False) -> Contact:
    """The worker as the young person and the other area may reach them."""
    return Contact(
        worker_id=worker.worker_id,
        name=worker.name,
        title=worker.title,
        phone=worker.phone,
        email=worker.email,
        lead_stands_in=lead_stands_in,
    )


def _new(command: Record) -> Worker:
    return Worker(**vars(command), version=1, active=True)


def _change(worker: Worker | None, command: Change, active_leads: Iterable[UUID]) -> list[WorkerRecorded]:
    if worker is None:
        raise no_such_worker()
    if not worker.active:
        raise Refusal("worker-has-left", "This worker has left; they return first.", kind=RefusalKind.CONFLICT)
    changed = replace(worker, **command.changed)
    if changed == worker:
        return []
    if not changed.lead:
        _require_another_lead(worker, active_leads)
    return [_recorded(replace(changed, version=worker.version + 1))]


def _require_another_lead(worker: Worker, active_leads: Iterable[UUID]) -> None:
    if worker.lead and not set(active_leads) - {worker.worker_id}:
        raise Refusal(
            "last-lead",
            "The area's last lead cannot leave, or cease to be one, before another one is recorded.",
            kind=RefusalKind.CONFLICT,
            field="lead",
        )


def _recorded(worker: Worker) -> WorkerRecorded:
    return WorkerRecorded(
        worker_id=worker.worker_id,
        version=worker.version,
        name=worker.name,
        language=worker.language,
        email=worker.email,
        lead=worker.lead,
        active=worker.active,
    )


def _by_load(each: OnRoster) -> tuple[float, UUID]:
    return (each.load, each.worker.worker_id)

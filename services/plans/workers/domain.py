"""Workers, who among them can be named for a young person, and how one who leaves hands every case on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from contracts.plans import WorkerRecorded
from contracts.refusals import Refusal, RefusalKind
from contracts.values import Contact, Language, Qualification, Title


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
    caseload_aim: int
    lead: bool
    active: bool


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
    caseload_aim: int
    lead: bool


@dataclass(frozen=True)
class Leave:
    """A worker leaves."""


@dataclass(frozen=True)
class OnRoster:
    """An active worker with the number of open cases that name them."""

    worker: Worker
    open_cases: int

    @property
    def has_room(self) -> bool:
        """Below the caseload aim: an aim of the area, not law (R79)."""
        return self.open_cases < self.worker.caseload_aim

    @property
    def load(self) -> float:
        """Open cases in relation to the aim; 1.0 is full."""
        return self.open_cases / self.worker.caseload_aim if self.worker.caseload_aim else float("inf")


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


@dataclass(frozen=True)
class Choice:
    """Who is named."""

    worker: Worker
    lead_stands_in: bool
    """Nobody else who may be named had room, so a lead is named (R79)."""


def decide(worker: Worker | None, command: Record | Leave, active_leads: Iterable[UUID] = ()) -> list[WorkerRecorded]:
    """What a command means for a worker.

    Raises ``Refusal`` when the worker is already recorded, or is the last of the ``active_leads``: somebody must
    stand in when nobody has room.
    """
    match command:
        case Record():
            if worker is not None:
                raise already_recorded()
            return [_recorded(_new(command))]
        case Leave():
            if worker is None or not worker.active:
                return []
            if worker.lead and not set(active_leads) - {worker.worker_id}:
                raise Refusal(
                    "last-lead",
                    "The area's last lead cannot leave before another one is recorded.",
                    kind=RefusalKind.CONFLICT,
                )
            return [_recorded(replace(worker, active=False, version=worker.version + 1))]


def evolve(worker: Worker | None, event: WorkerRecorded, command: Record | Leave) -> Worker:
    """The worker after an event; a new one's other particulars come with the command."""
    if isinstance(command, Record):
        return _new(command)
    if worker is None:
        raise TypeError("nobody cannot leave")
    return replace(worker, active=event.active, version=event.version)


def choose(roster: Sequence[OnRoster], need: Need) -> Choice | None:
    """Who is named: of those who meet the need and have room, the one with the lowest load; else somebody stands in.

    Nobody is chosen whom ``require_fit`` would refuse. Without room a lead stands in; where special support calls for a
    social worker, one whose caseload is full comes before the lead. None when no active lead (and, for special
    support, no social worker) is here. Equal loads: the one who is longest here (ids are ordered by time).
    """
    free = [each for each in roster if each.has_room and need.met_by(each.worker)]
    if free:
        return Choice(min(free, key=_by_load).worker, lead_stands_in=False)
    left = [each for each in roster if need.qualified(each.worker) and (each.worker.lead or need.special_support)]
    if not left:
        return None
    # Her language first, then a worker before the lead, then whoever has the lowest load.
    chosen = min(left, key=lambda each: (not need.met_by(each.worker), each.worker.lead, *_by_load(each))).worker
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
    return named


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

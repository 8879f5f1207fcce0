"""Absences and who stands in on which days. Pure.

The substitute is the named worker on the days of an absence (C1). Whoever stands in may be away too: then their own
substitute stands in. Why somebody is away is nobody's business here, and is recorded nowhere.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from contracts.plans import AbsenceCancelled, AbsenceEvent, AbsencePlanned
from contracts.refusals import Refusal, RefusalKind

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Absence:
    """A worker is away from the first to the last day, both included; the substitute is the named worker then."""

    absence_id: UUID
    version: int
    worker_id: UUID
    substitute_id: UUID
    first_day: date
    last_day: date
    cancelled: bool = False
    """It never came to be. One that ended sooner has an earlier last day instead."""

    def touches(self, first: date, last: date) -> bool:
        """Some day of it lies between the two, both included."""
        return not self.cancelled and self.first_day <= last and self.last_day >= first


@dataclass(frozen=True)
class StandIn:
    """Somebody is the named worker in another's place from the first to the last day, both included."""

    worker_id: UUID
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Standing:
    """What a decision about absences rests on; the roster is locked while it is made."""

    today: date
    social_workers: Mapping[UUID, bool]
    """Everybody who works here, and whether they are qualified as a social worker."""
    special_support: Collection[UUID]
    """The workers whose open cases include one with special support needs (R77)."""
    absences: Mapping[UUID, Absence]
    """Every absence that ends today or later."""

    def after(self, events: Iterable[AbsenceEvent]) -> "Standing":
        """The standing when these have happened."""
        absences = dict(self.absences)
        for event in events:
            absences[event.absence_id] = evolve(absences.get(event.absence_id), event, self.today)
        return replace(self, absences=absences)

    def without(self, worker_id: UUID) -> "Standing":
        """The standing when a worker has left; their absences are dealt with apart."""
        staying = {each: qualified for each, qualified in self.social_workers.items() if each != worker_id}
        return replace(self, social_workers=staying, special_support=set(self.special_support) - {worker_id})


@dataclass(frozen=True)
class Gap:
    """On some day a worker's cases would have a named worker who is not here, or who is no social worker (R77)."""

    worker_id: UUID
    named_id: UUID
    here: bool


@dataclass(frozen=True)
class Plan:
    """A worker will be away."""

    absence_id: UUID
    worker_id: UUID
    substitute_id: UUID
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Change:
    """Another last day, or another substitute from today on; None leaves it."""

    absence_id: UUID
    last_day: date | None = None
    substitute_id: UUID | None = None
    new_absence_id: UUID | None = None
    """The id of what remains of the absence, when another substitute takes over in the middle of it."""


@dataclass(frozen=True)
class Cancel:
    """The worker is not away after all, or is back today."""

    absence_id: UUID


def decide(standing: Standing, command: Plan | Change | Cancel) -> list[AbsenceEvent]:
    """What a command means; nothing when it is so already.

    Raises ``Refusal`` for days that have passed, two absences of one worker on one day, or a substitute who is not
    here, is away the whole time, leads round in a circle, or lacks the qualification that a case asks for (R77).
    """
    match command:
        case Plan():
            events = _plan(standing, command)
        case Change():
            events = _change(standing, _known(standing, command.absence_id), command)
        case Cancel():
            events = _cancel(standing, standing.absences.get(command.absence_id))
    require_covered(standing, standing.after(events))
    return events


def leave(standing: Standing, leaver_id: UUID, substitutes: Mapping[UUID, tuple[UUID, UUID]]) -> list[AbsenceEvent]:
    """What a worker's departure today means for absences: their own end, and others stand in where they would have.

    ``substitutes``: absence → the new substitute, and the id of what remains of the absence if it has begun. Raises
    ``Refusal`` (``substitute-leaves``) when an absence would be without one, and as ``decide`` does. The leaver's own
    cases are somebody else's then: whoever gets them is looked at when they are named.
    """
    strangers = set(substitutes) - set(stood_in_by(standing, leaver_id))
    if strangers:
        raise Refusal(
            "not-their-absence",
            "A substitute is named for an absence in which this worker does not stand in.",
            field="substitutes",
        )
    events: list[AbsenceEvent] = []
    before, standing = standing, standing.without(leaver_id)
    for absence in standing.absences.values():
        if absence.cancelled or absence.last_day < standing.today:
            continue
        if absence.worker_id == leaver_id:
            events += _cancel(standing, absence)
        elif absence.substitute_id == leaver_id:
            if absence.absence_id not in substitutes:
                raise Refusal(
                    "substitute-leaves",
                    "This worker stands in for somebody who is away: name another substitute for each absence.",
                    kind=RefusalKind.CONFLICT,
                    field="substitutes",
                    expected="a substitute for every absence in which this worker stands in",
                )
            named, remainder_id = substitutes[absence.absence_id]
            change = Change(absence.absence_id, substitute_id=named, new_absence_id=remainder_id)
            events += _change(standing, absence, change)
    require_covered(before, standing.after(events))
    return events


def stood_in_by(standing: Standing, worker_id: UUID) -> list[UUID]:
    """The absences, from today on, in which a worker stands in."""
    return [
        each.absence_id
        for each in standing.absences.values()
        if each.substitute_id == worker_id and not each.cancelled and each.last_day >= standing.today
    ]


def evolve(absence: Absence | None, event: AbsenceEvent, today: date) -> Absence:
    """The absence after an event. The days that have passed stay as they were: somebody did stand in on them."""
    if isinstance(event, AbsencePlanned):
        return Absence(
            event.absence_id, event.version, event.worker_id, event.substitute_id, event.first_day, event.last_day
        )
    if absence is None:
        raise TypeError(f"{event.type} cannot be an absence's first event")
    if absence.first_day < today:
        return replace(absence, version=event.version, last_day=today - _DAY)
    return replace(absence, version=event.version, cancelled=True)


def named_on(absences: Collection[Absence], worker_id: UUID, day: date) -> UUID:
    """Who is the named worker on a day: the worker, or whoever stands in."""
    return _chain(absences, worker_id, day)[-1]


def stand_ins(absences: Collection[Absence], worker_id: UUID, first: date, last: date) -> list[StandIn]:
    """Who stood in, or will, for a worker between two days, both included, in order."""
    days = _turns(absences, first, last)
    found: list[StandIn] = []
    for day, following in zip(days, [*days[1:], last + _DAY], strict=True):
        named = named_on(absences, worker_id, day)
        if named == worker_id:
            continue
        before = found[-1] if found else None
        if before is not None and before.worker_id == named and before.last_day + _DAY == day:
            found[-1] = replace(before, last_day=following - _DAY)
        else:
            found.append(StandIn(named, day, following - _DAY))
    return found


def away_on(absences: Iterable[Absence], day: date) -> dict[UUID, Absence]:
    """Worker → the absence in which they are away on a day."""
    return {each.worker_id: each for each in absences if each.touches(day, day)}


def may_be_named(standing: Standing, worker_id: UUID) -> set[UUID]:
    """Everybody who is named for this worker's cases from today on: the worker, and all who ever stand in."""
    absences = list(standing.absences.values())
    last = max((each.last_day for each in absences), default=standing.today)
    return {
        named
        for day in _turns(absences, standing.today, last)
        for named in _chain(absences, worker_id, day)
        # Somebody in the middle of a chain may come back sooner, and is then the named worker.
    } | {worker_id}


def gaps(standing: Standing) -> set[Gap]:
    """Who would be named, on some day from today on, and may not be; nothing while C1 and R77 hold."""
    found: set[Gap] = set()
    away = {each.worker_id for each in standing.absences.values() if each.touches(standing.today, each.last_day)}
    for worker_id in away | set(standing.special_support):
        for named in may_be_named(standing, worker_id):
            if named not in standing.social_workers:
                found.add(Gap(worker_id, named, here=False))
            elif worker_id in standing.special_support and not standing.social_workers[named]:
                found.add(Gap(worker_id, named, here=True))
    return found


def require_covered(before: Standing, after: Standing) -> None:
    """Refuse what would leave somebody's cases, on any day from today on, without a named worker who may have them.

    Raises ``Refusal``: a substitute who is not here, who leads round in a circle, or who is no social worker where a
    case with special support needs calls for one (R77). What was so before is not this command's doing.
    """
    new = gaps(after) - gaps(before)
    if any(not each.here for each in new):
        raise _nobody_here()
    if new:
        raise Refusal(
            "substitute-qualification-needed",
            "Special support needs call for a qualified social worker, also while the named worker is away.",
            kind=RefusalKind.CONFLICT,
            field="substitute_id",
            expected="a worker with the qualification social_worker",
        )


def no_such_absence() -> Refusal:
    """Nobody's absence, from today on, has this id."""
    return Refusal(
        "no-such-absence", "There is no such absence to come.", kind=RefusalKind.NOT_FOUND, field="absence_id"
    )


def _plan(standing: Standing, command: Plan) -> list[AbsenceEvent]:
    _require_days(standing, command.first_day, command.last_day)
    if command.first_day < standing.today:
        raise Refusal(
            "absence-in-the-past",
            "Nobody can become the named worker of days that have passed.",
            field="first_day",
            expected="today or a day to come",
        )
    planned = Absence(version=1, **vars(command))
    _require_alone(standing, planned)
    _require_substitute(standing, planned)
    return [_planned(planned)]


def _change(standing: Standing, absence: Absence, command: Change) -> list[AbsenceEvent]:
    last_day = absence.last_day if command.last_day is None else command.last_day
    substitute_id = absence.substitute_id if command.substitute_id is None else command.substitute_id
    _require_days(standing, absence.first_day, last_day)
    changed = replace(absence, version=absence.version + 1, last_day=last_day, substitute_id=substitute_id)
    if changed == replace(absence, version=changed.version):
        return []
    _require_alone(standing, changed)
    if substitute_id == absence.substitute_id:
        return [_planned(changed)]
    if absence.first_day >= standing.today:
        _require_substitute(standing, changed)
        return [_planned(changed)]
    if command.new_absence_id is None:
        raise TypeError("what remains of an absence needs an id of its own")
    remainder = replace(changed, absence_id=command.new_absence_id, version=1, first_day=standing.today)
    _require_substitute(standing, remainder)
    return [*_cancel(standing, absence), _planned(remainder)]


def _cancel(standing: Standing, absence: Absence | None) -> list[AbsenceEvent]:
    if absence is None or absence.cancelled or absence.last_day < standing.today:
        return []
    return [
        AbsenceCancelled(
            absence_id=absence.absence_id,
            version=absence.version + 1,
            worker_id=absence.worker_id,
            substitute_id=absence.substitute_id,
        )
    ]


def _planned(absence: Absence) -> AbsencePlanned:
    return AbsencePlanned(
        absence_id=absence.absence_id,
        version=absence.version,
        worker_id=absence.worker_id,
        substitute_id=absence.substitute_id,
        first_day=absence.first_day,
        last_day=absence.last_day,
    )


def _known(standing: Standing, absence_id: UUID) -> Absence:
    absence = standing.absences.get(absence_id)
    if absence is None or absence.cancelled or absence.last_day < standing.today:
        raise no_such_absence()
    return absence


def _require_days(standing: Standing, first: date, last: date) -> None:
    if last < max(first, standing.today):
        raise Refusal(
            "absence-ends-too-soon",
            "An absence ends on its first day or later, and not before today.",
            field="last_day",
            expected="the first day or later, today or later",
        )


def _require_alone(standing: Standing, planned: Absence) -> None:
    """One absence of a worker at a time."""
    for each in standing.absences.values():
        if (
            each.absence_id != planned.absence_id
            and each.worker_id == planned.worker_id
            and each.touches(planned.first_day, planned.last_day)
        ):
            raise Refusal(
                "absences-overlap",
                "This worker is away on some of these days already.",
                kind=RefusalKind.CONFLICT,
                field="first_day",
                expected="days on which the worker is not away yet",
            )


def _require_substitute(standing: Standing, planned: Absence) -> None:
    """Somebody else, who is here on some day of it."""
    if planned.substitute_id == planned.worker_id:
        raise Refusal("own-substitute", "Nobody stands in for themselves.", field="substitute_id", expected="another")
    if planned.substitute_id not in standing.social_workers:
        raise _nobody_here()
    away = [each for each in standing.absences.values() if each.worker_id == planned.substitute_id]
    day = max(planned.first_day, standing.today)
    while (absence := next((each for each in away if each.touches(day, day)), None)) is not None:
        day = absence.last_day + _DAY
    if day > planned.last_day:
        raise Refusal(
            "substitute-is-away",
            "The substitute is away the whole time.",
            kind=RefusalKind.CONFLICT,
            field="substitute_id",
            expected="somebody who is here on some of the days",
        )


def _nobody_here() -> Refusal:
    return Refusal(
        "no-such-worker", "There is no such active worker.", field="substitute_id", expected="an active worker"
    )


def _chain(absences: Collection[Absence], worker_id: UUID, day: date) -> list[UUID]:
    """The worker, who stands in on the day, who stands in for them when they are away too, and so on."""
    away = away_on(absences, day)
    chain = [worker_id]
    while chain[-1] in away:
        following = away[chain[-1]].substitute_id
        if following in chain:
            raise Refusal(
                "substitutes-in-a-circle",
                "These substitutes stand in for each other on the same day.",
                kind=RefusalKind.CONFLICT,
                field="substitute_id",
                expected="somebody who is here when the others are away",
            )
        chain.append(following)
    return chain


def _turns(absences: Iterable[Absence], first: date, last: date) -> list[date]:
    """The days between two on which who stands in for whom can change; the first of them always."""
    turns = {first}
    for each in absences:
        turns |= {day for day in (each.first_day, each.last_day + _DAY) if first < day <= last}
    return sorted(turns)

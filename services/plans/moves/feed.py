"""What a document of the population register's change feed does here. The answer counts; it names nobody, no place."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from contracts.refusals import Refusal
from contracts.values import new_id
from services.chassis.work import Work
from services.plans.cases import store as case_store
from services.plans.grounds import commands as grounds
from services.plans.moves import commands, store
from services.plans.moves.commands import place_of, whereabouts
from services.plans.moves.domain import Move
from services.plans.moves.findings import (
    Dated,
    DeathWithdrawn,
    Died,
    Finding,
    HetuCorrected,
    MovedAbroad,
    MovedTo,
    NonDisclosureLifted,
    NonDisclosureSet,
    PersonFindings,
    ResidenceWithheld,
    findings_of,
)
from services.plans.moves.register import ChangeDocument
from services.plans.people import commands as people
from services.plans.people import store as people_store
from services.plans.people.domain import Person
from services.plans.people.identity import Hetu

_KINDS: dict[type[Finding], str] = {
    NonDisclosureSet: "non_disclosure",
    NonDisclosureLifted: "non_disclosure",
    MovedTo: "residence",
    MovedAbroad: "residence",
    ResidenceWithheld: "residence",
    HetuCorrected: "identity_code",
    Died: "death",
    DeathWithdrawn: "death",
}


@dataclass(frozen=True)
class NeedsPerson:
    """Something in the document that a person has to look at. ``problems`` name fields, never values."""

    person_id: UUID | None
    reason: str
    problems: tuple[str, ...] = ()


@dataclass
class Tally:
    """What was done with a document: (kind, outcome) → how often."""

    people: set[UUID] = field(default_factory=set)
    """Who is known here, by any of her codes."""
    people_known: int = 0
    people_unknown: int = 0
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    needs_person: list[NeedsPerson] = field(default_factory=list)


async def apply(work: Work, document: ChangeDocument) -> Tally:
    """Act on a document: non-disclosure first, then the rest; what is not ours, or not understood, is counted.

    The same document again changes nothing. A residence that cannot be placed holds that person's later changes, and
    nobody else's.
    """
    tally = Tally()
    known: list[tuple[UUID, PersonFindings]] = []
    found_by: dict[Hetu, UUID] = {}
    # A document may tell of somebody by an earlier code and by the one that replaces it, in any order.
    for found in sorted(findings_of(document), key=lambda each: not _corrected_codes(each)):
        person_id = await _find(work, found, found_by)
        if person_id is None:
            tally.people_unknown += 1
        else:
            tally.people_known += 1
            tally.people.add(person_id)
            known.append((person_id, found))
    # Two documents at once lock their people in the same order.
    for person_id, found in sorted(known, key=lambda each: each[0]):
        await _apply_to_person(work, person_id, found, tally)
    return tally


async def _find(work: Work, found: PersonFindings, found_by: dict[Hetu, UUID]) -> UUID | None:
    """The person here, by any identity code that the document says is hers; ``found_by`` remembers them."""
    if found.hetu is None:
        return None
    codes = dict.fromkeys((found.hetu, *_corrected_codes(found)))
    for code in codes:
        person_id = found_by.get(code)
        if person_id is None and (person := await people_store.find(work, code)) is not None:
            person_id = person.person_id
        if person_id is not None:
            found_by |= dict.fromkeys(codes, person_id)
            return person_id
    return None


def _corrected_codes(found: PersonFindings) -> list[Hetu]:
    corrections = [each for each in found.findings if isinstance(each, HetuCorrected)]
    return [code for each in corrections for code in (*each.earlier, each.current)]


async def _apply_to_person(work: Work, person_id: UUID, found: PersonFindings, tally: Tally) -> None:
    person = await people.get(work, person_id, lock=True)
    for finding in found.findings:
        kind = _KINDS.get(type(finding), "other")
        try:
            person, outcomes = await _apply(work, person, finding)
        except Refusal as refusal:
            tally.done[kind, "held"] += 1
            tally.needs_person.append(NeedsPerson(person_id, refusal.code))
            break
        tally.done.update((kind, outcome) for outcome in outcomes)
        if (reason := _reason_to_look(finding)) is not None:
            tally.needs_person.append(NeedsPerson(person_id, reason))
    tally.needs_person += [NeedsPerson(person_id, "unreadable-change", each.problems) for each in found.held]


async def _apply(work: Work, person: Person, finding: Finding) -> tuple[Person, Sequence[str]]:
    match finding:
        case NonDisclosureSet():
            return await _protect(work, person, protected=True)
        case NonDisclosureLifted(on=on):
            # Until its last day the order binds.
            return (person, ["waits"]) if on > work.today else await _protect(work, person, protected=False)
        case MovedTo(municipality=municipality, on=on):
            return person, await _move(work, person, municipality, on)
        case MovedAbroad(on=on):
            return person, await _move(work, person, None, on)
        case HetuCorrected(current=current):
            corrected = await people_store.correct_hetu(work, person.person_id, current)
            if corrected:
                await grounds.birth_corrected(work, person.person_id)
            return person, ["corrected" if corrected else "unchanged"]
    return person, ["skipped"]


async def _protect(work: Work, person: Person, *, protected: bool) -> tuple[Person, Sequence[str]]:
    if person.details.address_protected == protected:
        return person, ["unchanged"]
    after = await people.rewrite(work, person, replace(person.details, address_protected=protected))
    return after, ["set" if protected else "lifted"]


async def _move(work: Work, person: Person, municipality: str | None, on: date) -> Sequence[str]:
    """Every open case of the person learns of it; the one that placed her announces it."""
    place = place_of(municipality, on)
    open_cases = await case_store.open_of_person(work, person.person_id, lock=True)
    if not open_cases:
        return ["no_open_case"]
    outcomes: list[str] = []
    for stored in open_cases:
        before = whereabouts(stored, await store.of_case(work, stored.case.case_id))
        recorded = await commands.apply(work, stored, before, Move(new_id(), place, on))
        outcomes.append(recorded.outcome)
    return outcomes


def _reason_to_look(finding: Finding) -> str | None:
    match finding:
        case Died():
            return "death"
        case DeathWithdrawn():
            return "death-withdrawn"
        case ResidenceWithheld():
            return "residence-withheld"
        case Dated(exact=False):
            return "date-not-exact"
    return None

"""What follows from a document of the change feed, for each person, in an order that is safe to act on. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from contracts.areas import ABROAD_CODE
from services.chassis.clock import helsinki_date
from services.plans.moves.register import (
    AddressGroup,
    Change,
    ChangeDocument,
    DeathGroup,
    Group,
    HetuCorrectionGroup,
    HomeMunicipalityGroup,
    InformationGroup,
    MotherTongueGroup,
    NameGroup,
    NonDisclosureGroup,
    PersonChange,
    RegisterDate,
    UnreadableChange,
)
from services.plans.people.identity import Hetu


@dataclass(frozen=True)
class NonDisclosureSet:
    """A non-disclosure order is in force: from now on nothing may tell where the person is."""


@dataclass(frozen=True)
class NonDisclosureLifted:
    """The order ends on a day; before it, it still binds."""

    on: date


@dataclass(frozen=True)
class Dated:
    """Something that happened on a day.

    Where the register knows only the month or the year, ``on`` is its first day; where it knows nothing, the day the
    register changed. Then ``exact`` is false, and a person should look.
    """

    on: date
    exact: bool


@dataclass(frozen=True)
class MovedTo(Dated):
    """The home municipality is this one. The code is as the register gave it: ``contracts.areas`` says what it is."""

    municipality: str = field(repr=False)


@dataclass(frozen=True)
class MovedAbroad(Dated):
    """The home is no longer in Finland."""


@dataclass(frozen=True)
class ResidenceWithheld(Dated):
    """The register has something new about the home municipality and, under a non-disclosure order, keeps it back."""


@dataclass(frozen=True)
class AddressChanged(Dated):
    """The permanent address in Finland is another."""


@dataclass(frozen=True)
class Died(Dated):
    """The person has died."""


@dataclass(frozen=True)
class DeathWithdrawn:
    """The register takes a death back."""


@dataclass(frozen=True)
class HetuCorrected:
    """The personal identity code was corrected or replaced."""

    earlier: tuple[Hetu, ...]
    current: Hetu


@dataclass(frozen=True)
class NameChanged:
    """The present names; what the register left out is none."""

    given_names: str | None = field(repr=False)
    family_name: str | None = field(repr=False)


@dataclass(frozen=True)
class MotherTongueChanged:
    """The mother tongue, an ISO 639-1 code."""

    code: str = field(repr=False)


Finding = (
    NonDisclosureSet
    | NonDisclosureLifted
    | MovedTo
    | MovedAbroad
    | ResidenceWithheld
    | AddressChanged
    | Died
    | DeathWithdrawn
    | HetuCorrected
    | NameChanged
    | MotherTongueChanged
)


@dataclass(frozen=True)
class Held:
    """A change that waits for a person: unreadable, or after one that is. ``problems`` is empty for the latter."""

    changed_at: datetime | None
    problems: tuple[str, ...]


@dataclass(frozen=True)
class PersonFindings:
    """What a document says of one person; act on ``findings`` in their order."""

    hetu: Hetu | None
    """None where it could not be read; then there are no findings either."""
    findings: tuple[Finding, ...]
    held: tuple[Held, ...]


def findings_of(document: ChangeDocument) -> tuple[PersonFindings, ...]:
    """What a document says, person by person, in the order in which people first appear in it.

    For each person, the last word on non-disclosure comes first, whatever came between: an address may never be seen
    without the order that covers it. The rest follows by the instant of change. A change that cannot be read holds
    that person's later ones, but a non-disclosure order in what is held counts at once. What was removed, and what
    only goes along with another change, is no new value.
    """
    people: dict[Hetu | None, list[PersonChange | UnreadableChange]] = {}
    for change in document.changes:
        people.setdefault(change.hetu, []).append(change)
    return tuple(_findings_of_person(hetu, changes) for hetu, changes in people.items())


def _findings_of_person(hetu: Hetu | None, changes: Iterable[PersonChange | UnreadableChange]) -> PersonFindings:
    readable, held = _up_to_the_first_unreadable(changes)
    return PersonFindings(
        hetu=hetu,
        findings=(
            *(() if hetu is None else _last_word_on_non_disclosure(readable, held)),
            *(finding for change in readable for finding in _findings_of_change(change)),
        ),
        held=tuple(_held(change) for change in held),
    )


def _up_to_the_first_unreadable(
    changes: Iterable[PersonChange | UnreadableChange],
) -> tuple[list[PersonChange], list[PersonChange | UnreadableChange]]:
    """The changes by instant, split. One whose instant cannot be read may have been the first of all."""
    ordered = sorted(changes, key=lambda change: change.changed_at or datetime.min.replace(tzinfo=UTC))
    readable: list[PersonChange] = []
    for place, change in enumerate(ordered):
        if isinstance(change, UnreadableChange):
            return readable, ordered[place:]
        readable.append(change)
    return readable, []


def _held(change: PersonChange | UnreadableChange) -> Held:
    return Held(change.changed_at, change.problems if isinstance(change, UnreadableChange) else ())


def _last_word_on_non_disclosure(
    readable: Iterable[PersonChange], held: Iterable[PersonChange | UnreadableChange]
) -> tuple[Finding, ...]:
    if any(_says_protected(change.groups) for change in held):
        return (NonDisclosureSet(),)
    words = [word for change in readable if (word := _word_on_non_disclosure(change))]
    return tuple(words[-1:])


def _word_on_non_disclosure(change: PersonChange) -> NonDisclosureSet | NonDisclosureLifted | None:
    if _says_protected(change.groups):
        return NonDisclosureSet()
    lifted = [group for group in change.groups if isinstance(group, NonDisclosureGroup) and group.new_value]
    if not lifted:
        return None
    changed_on = helsinki_date(change.changed_at)
    return NonDisclosureLifted(max(changed_on, *(_first_day(group.until) or changed_on for group in lifted)))


def _says_protected(groups: Iterable[InformationGroup]) -> bool:
    """An order in force is believed from any row but a removed one, and where nothing is said, from what it hides."""
    present = [group for group in groups if isinstance(group, Group) and group.change is not Change.REMOVED]
    orders = [group for group in present if isinstance(group, NonDisclosureGroup)]
    if orders:
        return any(order.active for order in orders)
    return any(group.withheld for group in present)


def _findings_of_change(change: PersonChange) -> Iterator[Finding]:
    changed_on = helsinki_date(change.changed_at)
    new = [group for group in change.groups if isinstance(group, Group) and group.new_value]
    yield from _residence(new, changed_on)
    for group in new:
        match group:
            case DeathGroup(dead=True):
                yield Died(*_day(group.on, changed_on))
            case DeathGroup():
                yield DeathWithdrawn()
            case NameGroup():
                yield NameChanged(group.given_names, group.family_name)
            case MotherTongueGroup(code=str(code)):
                yield MotherTongueChanged(code)
    yield from _hetu_corrected(change.hetu, new)


def _residence(new: Iterable[Group], changed_on: date) -> Iterator[Finding]:
    """Where the person lives now; what has already ended is history."""
    homes = [group for group in new if isinstance(group, HomeMunicipalityGroup) and _lasts(group.until, changed_on)]
    addresses = [
        group
        for group in new
        if isinstance(group, AddressGroup) and not group.withheld and _lasts(group.until, changed_on)
    ]
    for home in homes:
        on, exact = _day(home.since, changed_on)
        if home.code is None:
            yield ResidenceWithheld(on, exact)
        elif home.code == ABROAD_CODE:
            yield MovedAbroad(on, exact)
        else:
            yield MovedTo(on, exact, home.code)
    for address in addresses:
        if not address.abroad:
            yield AddressChanged(*_day(address.since, changed_on))
        elif not homes:
            # A home municipality beside it says more; a temporary stay abroad is another group.
            yield MovedAbroad(*_day(address.since, changed_on))


def _hetu_corrected(hetu: Hetu, new: Iterable[Group]) -> Iterator[Finding]:
    rows = [group for group in new if isinstance(group, HetuCorrectionGroup)]
    current = next((row.active for row in rows if row.validity == "AKTIIVI" and row.active), None)
    if current is not None:
        earlier = dict.fromkeys((hetu, *(each for row in rows for each in row.earlier)))
        yield HetuCorrected(tuple(each for each in earlier if each != current), current)


def _lasts(until: RegisterDate | None, changed_on: date) -> bool:
    ended_on = _first_day(until)
    return ended_on is None or ended_on > changed_on


def _day(register_date: RegisterDate | None, changed_on: date) -> tuple[date, bool]:
    first_day = _first_day(register_date)
    return (changed_on, False) if register_date is None or first_day is None else (first_day, register_date.exact)


def _first_day(register_date: RegisterDate | None) -> date | None:
    return None if register_date is None else register_date.first_day

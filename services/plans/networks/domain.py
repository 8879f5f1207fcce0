"""A young person's network: who belongs to it, and what each may be told, as the young person allows. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from contracts.client_plan import NetworkRole, Owner, ProviderKind, Support
from contracts.refusals import Refusal, RefusalKind
from services.plans.openings.domain import Author


@dataclass(frozen=True)
class Particulars:
    """Who somebody is to the young person. ``actor`` is a key of the catalogue, ``organisation`` one outside it."""

    role: NetworkRole
    name: str
    actor: str | None = None
    organisation: str | None = None
    email: str | None = None
    phone: str | None = None
    support: Support | None = None


@dataclass(frozen=True)
class Allowed:
    """What the young person allows, each from the day on which she said so; None: not, or not any more (R23)."""

    invite_agreed_on: date | None = None
    inform_agreed_on: date | None = None


@dataclass(frozen=True)
class Member:
    """Somebody in a young person's network."""

    member_id: UUID
    version: int
    case_id: UUID
    particulars: Particulars
    allowed: Allowed
    since: date
    author: Author
    informed_by: Owner | None = None
    """Whose task it is to keep them informed (R73)."""
    informed_on: date | None = None
    """When that was last done."""
    until: date | None = None


@dataclass(frozen=True)
class Add:
    """Somebody belongs to the network."""

    member_id: UUID
    case_id: UUID
    particulars: Particulars
    allowed: Allowed
    author: Author


@dataclass(frozen=True)
class Describe:
    """Who they are is otherwise than recorded."""

    particulars: Particulars


@dataclass(frozen=True)
class Allow:
    """The young person says what they may be told."""

    allowed: Allowed


@dataclass(frozen=True)
class AssignInforming:
    """Somebody takes it on to keep them informed; None: nobody."""

    owner: Owner | None


@dataclass(frozen=True)
class NoteInformed:
    """They were told what has been agreed."""

    informed_on: date


@dataclass(frozen=True)
class Part:
    """They do not belong to the network any more."""


Command = Add | Describe | Allow | AssignInforming | NoteInformed | Part


@dataclass(frozen=True)
class Added:
    """Somebody was added."""

    member: Member


@dataclass(frozen=True)
class Described:
    """Somebody's particulars changed."""

    particulars: Particulars


@dataclass(frozen=True)
class AllowanceChanged:
    """What they may be told changed. Where informing is not allowed any more, nobody's task is left."""

    allowed: Allowed


@dataclass(frozen=True)
class InformingAssigned:
    """The task to inform them has another owner, or none."""

    owner: Owner | None


@dataclass(frozen=True)
class Informed:
    """They were informed."""

    informed_on: date


@dataclass(frozen=True)
class Parted:
    """They left the network."""

    until: date


Event = Added | Described | AllowanceChanged | InformingAssigned | Informed | Parted


def decide(member: Member | None, command: Command, today: date) -> list[Event]:
    """What a command means for a member; nothing when it is so already. Raises ``Refusal``."""
    if isinstance(command, Add):
        _require_past(command.allowed, today)
        return [Added(Member(version=1, since=today, **vars(command)))]
    if member is None:
        raise no_such_member()
    if member.until is not None:
        return [] if isinstance(command, Part) else _refuse_parted()
    match command:
        case Describe():
            return [Described(command.particulars)] if command.particulars != member.particulars else []
        case Allow():
            _require_past(command.allowed, today)
            return [AllowanceChanged(command.allowed)] if command.allowed != member.allowed else []
        case AssignInforming():
            _require_informing(member, command.owner is not None, "owner")
            return [InformingAssigned(command.owner)] if command.owner != member.informed_by else []
        case NoteInformed():
            return _informed(member, command, today)
        case Part():
            return [Parted(today)]


def evolve(member: Member | None, event: Event) -> Member:
    """The member after an event."""
    if isinstance(event, Added):
        return event.member
    if member is None:
        raise TypeError(f"{type(event).__name__} cannot come first")
    after = replace(member, version=member.version + 1)
    match event:
        case Described():
            return replace(after, particulars=event.particulars)
        case AllowanceChanged():
            kept = member.informed_by if event.allowed.inform_agreed_on else None
            return replace(after, allowed=event.allowed, informed_by=kept)
        case InformingAssigned():
            return replace(after, informed_by=event.owner)
        case Informed():
            return replace(after, informed_on=event.informed_on)
        case Parted():
            return replace(after, until=event.until, informed_by=None)


def lacks_school(is_student: bool | None, kinds: Iterable[tuple[NetworkRole, ProviderKind | None]]) -> bool:
    """A student's network has no school (R69). ``kinds``: of each member now, the role and the actor's kind."""
    return bool(is_student) and not any(
        role is NetworkRole.SCHOOL or kind is ProviderKind.SCHOOL for role, kind in kinds
    )


def no_such_member() -> Refusal:
    """Nobody of this network has this id."""
    return Refusal(
        "no-such-member", "There is nobody like this in the network.", kind=RefusalKind.NOT_FOUND, field="member_id"
    )


def _informed(member: Member, command: NoteInformed, today: date) -> list[Event]:
    _require_informing(member, True, "informed_on")
    if command.informed_on > today:
        raise Refusal(
            "informed-in-the-future",
            "Somebody was informed on a day that has come.",
            field="informed_on",
            expected="today or earlier",
        )
    return [Informed(command.informed_on)] if command.informed_on != member.informed_on else []


def _require_informing(member: Member, needed: bool, field: str) -> None:
    if needed and member.allowed.inform_agreed_on is None:
        raise Refusal(
            "informing-not-agreed",
            "The young person has not agreed that they are kept informed.",
            kind=RefusalKind.CONFLICT,
            field=field,
            expected="an agreement of the young person",
        )


def _require_past(allowed: Allowed, today: date) -> None:
    for field, on in vars(allowed).items():
        if on is not None and on > today:
            raise Refusal(
                "agreed-in-the-future",
                "The young person agrees on a day that has come.",
                field=field,
                expected="today or earlier",
            )


def _refuse_parted() -> list[Event]:
    raise Refusal(
        "not-in-network", "They do not belong to the network any more.", kind=RefusalKind.CONFLICT, field="member_id"
    )

"""Who is to get a plan, which parts, on which basis; what was delivered and what was read (R38, R46, R53). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from contracts.client_plan import LifeArea, NetworkRole
from contracts.refusals import Refusal, RefusalKind
from services.plans.openings.domain import Author, AuthorKind


class PlanPart(StrEnum):
    """A part of a plan that is given or not. A life area's section goes with the needs of that area."""

    OWN_WORDS = "own_words"
    STRENGTHS = "strengths"
    DREAMS = "dreams"
    GOALS = "goals"
    PROMISES = "promises"
    VIEWS = "views"
    """But what somebody said in confidence, which is given to nobody outside the case."""
    DISSENTING = "dissenting"
    OFFERS = "offers"
    PARALLEL_PLANS = "parallel_plans"
    FOLLOWED_BY = "followed_by"
    """How it is followed, and how long it is expected to take."""
    SECTION_HOUSING = "section_housing"
    SECTION_PRACTICE_LIVING = "section_practice_living"
    SECTION_INCOME = "section_income"
    SECTION_INDEPENDENCE_FUNDS = "section_independence_funds"
    SECTION_PSYCHOSOCIAL = "section_psychosocial"
    SECTION_STUDIES = "section_studies"
    SECTION_WORK = "section_work"
    SECTION_PARENTHOOD = "section_parenthood"
    SECTION_HEALTH = "section_health"
    SECTION_RELATIONSHIPS = "section_relationships"
    SECTION_CLOSE_ONES = "section_close_ones"
    SECTION_LEISURE = "section_leisure"
    SECTION_OTHER = "section_other"


def section_of(area: LifeArea) -> PlanPart:
    """The part that a life area's section is."""
    return PlanPart(f"section_{area}")


class RecipientKind(StrEnum):
    """What a recipient is."""

    YOUNG_PERSON = "young_person"
    CASE_WORKER = "case_worker"
    """The case's named worker."""
    NETWORK_MEMBER = "network_member"
    NAMED = "named"
    """Somebody outside the network, by name."""
    AUTHORITY = "authority"


OWN = frozenset({RecipientKind.YOUNG_PERSON, RecipientKind.CASE_WORKER})
"""Nothing is disclosed to them: it is her plan, and the case is theirs."""


@dataclass(frozen=True)
class Recipient:
    """Who gets a plan. ``member_id`` of the network (of the named worker: the worker's), a name, an organisation."""

    kind: RecipientKind
    member_id: UUID | None = None
    role: NetworkRole | None = None
    name: str | None = None
    organisation: str | None = None


class BasisKind(StrEnum):
    """On which ground somebody may get a plan, or a part of it. Having been at a meeting is none."""

    CONSENT = "consent"
    STATUTORY = "statutory"


@dataclass(frozen=True)
class Basis:
    """The ground, with the day of the consent or the source in the law."""

    kind: BasisKind
    consented_on: date | None = None
    source: str | None = None

    @property
    def written(self) -> str:
        """As the disclosure log says it."""
        return self.source or f"consent of {self.consented_on}"


@dataclass(frozen=True)
class Entry:
    """One line of the distribution list, as it was agreed with the young person."""

    entry_id: UUID
    case_id: UUID
    recipient: Recipient
    parts: tuple[PlanPart, ...]
    basis: Basis
    agreed_on: date
    author: Author
    ended_on: date | None = None
    ended_by: Author | None = None


class ReadingHow(StrEnum):
    """How one knows that a plan was read."""

    OPENED = "opened"
    """The young person opened it herself."""
    READ_TOGETHER = "read_together"
    READ_TOGETHER_REMOTELY = "read_together_remotely"
    SAID_SO = "said_so"


@dataclass(frozen=True)
class Reading:
    """It was read. ``noted_by`` is who opened it, or who wrote down how it was read through."""

    on: date
    how: ReadingHow
    noted_by: Author
    noted_at: datetime


@dataclass(frozen=True)
class Delivery:
    """A version given to somebody: what they got is what stands here, whatever is agreed later.

    ``withheld``: parts that were agreed and not given, or only in part, because they tell where she lives.
    """

    delivery_id: UUID
    case_id: UUID
    plan_id: UUID
    number: int
    entry_id: UUID | None
    recipient: Recipient
    parts: tuple[PlanPart, ...]
    withheld: tuple[PlanPart, ...]
    location_withheld: bool
    basis: Basis | None
    delivered_on: date
    author: Author
    noted_at: datetime
    disclosure_id: UUID | None = None
    reading: Reading | None = None

    @property
    def disclosed(self) -> bool:
        """Whether this is a disclosure, which needs its row in the log (C8)."""
        return self.recipient.kind not in OWN


def agree(present: Iterable[Entry], new: Entry, today: date) -> Entry:
    """The entry that joins the distribution list. Raises ``Refusal``."""
    _require_recipient(new.recipient)
    _require_basis(new, today)
    if not new.parts:
        raise Refusal("parts-needed", "Something of the plan is given.", field="parts", expected="at least one part")
    hers = [each for each in present if each.ended_on is None and each.recipient == new.recipient]
    if any(not set(new.parts).isdisjoint(each.parts) for each in hers):
        raise Refusal(
            "already-on-the-list",
            "This recipient gets one of these parts already; each part has one basis, so end that entry first.",
            kind=RefusalKind.CONFLICT,
            field="parts",
        )
    return replace(new, parts=tuple(part for part in PlanPart if part in new.parts))


def end(entry: Entry, author: Author, today: date) -> Entry:
    """The entry after consent was withdrawn, or giving was ended; one that has ended stays as it is.

    Raises ``Refusal`` 409 when the young person would end what rests on the law.
    """
    if entry.ended_on is not None:
        return entry
    if author.kind is AuthorKind.YOUNG_PERSON and entry.basis.kind is not BasisKind.CONSENT:
        raise Refusal(
            "not-by-consent", "This rests on the law, not on your consent; ask your worker.", kind=RefusalKind.CONFLICT
        )
    return replace(entry, ended_on=today, ended_by=author)


def require_given(entry: Entry, delivered_on: date) -> None:
    """Refuse a delivery for which nothing is agreed on its day, or any more."""
    if entry.ended_on is not None:
        raise Refusal(
            "agreement-ended",
            "The consent was withdrawn, or giving was ended: nothing more is delivered.",
            kind=RefusalKind.CONFLICT,
            field="entry_id",
        )
    agreed = max(entry.agreed_on, entry.basis.consented_on or entry.agreed_on)
    if delivered_on < agreed:
        raise Refusal(
            "delivered-before-agreed",
            "It is delivered after it was agreed.",
            field="delivered_on",
            expected="the day of the agreement, or later",
        )


def require_day(delivered_on: date, published_on: date, today: date) -> None:
    """Refuse a delivery before its version was published, or on a day to come."""
    if not published_on <= delivered_on <= today:
        raise Refusal(
            "not-a-day-of-delivery",
            "A plan is delivered after it was published, and noted when it has been.",
            field="delivered_on",
            expected="from the day of publication to today",
        )


def require_first(delivered: Iterable[Delivery], new: Delivery) -> None:
    """Refuse to deliver the same of a version to the same recipient again."""
    if any(
        (each.recipient, each.entry_id, each.number) == (new.recipient, new.entry_id, new.number) for each in delivered
    ):
        raise Refusal("already-delivered", "This version was delivered to this recipient.", kind=RefusalKind.CONFLICT)


def read(delivery: Delivery, reading: Reading, today: date) -> Delivery:
    """The delivery after it was read: the first time counts. Raises ``Refusal``."""
    if delivery.reading is not None:
        return delivery
    opened = reading.how is ReadingHow.OPENED
    if opened != (reading.noted_by.kind is AuthorKind.YOUNG_PERSON):
        raise Refusal(
            "not-how-it-was-read",
            "The young person opens her plan herself; a worker notes how it was read through.",
            field="how",
            expected="`opened` of the young person, another of a worker",
        )
    if not delivery.delivered_on <= reading.on <= today:
        raise Refusal(
            "not-a-day-of-reading",
            "It is read after it was delivered, and noted when it has been.",
            field="read_on",
            expected="from the day of delivery to today",
        )
    return replace(delivery, reading=reading)


def left_the_network() -> Refusal:
    """Whoever does not belong to her network any more gets nothing by an agreement of the time when they did."""
    return Refusal(
        "left-the-network",
        "This recipient does not belong to the young person's network any more.",
        kind=RefusalKind.CONFLICT,
        field="entry_id",
    )


def no_such_entry() -> Refusal:
    """The distribution list has no such line."""
    return Refusal("no-such-entry", "There is no such line.", kind=RefusalKind.NOT_FOUND, field="entry_id")


def no_such_delivery() -> Refusal:
    """Nothing was delivered under this id, or not to the caller."""
    return Refusal("no-such-delivery", "There is no such delivery.", kind=RefusalKind.NOT_FOUND, field="delivery_id")


def _require_recipient(recipient: Recipient) -> None:
    needed = {
        RecipientKind.NETWORK_MEMBER: recipient.member_id,
        RecipientKind.NAMED: recipient.name,
        RecipientKind.AUTHORITY: recipient.organisation,
    }
    if recipient.kind in OWN:
        raise Refusal(
            "needs-no-agreement",
            "The plan is the young person's own, and the case is its worker's: they are on no list.",
            field="recipient.kind",
            expected="network_member, named or authority",
        )
    if recipient.role is NetworkRole.YOUNG_PERSON:
        raise Refusal(
            "not-their-role",
            "Nobody on the list is the young person, and the disclosure log would say that they are.",
            field="recipient.role",
            expected="who they are to the young person, or nothing",
        )
    if needed[recipient.kind] is None:
        raise Refusal(
            "recipient-needed",
            "It says who gets the plan.",
            field="recipient",
            expected="member_id of a network member, name of somebody else, organisation of an authority",
        )


def _require_basis(new: Entry, today: date) -> None:
    basis = new.basis
    whole = basis.consented_on is not None if basis.kind is BasisKind.CONSENT else basis.source is not None
    if not whole or (basis.consented_on is not None and basis.source is not None):
        raise Refusal(
            "basis-needed",
            "A consent has its day, a statutory basis its source.",
            field="basis",
            expected="consented_on, or source like `417/2007 16 b §`",
        )
    if new.author.kind is AuthorKind.YOUNG_PERSON and basis.kind is not BasisKind.CONSENT:
        raise Refusal("only-by-consent", "You give your consent; a worker records the law.", field="basis.kind")
    if max(new.agreed_on, basis.consented_on or new.agreed_on) > today:
        raise Refusal(
            "agreed-in-the-future",
            "It is agreed on a day that has come.",
            field="agreed_on",
            expected="today or earlier",
        )

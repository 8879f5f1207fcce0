"""A client plan's content: what the young person and those around them agreed (R54–R68; 417/2007 30 §).

One shape from the draft to the printed page. Sums of money and ceilings have no field, so they cannot be expressed
(R92). The words of a plan travel inside a dossier only.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.values import Frozen

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Passage = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)]


class Phase(StrEnum):
    """The three phases of client planning, in order (R13)."""

    PREPARATORY = "preparatory"
    NEGOTIATION = "negotiation"
    FOLLOW_UP = "follow_up"


class DeadlineKind(StrEnum):
    """What is due."""

    PREPARATION = "preparation"
    """Preparing for aftercare, 180 days before the placement ends (R6)."""
    FOLLOW_UP = "follow_up"
    """The follow-up meeting, 30 to 60 days after the negotiation (R48)."""
    REVIEW = "review"
    """The plan's review, at least once a year (R14)."""
    EXIT_PLAN = "exit_plan"
    """The exit plan, before the right ends (R97)."""
    GOAL = "goal"
    COMMENT_REPLY = "comment_reply"
    """A promised reply to a comment (R47)."""
    OFFER_AGAIN = "offer_again"
    """Aftercare is offered again to somebody who refused it (R4)."""
    HANDOVER = "handover"
    """An accompanied handover to the next worker (R10)."""
    REVIEW_CALLED = "review_called"
    """A review that was called for has to be given a time."""


class LifeArea(StrEnum):
    """What a part of the plan is about (R56–R65, R68, R103)."""

    HOUSING = "housing"
    PRACTICE_LIVING = "practice_living"
    INCOME = "income"
    INDEPENDENCE_FUNDS = "independence_funds"
    PSYCHOSOCIAL = "psychosocial"
    STUDIES = "studies"
    WORK = "work"
    PARENTHOOD = "parenthood"
    HEALTH = "health"
    RELATIONSHIPS = "relationships"
    CLOSE_ONES = "close_ones"
    """Services to those close to the young person."""
    LEISURE = "leisure"
    """Hobbies, civic and local life."""
    OTHER = "other"


class NetworkRole(StrEnum):
    """Who somebody is to the young person (R11, R12, R22, R70–R74)."""

    YOUNG_PERSON = "young_person"
    RESPONSIBLE_WORKER = "responsible_worker"
    CONTACT_WORKER = "contact_worker"
    """The residence area's named contact."""
    SUBSTITUTE_CARE_WORKER = "substitute_care_worker"
    PARENT = "parent"
    GUARDIAN = "guardian"
    CLOSE_ONE = "close_one"
    PARTNER = "partner"
    SUPPORT_PERSON = "support_person"
    PEER = "peer"
    """A peer, or an expert by experience."""
    SYSTEMIC_TEAM = "systemic_team"
    PROFESSIONAL = "professional"
    """Somebody of a service in the catalogue of actors."""
    SCHOOL = "school"
    OTHER = "other"


class Support(StrEnum):
    """A supporter whom the young person can count on."""

    PERMANENT = "permanent"
    """A permanent support person (R12)."""
    VOLUNTEER = "volunteer"
    """A volunteer, or a supporter from an NGO (R11)."""


class ProviderKind(StrEnum):
    """Who provides a service or support (R61, R72)."""

    AFTERCARE = "aftercare"
    MUNICIPALITY = "municipality"
    HEALTH = "health"
    MENTAL_HEALTH_AND_SUBSTANCES = "mental_health_and_substances"
    PROBATION = "probation"
    KELA = "kela"
    OHJAAMO = "ohjaamo"
    STUDENT_WELFARE = "student_welfare"
    SCHOOL = "school"
    EMPLOYMENT_SERVICES = "employment_services"
    NGO = "ngo"
    OTHER = "other"


class IdeaOf(StrEnum):
    """Whose idea a goal was (R33)."""

    YOUNG_PERSON = "young_person"
    TOGETHER = "together"
    WORKER = "worker"
    NETWORK = "network"


class Status(StrEnum):
    """How far a goal or a promise has come (R51)."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    REALISED = "realised"
    DROPPED = "dropped"


class Answer(StrEnum):
    """What the young person said to something that was offered."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    LATER = "later"


class Need(Frozen):
    """Something that the young person needs support in."""

    need_id: UUID
    area: LifeArea
    text: Passage


class Goal(Frozen):
    """What is aimed at: what, by when, and how one sees that it is reached."""

    goal_id: UUID
    what: Line
    by_when: date | None = None
    seen_as: Line | None = None
    """How one sees that it is reached."""
    idea_of: IdeaOf
    need_ids: tuple[UUID, ...] = ()
    status: Status = Status.NOT_STARTED
    status_reason: Line | None = None
    """Why it was dropped."""

    @property
    def concrete(self) -> bool:
        """It says by when, and how one sees that it is reached (R33)."""
        return self.by_when is not None and self.seen_as is not None


class OwnerKind(StrEnum):
    """Who keeps a promise. The young person may (R39)."""

    YOUNG_PERSON = "young_person"
    RESPONSIBLE_WORKER = "responsible_worker"
    CONTACT_WORKER = "contact_worker"
    NETWORK = "network"
    PROVIDER = "provider"


class Owner(Frozen):
    """Who keeps a promise; ``name`` when it is somebody of the network or of a provider."""

    kind: OwnerKind
    name: Line | None = None


class Promise(Frozen):
    """A service, support or other means that was promised (R35, R66)."""

    promise_id: UUID
    what: Line
    owner: Owner
    service: bool = False
    """A service, which a follow-up asks after (R50)."""
    provider: ProviderKind | None = None
    actor: Line | None = None
    """The provider's key in the catalogue of actors, or its name."""
    goal_ids: tuple[UUID, ...] = ()
    by_when: date | None = None
    estimated_time: Line | None = None
    """How long it is expected to take, in words (30 §)."""
    status: Status = Status.NOT_STARTED
    status_reason: Line | None = None
    """Why it was dropped, or not granted."""
    granted: bool | None = None
    """False: promised and not granted (R96). None: no decision was needed, or it is open."""


class View(Frozen):
    """How one participant sees the young person's situation now, in their own field (R45, R55)."""

    view_id: UUID
    role: NetworkRole
    name: Line | None = None
    text: Passage
    confidential: bool = False
    """Said about themselves in confidence: a third party's, not shown to the young person."""


class DissentingView(Frozen):
    """Somebody sees something otherwise than the plan (30 §)."""

    role: NetworkRole
    name: Line | None = None
    text: Passage
    dissenting_id: UUID | None = None


class Section(Frozen):
    """One life area: how it is now, and what was agreed."""

    area: LifeArea
    present: Passage | None = None
    agreed: Passage | None = None


class OfferKind(StrEnum):
    """What is offered to everybody (R59, R60)."""

    LIFE_STORY = "life_story"
    PEER_SUPPORT = "peer_support"
    GROUP = "group"


class Offer(Frozen):
    """Something was offered, and what the young person said."""

    kind: OfferKind
    offered_on: date
    answer: Answer | None = None
    offer_id: UUID | None = None


class ParallelKind(StrEnum):
    """Other plans that are in force beside this one (R67)."""

    CARE = "care"
    REHABILITATION = "rehabilitation"
    STUDY = "study"
    EMPLOYMENT = "employment"
    SERVICE_NEED = "service_need"
    OTHER = "other"


class ParallelPlan(Frozen):
    """Another plan about the young person, and whether the two fit together."""

    kind: ParallelKind
    holder: Line
    reconciled: bool = False
    note: Passage | None = None
    parallel_plan_id: UUID | None = None


class PlanContent(Frozen):
    """Everything that a version of a client plan says."""

    own_words: Passage | None = None
    """The young person's opinion in their own words, not the worker's paraphrase (R32)."""
    own_words_declined: bool = False
    """The young person wished not to say it here."""
    strengths: Passage | None = None
    dreams: Passage | None = None
    needs: tuple[Need, ...] = ()
    goals: tuple[Goal, ...] = ()
    promises: tuple[Promise, ...] = ()
    sections: tuple[Section, ...] = ()
    views: tuple[View, ...] = ()
    dissenting: tuple[DissentingView, ...] = ()
    offers: tuple[Offer, ...] = ()
    parallel_plans: tuple[ParallelPlan, ...] = ()
    estimated_time: Line | None = None
    """How long reaching the goals is expected to take (30 §)."""
    followed_by: Passage | None = None
    """How it is followed whether the plan comes true (R54)."""


class NetworkMemberCopy(Frozen):
    """Somebody of her network who may be invited or told, as the young person allows, for another area."""

    member_id: UUID
    role: NetworkRole
    name: Line
    actor: Annotated[str, StringConstraints(max_length=60)] | None = None
    """A key of the catalogue of actors."""
    organisation: Line | None = None
    email: Annotated[str, StringConstraints(max_length=254)] | None = None
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
    support: Support | None = None
    invite_agreed_on: date | None = None
    inform_agreed_on: date | None = None


class DeadlineCopy(Frozen):
    """A deadline as another area takes it over: the same id and the same day (C4)."""

    deadline_id: UUID
    kind: DeadlineKind
    due_on: date
    about: UUID | None = None


class PlanCopy(Frozen):
    """A published version as another area reads it, and where the planning stands."""

    plan_id: UUID
    number: int = Field(ge=1)
    published_on: date
    content: PlanContent
    cycle_number: int = Field(ge=1)
    phase: Phase | None = None
    """None: the cycle is over and the next begins at the review."""
    next_step: Line | None = None
    next_review_on: date | None = None

"""What one area tells another about a young person whose aftercare it takes up: sealed, or to interarea only."""

from datetime import date

from pydantic import Field

from contracts.client_plan import DeadlineCopy, NetworkMemberCopy, PlanCopy
from contracts.values import Contact, Frozen, Ground, Language, MunicipalityCode


class PersonDetails(Frozen):
    """The young person, as the receiving area needs them. Travels only inside a sealed body or a dossier."""

    hetu: str = Field(min_length=11, max_length=11)
    given_name: str = Field(min_length=1, max_length=200)
    family_name: str = Field(min_length=1, max_length=200)
    language: Language
    email: str | None = Field(default=None, max_length=254)
    phone: str | None = Field(default=None, max_length=40)
    address_protected: bool = False
    """A non-disclosure order is in force (661/2009 36 §)."""


class Dossier(Frozen):
    """What the receiving area needs to go on with a young person's aftercare."""

    person: PersonDetails
    ground: Ground
    placement_ended_on: date
    last_child_protection_on: date
    right_ends_on: date
    special_support: bool
    """Special support needs call for a qualified social worker (R77)."""
    municipality: MunicipalityCode
    moved_on: date
    responsible_worker: Contact
    """The placing area's named worker, who stays (R86)."""
    plan: PlanCopy | None = None
    """The client plan as it was last published; None while there is none."""
    deadlines: tuple[DeadlineCopy, ...] = ()
    """What is due, on the same days as in the placing area (C4)."""
    network: tuple[NetworkMemberCopy, ...] = ()
    """Who may be invited or told, as the young person allows; nobody else."""

"""Events of a move whose every personal value is marked, so that a text can be searched for what it must not say."""

from datetime import UTC, datetime
from uuid import UUID

from contracts.interarea import HandoffAccepted, HandoffCompleted, HandoffNeedsPerson, Side
from contracts.plans import ContactNamed, ToAland
from contracts.values import Contact, Title, new_id

CONTACT_NAME = "Yrjö Testihenkilö-Merkitty"
CONTACT_PHONE = "+358 3 5550 900"
CONTACT_EMAIL = "merkitty.henkilo@pirha.example"
WORKER_NAME = "Aino Vastuullinen-Merkitty"
TELLS_PLACE = (CONTACT_PHONE, CONTACT_EMAIL, "pirha", "@", "+358")
"""What may stand in a message only while no non-disclosure order is in force."""

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def contact(worker_id: UUID | None = None, *, phone: str | None = CONTACT_PHONE) -> Contact:
    return Contact(
        worker_id=worker_id or new_id(),
        name=CONTACT_NAME,
        title=Title.SOCIAL_COUNSELLOR,
        phone=phone,
        email=CONTACT_EMAIL,
    )


def contact_named() -> ContactNamed:
    return ContactNamed(case_id=new_id(), version=1, handoff_id=new_id(), person_id=new_id(), contact=contact())


def accepted(named: Contact | None = None) -> HandoffAccepted:
    return HandoffAccepted(
        handoff_id=new_id(),
        version=4,
        case_id=new_id(),
        person_id=new_id(),
        residence_area="08",
        contact=named or contact(),
    )


def completed(side: Side) -> HandoffCompleted:
    return HandoffCompleted(handoff_id=new_id(), version=6, case_id=new_id(), person_id=new_id(), side=side)


def needs_person() -> HandoffNeedsPerson:
    return HandoffNeedsPerson(
        handoff_id=new_id(),
        version=1,
        case_id=new_id(),
        person_id=new_id(),
        move_id=new_id(),
        destination=ToAland(municipality="478"),
    )

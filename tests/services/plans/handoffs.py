"""What interarea says to plans, made for tests."""

from datetime import date
from uuid import UUID, uuid4

from contracts.dossiers import Dossier, PersonDetails
from contracts.interarea import HandoffAccepted, HandoffOpened, HandoffReceived, HandoffReleased, Side
from contracts.plans import ResidenceChanged, ToArea
from contracts.values import Contact, Ground, Language, Title, new_id
from tests.services.plans.area import hetu


def opened(move: ResidenceChanged, handoff_id: UUID | None = None) -> HandoffOpened:
    """The placing area's interarea opens a handoff for a move."""
    assert isinstance(move.destination, ToArea)
    return HandoffOpened(
        handoff_id=handoff_id or new_id(),
        version=1,
        case_id=move.case_id,
        person_id=move.person_id,
        move_id=move.move_id,
        to_area=move.destination.area,
        moved_on=move.moved_on,
    )


def received(
    dossier: Dossier, *, placing_case_id: UUID | None = None, handoff_id: UUID | None = None
) -> HandoffReceived:
    """The residence area's interarea has an offer of area 05."""
    return HandoffReceived(
        handoff_id=handoff_id or new_id(),
        version=1,
        from_area="05",
        placing_case_id=placing_case_id or uuid4(),
        dossier=dossier,
    )


def accepted(move: ResidenceChanged, handoff_id: UUID, contact: Contact) -> HandoffAccepted:
    """The placing area's interarea knows who the residence area's contact is."""
    assert isinstance(move.destination, ToArea)
    return HandoffAccepted(
        handoff_id=handoff_id,
        version=5,
        case_id=move.case_id,
        person_id=move.person_id,
        residence_area=move.destination.area,
        contact=contact,
    )


def released_here(handoff: HandoffReceived) -> HandoffReleased:
    """The residence area's interarea hears that the next area has taken over."""
    return HandoffReleased(
        handoff_id=handoff.handoff_id,
        version=5,
        case_id=handoff.placing_case_id,
        side=Side.RECEIVING,
        placing_area=handoff.from_area,
    )


def let_go(case_id: UUID, handoff_id: UUID) -> HandoffReleased:
    """The placing area's interarea has released the earlier residence area."""
    return HandoffReleased(handoff_id=handoff_id, version=8, case_id=case_id, side=Side.GIVING)


def dossier(
    *,
    code: str | None = None,
    language: Language = Language.SV,
    special_support: bool = False,
    address_protected: bool = False,
    email: str | None = "venla@nuori.example",
) -> Dossier:
    """What area 05 tells of a young person who moved to Tampere."""
    return Dossier(
        person=PersonDetails(
            hetu=code or hetu(),
            given_name="Venla",
            family_name="Esimerkki",
            language=language,
            email=email,
            address_protected=address_protected,
        ),
        ground=Ground.TAKEN_INTO_CARE,
        placement_ended_on=date(2024, 5, 17),
        last_child_protection_on=date(2024, 5, 17),
        right_ends_on=date(2029, 5, 17),
        special_support=special_support,
        municipality="837",
        moved_on=date(2026, 11, 1),
        responsible_worker=contact("Onni Kettunen"),
    )


def contact(name: str = "Aino Mäkelä") -> Contact:
    """A contact of another area."""
    return Contact(worker_id=uuid4(), name=name, title=Title.SOCIAL_WORKER, phone="+358 40 555 0123")

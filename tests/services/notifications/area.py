"""What happens around the notifications service of an area: who lives and works there, and what it hears of them."""

from pathlib import Path
from uuid import UUID

from contracts.interarea import HandoffAccepted, HandoffCompleted, HandoffNeedsPerson, Side
from contracts.plans import CaseOpened, ContactNamed, PersonRecorded, ToAbroad, WorkerNamed, WorkerRecorded
from contracts.values import CaseRole, Contact, Language, Title, new_id
from services.chassis.service import Service
from services.notifications.messages import store as messages
from services.notifications.messages.domain import Said
from tests.services.conversation import hear
from tests.unit.notifications import events


class Area:
    """One young person with a responsible worker, on the move; each method brings one event."""

    def __init__(self, service: Service, clock_file: Path) -> None:
        self.service = service
        self.person_id = new_id()
        self.case_id = new_id()
        self.worker_id = new_id()
        self.handoff_id = new_id()
        self._clock_file = clock_file
        self._shift = 0.0

    def let_pass(self, seconds: float) -> None:
        """Move the service's clock on."""
        self._shift += seconds
        self._clock_file.write_text(str(self._shift))

    async def records_person(
        self,
        version: int = 1,
        *,
        language: Language = Language.SV,
        email: str | None = "nuori@posti.example",
        protected: bool = False,
    ) -> str:
        event = PersonRecorded(
            person_id=self.person_id,
            version=version,
            given_name="Nuori-Merkitty",
            language=language,
            email=email,
            phone=None,
            address_protected=protected,
        )
        return await hear(self.service, event)

    async def records_worker(
        self,
        worker_id: UUID | None = None,
        version: int = 1,
        *,
        name: str = events.WORKER_NAME,
        language: Language = Language.FI,
        active: bool = True,
    ) -> str:
        event = WorkerRecorded(
            worker_id=worker_id or self.worker_id,
            version=version,
            name=name,
            language=language,
            email="tyontekija@alue.example",
            lead=False,
            active=active,
        )
        return await hear(self.service, event)

    async def opens_case(self, version: int = 1) -> str:
        event = CaseOpened(
            case_id=self.case_id,
            version=version,
            person_id=self.person_id,
            role=CaseRole.PLACING,
            placing_area="05",
            worker_id=self.worker_id,
            right_ends_on=events.AT.date(),
        )
        return await hear(self.service, event)

    async def names_worker(self, worker_id: UUID, version: int = 2) -> str:
        event = WorkerNamed(
            case_id=self.case_id,
            version=version,
            person_id=self.person_id,
            role=CaseRole.PLACING,
            worker_id=worker_id,
            earlier_worker_id=self.worker_id,
        )
        return await hear(self.service, event)

    async def settles_in(self, *, protected: bool = False, email: str | None = "nuori@posti.example") -> None:
        """Everything that is known before a move."""
        await self.records_person(protected=protected, email=email)
        await self.records_worker()
        await self.opens_case()

    def contact(self, worker_id: UUID | None = None) -> Contact:
        return Contact(
            worker_id=worker_id or new_id(),
            name=events.CONTACT_NAME,
            title=Title.SOCIAL_COUNSELLOR,
            phone=events.CONTACT_PHONE,
            email=events.CONTACT_EMAIL,
        )

    def accepted(self) -> HandoffAccepted:
        """The event that the other area has named a contact; not yet heard."""
        return HandoffAccepted(
            handoff_id=self.handoff_id,
            version=4,
            case_id=self.case_id,
            person_id=self.person_id,
            residence_area="08",
            contact=self.contact(),
        )

    async def handoff_is_accepted(self, *, event_id: UUID | None = None) -> str:
        return await hear(self.service, self.accepted(), event_id=event_id)

    async def handoff_is_completed(self, side: Side = Side.GIVING) -> str:
        event = HandoffCompleted(
            handoff_id=self.handoff_id, version=6, case_id=self.case_id, person_id=self.person_id, side=side
        )
        return await hear(self.service, event)

    async def handoff_needs_person(self) -> str:
        event = HandoffNeedsPerson(
            handoff_id=self.handoff_id,
            version=1,
            case_id=self.case_id,
            person_id=self.person_id,
            move_id=new_id(),
            destination=ToAbroad(),
        )
        return await hear(self.service, event)

    async def names_contact(self, worker_id: UUID) -> str:
        event = ContactNamed(
            case_id=self.case_id,
            version=1,
            handoff_id=self.handoff_id,
            person_id=self.person_id,
            contact=self.contact(worker_id),
        )
        return await hear(self.service, event)

    async def said(self) -> list[Said]:
        """Everything that was said of the handoff, oldest first."""
        async with self.service.work() as work:
            return await messages.of_handoff(work, self.handoff_id)

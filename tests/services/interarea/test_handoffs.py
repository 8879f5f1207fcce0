"""Interarea of the placing area on a real database: what it opens, sends, logs, releases and shows."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from contracts import exchange, interarea, plans
from contracts.dossiers import Dossier, PersonDetails
from contracts.envelope import SEALED_CONTENT_TYPE, envelope_for
from contracts.exchange import ExchangeMessage
from contracts.interarea import HandoffState
from contracts.notifications import PersonTold
from contracts.subjects import consumers_of, exchange_subject
from contracts.values import Contact, Ground, Language, Title, new_id
from deploy.keys import write_exchange_keys
from services.chassis.auth import Role
from services.chassis.clock import SystemClock
from services.chassis.service import Service
from services.chassis.settings import ServiceSettings
from services.interarea.app import InterareaSettings, build
from services.interarea.exchange.keys import AreaKeys, KeyDirectory
from services.interarea.exchange.sealing import seal
from tests.services.conversation import hear, said
from tests.services.tokens import TokenIssuer

PLACING, FIRST, SECOND, UNCONNECTED = "05", "08", "90", "19"
CONTACT = Contact(worker_id=uuid4(), name="Testi Yhteinen", title=Title.SOCIAL_WORKER)
DOSSIER = Dossier(
    person=PersonDetails(hetu="010106A967K", given_name="Testi", family_name="Nuori", language=Language.FI),
    ground=Ground.TAKEN_INTO_CARE,
    placement_ended_on=date(2024, 1, 1),
    last_child_protection_on=date(2024, 1, 1),
    right_ends_on=date(2029, 1, 1),
    special_support=False,
    municipality="837",
    moved_on=date(2026, 3, 2),
    responsible_worker=CONTACT,
)


class Placing:
    """The placing area's interarea, and what the others say to it."""

    def __init__(self, service: Service, keys: dict[str, AreaKeys], directory: KeyDirectory) -> None:
        self.service = service
        self._keys = keys
        self._directory = directory
        self.case_id = uuid4()
        self._version = 1

    async def move(self, destination: plans.Destination) -> UUID | None:
        """Plans says that she moved; the handoff that this opens."""
        self._version += 1
        event = plans.ResidenceChanged(
            case_id=self.case_id,
            version=self._version,
            move_id=uuid4(),
            person_id=uuid4(),
            destination=destination,
            moved_on=date(2026, 3, 2),
        )
        before = await self._handoffs()
        await hear(self.service, event)
        return next(iter(await self._handoffs() - before), None)

    async def hand_over(self, handoff_id: UUID, to: str) -> None:
        """Everything that a handoff needs, up to its end."""
        await hear(
            self.service,
            plans.DossierPrepared(case_id=self.case_id, version=9, handoff_id=handoff_id, dossier=DOSSIER),
        )
        now = SystemClock().now()
        await self.heard(to, exchange.HandoffAccepted(handoff_id=handoff_id, version=2, contact=CONTACT))
        told = PersonTold(
            message_id=uuid4(), handoff_id=handoff_id, case_id=self.case_id, person_id=uuid4(), told_at=now
        )
        await hear(self.service, told)
        await self.heard(to, exchange.HandoffCompleted(handoff_id=handoff_id, version=5, first_contact_at=now))

    async def heard(self, sender: str, message: ExchangeMessage) -> str:
        """Another area says something, signed and sealed."""
        now, message_id = SystemClock().now(), new_id()
        body = seal(
            message,
            message_id=message_id,
            sender=sender,
            receiver=PLACING,
            time=now,
            keys=self._keys[sender],
            directory=self._directory,
        )
        envelope = envelope_for(
            message,
            event_id=message_id,
            area=sender,
            service="interarea",
            sequence=message.version,
            time=now,
            traceparent=None,
        ).model_copy(update={"datacontenttype": SEALED_CONTENT_TYPE})
        consumer = next(c for c in consumers_of("interarea") if c.message is type(message))
        subject = exchange_subject(message.type, sender=sender, receiver=PLACING)
        return await self.service.subscriptions.process(consumer.durable, subject, envelope.headers(), body, 1)

    async def state(self, handoff_id: UUID) -> str:
        async with self.service.work() as work:
            query = text("SELECT state FROM handoffs WHERE handoff_id = :id")
            return str((await work.connection.execute(query, {"id": handoff_id})).scalar_one())

    async def disclosed(self) -> list[tuple[UUID, str, str]]:
        async with self.service.work() as work:
            query = text(
                "SELECT handoff_id, recipient_area, category FROM disclosures ORDER BY disclosed_at, message_id"
            )
            return [(row[0], row[1], row[2]) for row in await work.connection.execute(query)]

    async def _handoffs(self) -> set[UUID]:
        async with self.service.work() as work:
            return set((await work.connection.execute(text("SELECT handoff_id FROM handoffs"))).scalars())


@pytest.fixture
def placing(settings_of: Callable[[str, str], ServiceSettings], tmp_path: Path) -> Placing:
    files = write_exchange_keys(tmp_path / "keys", [PLACING, FIRST, SECOND])
    common = settings_of("interarea", PLACING)
    settings = InterareaSettings(
        **common.model_dump(),
        exchange_seed_file=common.nats_seed_file,
        key_directory_file=files.directory,
        directory_authority_file=files.authority,
        area_keys_file=files.areas[PLACING],
    )
    keys = {area: AreaKeys.load(file) for area, file in files.areas.items()}
    return Placing(build(settings), keys, KeyDirectory.load(files.directory, authority_file=files.authority))


def to(area: str) -> plans.ToArea:
    return plans.ToArea(area=area, municipality="837")


async def test_a_move_to_an_area_that_is_not_connected_goes_to_a_person_and_discloses_nothing(placing: Placing) -> None:
    handoff_id = await placing.move(to(UNCONNECTED))
    assert handoff_id is not None
    assert await placing.state(handoff_id) == HandoffState.MANUAL
    (needs,) = await said(placing.service, interarea.HandoffNeedsPerson)
    assert needs.destination == to(UNCONNECTED)
    assert await placing.disclosed() == []


async def test_the_area_before_is_released_when_the_next_has_completed_and_not_earlier(placing: Placing) -> None:
    first = await placing.move(to(FIRST))
    assert first is not None
    await placing.hand_over(first, FIRST)
    second = await placing.move(to(SECOND))
    assert second is not None
    assert await placing.state(first) == HandoffState.COMPLETED
    await placing.hand_over(second, SECOND)
    assert (await placing.state(first), await placing.state(second)) == (HandoffState.RELEASED, HandoffState.COMPLETED)
    assert [(h, area) for h, area, category in await placing.disclosed() if category == "release"] == [(first, FIRST)]


async def test_coming_home_opens_nothing_and_releases_whoever_served_her(placing: Placing) -> None:
    first = await placing.move(to(FIRST))
    assert first is not None
    await placing.hand_over(first, FIRST)
    assert await placing.move(to(PLACING)) is None
    assert await placing.state(first) == HandoffState.RELEASED


async def test_everything_that_another_area_is_told_is_in_the_disclosure_log(placing: Placing) -> None:
    first = await placing.move(to(FIRST))
    assert first is not None
    await placing.hand_over(first, FIRST)
    assert await placing.disclosed() == [(first, FIRST, "dossier"), (first, FIRST, "told")]
    async with placing.service.work() as work:
        sent = await work.connection.execute(text("SELECT count(*) FROM journal WHERE queue = 'exchange'"))
        assert sent.scalar_one() == 2


async def test_an_area_that_is_no_party_is_refused(placing: Placing) -> None:
    first = await placing.move(to(FIRST))
    assert first is not None
    accepted = exchange.HandoffAccepted(handoff_id=first, version=2, contact=CONTACT)
    assert await placing.heard(SECOND, accepted) == "dead"
    assert await placing.state(first) == HandoffState.OPENED


async def test_only_an_operator_is_told_the_other_area(placing: Placing, tokens: TokenIssuer) -> None:
    first = await placing.move(to(FIRST))
    transport = httpx.ASGITransport(app=placing.service.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://interarea.test") as client:
        for role, shown in ((Role.OPERATOR, FIRST), (Role.LEAD, None), (Role.WORKER, None)):
            bearer = tokens.bearer(role, area=PLACING)
            one = (await client.get(f"/handoffs/{first}", headers=bearer)).json()
            (listed,) = (await client.get(f"/handoffs?case_id={placing.case_id}", headers=bearer)).json()
            assert (one["other_area"], listed["other_area"]) == (shown, shown)
        refused = await client.get(f"/handoffs/{first}/disclosures", headers=tokens.bearer(Role.WORKER, area=PLACING))
        assert refused.status_code == 403
        unknown = await client.get(f"/handoffs/{uuid4()}", headers=tokens.bearer(Role.LEAD, area=PLACING))
        assert unknown.status_code == 404

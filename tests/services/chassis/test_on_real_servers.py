"""The chassis on a real nats-server and a real PostgreSQL: replicas share, readiness looks, faults come again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from uuid import UUID, uuid4

import httpx
import pytest
import structlog.testing
from sqlalchemy import text

from contracts import interarea, plans
from contracts.envelope import Envelope, envelope_for
from contracts.subjects import INTERAREA, subject_of
from contracts.values import CaseRole, new_id
from deploy.provision import provision
from services.chassis import journal
from services.chassis.clock import SystemClock
from services.chassis.connections import NotProvisioned
from services.chassis.service import Service
from services.chassis.settings import ServiceSettings
from services.chassis.work import Work
from tests.services.chassis import probe
from tests.services.nats_network import Network, network

SettingsOf = Callable[[str, str], ServiceSettings]
AREA = "05"
DURABLE = "plans-interarea_handoff_opened_v1"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with network(tmp_path_factory.mktemp("network"), (AREA,)) as running:
        yield running


@pytest.fixture
async def provisioned(servers: Network) -> AsyncIterator[Network]:
    """Streams and consumers as in a new area."""
    await provision(servers.target(AREA))
    yield servers
    async with servers.member(AREA, "provision") as member:
        await member.client.jetstream().delete_stream(INTERAREA.name)


def on(servers: Network, settings: ServiceSettings) -> ServiceSettings:
    """The settings, for the area's real nats-server."""
    return settings.model_copy(
        update={
            "nats_url": servers.servers.url(AREA),
            "nats_seed_file": servers.seeds.user(AREA, "plans"),
            "nats_ca_file": servers.tls.authority,
        }
    )


@asynccontextmanager
async def running(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """The service with everything that its lifespan starts."""
    app = service.app()
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as client:
            yield client


async def eventually(holds: Callable[[], Awaitable[bool]], *, seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - a row in a database sets no asyncio.Event
            await asyncio.sleep(0.05)


class Tally:
    """Writes down each handoff that it hears of in the database, and who heard it; fails at first when told to."""

    def __init__(self, name: str, *, fails: int = 0) -> None:
        self.name = name
        self.fails = fails

    async def __call__(self, work: Work, message: interarea.HandoffOpened, _envelope: Envelope) -> None:
        await work.connection.execute(
            text("INSERT INTO tally (handoff_id, heard_by) VALUES (:id, :by)"),
            {"id": message.handoff_id, "by": self.name},
        )
        if self.fails > 0:
            self.fails -= 1
            raise RuntimeError("told to fail")


async def prepare(service: Service) -> None:
    async with service.work() as work:
        await work.connection.execute(text("CREATE TABLE tally (handoff_id uuid NOT NULL, heard_by text NOT NULL)"))


async def heard(service: Service) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    async with service.work() as work:
        for row in await work.connection.execute(text("SELECT handoff_id, heard_by FROM tally")):
            found.setdefault(row.handoff_id, []).append(row.heard_by)
    return found


async def say(servers: Network, count: int) -> set[UUID]:
    """Say as interarea that handoffs were opened; then all of it again, under other message ids."""
    said: dict[UUID, tuple[Envelope, bytes]] = {}
    async with servers.member(AREA, "interarea") as member:
        for _ in range(count):
            event = interarea.HandoffOpened(
                handoff_id=uuid4(),
                version=1,
                case_id=uuid4(),
                person_id=uuid4(),
                move_id=uuid4(),
                to_area="08",
                moved_on=date(2026, 1, 2),
            )
            envelope = envelope_for(
                event,
                event_id=new_id(),
                area=AREA,
                service="interarea",
                sequence=1,
                time=SystemClock().now(),
                traceparent=None,
            )
            said[event.handoff_id] = envelope, event.model_dump_json().encode()
        for again in ("", "-again"):
            for envelope, body in said.values():
                headers = {**envelope.headers(), "Nats-Msg-Id": f"{envelope.id}{again}"}
                await member.client.jetstream().publish(subject_of(envelope.type), body, headers=headers)
    return set(said)


async def test_two_replicas_share_the_messages_and_each_has_one_effect(
    provisioned: Network, settings_of: SettingsOf
) -> None:
    settings = on(provisioned, settings_of("plans", AREA))
    replicas = [probe.build(settings, Tally("one")), probe.build(settings, Tally("two"))]
    await prepare(replicas[0])
    async with AsyncExitStack() as stack:
        for replica in replicas:
            await stack.enter_async_context(running(replica))
        said = await say(provisioned, 60)
        await eventually(lambda: _all_heard(replicas[0], said))
        found = await heard(replicas[0])
    assert {len(by) for by in found.values()} == {1}
    assert {by for names in found.values() for by in names} == {"one", "two"}


async def _all_heard(service: Service, said: set[UUID]) -> bool:
    return set(await heard(service)) == said


async def test_two_replicas_publish_what_was_said_once(provisioned: Network, settings_of: SettingsOf) -> None:
    settings = on(provisioned, settings_of("plans", AREA))
    replicas = [probe.build(settings), probe.build(settings)]
    async with AsyncExitStack() as stack:
        for replica in replicas:
            await stack.enter_async_context(running(replica))
        async with replicas[0].work() as work:
            for number in range(50):
                await journal.record(work, _closed(number))

        async def queue_is_empty() -> bool:
            async with replicas[0].work() as work:
                return not (await work.connection.execute(text("SELECT 1 FROM outbox"))).all()

        await eventually(queue_is_empty)
    async with provisioned.member(AREA, "plans") as member:
        info = await member.client.jetstream().stream_info("PLANS")
    assert info.state.messages == 50


def _closed(number: int) -> plans.CaseClosed:
    return plans.CaseClosed(case_id=uuid4(), version=number + 1, person_id=uuid4(), role=CaseRole.RESIDENCE)


async def test_what_failed_comes_again_until_it_succeeds(provisioned: Network, settings_of: SettingsOf) -> None:
    service = probe.build(on(provisioned, settings_of("plans", AREA)), Tally("patient", fails=3))
    await prepare(service)
    async with running(service):
        said = await say(provisioned, 1)
        await eventually(lambda: _all_heard(service, said))
        assert {len(by) for by in (await heard(service)).values()} == {1}


async def test_a_service_is_ready_only_while_each_of_its_consumers_exists(
    provisioned: Network, settings_of: SettingsOf
) -> None:
    service = probe.build(on(provisioned, settings_of("plans", AREA)))
    async with running(service) as client:
        ready = await client.get("/health/ready")
        assert ready.status_code == 200, ready.text
        async with provisioned.member(AREA, "provision") as member:
            await member.client.jetstream().delete_consumer(INTERAREA.name, DURABLE)
        answer = await client.get("/health/ready")
        assert answer.status_code == 503
        assert not answer.json()["checks"][f"consumer {DURABLE}"]["well"]
        assert answer.json()["checks"]["database"]["well"]


async def test_a_service_whose_consumers_are_missing_does_not_start_and_says_which(
    servers: Network, settings_of: SettingsOf
) -> None:
    service = probe.build(on(servers, settings_of("plans", AREA)))
    with structlog.testing.capture_logs() as logged, pytest.raises(NotProvisioned):
        async with running(service):
            pass
    (line,) = [each for each in logged if each["log_level"] == "error"]
    assert "jatkumo provision" in line["event"]
    assert line["consumer"].startswith("plans-interarea_")

"""Who may say and hear what, on real servers: inside an area, and between areas."""

import asyncio
import json
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import nats.errors
import pytest
from nats.aio.msg import Msg

from contracts import exchange, plans
from contracts.subjects import (
    CONSUMERS,
    EXCHANGE_IN,
    PLANS,
    PUBLISHED,
    SERVICES,
    STREAMS,
    Account,
    Consumer,
    consumers_of,
    exchange_subject,
    stream_of,
)
from deploy.embedded.processes import Server
from deploy.nats.permissions import USERS
from deploy.provision import provision
from tests.services.nats_network import UNANSWERED, Network, eventually, network

ROGUE = "90"
"""The area whose server does not keep its own users in check: only the hub stands between it and the others."""

NEWER = "08"
"""The area whose server asks for acknowledgements in their newer form, with domain and account."""

OFFER = exchange.HandoffOffered.type
DOSSIER = Consumer("interarea", plans.DossierPrepared)


@pytest.fixture(scope="module")
def areas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with network(tmp_path_factory.mktemp("network"), ("05", "08", ROGUE), altered=_alter) as running:
        for area in ("05", "08", ROGUE):
            asyncio.run(provision(running.target(area)))
        # What an area listens to is known at the hub a moment later.
        for sender, receiver in permutations(("05", "08", ROGUE), 2):
            asyncio.run(running.stored(sender, exchange_subject(OFFER, sender=sender, receiver=receiver)))
        yield running


def _alter(area: str, server: Server) -> None:
    file = Path(server.command[-1])
    configuration = json.loads(file.read_text())
    if area == ROGUE:
        for account in configuration["accounts"].values():
            for user in account["users"]:
                del user["permissions"]
    if area == NEWER:
        configuration["feature_flags"] = {"js_ack_fc_v2": True}
    file.write_text(json.dumps(configuration))


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_says_its_own_events_and_nobody_elses(areas: Network, service: str) -> None:
    async with areas.member("05", service) as member:
        for message in PUBLISHED[service]:
            ack = await member.client.jetstream().publish(message.type, b"{}")
            assert ack.stream == stream_of(message).name
        for other in set(SERVICES) - {service}:
            for message in PUBLISHED[other]:
                assert await member.is_refused(message.type), f"{service} said {message.type}"
        assert await member.is_refused(f"{service}.something_unheard_of.v1")
        assert await member.is_refused(exchange_subject(OFFER, sender="05", receiver="08"))


@pytest.mark.parametrize("area", ["05", NEWER])
@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_fetches_and_acknowledges_what_its_durables_hold(
    areas: Network, service: str, area: str
) -> None:
    async with areas.member(area, service) as member:
        jetstream = member.client.jetstream()
        for consumer in consumers_of(service, Account.LOCAL):
            async with areas.member(area, consumer.stream.owner) as speaker:
                await speaker.client.jetstream().publish(consumer.message.type, b"{}")
            subscription = await jetstream.pull_subscribe(
                consumer.filter_subject(area), durable=consumer.durable, stream=consumer.stream.name
            )
            for message in await subscription.fetch(10, timeout=5):
                assert message.reply.startswith(f"$JS.ACK.{NEWER}." if area == NEWER else "$JS.ACK.")
                await message.ack_sync()
            info = await jetstream.consumer_info(consumer.stream.name, consumer.durable)
            assert (info.num_pending, info.num_ack_pending) == (0, 0)
        assert not member.refusals


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_cannot_fetch_look_at_or_acknowledge_for_another(areas: Network, service: str) -> None:
    async with areas.member("05", service) as member:
        for consumer in CONSUMERS:
            if consumer.service == service and consumer.stream.account is Account.LOCAL:
                continue
            of_it = f"{consumer.stream.name}.{consumer.durable}"
            assert await member.is_refused(f"$JS.API.CONSUMER.MSG.NEXT.{of_it}", b"1")
            assert await member.is_refused(f"$JS.API.CONSUMER.INFO.{of_it}")
            assert await member.is_refused(f"$JS.ACK.{of_it}.1.1.1.1.0")
            assert await member.is_refused(f"$JS.ACK.05.hash.{of_it}.1.1.1.1.0")


@pytest.mark.parametrize(("account", "user"), [(a, u) for a in USERS for u in USERS[a] if "provision" not in u])
async def test_only_provisioning_makes_changes_or_removes(areas: Network, account: Account, user: str) -> None:
    async with areas.member("05", user) as member:
        for stream in STREAMS:
            for request in (
                f"STREAM.CREATE.{stream.name}",
                f"STREAM.UPDATE.{stream.name}",
                f"STREAM.DELETE.{stream.name}",
                f"STREAM.PURGE.{stream.name}",
                f"STREAM.MSG.DELETE.{stream.name}",
                f"CONSUMER.CREATE.{stream.name}",
                f"CONSUMER.CREATE.{stream.name}.mine",
                f"CONSUMER.CREATE.{stream.name}.mine.{stream.name.lower()}.>",
                f"CONSUMER.DURABLE.CREATE.{stream.name}.mine",
                f"CONSUMER.DELETE.{stream.name}.mine",
                f"CONSUMER.PAUSE.{stream.name}.mine",
                f"CONSUMER.RESET.{stream.name}.mine",
                f"CONSUMER.LIST.{stream.name}",
            ):
                assert await member.is_refused(f"$JS.API.{request}"), request


@pytest.mark.parametrize("user", ["plans", "notifications", "provision"])
async def test_a_dossier_is_heard_by_interarea_alone(areas: Network, user: str) -> None:
    async with areas.member("05", user) as member:
        assert await member.may_not_hear(plans.DossierPrepared.type)
        assert await member.may_not_hear("plans.>")
        assert await member.is_refused(f"$JS.API.STREAM.MSG.GET.{PLANS.name}", b'{"seq":1}')
        assert await member.is_refused(f"$JS.API.DIRECT.GET.{PLANS.name}.{plans.DossierPrepared.type}")
        assert await member.is_refused(f"$JS.API.CONSUMER.MSG.NEXT.{PLANS.name}.{DOSSIER.durable}", b"1")


@pytest.mark.parametrize(("account", "user"), [(a, u) for a in USERS for u in USERS[a]])
async def test_nobody_hears_another_users_replies(areas: Network, account: Account, user: str) -> None:
    async with areas.member("05", user) as member:
        for other in {other for users in USERS.values() for other in users} - {user}:
            assert await member.may_not_hear(f"_INBOX.{other}.>")
        for wide in (">", "_INBOX.>", "_INBOX.*.*", "$JS.ACK.>", "exchange.>"):
            assert await member.may_not_hear(wide), wide


async def test_a_message_to_another_area_is_acknowledged_by_that_areas_own_stream(areas: Network) -> None:
    async with areas.member("05", "exchange") as member:
        subject = exchange_subject(OFFER, sender="05", receiver="08")
        acks = [
            await member.client.jetstream().publish(subject, b"sealed", headers={"Nats-Msg-Id": "same"}, timeout=5)
            for _ in range(2)
        ]
        assert {(ack.domain, ack.stream) for ack in acks} == {("08", EXCHANGE_IN.name)}
        assert [bool(ack.duplicate) for ack in acks] == [False, True]
        assert not member.refusals


async def test_an_area_cannot_write_in_anothers_name_or_to_itself(areas: Network) -> None:
    async with areas.member("05", "exchange") as member:
        assert await member.is_refused(exchange_subject(OFFER, sender="90", receiver="08"))
        assert await member.is_refused(exchange_subject(OFFER, sender="08", receiver="05"))
        assert await member.is_refused(exchange_subject(OFFER, sender="05", receiver="05"))
        assert await member.is_refused(plans.ResidenceChanged.type)


async def test_the_hub_refuses_another_areas_name_from_a_server_that_lets_it_through(areas: Network) -> None:
    async with areas.observer("08") as ear, areas.member(ROGUE, "exchange") as rogue:
        heard: list[str] = []

        async def note(message: Msg) -> None:
            heard.append(message.subject)

        await ear.client.subscribe(">", cb=note)
        await ear.client.flush()
        own = exchange_subject(OFFER, sender=ROGUE, receiver="08")
        forged = exchange_subject(OFFER, sender="05", receiver="08")
        for subject in (forged, "$JS.08.API.STREAM.DELETE.EXCHANGE_IN", "$JS.08.API.STREAM.NAMES"):
            with pytest.raises(UNANSWERED):
                await rogue.client.jetstream().publish(subject, b"forged", timeout=0.5)
        # What comes after on the same way has arrived, so the forged one would have.
        ack = await rogue.client.jetstream().publish(own, b"sealed", timeout=5)
        assert ack.domain == "08"
        await eventually(lambda: own in heard)
        assert forged not in heard


async def test_a_third_area_hears_nothing(areas: Network) -> None:
    heard: list[str] = []

    async def note(message: Msg) -> None:
        heard.append(message.subject)

    to_rogue = exchange_subject(OFFER, sender="05", receiver=ROGUE)
    async with (
        areas.observer(ROGUE) as ear,
        areas.member(ROGUE, "exchange") as rogue,
        areas.member("05", "exchange") as sender,
    ):
        for listener, subject in ((ear, ">"), (rogue, "exchange.>"), (rogue, "exchange.to.08.>")):
            await listener.client.subscribe(subject, cb=note)
            await listener.client.flush()
        for receiver in ("08", ROGUE):
            subject = exchange_subject(OFFER, sender="05", receiver=receiver)
            await sender.client.jetstream().publish(subject, b"sealed", timeout=5)
        await eventually(lambda: to_rogue in heard)
    assert {subject for subject in heard if subject.startswith("exchange.")} == {to_rogue}


async def test_an_observer_says_nothing(areas: Network) -> None:
    async with areas.observer("05") as ear:
        assert await ear.is_refused(exchange_subject(OFFER, sender="05", receiver="08"))


async def test_an_areas_key_at_the_hub_is_for_its_server_only(areas: Network) -> None:
    with pytest.raises(nats.errors.Error):
        async with areas.connected(areas.servers.hub_url, areas.seeds.leaf("05"), "_INBOX.x"):
            pass


async def test_a_stranger_and_a_user_of_another_area_are_not_let_in(areas: Network, tmp_path: Path) -> None:
    for seed in (areas.seeds.user("08", "plans"), type(areas.seeds)(tmp_path).user("05", "plans")):
        with pytest.raises(nats.errors.Error):
            async with areas.connected(areas.servers.url("05"), seed, "_INBOX.plans"):
                pass


async def test_what_could_not_be_stored_while_an_area_was_away_is_stored_when_it_is_back(areas: Network) -> None:
    subject = exchange_subject(OFFER, sender="05", receiver="08")
    areas.stop("08")
    async with areas.member("05", "exchange") as member:
        with pytest.raises(UNANSWERED):
            await member.client.jetstream().publish(subject, b"sealed", timeout=0.5)
    areas.start("08")
    assert (await areas.stored("05", subject)).domain == "08"

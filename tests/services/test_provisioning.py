"""Provisioning on a real nats-server: makes what the contracts say, repairs, and never loses anything unasked."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from io import StringIO

import pytest
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from rich.console import Console
from typer.testing import CliRunner

from contracts.subjects import CONSUMERS, PLANS, STREAMS, Account, consumers_of
from deploy.cli import application
from deploy.nats.differences import Action
from deploy.nats.permissions import PROVISION_USERS
from deploy.provision import Outcome, provision, report
from tests.services.nats_network import Network, network

AREA = "05"
DURABLE = next(consumer for consumer in CONSUMERS if consumer.stream is PLANS)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with network(tmp_path_factory.mktemp("network"), (AREA,)) as running:
        yield running


@pytest.fixture
async def provisioned(server: Network) -> Network:
    """The server as the contracts want it, whatever a test before did to it."""
    await provision(server.target(AREA), allow_loosening=True)
    return server


@asynccontextmanager
async def by_hand(server: Network) -> AsyncIterator[JetStreamContext]:
    """JetStream of the LOCAL account, for what nobody should do."""
    async with server.member(AREA, PROVISION_USERS[Account.LOCAL]) as member:
        yield member.client.jetstream()


def changes(outcome: Outcome) -> set[tuple[str, str | None, Action]]:
    """What was done, in short."""
    return {(change.stream, change.consumer, change.action) for change in outcome.applied}


async def test_an_empty_server_gets_every_stream_and_durable_and_nothing_twice(server: Network) -> None:
    async with by_hand(server) as jetstream:
        for info in await jetstream.streams_info():
            await jetstream.delete_stream(info.config.name or "")
    first = await provision(server.target(AREA))
    local = {stream.name for stream in STREAMS if stream.account is Account.LOCAL}
    assert {(name, None, Action.CREATE) for name in local} <= changes(first)
    assert {(c.stream.name, c.durable, Action.CREATE) for c in CONSUMERS if c.stream.name in local} <= changes(first)
    assert first.exit_code == 0

    second = await provision(server.target(AREA))
    assert (second.applied, second.refused, second.exit_code) == ((), (), 0)


async def test_what_is_made_is_kept_on_disk_and_refuses_when_full(provisioned: Network) -> None:
    async with by_hand(provisioned) as jetstream:
        config = (await jetstream.stream_info(PLANS.name)).config
    assert (config.storage, config.discard, config.num_replicas) == ("file", "new", 1)
    assert config.max_age == PLANS.max_age.total_seconds()
    assert config.duplicate_window == PLANS.duplicate_window.total_seconds()


async def test_a_dry_run_shows_and_does_nothing(provisioned: Network) -> None:
    async with by_hand(provisioned) as jetstream:
        await jetstream.delete_consumer(PLANS.name, DURABLE.durable)
    for _ in range(2):
        outcome = await provision(provisioned.target(AREA), dry_run=True)
        assert changes(outcome) == {(PLANS.name, DURABLE.durable, Action.CREATE)}


async def test_a_durable_that_was_changed_is_repaired_where_it_stands(provisioned: Network) -> None:
    async with by_hand(provisioned) as jetstream:
        info = await jetstream.consumer_info(PLANS.name, DURABLE.durable)
        await jetstream.add_consumer(PLANS.name, info.config, ack_wait=1.0, max_deliver=2)
        outcome = await provision(provisioned.target(AREA))
        assert changes(outcome) == {(PLANS.name, DURABLE.durable, Action.UPDATE)}
        repaired = await jetstream.consumer_info(PLANS.name, DURABLE.durable)
    assert repaired.config.ack_wait == DURABLE.ack_wait.total_seconds()
    assert repaired.config.max_deliver == -1
    assert repaired.created == info.created


async def test_a_shorter_limit_is_refused_until_somebody_says_so(provisioned: Network) -> None:
    async with by_hand(provisioned) as jetstream:
        config = (await jetstream.stream_info(PLANS.name)).config
        await jetstream.update_stream(config, max_age=2 * (config.max_age or 0))
        refused = await provision(provisioned.target(AREA))
        assert [(change.stream, change.loosens) for change in refused.refused] == [
            (PLANS.name, ("older messages would be lost",))
        ]
        assert refused.exit_code == 2
        assert (await jetstream.stream_info(PLANS.name)).config.max_age == 2 * (config.max_age or 0)

        allowed = await provision(provisioned.target(AREA), allow_loosening=True)
        assert allowed.exit_code == 0
        assert (await jetstream.stream_info(PLANS.name)).config.max_age == config.max_age


async def test_what_may_be_done_is_done_beside_what_is_refused(provisioned: Network) -> None:
    async with by_hand(provisioned) as jetstream:
        await jetstream.add_consumer(PLANS.name, name="forgotten", durable_name="forgotten")
        await jetstream.delete_consumer(PLANS.name, DURABLE.durable)
        outcome = await provision(provisioned.target(AREA))
        assert changes(outcome) == {(PLANS.name, DURABLE.durable, Action.CREATE)}
        assert [(change.consumer, change.action) for change in outcome.refused] == [("forgotten", Action.REMOVE)]
        names = {info.name for info in await jetstream.consumers_info(PLANS.name)}
    assert {"forgotten", DURABLE.durable} <= names


async def test_a_stream_that_is_not_on_disk_is_replaced_with_its_durables_when_somebody_says_so(
    provisioned: Network,
) -> None:
    async with by_hand(provisioned) as jetstream:
        await jetstream.delete_stream(PLANS.name)
        await jetstream.add_stream(name=PLANS.name, subjects=["plans.>"], storage="memory")
        assert (await provision(provisioned.target(AREA))).exit_code == 2
        await provision(provisioned.target(AREA), allow_loosening=True)
        assert (await jetstream.stream_info(PLANS.name)).config.storage == "file"
        names = {info.name for info in await jetstream.consumers_info(PLANS.name)}
    assert names == {consumer.durable for consumer in CONSUMERS if consumer.stream is PLANS}


async def test_a_message_outlives_provisioning(provisioned: Network) -> None:
    async with provisioned.member(AREA, "plans") as member:
        ack = await member.client.jetstream().publish(DURABLE.message.type, b"{}")
    await provision(provisioned.target(AREA))
    async with by_hand(provisioned) as jetstream:
        assert (await jetstream.stream_info(PLANS.name)).state.last_seq == ack.seq


async def test_who_may_not_provision_is_told_what_was_refused(server: Network) -> None:
    target = server.target(AREA)
    stranger = type(target)(AREA, target.url, dict.fromkeys(Account, server.seeds.user(AREA, "plans")), target.ca_file)
    with pytest.raises(NatsError):
        await provision(stranger)


async def test_the_report_names_what_changes_from_what_to_what(provisioned: Network) -> None:
    async with by_hand(provisioned) as jetstream:
        config = (await jetstream.stream_info(PLANS.name)).config
        await jetstream.update_stream(config, max_bytes=2 * (config.max_bytes or 0))
    outcome = await provision(provisioned.target(AREA))
    printed = StringIO()
    report([outcome], Console(file=printed, width=200))
    (row,) = (line for line in printed.getvalue().splitlines() if "max_bytes" in line)
    for part in (AREA, PLANS.name, str(PLANS.max_bytes), str(2 * PLANS.max_bytes), "refused"):
        assert part in row


def test_the_command_says_by_its_status_what_happened(server: Network) -> None:
    target = server.target(AREA)
    arguments = [
        "provision",
        f"--areas={AREA}",
        f"--url={target.url}",
        f"--ca-file={target.ca_file}",
        f"--local-seed={target.seeds[Account.LOCAL]}",
        f"--exchange-seed={target.seeds[Account.EXCHANGE]}",
    ]
    runner = CliRunner()
    assert runner.invoke(application(arguments), [*arguments, "--allow-loosening"]).exit_code == 0
    again = runner.invoke(application(arguments), arguments)
    assert again.exit_code == 0
    assert "Nothing to do" in again.output
    server.stop(AREA)
    assert runner.invoke(application(arguments), arguments).exit_code == 1
    server.start(AREA)
    server.servers.wait()


async def test_the_exchange_is_provisioned_by_its_own_user(provisioned: Network) -> None:
    async with provisioned.member(AREA, PROVISION_USERS[Account.EXCHANGE]) as member:
        infos = await member.client.jetstream().streams_info()
        assert [info.config.name for info in infos] == ["EXCHANGE_IN"]
        durables = await member.client.jetstream().consumers_info("EXCHANGE_IN")
    assert {info.name for info in durables} == {c.durable for c in consumers_of("interarea", Account.EXCHANGE)}

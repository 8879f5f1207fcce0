"""The configuration of the hub and of the areas, and what a change to JetStream could lose."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nats.js.api import ConsumerConfig, DiscardPolicy, StorageType, StreamConfig

from contracts.subjects import CONSUMERS, PLANS, PUBLISHED, SERVICES, STREAMS, Account
from deploy.nats.configuration import (
    Address,
    AreaServer,
    Hub,
    TlsFiles,
    area_configuration,
    hub_configuration,
    render,
)
from deploy.nats.differences import (
    Action,
    Change,
    consumer_changes,
    covers,
    stream_changes,
    wanted_consumer,
    wanted_stream,
)
from deploy.nats.permissions import USERS, Permissions, permissions_of

AREAS = ("05", "08", "90")
TLS = TlsFiles(Path("certificate.pem"), Path("key.pem"), Path("authority.pem"))
Json = dict[str, Any]  # any JSON: the configuration as nats-server reads it


def hub(observers: bool = False) -> Json:
    """The hub's configuration, read back from its text."""
    text = render(
        hub_configuration(
            Hub(
                clients=Address("127.0.0.1", 4222),
                leaves=Address("0.0.0.0", 7422),
                tls=TLS,
                leaf_keys={area: f"LEAF{area}" for area in AREAS},
                observer_keys={area: f"EAR{area}" for area in AREAS} if observers else None,
            )
        )
    )
    return dict(json.loads(text))


def area_server(area: str = "05", *, users: dict[Account, tuple[str, ...]] = USERS) -> Json:
    """An area's configuration, read back from its text."""
    text = render(
        area_configuration(
            AreaServer(
                area=area,
                clients=Address("127.0.0.1", 4222),
                hub=Address("hub.example", 7422),
                tls=TLS,
                store=Path("streams"),
                user_keys={account: {user: f"KEY-{user}" for user in names} for account, names in users.items()},
                leaf_seed="SEED",
            )
        )
    )
    return dict(json.loads(text))


def allows(permissions: Permissions, subject: str) -> bool:
    """Whether a user with these permissions may publish on ``subject``."""
    if any(covers(denied, subject) for denied in permissions.not_publish):
        return False
    return any(covers(allowed, subject) for allowed in permissions.publish)


def test_every_connection_is_tls() -> None:
    for configuration in (hub(), area_server()):
        assert configuration["tls"]["min_version"] == "1.3"
    assert hub()["leafnodes"]["tls"]["cert_file"] == "certificate.pem"
    (remote,) = area_server()["leafnodes"]["remotes"]
    assert remote["url"] == "tls://hub.example:7422"
    assert remote["tls"] == {"ca_file": "authority.pem"}


def test_every_user_is_an_nkey_with_permissions_and_one_kind_of_connection() -> None:
    users = [
        user
        for configuration in (hub(observers=True), area_server())
        for account in configuration["accounts"].values()
        for user in account["users"]
    ]
    assert len(users) == 2 * len(AREAS) + sum(len(names) for names in USERS.values())
    for user in users:
        assert set(user) == {"nkey", "permissions", "allowed_connection_types"}
        for direction in ("publish", "subscribe"):
            assert user["permissions"][direction].get("allow") or user["permissions"][direction]["deny"] == [">"]


def test_the_hub_stores_nothing() -> None:
    assert "jetstream" not in hub()


def test_the_hub_carries_each_areas_messages_to_their_receiver_and_nobody_else() -> None:
    accounts = hub()["accounts"]
    for sender, receiver in permutations(AREAS, 2):
        service = f"exchange.to.{receiver}.from.{sender}.>"
        assert {"service": service, "accounts": [f"AREA_{sender}"]} in accounts[f"AREA_{receiver}"]["exports"]
        imported = {"service": {"account": f"AREA_{receiver}", "subject": service}}
        assert [area for area in AREAS if imported in accounts[f"AREA_{area}"]["imports"]] == [sender]


def test_nobody_overhears_the_hub_unless_a_test_asks() -> None:
    assert all(len(account["users"]) == 1 for account in hub()["accounts"].values())


def test_an_areas_server_acknowledges_what_is_on_disk_and_has_room_for_every_stream() -> None:
    jetstream = area_server("08")["jetstream"]
    assert jetstream["sync_interval"] == "always"
    assert jetstream["domain"] == "08"
    assert jetstream["max_file_store"] > sum(stream.max_bytes for stream in STREAMS)


def test_a_user_without_a_key_is_named() -> None:
    with pytest.raises(KeyError, match="exchange"):
        area_server(users={**USERS, Account.EXCHANGE: ("provision_exchange",)})


def test_an_account_has_no_other_users() -> None:
    with pytest.raises(KeyError, match="somebody"):
        permissions_of("somebody", Account.LOCAL, "05")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_say_its_own_events_only(service: str) -> None:
    permissions = permissions_of(service, Account.LOCAL, "05")
    said = {m.type for messages in PUBLISHED.values() for m in messages if allows(permissions, m.type)}
    assert said == {message.type for message in PUBLISHED[service]}


@pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda c: c.durable)
@pytest.mark.parametrize(("account", "user"), [(a, u) for a in USERS for u in USERS[a] if "provision" not in u])
def test_a_durable_answers_its_own_service_only(consumer: Any, account: Account, user: str) -> None:
    owner = "exchange" if consumer.stream.account is Account.EXCHANGE else consumer.service
    permissions = permissions_of(user, account, "05")
    of_it = f"{consumer.stream.name}.{consumer.durable}"
    for subject in (
        f"$JS.API.CONSUMER.MSG.NEXT.{of_it}",
        f"$JS.API.CONSUMER.INFO.{of_it}",
        f"$JS.ACK.{of_it}.1.2.3.4.5",
        f"$JS.ACK.05.hash.{of_it}.1.2.3.4.5",
    ):
        assert allows(permissions, subject) == (user == owner), subject


@pytest.mark.parametrize(("account", "user"), [(a, u) for a in USERS for u in USERS[a]])
def test_everybody_hears_their_own_replies_only(account: Account, user: str) -> None:
    assert permissions_of(user, account, "05").subscribe == (f"_INBOX.{user}.>",)


def test_an_area_writes_in_its_own_name_to_others() -> None:
    permissions = permissions_of("exchange", Account.EXCHANGE, "05")
    assert allows(permissions, "exchange.to.08.from.05.handoff.offered.v1")
    assert not allows(permissions, "exchange.to.08.from.90.handoff.offered.v1")
    assert not allows(permissions, "exchange.to.05.from.05.handoff.offered.v1")
    assert not allows(permissions, "exchange.to.05.from.08.handoff.offered.v1")


SUBJECTS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4).map(".".join)
PATTERNS = st.tuples(st.lists(st.sampled_from(["a", "b", "*"]), max_size=3), st.sampled_from([[], [">"], ["a"]])).map(
    lambda parts: ".".join([*parts[0], *parts[1]]) or ">"
)


@given(wide=PATTERNS, narrow=PATTERNS, subject=SUBJECTS)
def test_what_a_covered_pattern_matches_the_covering_one_matches(wide: str, narrow: str, subject: str) -> None:
    if covers(wide, narrow) and covers(narrow, subject):
        assert covers(wide, subject)


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        (">", "a.b", True),
        ("a.>", "a", False),
        ("a.>", "a.b.>", True),
        ("a.*", "a.>", False),
        ("a.*.c", "a.b.c", True),
        ("a.b", "a.*", False),
        ("a.b", "a.b.c", False),
        ("*.*", "a.*", True),
    ],
)
def test_one_pattern_covers_another(wide: str, narrow: str, expected: bool) -> None:
    assert covers(wide, narrow) is expected


def test_an_empty_server_is_given_every_stream_and_every_durable() -> None:
    made = [c for account in Account for c in stream_changes(account, "05", {}, replicas=1)]
    assert {change.stream for change in made} == {stream.name for stream in STREAMS}
    durables = [c for stream in STREAMS for c in consumer_changes(stream, "05", {})]
    assert {change.consumer for change in durables} == {consumer.durable for consumer in CONSUMERS}
    assert {change.action for change in (*made, *durables)} == {Action.CREATE}
    assert not any(change.loosens for change in (*made, *durables))


def stream_change(**was: Any) -> Change:
    """The change that PLANS needs when its configuration ``was`` different."""
    wanted = wanted_stream(PLANS, "05", 1)
    others = {
        stream.name: wanted_stream(stream, "05", 1)
        for stream in STREAMS
        if stream.account is Account.LOCAL and stream is not PLANS
    }
    (change,) = stream_changes(Account.LOCAL, "05", {**others, "PLANS": wanted.evolve(**was)}, replicas=1)
    return change


@pytest.mark.parametrize(
    "was",
    [
        {"max_age": 365 * 86400.0},
        {"max_age": 0},
        {"max_bytes": 8 * 1024**3},
        {"max_bytes": -1},
        {"max_msg_size": -1},
        {"duplicate_window": 7 * 86400.0},
        {"num_replicas": 3},
        {"subjects": ["plans.>", "other.>"]},
        {"subjects": [">"]},
    ],
)
def test_a_change_that_could_lose_something_says_so(was: Json) -> None:
    change = stream_change(**was)
    assert change.action is Action.UPDATE
    assert change.loosens


@pytest.mark.parametrize(
    "was",
    [
        {"max_age": 60.0},
        {"max_bytes": 1024},
        {"max_msgs": 10},
        {"max_msg_size": 10},
        {"duplicate_window": 60.0},
        {"subjects": ["plans.case_opened.v1"]},
        {"discard": DiscardPolicy.OLD},
        {"allow_direct": True},
    ],
)
def test_a_change_that_loses_nothing_is_made(was: Json) -> None:
    change = stream_change(**was)
    assert change.action is Action.UPDATE
    assert not change.loosens


def test_what_the_server_cannot_change_is_replaced_and_that_loosens() -> None:
    change = stream_change(storage=StorageType.MEMORY)
    assert change.action is Action.REPLACE
    assert change.loosens


def test_a_stream_that_the_contracts_do_not_know_goes_only_when_somebody_says_so() -> None:
    found = {s.name: wanted_stream(s, "05", 1) for s in STREAMS if s.account is Account.LOCAL}
    (change,) = stream_changes(Account.LOCAL, "05", {**found, "OLD": StreamConfig(name="OLD")}, replicas=1)
    assert (change.action, change.stream) == (Action.REMOVE, "OLD")
    assert change.loosens


HEARD = next(consumer for consumer in CONSUMERS if consumer.stream is PLANS)


def consumer_change(**was: Any) -> Change:
    """The change that a durable of PLANS needs when its configuration ``was`` different."""
    found = {c.durable: wanted_consumer(c, "05") for c in CONSUMERS if c.stream is PLANS}
    (change,) = consumer_changes(PLANS, "05", found | {HEARD.durable: found[HEARD.durable].evolve(**was)})
    return change


@pytest.mark.parametrize(
    ("was", "action", "loosens"),
    [
        ({"ack_wait": 1.0}, Action.UPDATE, False),
        ({"max_deliver": 3}, Action.UPDATE, False),
        ({"max_ack_pending": 1}, Action.UPDATE, False),
        ({"filter_subject": "plans.other.v1"}, Action.UPDATE, True),
        ({"filter_subject": "plans.>"}, Action.UPDATE, True),
        ({"deliver_policy": "new"}, Action.REPLACE, True),
        ({"ack_policy": "none"}, Action.REPLACE, True),
    ],
)
def test_a_durable_that_was_changed_by_hand_is_repaired(was: Json, action: Action, loosens: bool) -> None:
    change = consumer_change(**was)
    assert (change.action, bool(change.loosens)) == (action, loosens)
    assert isinstance(change.wanted, ConsumerConfig)
    assert change.wanted.filter_subject == HEARD.message.type

"""Subjects, streams and consumers: everything said is stored once, and nothing answers for another area."""

import re
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import Message
from contracts.plans import DossierPrepared
from contracts.subjects import (
    CONSUMERS,
    EXCHANGE_IN,
    EXCHANGED,
    PUBLISHED,
    SERVICES,
    STREAMS,
    Account,
    Consumer,
    Stream,
    all_messages,
    consumers_of,
    exchange_subject,
    stream_of,
    subject_of,
)

AREAS = [f"{number:02}" for number in range(1, 22)] + ["90"]
SAID = [message for messages in PUBLISHED.values() for message in messages]


def _matches(pattern: str, subject: str) -> bool:
    """NATS' own rule: ``*`` is one token, ``>`` is one or more at the end."""
    wanted, given_ = pattern.split("."), subject.split(".")
    for index, token in enumerate(wanted):
        if token == ">":
            return len(given_) > index
        if index >= len(given_) or token not in {"*", given_[index]}:
            return False
    return len(wanted) == len(given_)


def _storing(subject: str, area: str, account: Account) -> list[Stream]:
    """The streams of one account that store a subject in an area."""
    streams = [stream for stream in STREAMS if stream.account is account]
    return [stream for stream in streams if any(_matches(pattern, subject) for pattern in stream.subjects(area))]


@pytest.mark.parametrize("message", SAID, ids=lambda message: message.type)
def test_what_a_service_says_is_stored_by_its_own_stream_and_no_other(message: type[Message]) -> None:
    stream = stream_of(message)
    assert _storing(subject_of(message.type), "05", Account.LOCAL) == [stream]
    assert message in PUBLISHED[stream.owner]


@pytest.mark.parametrize("message", EXCHANGED, ids=lambda message: message.type)
def test_what_areas_say_is_stored_by_the_receiver(message: type[Message]) -> None:
    subject = exchange_subject(message.type, sender="05", receiver="08")
    assert stream_of(message) is EXCHANGE_IN
    assert _storing(subject, "08", Account.EXCHANGE) == [EXCHANGE_IN]
    assert subject.startswith("exchange.to.08.from.05.")


def test_no_stream_captures_what_another_area_is_to_hear() -> None:
    for own, other in permutations(AREAS, 2):
        for message in EXCHANGED:
            subject = exchange_subject(message.type, sender=own, receiver=other)
            assert [_storing(subject, own, account) for account in Account] == [[], []]


@given(
    own=st.sampled_from(AREAS),
    receiver=st.sampled_from(AREAS),
    rest=st.lists(st.from_regex(r"[a-z0-9_]{1,12}", fullmatch=True), min_size=1, max_size=6),
)
def test_no_subject_addressed_to_an_area_is_captured_elsewhere(own: str, receiver: str, rest: list[str]) -> None:
    subject = ".".join(["exchange", "to", receiver, *rest])
    stored = _storing(subject, own, Account.LOCAL) + _storing(subject, own, Account.EXCHANGE)
    assert stored in ([], [EXCHANGE_IN] if own == receiver else [])


@pytest.mark.parametrize("message", EXCHANGED, ids=lambda message: message.type)
def test_a_version_that_nobody_here_knows_is_stored_nowhere(message: type[Message]) -> None:
    newer = exchange_subject(message.type.replace(".v1", ".v2"), sender="05", receiver="08")
    assert _storing(newer, "08", Account.EXCHANGE) == []


def test_streams_have_their_own_names_and_never_share_a_subject() -> None:
    assert len({stream.name for stream in STREAMS}) == len(STREAMS)
    for account in Account:
        patterns = [p for stream in STREAMS if stream.account is account for p in stream.subjects("05")]
        assert len(set(patterns)) == len(patterns)


def test_every_type_is_said_once_and_has_its_own_name() -> None:
    types = [message.type for message in all_messages()]
    assert len(types) == len(set(types)) == len(SAID) + len(EXCHANGED)


def test_a_type_begins_with_who_says_it() -> None:
    for service, messages in PUBLISHED.items():
        assert {message.type.split(".")[0] for message in messages} == {service}
    assert {message.type.split(".")[0] for message in EXCHANGED} == {"exchange"}


def test_durable_consumers_have_their_own_names_that_nats_accepts() -> None:
    durables = [consumer.durable for consumer in CONSUMERS]
    assert len(set(durables)) == len(durables)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,120}", durable) for durable in durables)


@pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda consumer: consumer.durable)
def test_a_consumer_listens_to_something_that_is_said_and_stored_where_it_looks(consumer: Consumer) -> None:
    assert consumer.message in all_messages()
    assert consumer.service in SERVICES
    subject = (
        exchange_subject(consumer.message.type, sender="05", receiver="08")
        if consumer.stream.account is Account.EXCHANGE
        else subject_of(consumer.message.type)
    )
    assert consumer.stream in _storing(subject, "08", consumer.stream.account)
    assert _matches(consumer.filter_subject("08"), subject)


@pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda consumer: consumer.durable)
def test_a_consumer_hears_its_own_type_only(consumer: Consumer) -> None:
    others = [message for message in all_messages() if message is not consumer.message]
    heard = [
        message.type
        for message in others
        for subject in (subject_of(message.type), exchange_subject(message.type, sender="05", receiver="08"))
        if _matches(consumer.filter_subject("08"), subject)
    ]
    assert heard == []


def test_a_service_does_not_listen_to_itself() -> None:
    assert [c.durable for c in CONSUMERS if c.stream.account is Account.LOCAL and c.stream.owner == c.service] == []


def test_every_message_between_areas_is_heard_and_only_by_interarea() -> None:
    listeners = {message: {c.service for c in CONSUMERS if c.message is message} for message in EXCHANGED}
    assert listeners == {message: {"interarea"} for message in EXCHANGED}


def test_a_dossier_is_heard_only_by_those_who_pass_it_on_and_keep_it() -> None:
    carrying = [message for message in SAID if "dossier" in message.model_fields]
    assert DossierPrepared in carrying
    listeners = {message: {c.service for c in CONSUMERS if c.message is message} for message in carrying}
    assert all(services <= {"interarea", "plans"} for services in listeners.values())


def test_consumers_of_a_service_are_split_by_account_without_loss() -> None:
    for service in SERVICES:
        by_account = [consumer for account in Account for consumer in consumers_of(service, account)]
        assert sorted(c.durable for c in by_account) == sorted(c.durable for c in consumers_of(service))


def test_nothing_waits_for_acknowledgement_longer_than_it_is_stored() -> None:
    for consumer in CONSUMERS:
        assert consumer.ack_wait < consumer.stream.duplicate_window <= consumer.stream.max_age

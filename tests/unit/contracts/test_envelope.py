"""The envelope: CloudEvents attributes as NATS headers, there and back."""

from datetime import UTC, datetime, timedelta, timezone
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.envelope import (
    CONTENT_TYPE,
    SCHEMA_ROOT,
    SEALED_CONTENT_TYPE,
    Envelope,
    Message,
    dataschema,
    envelope_for,
)
from contracts.subjects import all_messages
from contracts.values import new_id

EVENT_ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
CASE_ID = UUID("01890a5d-ac96-774b-bcce-b302099a8058")
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def _envelope(**changes: object) -> Envelope:
    attributes: dict[str, object] = {
        "id": EVENT_ID,
        "type": "plans.case_opened.v1",
        "source": "/areas/05/plans",
        "subject": CASE_ID,
        "time": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        "sequence": 3,
        "dataschema": dataschema("plans.case_opened.v1"),
        "traceparent": TRACEPARENT,
    }
    return Envelope.model_validate({**attributes, **changes})


class CupWashed(Message):
    """A cup was washed."""

    type: ClassVar[str] = "plans.cup_washed.v1"

    cup_id: UUID

    @property
    def aggregate_id(self) -> UUID:
        return self.cup_id


envelopes = st.builds(
    Envelope,
    id=st.uuids(),
    type=st.sampled_from([message.type for message in all_messages()]),
    source=st.builds(
        "/areas/{}/{}".format, st.sampled_from(["05", "08", "90"]), st.sampled_from(["plans", "interarea"])
    ),
    subject=st.uuids(),
    time=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-3.5))])),
    sequence=st.integers(min_value=0, max_value=2**31 - 1),
    dataschema=st.just(dataschema("plans.case_opened.v1")),
    datacontenttype=st.sampled_from([CONTENT_TYPE, SEALED_CONTENT_TYPE]),
    traceparent=st.none() | st.just(TRACEPARENT),
)


@given(envelopes)
def test_an_envelope_survives_the_headers(envelope: Envelope) -> None:
    assert Envelope.parse(envelope.headers()) == envelope


@given(envelopes)
def test_headers_are_texts_on_one_line(envelope: Envelope) -> None:
    for name, value in envelope.headers().items():
        assert isinstance(value, str)
        assert value.isascii()
        assert value.isprintable(), name


def test_the_headers_are_those_of_cloudevents_in_binary_mode() -> None:
    assert _envelope().headers() == {
        "ce-specversion": "1.0",
        "ce-id": str(EVENT_ID),
        "ce-type": "plans.case_opened.v1",
        "ce-source": "/areas/05/plans",
        "ce-subject": str(CASE_ID),
        "ce-time": "2026-03-01T09:30:00+00:00",
        "ce-sequence": "3",
        "ce-dataschema": "urn:jatkumo:schema:plans.case_opened.v1",
        "content-type": "application/json",
        "Nats-Msg-Id": str(EVENT_ID),
        "traceparent": TRACEPARENT,
    }


def test_jetstream_deduplicates_by_the_events_own_id() -> None:
    headers = _envelope().headers()
    assert headers["Nats-Msg-Id"] == headers["ce-id"]


def test_without_a_trace_no_header_claims_one() -> None:
    assert "traceparent" not in _envelope(traceparent=None).headers()


def test_headers_of_others_are_left_aside() -> None:
    headers = {**_envelope().headers(), "Nats-Expected-Stream": "PLANS", "ce-partitionkey": "x"}
    assert Envelope.parse(headers) == _envelope()


@pytest.mark.parametrize("attribute", ["id", "type", "source", "subject", "time", "sequence", "dataschema"])
def test_a_missing_attribute_is_named(attribute: str) -> None:
    headers = _envelope().headers()
    del headers[f"ce-{attribute}"]
    with pytest.raises(ValidationError) as raised:
        Envelope.parse(headers)
    assert [(problem["loc"], problem["type"]) for problem in raised.value.errors()] == [((attribute,), "missing")]


def test_every_missing_attribute_is_named_at_once() -> None:
    with pytest.raises(ValidationError) as raised:
        Envelope.parse({})
    named = {problem["loc"][0] for problem in raised.value.errors()}
    assert named == {"id", "type", "source", "subject", "time", "sequence", "dataschema"}


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("id", "17"),
        ("type", "plans.case_opened"),
        ("type", "Plans.CaseOpened.v1"),
        ("type", "plans.case_opened.v0"),
        ("source", "/areas/5/plans"),
        ("source", "plans"),
        ("subject", "somebody"),
        ("time", "2026-03-01T09:30:00"),
        ("time", "yesterday"),
        ("sequence", "-1"),
        ("sequence", "first"),
    ],
)
def test_a_wrong_attribute_is_named(attribute: str, value: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Envelope.parse({**_envelope().headers(), f"ce-{attribute}": value})
    assert [problem["loc"] for problem in raised.value.errors()] == [(attribute,)]


def test_the_area_that_sent_a_message_is_read_from_its_source() -> None:
    assert _envelope(source="/areas/90/interarea").area == "90"


def test_an_envelope_takes_its_subject_type_and_schema_from_the_message() -> None:
    envelope = envelope_for(
        CupWashed(cup_id=CASE_ID),
        event_id=EVENT_ID,
        area="05",
        service="plans",
        sequence=2,
        time=datetime(2026, 3, 1, tzinfo=UTC),
        traceparent=None,
    )
    assert (envelope.subject, envelope.type, envelope.source) == (CASE_ID, "plans.cup_washed.v1", "/areas/05/plans")
    assert envelope.dataschema == f"{SCHEMA_ROOT}plans.cup_washed.v1"


@pytest.mark.parametrize("wrong", ["plans", "plans.cup", "plans.Cup.v1", "plans.cup.washed.again.v1", "plans.cup.v01"])
def test_a_message_whose_type_has_another_form_cannot_be_declared(wrong: str) -> None:
    with pytest.raises(ValidationError):
        type("Wrong", (CupWashed,), {"type": wrong, "__annotations__": {"type": ClassVar[str]}, "__module__": __name__})


def test_new_ids_are_version_seven_and_in_order() -> None:
    ids = [new_id() for _ in range(100)]
    assert {each.version for each in ids} == {7}
    assert ids == sorted(ids)

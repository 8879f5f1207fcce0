"""The AsyncAPI documents: a stranger can write a subscriber from them alone."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
from typer.testing import CliRunner

from contracts import exchange, interarea, notifications, plans
from contracts.envelope import envelope_for
from contracts.subjects import EXCHANGED, PUBLISHED, SERVICES, consumers_of
from contracts.values import new_id
from deploy.contracts.commands import app
from deploy.contracts.documents import asyncapi_of
from services.chassis.clock import SystemClock

DOCUMENTS = {service: asyncapi_of(service) for service in SERVICES}
NOW = SystemClock().now()


def resolved(document: dict[str, Any], reference: str) -> Any:
    """What a ``$ref`` of the document points at."""
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part.replace("~1", "/")]
    return found


def payload_at(document: dict[str, Any], address: str) -> Any:
    """The JSON Schema of the messages on an address, with what it refers to."""
    (channel,) = [c for c in document["channels"].values() if c["address"] == address]
    (message,) = channel["messages"].values()
    payload = resolved(document, message["$ref"])["payload"]
    return {**resolved(document, payload["$ref"]), "components": document["components"]}


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for part in value.values() for ref in references(part)]
    return [ref for part in value for ref in references(part)] if isinstance(value, list) else []


@pytest.mark.parametrize("service", SERVICES)
def test_every_message_said_or_heard_has_a_channel(service: str) -> None:
    document = DOCUMENTS[service]
    assert document["asyncapi"] == "3.0.0"
    addresses = {channel["address"] for channel in document["channels"].values()}
    assert {message.type for message in PUBLISHED[service]} <= addresses
    assert {consumer.filter_subject("05") for consumer in consumers_of(service)} <= addresses


@pytest.mark.parametrize("service", SERVICES)
def test_a_listener_learns_its_stream_and_durable(service: str) -> None:
    document = DOCUMENTS[service]
    told = {c["address"]: c["x-jetstream"] for c in document["channels"].values() if "durable" in c["x-jetstream"]}
    for consumer in consumers_of(service):
        assert told[consumer.filter_subject("05")]["durable"] == consumer.durable
        assert told[consumer.filter_subject("05")]["stream"] == consumer.stream.name


@pytest.mark.parametrize("service", SERVICES)
def test_every_reference_leads_somewhere(service: str) -> None:
    document = DOCUMENTS[service]
    for reference in references(document):
        assert resolved(document, reference) is not None


def test_a_real_event_fits_its_documented_shape_and_a_wrong_one_does_not() -> None:
    schema = payload_at(DOCUMENTS["interarea"], plans.ResidenceChanged.type)
    event = plans.ResidenceChanged(
        case_id=uuid4(),
        version=2,
        move_id=uuid4(),
        person_id=uuid4(),
        destination=plans.ToArea(area="08", municipality="837"),
        moved_on=NOW.date(),
    )
    jsonschema.validate(event.model_dump(mode="json"), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"case_id": str(uuid4())}, schema)


def test_messages_that_share_a_name_keep_their_own_shapes() -> None:
    document = DOCUMENTS["interarea"]
    event = payload_at(document, interarea.HandoffCompleted.type)
    between = payload_at(document, "exchange.to.05.from.*.handoff.completed.v1")
    assert set(event["properties"]) == set(interarea.HandoffCompleted.model_fields)
    assert set(between["properties"]) == set(exchange.HandoffCompleted.model_fields)


def test_messages_between_areas_say_that_they_are_sealed() -> None:
    messages = DOCUMENTS["interarea"]["components"]["messages"]
    sealed = {name for name, message in messages.items() if message["contentType"] == "application/jose"}
    assert len(sealed) == 2 * len(EXCHANGED)
    assert all("X25519" in messages[name]["description"] for name in sealed)


def test_the_documented_headers_are_the_ones_that_are_sent() -> None:
    documented = DOCUMENTS["notifications"]["components"]["messageTraits"]["cloudEvent"]["headers"]
    told = notifications.PersonTold(
        message_id=uuid4(), handoff_id=uuid4(), case_id=uuid4(), person_id=uuid4(), told_at=NOW
    )
    envelope = envelope_for(
        told, event_id=new_id(), area="05", service="notifications", sequence=1, time=NOW, traceparent="00-a-b-01"
    )
    assert set(envelope.headers()) == set(documented["properties"])
    for name, value in envelope.headers().items():
        pattern = documented["properties"][name].get("pattern")
        assert pattern is None or re.match(pattern, value)


def test_the_documents_are_exported_one_a_service(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["docs", "--to", str(tmp_path / "documents")])
    assert done.exit_code == 0
    for service in SERVICES:
        document = json.loads((tmp_path / "documents" / f"{service}.asyncapi.json").read_text())
        assert document["channels"].keys() == DOCUMENTS[service]["channels"].keys()

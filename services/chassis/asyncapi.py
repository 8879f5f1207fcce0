"""AsyncAPI 3 of a service, made by FastStream from what it really hears and says, completed from the contracts.

Good enough to write a subscriber from: where to connect, which stream and durable, which headers, which body.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from faststream.nats import NatsBroker
from faststream.specification import AsyncAPI

from contracts.envelope import CONTENT_TYPE, SEALED_CONTENT_TYPE, Envelope
from contracts.subjects import EXCHANGED, PUBLISHED, Account, Consumer, consumers_of, exchange_subject, stream_of

_ABOUT = """\
Messages are CloudEvents 1.0 in binary mode: attributes as `ce-` headers, the event as the body.

**To listen**: connect with TLS and an nkey of the area's account, bind to a durable pull consumer that
`jatkumo provision` has made (`pull_subscribe_bind(durable=…, stream=…)`), handle each message together with a note of
its `ce-id` in one transaction, and acknowledge after the commit. Everything may come more than once and out of order:
`ce-sequence` counts the versions of what `ce-subject` names. Unacknowledged messages come again after the ack wait.

**To say something**: publish to the stream with `Nats-Msg-Id` equal to `ce-id` and wait for the acknowledgement.
"""
_SEALED = (
    "Between areas the body is a JWE (ECDH-ES, A256GCM) to the receiver's X25519 key around a JWS (Ed25519) of the"
    " sender, whose payload holds id, type, sender, receiver, time and, as `data`, the object described here."
)

Document = dict[str, Any]  # any: a JSON document


def announce(broker: NatsBroker, service: str, area: str, account: Account) -> None:
    """Describe on ``broker`` what ``service`` says there. For the document only: the relay is what publishes."""
    if account is Account.LOCAL:
        for message in PUBLISHED[service]:
            broker.publisher(
                message.type, title=message.type, description=_doc(message), schema=message, include_in_schema=True
            )
        return
    for said in EXCHANGED:
        subject = exchange_subject(said.type, sender=area, receiver="*")
        broker.publisher(subject, title=f"to:{said.type}", description=_doc(said), schema=said, include_in_schema=True)


def describe(service: str, area: str, brokers: Sequence[NatsBroker], address: str) -> Document:
    """The AsyncAPI 3 document of a service whose brokers are at ``address``."""
    document, *others = [_generated(service, broker) for broker in brokers]
    for other in others:
        _merge(document, _told_apart(other))
    _complete(document, service, area, address)
    return document


def _merge(document: Document, other: Document) -> None:
    for part in ("channels", "operations"):
        document[part].update(other[part])
    for part in ("messages", "schemas"):
        document["components"][part].update(other["components"][part])


def _told_apart(document: Document) -> Document:
    """Schemas are named by class, and an area's event may be called as a message between areas is."""
    names = {said.__name__ for said in EXCHANGED}
    text = json.dumps(document)
    for name in names:
        text = text.replace(f'"#/components/schemas/{name}"', f'"#/components/schemas/Exchange{name}"')
    renamed: Document = json.loads(text)
    schemas = renamed["components"]["schemas"]
    renamed["components"]["schemas"] = {f"Exchange{n}" if n in names else n: schema for n, schema in schemas.items()}
    return renamed


def _generated(service: str, broker: NatsBroker) -> Document:
    made = AsyncAPI(broker, title=f"Jatkumo {service}", version="1", description=_ABOUT, schema_version="3.0.0")
    document: Document = made.to_specification().to_jsonable()
    return document


def _complete(document: Document, service: str, area: str, address: str) -> None:
    protocol, _, host = address.partition("://")
    document["servers"] = {
        f"area-{area}": {
            "host": host,
            "protocol": "nats",
            "description": "The area's nats-server" + (", TLS" if protocol == "tls" else ""),
            "security": [{"$ref": "#/components/securitySchemes/nkey"}],
        }
    }
    document["components"]["securitySchemes"] = {
        "nkey": {"type": "asymmetricEncryption", "description": "An nkey user (Ed25519) of the account."}
    }
    document["components"]["messageTraits"] = {"cloudEvent": {"headers": _headers()}}
    heard = {_subject(consumer, area): consumer for consumer in consumers_of(service)}
    streams = {m.type: stream_of(m).name for m in (*PUBLISHED.get(service, ()), *EXCHANGED)}
    for channel in document["channels"].values():
        channel["servers"] = [{"$ref": f"#/servers/area-{area}"}]
        consumer = heard.get(channel["address"])
        channel["x-jetstream"] = (
            _listening(consumer) if consumer is not None else {"stream": _stream_of(channel["address"], streams)}
        )
    for name, message in document["components"]["messages"].items():
        sealed = ":exchange." in name or name.startswith(("to:", "exchange."))
        message["contentType"] = SEALED_CONTENT_TYPE if sealed else CONTENT_TYPE
        message["traits"] = [{"$ref": "#/components/messageTraits/cloudEvent"}]
        message.pop("correlationId", None)
        if sealed:
            message["description"] = _SEALED


def _stream_of(address: str, streams: Mapping[str, str]) -> str:
    return streams.get(address, "EXCHANGE_IN")


def _subject(consumer: Consumer, area: str) -> str:
    return consumer.filter_subject(area)


def _listening(consumer: Consumer) -> dict[str, object]:
    return {
        "stream": consumer.stream.name,
        "durable": consumer.durable,
        "account": consumer.stream.account,
        "ackWaitSeconds": int(consumer.ack_wait.total_seconds()),
        "ackPolicy": "explicit",
    }


def _headers() -> dict[str, object]:
    """The headers of every message, as a JSON Schema."""
    attributes = Envelope.model_json_schema()
    names = {name: f"ce-{name}" for name in attributes["properties"]}
    names |= {"datacontenttype": "content-type", "traceparent": "traceparent"}
    properties = {names[name]: {**schema, "type": "string"} for name, schema in attributes["properties"].items()}
    properties["ce-specversion"] = {"const": "1.0"}
    properties["Nats-Msg-Id"] = {"type": "string", "format": "uuid", "description": "Equal to ce-id."}
    required = ["ce-specversion", *(names[name] for name in attributes["required"])]
    return {"type": "object", "properties": properties, "required": required}


def _doc(message: type) -> str:
    return (message.__doc__ or "").strip()

"""Messages from one area to another that only look like messages, and the reason for which each must be refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from contracts import exchange
from contracts.exchange import ExchangeMessage
from contracts.values import new_id
from tests.areas.forgeries import Body, Rogue
from tests.unit.interarea.sealed_bodies import HETU, offer, other_letter

Rogues = Mapping[str, Rogue]
"""Every area, in the hands of somebody who means harm."""


@dataclass(frozen=True)
class Attack:
    """A message to area 08 that only looks like one; ``by`` is whose exchange user says it."""

    by: str
    message: ExchangeMessage
    body: Body
    headers: Mapping[str, str] = field(default_factory=dict)
    as_type: type[ExchangeMessage] | None = None


def receipt() -> exchange.HandoffReceived:
    """A message that holds nothing about anybody."""
    return exchange.HandoffReceived(handoff_id=new_id(), version=1, received_at=datetime.now(UTC))


def tampered(areas: Rogues) -> Attack:
    said = offer()
    body = areas["05"].sealed(said, to="08")
    middle = len(body.content) // 2
    return Attack("05", said, Body(body.message_id, other_letter(body.content, middle)))


def plain(areas: Rogues) -> Attack:
    said = receipt()
    return Attack("05", said, Body(new_id(), said.model_dump_json().encode()))


def unsigned(areas: Rogues) -> Attack:
    said = offer()
    return Attack("05", said, areas["05"].unsigned(said, to=areas["08"].keys))


def sealed_for_90(areas: Rogues) -> Attack:
    said = offer()
    return Attack("05", said, areas["05"].sealed(said, to="90"))


def passed_on(areas: Rogues) -> Attack:
    """What 05 signed for 90, sealed anew for 08."""
    said = offer()
    body = areas["05"].sealed_by_hand(said, to=areas["08"].keys, says_from="05", says_to="90")
    return Attack("05", said, body)


def signed_by_90(areas: Rogues) -> Attack:
    """As if the hub were broken: the subject says 05, the body is 90's."""
    said = offer()
    return Attack("05", said, areas["90"].sealed(said, to="08"))


def signed_by_90_for_05(areas: Rogues) -> Attack:
    """The same, and the body claims to be 05's."""
    said = offer()
    body = areas["90"].sealed_by_hand(said, to=areas["08"].keys, says_from="05", says_to="08")
    return Attack("05", said, body)


def signed_for_05(areas: Rogues) -> Attack:
    """90 under its own subject, in 05's name."""
    said = offer()
    return Attack("90", said, areas["90"].sealed_by_hand(said, to=areas["08"].keys, says_from="05", says_to="08"))


def source_of_05(areas: Rogues) -> Attack:
    said = offer()
    return Attack("90", said, areas["90"].sealed(said, to="08"), {"ce-source": "/areas/05/interarea"})


def under_another_id(areas: Rogues) -> Attack:
    said = offer()
    return Attack("05", said, Body(new_id(), areas["05"].sealed(said, to="08").content))


def under_another_type(areas: Rogues) -> Attack:
    said = receipt()
    return Attack("05", said, areas["05"].sealed(said, to="08"), as_type=exchange.HandoffOffered)


def of_no_shape(areas: Rogues) -> Attack:
    said = offer()
    keys = areas["08"].keys
    body = areas["05"].sealed_by_hand(said, to=keys, says_from="05", says_to="08", dossier={"person": f"{HETU} Testi"})
    return Attack("05", said, body)


def without_attributes(areas: Rogues) -> Attack:
    said = offer()
    return Attack("05", said, areas["05"].sealed(said, to="08"), {"ce-source": "", "ce-time": "yesterday"})


def of_a_type_with_a_name(_areas: Rogues) -> Attack:
    """A header that would end up in the name of a span."""
    return Attack("90", receipt(), Body(new_id(), b"x"), {"ce-type": "matti.virtanen.v1"})


def with_a_nul(_areas: Rogues) -> Attack:
    return Attack("90", receipt(), Body(new_id(), b"x"), {"x-note": "a\0b"})


def with_a_status(status: str) -> Callable[[Rogues], Attack]:
    """A header by which nats-py would know a word of the server itself."""
    return lambda _areas: Attack("90", receipt(), Body(new_id(), b"x"), {"Status": status, "Description": "x"})


ATTACKS: Mapping[str, tuple[Callable[[Rogues], Attack], str]] = {
    "tampered": (tampered, "tampered"),
    "plain": (plain, "not_sealed"),
    "unsigned": (unsigned, "unsigned"),
    "sealed for somebody else": (sealed_for_90, "sealed_for_somebody_else"),
    "passed on": (passed_on, "wrong_receiver"),
    "signed by another than the subject says": (signed_by_90, "wrong_sender"),
    "signed by another in the name that the subject says": (signed_by_90_for_05, "wrong_sender"),
    "signed in another's name": (signed_for_05, "wrong_sender"),
    "attributes in another's name": (source_of_05, "wrong_sender"),
    "under another id": (under_another_id, "wrong_id"),
    "under another type": (under_another_type, "wrong_type"),
    "of a type that is a name": (of_a_type_with_a_name, "wrong_type"),
    "of no shape": (of_no_shape, "malformed"),
    "without attributes": (without_attributes, "envelope-does-not-fit"),
    "with a NUL in a header": (with_a_nul, "not_sealed"),
    "with the server's status 404": (with_a_status("404"), "not_sealed"),
    "with the server's status 500": (with_a_status("500"), "not_sealed"),
}

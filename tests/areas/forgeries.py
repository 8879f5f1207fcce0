"""An area, or one of its services, in the hands of somebody who means harm: says anything, with every key it has."""

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import nats
from nats.js.api import PubAck

from contracts.envelope import SEALED_CONTENT_TYPE, Envelope, dataschema
from contracts.exchange import ExchangeMessage, Sealed
from contracts.subjects import exchange_subject
from contracts.values import new_id
from deploy.embedded.stack import EmbeddedStack
from deploy.nats.permissions import EXCHANGE_USER
from deploy.world.desks import AreaDesk
from services.interarea.exchange.keys import AreaKeys, KeyDirectory
from services.interarea.exchange.sealing import seal
from tests.areas.outbox_tricks import rows
from tests.areas.slow_motion import until
from tests.unit.interarea.sealed_bodies import hand_sealed, hand_signed, signing

Letter = dict[str, Any]  # a dead letter as JSON; each test looks at the members that it is about


@dataclass(frozen=True)
class Body:
    """A body, and the id under which it is said."""

    message_id: UUID
    content: bytes


@dataclass(frozen=True)
class Rogue:
    """One area with its exchange user and its keys."""

    stack: EmbeddedStack
    area: str

    @cached_property
    def keys(self) -> AreaKeys:
        """The area's own keys."""
        return AreaKeys.load(self.stack.wiring.environments.exchange_keys.areas[self.area])

    @cached_property
    def directory(self) -> KeyDirectory:
        """Everybody's public keys."""
        files = self.stack.wiring.environments.exchange_keys
        return KeyDirectory.load(files.directory, authority_file=files.authority)

    # Bodies

    def sealed(self, message: ExchangeMessage, *, to: str, keys: AreaKeys | None = None) -> Body:
        """An honest body: signed by this area (or with other ``keys``) and sealed to another."""
        own, message_id = keys or self.keys, new_id()
        content = seal(
            message,
            message_id=message_id,
            sender=own.area,
            receiver=to,
            time=datetime.now(UTC),
            keys=own,
            directory=self.directory,
        )
        return Body(message_id, content)

    def sealed_by_hand(
        self, message: ExchangeMessage, *, to: AreaKeys, says_from: str, says_to: str, **changed: object
    ) -> Body:
        """A body with any claims, signed by this area's key all the same; ``changed`` goes into the data."""
        message_id = new_id()
        claims = _claims(message, message_id, sender=says_from, receiver=says_to, changed=changed)
        return Body(message_id, hand_sealed(hand_signed(claims, signing(self.keys)), to))

    def unsigned(self, message: ExchangeMessage, *, to: AreaKeys) -> Body:
        """Sealed, and signed by nobody."""
        message_id = new_id()
        claims = _claims(message, message_id, sender=self.area, receiver=to.area, changed={})
        return Body(message_id, hand_sealed(json.dumps(claims), to))

    # Saying it

    def say(
        self,
        message: ExchangeMessage,
        body: Body,
        *,
        to: str,
        headers: Mapping[str, str] | None = None,
        as_type: type[ExchangeMessage] | None = None,
    ) -> PubAck:
        """Publish a body as this area's exchange user; the receiver's disk answers. Returns its acknowledgement."""
        kind = as_type or type(message)
        subject = exchange_subject(kind.type, sender=self.area, receiver=to)
        envelope = _envelope(body.message_id, kind.type, f"/areas/{self.area}/interarea", message.aggregate_id)
        told = {**envelope.headers(), "content-type": SEALED_CONTENT_TYPE, **(headers or {})}
        return self.say_raw(subject, body.content, told)

    def say_raw(self, subject: str, content: bytes, headers: Mapping[str, str], *, url: str | None = None) -> PubAck:
        """Publish anything as this area's exchange user, over its own nats-server or the one at ``url``."""
        return publish(self.stack, self.area, EXCHANGE_USER, subject, content, headers, url=url)


def publish(
    stack: EmbeddedStack,
    area: str,
    user: str,
    subject: str,
    content: bytes,
    headers: Mapping[str, str],
    *,
    url: str | None = None,
) -> PubAck:
    """Publish as a user of an area's nats-server (or of another at ``url``), and wait for the stream's answer.

    Raises ``TimeoutError`` or ``nats.errors.Error`` when nobody may answer.
    """

    async def say() -> PubAck:
        async def quiet(_error: Exception) -> None:
            """A refusal shows by the timeout, too."""

        running = stack.running()
        client = await nats.connect(
            url or running.areas[area].nats_url,
            tls=ssl.create_default_context(cafile=str(running.ca_file)),
            nkeys_seed=str(stack.seed(area, user)),
            inbox_prefix=f"_INBOX.{user}",
            error_cb=quiet,
        )
        try:
            return await client.jetstream().publish(subject, content, timeout=3, headers=dict(headers))
        finally:
            await client.close()

    return asyncio.run(say())


def local_headers(message_type: str, area: str, service: str) -> dict[str, str]:
    """The headers of an event inside an area, about nothing in particular."""
    return _envelope(new_id(), message_type, f"/areas/{area}/{service}", new_id()).headers()


def letters(desk: AreaDesk, service: str, message_id: UUID | str) -> list[Letter]:
    """The dead letters that a message became in a service."""
    found: list[Letter] = desk.read(service, "/dead-letters", role="operator")
    return [
        each for each in found if str(message_id) in {each["headers"].get("ce-id"), each["headers"].get("Nats-Msg-Id")}
    ]


def dead_letter(desk: AreaDesk, service: str, message_id: UUID | str) -> Letter:
    """The one dead letter that a message becomes, as soon as it is there."""
    until(lambda: bool(letters(desk, service, message_id)), f"a dead letter of {service} in area {desk.area}")
    (found,) = letters(desk, service, message_id)
    return found


def has_effect(stack: EmbeddedStack, area: str, service: str, message_id: UUID) -> bool:
    """Whether a service has handled a message: a row in its inbox."""
    return bool(rows(stack.database_url(area, service), "SELECT 1 FROM inbox WHERE event_id = $1", message_id))


def _claims(
    message: ExchangeMessage, message_id: UUID, *, sender: str, receiver: str, changed: Mapping[str, object]
) -> dict[str, object]:
    attributes = Sealed(
        id=message_id,
        type=message.type,
        sender=sender,
        receiver=receiver,
        time=datetime.now(UTC),
        data={**message.model_dump(mode="json"), **changed},
    )
    return attributes.model_dump(mode="json")


def _envelope(message_id: UUID, message_type: str, source: str, subject: UUID) -> Envelope:
    return Envelope(
        id=message_id,
        type=message_type,
        source=source,
        subject=subject,
        time=datetime.now(UTC),
        sequence=1,
        dataschema=dataschema(message_type),
    )

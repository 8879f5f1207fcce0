"""CloudEvents 1.0 in binary mode over NATS headers.

Source: CloudEvents 1.0, NATS protocol binding 3.1 (attributes as ``ce-`` headers), the distributed tracing extension
(``traceparent``) and the sequence extension. Nothing here may say who a message is about: ids are opaque.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, TypeAdapter

from contracts.values import Frozen

CONTENT_TYPE = "application/json"
SEALED_CONTENT_TYPE = "application/jose"
SCHEMA_ROOT = "urn:jatkumo:schema:"

MessageType = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z_]+(\.[a-z_]+)?\.v[1-9][0-9]*$")]
_TYPE = TypeAdapter[str](MessageType)


class Message(Frozen, ABC):
    """Something that was said: to other services of an area (an event), or to another area.

    A subclass names its ``type`` (``plans.residence_changed.v1``); the last part is the version of its shape.
    """

    type: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "type" in cls.__dict__:
            _TYPE.validate_python(cls.type)

    @property
    @abstractmethod
    def aggregate_id(self) -> UUID:
        """What the message is about: its order counts among messages about the same thing."""

    @property
    def sequence(self) -> int:
        """The version of what the message is about, after the message (1, 2, …)."""
        return 1

    @property
    def handoff(self) -> UUID | None:
        """The handoff that the message belongs to, if to one: its ``handoff_id``."""
        handoff_id: UUID | None = getattr(self, "handoff_id", None)
        return handoff_id


class Envelope(Frozen):
    """The attributes of one message.

    ``source`` is ``/areas/<code>/<service>``; ``subject`` the id of what it is about; ``sequence`` that thing's
    version after the message (1, 2, …); ``traceparent`` as in W3C Trace Context.
    """

    id: UUID
    type: MessageType
    source: Annotated[str, StringConstraints(pattern=r"^/areas/[0-9]{2}/[a-z]+$")]
    subject: UUID
    time: AwareDatetime
    sequence: int = Field(ge=0)
    dataschema: str
    datacontenttype: str = CONTENT_TYPE
    traceparent: str | None = None

    @property
    def area(self) -> str:
        """The two-digit code of the area that sent the message."""
        return self.source.split("/")[2]

    def headers(self) -> dict[str, str]:
        """The NATS headers of the message, ``Nats-Msg-Id`` included: JetStream deduplicates by the event's id."""
        headers = {
            "ce-specversion": "1.0",
            "ce-id": str(self.id),
            "ce-type": self.type,
            "ce-source": self.source,
            "ce-subject": str(self.subject),
            "ce-time": self.time.isoformat(),
            "ce-sequence": str(self.sequence),
            "ce-dataschema": self.dataschema,
            "content-type": self.datacontenttype,
            "Nats-Msg-Id": str(self.id),
        }
        if self.traceparent is not None:
            headers["traceparent"] = self.traceparent
        return headers

    @classmethod
    def parse(cls, headers: Mapping[str, str]) -> Self:
        """The envelope in NATS headers.

        Raises ``pydantic.ValidationError`` naming each attribute that is missing or wrong.
        """
        attributes = {name[3:]: value for name, value in headers.items() if name.startswith("ce-")}
        if "content-type" in headers:
            attributes["datacontenttype"] = headers["content-type"]
        if "traceparent" in headers:
            attributes["traceparent"] = headers["traceparent"]
        return cls.model_validate(attributes)


def dataschema(message_type: str) -> str:
    """The URI that names a message type's JSON Schema; the file is ``contracts/schemas/<type>.json``."""
    return SCHEMA_ROOT + message_type


def envelope_for(
    message: Message,
    *,
    event_id: UUID,
    area: str,
    service: str,
    sequence: int,
    time: datetime,
    traceparent: str | None,
) -> Envelope:
    """The envelope of a message that ``service`` of ``area`` sends now."""
    return Envelope(
        id=event_id,
        type=message.type,
        source=f"/areas/{area}/{service}",
        subject=message.aggregate_id,
        time=time,
        sequence=sequence,
        dataschema=dataschema(message.type),
        traceparent=traceparent,
    )

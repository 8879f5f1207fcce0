"""Three areas with keys, one honest message between two of them, and the means to make dishonest ones."""

import base64
import json
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypedDict, Unpack
from uuid import UUID

import pytest
from joserfc import jwe, jws

from contracts.dossiers import Dossier, PersonDetails
from contracts.exchange import ExchangeMessage, HandoffOffered, Sealed
from contracts.values import Contact, Ground, Language, Title, new_id
from deploy.keys import key_set, new_key
from services.interarea.exchange.keys import (
    AreaKeys,
    AreaKeySet,
    DirectoryContent,
    KeyDirectory,
    PrivateKey,
    Use,
)
from services.interarea.exchange.sealing import (
    Opened,
    RefusalReason,
    Refused,
    open_sealed,
    seal,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MESSAGE_ID = UUID("01936000-0000-7000-8000-000000000001")
HETU = "010106A901X"
PERSONAL = (HETU, "Testi", "Esimerkki", "+358400000901", "testi@example.org")


def offer() -> HandoffOffered:
    return HandoffOffered(
        handoff_id=new_id(),
        version=2,
        placing_case_id=new_id(),
        dossier=Dossier(
            person=PersonDetails(
                hetu=HETU,
                given_name="Testi",
                family_name="Esimerkki",
                language=Language.SV,
                email="testi@example.org",
                phone="+358400000901",
            ),
            ground=Ground.TAKEN_INTO_CARE,
            placement_ended_on=date(2024, 1, 31),
            last_child_protection_on=date(2024, 1, 31),
            right_ends_on=date(2029, 1, 1),
            special_support=False,
            municipality="837",
            moved_on=date(2026, 11, 1),
            responsible_worker=Contact(worker_id=new_id(), name="Aino Esimerkki", title=Title.SOCIAL_WORKER),
        ),
    )


def key(use: Use, valid_from: datetime = NOW - DAY, valid_until: datetime = NOW + 365 * DAY) -> PrivateKey:
    return new_key(use, valid_from=valid_from, valid_until=valid_until)


def area_keys(area: str, *keys: PrivateKey) -> AreaKeys:
    return AreaKeys(AreaKeySet.model_validate(key_set(area, keys or [key(use) for use in Use])))


def directory_of(*areas: AreaKeys) -> KeyDirectory:
    published = tuple(one.published(area.area) for area in areas for one in area.keys)
    return KeyDirectory(DirectoryContent(keys=published))


class Expected(TypedDict, total=False):
    own_area: str
    expected_sender: str
    expected_type: str
    expected_id: UUID
    keys: AreaKeys
    directory: KeyDirectory
    now: datetime


@dataclass(frozen=True)
class World:
    """Southwest Finland (05) writes to Pirkanmaa (08); Helsinki (90) is somebody else."""

    sender: AreaKeys
    receiver: AreaKeys
    other: AreaKeys

    @property
    def directory(self) -> KeyDirectory:
        return directory_of(self.sender, self.receiver, self.other)

    def seal(
        self,
        message: ExchangeMessage,
        *,
        keys: AreaKeys | None = None,
        receiver: str = "08",
        message_id: UUID = MESSAGE_ID,
        time: datetime = NOW,
    ) -> bytes:
        own = keys or self.sender
        return seal(
            message,
            message_id=message_id,
            sender=own.area,
            receiver=receiver,
            time=time,
            keys=own,
            directory=self.directory,
        )

    def open(self, body: bytes, **different: Unpack[Expected]) -> Opened:
        expected: Expected = {
            "own_area": "08",
            "expected_sender": "05",
            "expected_type": HandoffOffered.type,
            "expected_id": MESSAGE_ID,
            "keys": self.receiver,
            "directory": self.directory,
            "now": NOW,
        }
        expected.update(different)
        return open_sealed(body, **expected)

    def refusal(self, body: bytes, **different: Unpack[Expected]) -> RefusalReason:
        """Why 08 refuses; whatever the reason, nothing of the payload may reach a log with the exception."""
        with pytest.raises(Refused) as refused:
            self.open(body, **different)
        told = "".join(traceback.format_exception(refused.value)) + repr(refused.value)
        assert not [word for word in PERSONAL if word in told]
        assert refused.value.__context__ is None
        return refused.value.reason


WORLD = World(area_keys("05"), area_keys("08"), area_keys("90"))
OFFER = offer()
BODY = WORLD.seal(OFFER)


def signing(area: AreaKeys) -> PrivateKey:
    return next(one for one in area.keys if one.use is Use.SIGNING)


def sealing(area: AreaKeys) -> PrivateKey:
    return next(one for one in area.keys if one.use is Use.SEALING)


def attributes(**different: object) -> dict[str, object]:
    honest = Sealed(
        id=MESSAGE_ID,
        type=OFFER.type,
        sender="05",
        receiver="08",
        time=NOW,
        data=OFFER.model_dump(mode="json"),
    )
    return {**honest.model_dump(mode="json"), **different}


def hand_signed(payload: Mapping[str, object] | bytes, by: PrivateKey, **header: object) -> str:
    """A JWS made without our code: every algorithm and header that the library can be talked into."""
    text = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    protected = {"alg": "Ed25519", "kid": by.kid, "typ": "jatkumo-message", **header}
    return jws.serialize_compact(protected, text, by.private_jwk, algorithms=["Ed25519", "EdDSA"])


def hand_sealed(content: str | bytes, to: AreaKeys = WORLD.receiver, **header: str | list[str]) -> bytes:
    """A JWE made without our code."""
    protected = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": sealing(to).kid, "cty": "jose", **header}
    every = ["ECDH-ES", "ECDH-ES+A256KW", "A256GCM", "A128GCM", "A128CBC-HS256", "DEF"]
    return jwe.encrypt_compact(protected, content, sealing(to).public_jwk, algorithms=every).encode()


def unsealed(body: bytes, by: AreaKeys = WORLD.receiver) -> str:
    content = jwe.decrypt_compact(body, sealing(by).private_jwk, algorithms=["ECDH-ES", "A256GCM"]).plaintext
    assert content is not None
    return content.decode()


def encoded(value: object) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def decoded(segment: str | bytes) -> Any:  # Any: JSON of a header, looked at member by member
    text = segment if isinstance(segment, str) else segment.decode()
    return json.loads(base64.urlsafe_b64decode(text + "=="))


def other_letter(text: bytes, index: int) -> bytes:
    letter = b"B" if text[index : index + 1] == b"A" else b"A"
    return text[:index] + letter + text[index + 1 :]

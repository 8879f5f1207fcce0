"""A message between areas: signed by the sender, then sealed to the receiver. Pure; no I/O.

The body is a JWE compact (RFC 7516; ECDH-ES on X25519 with A256GCM) whose content is a JWS compact (Ed25519) whose
payload is ``contracts.exchange.Sealed``. Headers hold algorithms and key ids, nothing about a person or a message.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from joserfc import jwe
from joserfc.errors import JoseError
from pydantic import StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from contracts.exchange import ExchangeMessage, Sealed
from contracts.subjects import EXCHANGE_IN, EXCHANGED
from services.interarea.exchange.keys import AreaKeys, KeyDirectory, PrivateKey, PublishedKey
from services.interarea.exchange.signatures import (
    ClosedHeader,
    KeyId,
    Purpose,
    read_header,
    signature_header,
    signed,
    verified_payload,
)

MAX_BODY_BYTES = EXCHANGE_IN.max_message_bytes - 16 * 1024
"""The largest sealed body: the stream's limit less room for the headers."""


class RefusalReason(StrEnum):
    """Why a body from another area was refused. Closed: operators and the other area's people act on it."""

    NOT_SEALED = "not_sealed"
    """Not a JWE in the only form that areas use: a plain body, another algorithm, a header with more in it."""
    SEALED_FOR_SOMEBODY_ELSE = "sealed_for_somebody_else"
    """Its key id is of no sealing key of this area."""
    TAMPERED = "tampered"
    """It does not open, or its signature is false: something was changed, or made with another key than it says."""
    UNSIGNED = "unsigned"
    """It opens, and the content is not signed in the only form in which areas sign."""
    UNKNOWN_KEY = "unknown_key"
    """Signed with a key that the directory does not give."""
    WRONG_SENDER = "wrong_sender"
    """Signed by, or in the name of, another area than the one it came from."""
    WRONG_RECEIVER = "wrong_receiver"
    """Signed for another area: somebody has sealed it anew and passed it on."""
    WRONG_TYPE = "wrong_type"
    """Another type of message than it came as, or one that this area does not know."""
    WRONG_ID = "wrong_id"
    """Another id than it came under: a replay."""
    EXPIRED_KEY = "expired_key"
    """Signed with or sealed to a key outside of its validity."""
    MALFORMED = "malformed"
    """From whom it says, and not a message of its type."""


class Refused(Exception):  # noqa: N818 - an answer to a body from outside, not an error of ours
    """A body that is not to be acted on. The text names the reason and fields, and nothing of what they hold."""

    def __init__(self, reason: RefusalReason, why: str) -> None:
        super().__init__(f"{reason}: {why}")
        self.reason = reason


@dataclass(frozen=True)
class Opened:
    """A message that its sender has signed for this area, with the attributes that stood inside the signature."""

    message: ExchangeMessage = field(repr=False)
    id: UUID
    type: str
    sender: str
    receiver: str
    time: datetime
    proof: str = field(repr=False)
    """The message as the sender signed it (JWS compact): shows later, with the directory, who has said what."""


class _SealHeader(ClosedHeader):
    """All that the header of a sealed body may say."""

    class EphemeralKey(ClosedHeader):
        kty: Literal["OKP"]
        crv: Literal["X25519"]
        x: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]

    alg: Literal["ECDH-ES"]
    enc: Literal["A256GCM"]
    kid: KeyId
    cty: Literal["jose"]
    epk: EphemeralKey


class _Registry(jwe.JWERegistry):
    max_ciphertext_length = MAX_BODY_BYTES


_REGISTRY = _Registry(algorithms=["ECDH-ES", "A256GCM"])
_MODELS = {model.type: model for model in EXCHANGED}


def seal(
    message: ExchangeMessage,
    *,
    message_id: UUID,
    sender: str,
    receiver: str,
    time: datetime,
    keys: AreaKeys,
    directory: KeyDirectory,
) -> bytes:
    """The body that only ``receiver`` can open and that only ``sender`` can have made.

    ``time`` is the moment of sealing (aware): it chooses the keys, and the receiver checks them by it.
    Raises ``NoUsableKeyError``, and ``ValueError`` if the keys are not the sender's or the body would be too large.
    """
    if keys.area != sender:
        raise ValueError(f"area {sender} cannot sign with the keys of area {keys.area}")
    attributes = Sealed(
        id=message_id,
        type=message.type,
        sender=sender,
        receiver=receiver,
        time=time,
        data=message.model_dump(mode="json"),
    )
    own = keys.signing_key(time)
    theirs = directory.sealing_key(receiver, time)
    token = signed(attributes.model_dump_json().encode(), key=own.private_jwk, kid=own.kid, purpose=Purpose.MESSAGE)
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": theirs.kid, "cty": "jose"}
    body = jwe.encrypt_compact(header, token, theirs.public_jwk, registry=_REGISTRY).encode()
    if len(body) > MAX_BODY_BYTES:
        raise ValueError(f"a sealed {message.type} of {len(body)} bytes is over the {MAX_BODY_BYTES} that may be sent")
    return body


def open_sealed(
    body: bytes,
    *,
    own_area: str,
    expected_sender: str,
    expected_type: str,
    expected_id: UUID,
    keys: AreaKeys,
    directory: KeyDirectory,
    now: datetime,
) -> Opened:
    """The message in ``body``, if it is what it came as: what is expected is what subject and headers say.

    A signing key counts if it was valid when the message was signed and has not expired by ``now`` (aware), so that
    a stolen old key is of no use; a sealing key of this area counts if it was valid then, however old it is now.
    Raises ``Refused``.
    """
    token, sealing_key = _unseal(body, keys)
    payload, signing_key = _verify(token, directory)
    attributes = _attributes(payload)
    if not signing_key.area == attributes.sender == expected_sender:
        raise Refused(RefusalReason.WRONG_SENDER, "it is not signed by the area that it came from")
    if attributes.receiver != own_area:
        raise Refused(RefusalReason.WRONG_RECEIVER, "it is signed for another area")
    if attributes.type != expected_type or expected_type not in _MODELS:
        raise Refused(RefusalReason.WRONG_TYPE, "its type is not the one it came as, or not known here")
    if attributes.id != expected_id:
        raise Refused(RefusalReason.WRONG_ID, "its id is not the one it came under")
    if not signing_key.valid_at(attributes.time) or now >= signing_key.valid_until:
        raise Refused(RefusalReason.EXPIRED_KEY, "it is signed with a key outside of its validity")
    if not sealing_key.valid_at(attributes.time):
        raise Refused(RefusalReason.EXPIRED_KEY, "it is sealed to a key outside of its validity")
    return Opened(
        message=_message(attributes),
        id=attributes.id,
        type=attributes.type,
        sender=attributes.sender,
        receiver=attributes.receiver,
        time=attributes.time,
        proof=token.decode("ascii"),
    )


def _unseal(body: bytes, keys: AreaKeys) -> tuple[bytes, PrivateKey]:
    """The content of the body, and the key of ours to which it was sealed."""
    segments = body.split(b".")
    header = read_header(_SealHeader, segments[0])
    if len(body) > MAX_BODY_BYTES or len(segments) != 5 or header is None:
        raise Refused(RefusalReason.NOT_SEALED, "it is not a JWE in the form that areas use")
    key = keys.sealing_key(header.kid)
    if key is None:
        raise Refused(RefusalReason.SEALED_FOR_SOMEBODY_ELSE, "it is sealed to a key that is not this area's")
    content = _decrypted(body, key)
    if content is None:
        raise Refused(RefusalReason.TAMPERED, "it does not open with the key that it names")
    return content, key


def _decrypted(body: bytes, key: PrivateKey) -> bytes | None:
    try:
        return jwe.decrypt_compact(body, key.private_jwk, registry=_REGISTRY).plaintext
    except (JoseError, ValueError):
        return None


def _verify(token: bytes, directory: KeyDirectory) -> tuple[bytes, PublishedKey]:
    """The signed payload, and the published key that signed it."""
    header = signature_header(token, Purpose.MESSAGE)
    if header is None:
        raise Refused(RefusalReason.UNSIGNED, "its content is not signed in the form that areas use")
    key = directory.signing_key(header.kid)
    if key is None:
        raise Refused(RefusalReason.UNKNOWN_KEY, "it is signed with a key that is not in the directory")
    payload = verified_payload(token, key.public_jwk)
    if payload is None:
        raise Refused(RefusalReason.TAMPERED, "its signature is false")
    return payload, key


def _attributes(payload: bytes) -> Sealed:
    try:
        return Sealed.model_validate_json(payload)
    except ValidationError as error:
        wrong = error.errors(include_input=False)
    raise _malformed(wrong)


def _message(attributes: Sealed) -> ExchangeMessage:
    try:
        return _MODELS[attributes.type].model_validate(attributes.data)
    except ValidationError as error:
        wrong = error.errors(include_input=False)
    raise _malformed(wrong)


def _malformed(wrong: Sequence[ErrorDetails]) -> Refused:
    """To be raised outside of the ``except``: a chained validation error would carry the payload into a log."""
    fields = ", ".join(f"{'.'.join(map(str, problem['loc']))} ({problem['type']})" for problem in wrong[:5])
    return Refused(RefusalReason.MALFORMED, f"its content is not of its type: {fields}")

"""JWS compact with Ed25519 (RFC 7515, RFC 9864) and a closed header: the only form in which areas sign.

The header is read by a model that knows no other algorithm and no other member before the library sees the token:
no ``none``, no keys or URLs in headers, no critical extensions. ``typ`` says what a signature is for, so one made
for a message never counts for a directory.
"""

from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64decode
from pydantic import BaseModel, ConfigDict, StringConstraints

KeyId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""A key's RFC 7638 SHA-256 thumbprint: a ``kid`` names one key and says nothing else."""


class Purpose(StrEnum):
    """What a signature is for (the ``typ`` of its header)."""

    MESSAGE = "jatkumo-message"
    DIRECTORY = "jatkumo-key-directory"


class ClosedHeader(BaseModel):
    """A JOSE header that may hold what its fields say, and nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


Header = TypeVar("Header", bound=ClosedHeader)


class SignatureHeader(ClosedHeader):
    """All that the header of a signature may say."""

    alg: Literal["Ed25519"]
    kid: KeyId
    typ: Purpose


class _Registry(jws.JWSRegistry):
    # The library's limit is lower than what the exchange may carry; the sealed body around it is limited already.
    max_payload_length = 2 * 1024**2


_REGISTRY = _Registry(algorithms=["Ed25519"])


def signed(payload: bytes, *, key: OKPKey, kid: str, purpose: Purpose) -> str:
    """The payload as a compact JWS, signed with an Ed25519 private key."""
    header = SignatureHeader(alg="Ed25519", kid=kid, typ=purpose)
    return jws.serialize_compact(header.model_dump(mode="json"), payload, key, registry=_REGISTRY)


def signature_header(token: bytes, purpose: Purpose) -> SignatureHeader | None:
    """The header of a token that claims to be signed for ``purpose``; None if it is not signed in our form.

    Proves nothing yet: see ``verified_payload``.
    """
    segments = token.split(b".")
    if len(segments) != 3:
        return None
    header = read_header(SignatureHeader, segments[0])
    return header if header is not None and header.typ is purpose else None


def verified_payload(token: bytes, key: OKPKey) -> bytes | None:
    """The payload of a token with a ``signature_header``; None if the key's owner did not sign exactly this."""
    try:
        return jws.deserialize_compact(token, key, registry=_REGISTRY).payload
    except (JoseError, ValueError):
        return None


def read_header(model: type[Header], segment: bytes) -> Header | None:
    """The header in a token's first segment (base64url of JSON); None if it is anything but what the model allows."""
    try:
        return model.model_validate_json(urlsafe_b64decode(segment))
    except ValueError:
        return None

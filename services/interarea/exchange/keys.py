"""The keys with which areas sign and seal: an area's own private ones, and the directory of everybody's public ones.

A key is valid from ``valid_from`` (included) to ``valid_until`` (excluded). Validities overlap while keys are
changed: the newest valid key is used, every valid one is understood.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)

from contracts.values import AreaCode
from services.interarea.exchange.signatures import KeyId, Purpose, signature_header, verified_payload


class KeyFileError(ValueError):
    """A key file is missing or wrong. Names the file and what was expected; never shows a key."""

    def __init__(self, file: Path, expected: str, found: str) -> None:
        super().__init__(f"{file}: expected {expected}; {found}")


class NoUsableKeyError(LookupError):
    """No key of this kind is valid at this time, so nothing can be signed or sealed."""


class Use(StrEnum):
    """What a key is for (``use`` of RFC 7517 4.2)."""

    SIGNING = "sig"
    SEALING = "enc"


_CURVES = {Use.SIGNING: "Ed25519", Use.SEALING: "X25519"}
_Coordinate = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]


class PublicKey(BaseModel):
    """A public Ed25519 or X25519 key as a JWK (RFC 8037) that is what it says: curve and ``kid`` are checked."""

    # A misspelt or private member in a key file is an error, and no error repeats what the file holds.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kty: Literal["OKP"] = "OKP"
    crv: Literal["Ed25519", "X25519"]
    x: _Coordinate
    kid: KeyId
    use: Use

    @model_validator(mode="after")
    def _is_what_it_says(self) -> Self:
        if self.crv != _CURVES[self.use]:
            raise ValueError(f"a key for {self.use.name.lower()} (use {self.use}) must be on {_CURVES[self.use]}")
        if self.public_jwk.thumbprint() != self.kid:
            raise ValueError("kid must be the key's RFC 7638 SHA-256 thumbprint")
        return self

    @cached_property
    def public_jwk(self) -> OKPKey:
        """The key as the library takes it."""
        return _imported({"kty": self.kty, "crv": self.crv, "x": self.x, "kid": self.kid, "use": self.use.value})


class DatedKey(PublicKey):
    """A key with the time in which it may be used."""

    valid_from: AwareDatetime
    valid_until: AwareDatetime

    @model_validator(mode="after")
    def _is_valid_some_time(self) -> Self:
        if self.valid_from >= self.valid_until:
            raise ValueError("valid_from must lie before valid_until")
        return self

    def valid_at(self, moment: datetime) -> bool:
        """Whether the key may be used at this moment (aware)."""
        return self.valid_from <= moment < self.valid_until


class PublishedKey(DatedKey):
    """An area's public key, as the directory gives it."""

    area: AreaCode


class PrivateKey(DatedKey):
    """A key of this area's own, with its private half, which is never shown."""

    d: SecretStr

    @model_validator(mode="after")
    def _halves_belong_together(self) -> Self:
        derived = OKPKey.import_key(self.private_jwk.public_key)
        if derived.thumbprint() != self.kid:
            raise ValueError("d must be the private half of x")
        return self

    @cached_property
    def private_jwk(self) -> OKPKey:
        """The key as the library takes it, private half included."""
        return _imported({**self.public_jwk.as_dict(), "d": self.d.get_secret_value()})

    def published(self, area: str) -> PublishedKey:
        """The public half, as ``area`` publishes it."""
        return PublishedKey(area=area, **self.model_dump(exclude={"d"}))


class AreaKeySet(BaseModel):
    """The content of an area's key file: a JWK set (RFC 7517 5) that says whose it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    area: AreaCode
    keys: tuple[PrivateKey, ...]

    @model_validator(mode="after")
    def _can_sign_and_open(self) -> Self:
        if missing := [use.name.lower() for use in Use if not any(key.use is use for key in self.keys)]:
            raise ValueError(f"at least one key for {' and one for '.join(missing)} is needed")
        _refuse_repeated(self.keys)
        return self


class DirectoryContent(BaseModel):
    """What the directory authority signs: the public keys of all areas."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    keys: tuple[PublishedKey, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_one_owner_each(self) -> Self:
        _refuse_repeated(self.keys)
        return self


class AreaKeys:
    """An area's own keys. Old sealing keys stay in the file for as long as something sealed to them may arrive."""

    def __init__(self, content: AreaKeySet) -> None:
        self.area = content.area
        self.keys = content.keys
        self._sealing = {key.kid: key for key in content.keys if key.use is Use.SEALING}

    def __repr__(self) -> str:
        return f"AreaKeys(area={self.area!r}, kids={[key.kid for key in self.keys]})"

    @classmethod
    def load(cls, file: Path) -> Self:
        """The keys in the JWK set ``file``.

        Raises ``KeyFileError``.
        """
        return cls(_content(AreaKeySet, _read(file, _KEY_SET), file, _KEY_SET))

    def signing_key(self, at: datetime) -> PrivateKey:
        """The key to sign with at this moment: the newest valid one.

        Raises ``NoUsableKeyError``.
        """
        return _newest(self.keys, Use.SIGNING, self.area, at)

    def sealing_key(self, kid: str) -> PrivateKey | None:
        """The key that opens what was sealed to ``kid``, however old; None if it is not this area's."""
        return self._sealing.get(kid)


class KeyDirectory:
    """The public keys of all areas, as the directory authority has signed them."""

    def __init__(self, content: DirectoryContent) -> None:
        self._keys = content.keys
        self._signing = {key.kid: key for key in content.keys if key.use is Use.SIGNING}

    def __repr__(self) -> str:
        return f"KeyDirectory(areas={sorted({key.area for key in self._keys})}, keys={len(self._keys)})"

    @classmethod
    def load(cls, file: Path, *, authority_file: Path) -> Self:
        """The directory in ``file``, if the authority whose public JWK is in ``authority_file`` has signed it.

        Raises ``KeyFileError`` for a file that is missing, unsigned, tampered with, signed by somebody else, or
        signed and yet wrong.
        """
        authority = _content(AuthorityKey, _read(authority_file, _AUTHORITY), authority_file, _AUTHORITY)
        token = _read(file, _DIRECTORY).strip()
        header = signature_header(token, Purpose.DIRECTORY)
        if header is None:
            raise KeyFileError(file, _DIRECTORY, "this is not signed, or not as a key directory")
        if header.kid != authority.kid:
            raise KeyFileError(file, _DIRECTORY, f"it is signed by another key than the one in {authority_file}")
        payload = verified_payload(token, authority.public_jwk)
        if payload is None:
            raise KeyFileError(file, _DIRECTORY, "its signature is false: the file was changed after it was signed")
        return cls(_content(DirectoryContent, payload, file, _DIRECTORY))

    def sealing_key(self, area: str, at: datetime) -> PublishedKey:
        """The key to which a message for ``area`` is sealed at this moment: its newest valid one.

        Raises ``NoUsableKeyError``.
        """
        return _newest([key for key in self._keys if key.area == area], Use.SEALING, area, at)

    def signing_key(self, kid: str) -> PublishedKey | None:
        """The key that signs as ``kid``, whosever and however old; None if no area has published it.

        ``area`` and ``valid_at`` of the answer say for whom and when it counts.
        """
        return self._signing.get(kid)

    def unpublished(self, own: AreaKeys, at: datetime) -> list[str]:
        """The kids of ``own`` keys, valid now or later, that the directory does not give as they are.

        Should be empty before an area starts to send: what it signs with such a key, everybody refuses.
        """
        current = [key for key in own.keys if key.valid_until > at]
        return [key.kid for key in current if key.published(own.area) not in self._keys]


class AuthorityKey(PublicKey):
    """The public key of who signs the directory."""

    use: Literal[Use.SIGNING] = Use.SIGNING


_KEY_SET = 'a JWK set {"area": …, "keys": […]} of private keys with valid_from and valid_until'
_AUTHORITY = "the public Ed25519 JWK of the directory authority"
_DIRECTORY = "a key directory signed by the directory authority (compact JWS)"

_Content = TypeVar("_Content", bound=BaseModel)
_Key = TypeVar("_Key", bound=DatedKey)


def _imported(jwk: dict[str, str | list[str]]) -> OKPKey:
    """The key in a JWK; raises ``ValueError`` without the library's text, which may repeat what it read."""
    try:
        return OKPKey.import_key(jwk)
    except (JoseError, ValueError):
        pass
    raise ValueError("x and d must be 32 bytes each, in base64url")


def _newest(keys: Iterable[_Key], use: Use, area: str, at: datetime) -> _Key:
    valid = [key for key in keys if key.use is use and key.valid_at(at)]
    if not valid:
        raise NoUsableKeyError(f"area {area} has no key for {use.name.lower()} that is valid at {at.isoformat()}")
    return max(valid, key=lambda key: (key.valid_from, key.kid))


def _refuse_repeated(keys: Sequence[DatedKey]) -> None:
    if len({key.kid for key in keys}) != len(keys):
        raise ValueError("each key (kid) must stand there once")


def _read(file: Path, expected: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise KeyFileError(file, expected, f"it cannot be read ({error.strerror})") from error


def _content(model: type[_Content], text: bytes, file: Path, expected: str) -> _Content:
    """``text`` as the model has it; what pydantic found wrong is told without the input."""
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        found = "; ".join(_told(problem["loc"], problem["msg"]) for problem in error.errors(include_input=False))
    raise KeyFileError(file, expected, found)


def _told(place: tuple[int | str, ...], message: str) -> str:
    return f"{'.'.join(map(str, place))}: {message}" if place else message

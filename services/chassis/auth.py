"""Who is asking: a bearer token, checked against the issuer's keys, and what its role may do.

Every route names a permission; a service's ``permissions.py`` says in one place which roles have it. A worker of one
area is a stranger in another.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import httpx
from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError

from contracts.values import AreaCode
from services.chassis.clock import Clock
from services.chassis.problems import Problem

ALGORITHMS = ["Ed25519", "EdDSA", "ES256", "RS256"]
_LEEWAY_SECONDS = 30
_REFRESH_SECONDS = 60.0
_OLDEST_SECONDS = 3600.0
"""A key that the issuer withdrew is good here for at most so long."""


class Role(StrEnum):
    """What a caller is."""

    WORKER = "worker"
    LEAD = "lead"
    OPERATOR = "operator"
    YOUNG_PERSON = "young_person"


@dataclass(frozen=True)
class Principal:
    """The caller. ``subject`` is an opaque id: a worker's, a young person's, or an operator's account."""

    area: AreaCode
    role: Role
    subject: str

    @property
    def person_id(self) -> UUID:
        """The worker's or young person's id. Raises ``Problem`` 403 when the token names none."""
        try:
            return UUID(self.subject)
        except ValueError:
            raise Problem(403, "not-a-person", "This token names no person.") from None


class _Claims(BaseModel):
    model_config = ConfigDict(extra="ignore")

    iss: str
    aud: str | list[str]
    sub: str
    area: AreaCode
    role: Role
    exp: int
    nbf: int | None = None


class Keys(Protocol):
    """The issuer's public keys."""

    def current(self, *, now: float, refresh: bool) -> KeySet:
        """The keys; asked anew when ``refresh`` says that a token names an unknown one."""


class KeySource:
    """The issuer's JSON Web Key Set, from a file or an https address; read again when an unknown key turns up."""

    def __init__(self, location: str) -> None:
        self._location = location
        self._keys: KeySet | None = None
        self._read_at = float("-inf")

    def current(self, *, now: float, refresh: bool) -> KeySet:
        """The keys, at most an hour old, or a minute when ``refresh``. Raises ``Problem`` 503 without any."""
        age = now - self._read_at
        if self._keys is None or age > _OLDEST_SECONDS or (refresh and age > _REFRESH_SECONDS):
            try:
                self._keys = KeySet.import_key_set(json.loads(self._read()))
            except (OSError, ValueError, httpx.HTTPError, JoseError):
                raise Problem(503, "issuer-away", "The token issuer's keys cannot be read; try again.") from None
            self._read_at = now
        return self._keys

    def _read(self) -> str:
        if self._location.startswith("https://"):
            return httpx.get(self._location, timeout=5).raise_for_status().text
        return Path(self._location).read_text()


class Authenticator:
    """Turns a bearer token into a principal, or refuses it."""

    def __init__(self, keys: Keys, *, issuer: str, audience: str, area: str | None, clock: Clock) -> None:
        """``area``: whose tokens are accepted; None (the operations view) accepts every area's operators."""
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._area = area
        self._clock = clock

    def principal(self, authorization: str | None) -> Principal:
        """The caller named by an ``Authorization`` header.

        Raises ``Problem`` 401 for a token that is missing, forged, expired or meant for somebody else, and 403 for a
        good token of another area.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _unauthorized("missing-token", "A bearer token is needed.")
        claims = self._claims(token)
        if self._area is not None and claims.area != self._area:
            raise Problem(403, "stranger", "This token belongs to another area.")
        return Principal(claims.area, claims.role, _as_written_here(claims.sub))

    def _claims(self, token: str) -> _Claims:
        now = self._clock.now().timestamp()
        try:
            claims = _Claims.model_validate(self._decode(token, now).claims)
        except (ValidationError, JoseError, ValueError):
            raise _unauthorized("bad-token", "The token is not one that this service accepts.") from None
        audiences = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        if claims.iss != self._issuer or self._audience not in audiences:
            raise _unauthorized("bad-token", "The token is not one that this service accepts.")
        if claims.exp + _LEEWAY_SECONDS < now or (claims.nbf or 0) - _LEEWAY_SECONDS > now:
            raise _unauthorized("expired-token", "The token is not valid at this time.")
        return claims

    def _decode(self, token: str, now: float) -> jwt.Token:
        try:
            return jwt.decode(token, self._keys.current(now=now, refresh=False), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            return jwt.decode(token, self._keys.current(now=now, refresh=True), algorithms=ALGORITHMS)


def _as_written_here(subject: str) -> str:
    """An id in the one spelling in which it is stored and compared; anything else as it is."""
    try:
        return str(UUID(subject))
    except ValueError:
        return subject


def _unauthorized(code: str, title: str) -> Problem:
    return Problem(401, code, title, headers={"WWW-Authenticate": "Bearer"})


@dataclass(frozen=True)
class Allowed:
    """A route's dependency that yields the principal, or refuses whoever has none of the roles."""

    roles: frozenset[Role]

    def __call__(self, request: Request) -> Principal:
        """The caller. Raises ``Problem`` 403."""
        principal: Principal = request.state.principal
        if principal.role not in self.roles:
            raise Problem(403, "not-permitted", "This role may not do that.")
        return principal


def gate(matrix: Mapping[Any, frozenset[Role]]) -> Callable[[Any], Any]:
    """The ``allow`` of a service: ``allow(Permission.X)`` is a dependency that yields the principal, or refuses.

    ``matrix`` says which roles have which permission (Any: each service has its own closed enum of permissions).
    FastAPI's ``Depends`` is typed Any by design.
    """

    def allow(permission: StrEnum) -> Any:
        return Depends(Allowed(matrix[permission]))

    return allow


def public(reason: str) -> Any:
    """Marks a route that needs no token, and says why (FastAPI's ``Depends`` is typed Any by design)."""

    def reachable_by_all() -> None:
        """Nothing to check."""

    reachable_by_all.__doc__ = reason
    return Depends(reachable_by_all)

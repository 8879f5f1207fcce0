"""A token issuer for tests: real Ed25519 keys, real JSON Web Tokens."""

import json
import time
from pathlib import Path
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from services.chassis.auth import Role

_ALGORITHM = "Ed25519"


class TokenIssuer:
    """Issues tokens; writes its public keys where services read them."""

    issuer = "https://issuer.test"
    audience = "jatkumo"

    def __init__(self, directory: Path) -> None:
        self._key = OKPKey.generate_key("Ed25519", {"kid": uuid4().hex, "alg": _ALGORITHM, "use": "sig"})
        self.jwks_file = directory / "jwks.json"
        self.jwks_file.write_text(json.dumps(KeySet([self._key]).as_dict(private=False)))

    def token(self, role: Role, *, area: str, subject: UUID | str | None = None, lasts_seconds: int = 3600) -> str:
        """A token of somebody in ``area``; ``subject`` is a new id unless given."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": str(subject or uuid4()),
            "area": area,
            "role": role.value,
            "iat": now,
            "exp": now + lasts_seconds,
        }
        return jwt.encode({"alg": _ALGORITHM, "kid": self._key.kid}, claims, self._key, algorithms=[_ALGORITHM])

    def bearer(
        self, role: Role, *, area: str, subject: UUID | str | None = None, lasts_seconds: int = 3600
    ) -> dict[str, str]:
        """The request header that carries such a token."""
        token = self.token(role, area=area, subject=subject, lasts_seconds=lasts_seconds)
        return {"Authorization": f"Bearer {token}"}

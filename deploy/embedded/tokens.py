"""The stack's own token issuer: an Ed25519 key, its public half as a JWKS, tokens for every role of every area."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from deploy.embedded.state import write_private

ISSUER = "urn:jatkumo:embedded"
AUDIENCE = "jatkumo"
ROLES = ("worker", "lead", "operator", "young_person")

# Longer than anybody tries things out, the services' clock moved on by a year or two included.
_LIFETIME_SECONDS = 5 * 365 * 24 * 3600


def subject_id(area: str, role: str) -> UUID:
    """Whom the stack's token for a role of an area names: the same id every time, so data can be made to fit it."""
    return uuid5(NAMESPACE_URL, f"{ISSUER}:{area}:{role}")


@dataclass(frozen=True)
class TokenIssuer:
    """Issues tokens that the stack's services accept."""

    private: Path
    jwks: Path
    """``JATKUMO_JWKS``"""

    @classmethod
    def ensure(cls, folder: Path) -> "TokenIssuer":
        """The issuer whose key is in ``folder``; made when missing."""
        issuer = cls(folder / "token-issuer.jwk.json", folder / "jwks.json")
        if not issuer.private.exists():
            key = OKPKey.generate_key("Ed25519", parameters={"use": "sig"}, auto_kid=True)
            write_private(issuer.private, json.dumps(key.as_dict(private=True)))
        key = OKPKey.import_key(json.loads(issuer.private.read_text()))
        write_private(issuer.jwks, json.dumps(KeySet([key]).as_dict(private=False)))
        return issuer

    def issue(self, area: str, role: str, subject: str | None = None) -> str:
        """A token for a role of an area; ``subject`` defaults to ``subject_id(area, role)``."""
        key = OKPKey.import_key(json.loads(self.private.read_text()))
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject or str(subject_id(area, role)),
            "area": area,
            "role": role,
            "iat": now,
            "exp": now + _LIFETIME_SECONDS,
        }
        return jwt.encode({"alg": "Ed25519", "kid": key.kid}, claims, key, algorithms=["Ed25519"])

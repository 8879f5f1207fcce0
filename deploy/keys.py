"""Makes the keys of the exchange between areas: each area's own, the directory authority's, the signed directory.

For the embedded stack, where one machine plays every area and the authority. Real areas each make their own keys
and give only the public halves away.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from services.interarea.exchange.keys import (
    AreaKeys,
    AreaKeySet,
    AuthorityKey,
    DirectoryContent,
    KeyFileError,
    PrivateKey,
    Use,
)
from services.interarea.exchange.signatures import Purpose, signed

_VALID_FOR = timedelta(days=10 * 365)  # the whole of somebody's aftercare can be tried with the clock moved on
_CLOCKS_DIFFER = timedelta(days=1)


@dataclass(frozen=True)
class ExchangeKeyFiles:
    """Where the files are; each names the setting of interarea that reads it."""

    directory: Path
    """``JATKUMO_KEY_DIRECTORY_FILE``"""
    authority: Path
    """``JATKUMO_DIRECTORY_AUTHORITY_FILE``"""
    areas: dict[str, Path]
    """By area code: ``JATKUMO_AREA_KEYS_FILE``, mode 600."""
    authority_private: Path
    """Signs the directory; mode 600. No service reads it."""


def write_exchange_keys(folder: Path, areas: Sequence[str], *, now: datetime | None = None) -> ExchangeKeyFiles:
    """Keys for ``areas`` in ``folder``, and the directory of the public keys of every area that has a file there.

    Keys that are there already are kept; the directory is signed again. Valid for ten years from a day before
    ``now`` (aware; the machine's clock if not given). Raises ``services.interarea.exchange.keys.KeyFileError`` if
    an existing file is not what it should be, ``ValueError`` for a code that is no area's.
    """
    made_at = now or datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    files = ExchangeKeyFiles(
        directory=folder / "directory.jws",
        authority=folder / "authority.jwk.json",
        areas={area: folder / f"area-{area}.jwks.json" for area in areas},
        authority_private=folder / "authority-private.jwk.json",
    )
    for area, file in files.areas.items():
        if not file.exists():
            _write(file, json.dumps(_new_key_set(area, made_at), indent=2), private=True)
    if not files.authority_private.exists():
        new = OKPKey.generate_key("Ed25519", parameters={"use": "sig"}, auto_kid=True)
        _write(files.authority_private, json.dumps(new.as_dict(private=True), indent=2), private=True)
    for private in (files.authority_private, *files.areas.values()):
        private.chmod(0o600)
    authority = _authority(files.authority_private)
    _write(files.authority, AuthorityKey.model_validate(authority.as_dict()).model_dump_json(indent=2))
    every_area = [AreaKeys.load(file) for file in sorted(folder.glob("area-*.jwks.json"))]
    _write(files.directory, signed_directory(every_area, authority))
    return files


def new_key(use: Use, *, valid_from: datetime, valid_until: datetime) -> PrivateKey:
    """A new key of an area's own."""
    jwk = OKPKey.generate_key("Ed25519" if use is Use.SIGNING else "X25519").as_dict(private=True)
    made = OKPKey.import_key(jwk)
    return PrivateKey.model_validate(
        {**jwk, "kid": made.thumbprint(), "use": use, "valid_from": valid_from, "valid_until": valid_until}
    )


def key_set(area: str, keys: Iterable[PrivateKey]) -> dict[str, object]:
    """The content of an area's key file, private halves included."""
    return {"area": area, "keys": [_with_private_half(key) for key in keys]}


def signed_directory(areas: Iterable[AreaKeys], authority: OKPKey) -> str:
    """The directory of the areas' public keys, signed by the authority (private JWK with ``kid``).

    The same keys give the same text: Ed25519 signatures are deterministic.
    """
    content = DirectoryContent(keys=tuple(key.published(area.area) for area in areas for key in area.keys))
    if authority.kid is None:
        raise ValueError("expected the authority's key with its kid")
    return signed(content.model_dump_json().encode(), key=authority, kid=authority.kid, purpose=Purpose.DIRECTORY)


def _authority(file: Path) -> OKPKey:
    expected = "the private Ed25519 JWK of the directory authority, with its kid"
    try:
        key = OKPKey.import_key(json.loads(file.read_text()))
        AuthorityKey.model_validate(key.as_dict())
    except (JoseError, ValueError):
        key = None
    if key is None or not key.is_private:
        raise KeyFileError(file, expected, "it holds something else")
    return key


def _new_key_set(area: str, made_at: datetime) -> dict[str, object]:
    valid_from = made_at - _CLOCKS_DIFFER
    keys = [new_key(use, valid_from=valid_from, valid_until=valid_from + _VALID_FOR) for use in Use]
    AreaKeySet.model_validate(key_set(area, keys))
    return key_set(area, keys)


def _with_private_half(key: PrivateKey) -> dict[str, object]:
    return {**key.model_dump(mode="json"), "d": key.d.get_secret_value()}


def _write(file: Path, text: str, *, private: bool = False) -> None:
    """Replaces the file in one step, so nobody reads half of it; a private one is nobody else's from the start."""
    beside = file.with_name(f".{file.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644), "w") as out:
        out.write(text + "\n")
    beside.replace(file)

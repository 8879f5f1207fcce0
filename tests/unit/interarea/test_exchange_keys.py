"""Keys are read only when they are what they say, and never shown; the directory only when its authority signed it."""

import base64
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from deploy.keys import ExchangeKeyFiles, key_set, new_key, signed_directory, write_exchange_keys
from services.interarea.exchange.keys import (
    AreaKeys,
    AreaKeySet,
    DirectoryContent,
    KeyDirectory,
    KeyFileError,
    NoUsableKeyError,
    PrivateKey,
    Use,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def files(tmp_path: Path) -> ExchangeKeyFiles:
    return write_exchange_keys(tmp_path / "keys", ["05", "08"], now=NOW)


def directory(files: ExchangeKeyFiles) -> KeyDirectory:
    return KeyDirectory.load(files.directory, authority_file=files.authority)


def private_authority(files: ExchangeKeyFiles) -> OKPKey:
    return OKPKey.import_key(json.loads(files.authority_private.read_text()))


def refusal_of_directory(files: ExchangeKeyFiles) -> str:
    with pytest.raises(KeyFileError) as refused:
        directory(files)
    return str(refused.value)


def refusal_of_area_keys(file: Path) -> str:
    with pytest.raises(KeyFileError) as refused:
        AreaKeys.load(file)
    return str(refused.value)


def key(use: Use, valid_from: datetime, valid_until: datetime) -> PrivateKey:
    return new_key(use, valid_from=valid_from, valid_until=valid_until)


def area_keys(area: str, *keys: PrivateKey) -> AreaKeys:
    return AreaKeys(AreaKeySet.model_validate(key_set(area, keys)))


def published(*areas: AreaKeys) -> KeyDirectory:
    return KeyDirectory(DirectoryContent(keys=tuple(one.published(a.area) for a in areas for one in a.keys)))


# Made keys


def test_made_keys_can_be_read_and_used(files: ExchangeKeyFiles) -> None:
    own = AreaKeys.load(files.areas["05"])
    assert own.area == "05"
    assert directory(files).unpublished(own, NOW) == []
    assert directory(files).signing_key(own.signing_key(NOW).kid) == own.signing_key(NOW).published("05")
    assert own.sealing_key(directory(files).sealing_key("05", NOW).kid) is not None


def test_private_keys_are_nobody_elses_to_read(files: ExchangeKeyFiles) -> None:
    for file in (files.authority_private, *files.areas.values()):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_public_files_hold_no_private_key(files: ExchangeKeyFiles) -> None:
    assert "d" not in json.loads(files.authority.read_text())
    payload = jws.deserialize_compact(
        files.directory.read_text().strip(), private_authority(files), algorithms=["Ed25519"]
    ).payload
    assert all("d" not in one for one in json.loads(payload)["keys"])


def test_making_keys_again_changes_nothing(files: ExchangeKeyFiles) -> None:
    folder = files.directory.parent
    before = {file: file.read_bytes() for file in folder.iterdir()}
    assert write_exchange_keys(folder, ["05", "08"], now=NOW + DAY) == files
    assert {file: file.read_bytes() for file in folder.iterdir()} == before


def test_an_added_area_joins_the_directory_and_the_others_stay_as_they_are(files: ExchangeKeyFiles) -> None:
    before = {area: file.read_bytes() for area, file in files.areas.items()}
    after = write_exchange_keys(files.directory.parent, ["90"], now=NOW)
    assert {area: file.read_bytes() for area, file in files.areas.items()} == before
    assert repr(directory(after)) == "KeyDirectory(areas=['05', '08', '90'], keys=6)"


def test_a_loosened_private_file_is_closed_again(files: ExchangeKeyFiles) -> None:
    files.areas["05"].chmod(0o644)
    write_exchange_keys(files.directory.parent, ["05", "08"], now=NOW)
    assert stat.S_IMODE(files.areas["05"].stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"kty": "oct", "k": "AAAA"}'])
def test_an_authority_key_that_is_none_is_not_overwritten(files: ExchangeKeyFiles, text: str) -> None:
    files.authority_private.write_text(text)
    with pytest.raises(KeyFileError, match="authority-private"):
        write_exchange_keys(files.directory.parent, ["05"], now=NOW)
    assert files.authority_private.read_text() == text


def test_the_public_half_does_not_pass_for_the_private_one(files: ExchangeKeyFiles) -> None:
    files.authority_private.write_text(files.authority.read_text())
    with pytest.raises(KeyFileError, match="expected the private Ed25519 JWK"):
        write_exchange_keys(files.directory.parent, ["05"], now=NOW)


def test_keys_cannot_be_made_for_an_area_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="area"):
        write_exchange_keys(tmp_path, ["99"], now=NOW)
    assert list(tmp_path.iterdir()) == []


# Never shown


def test_keys_do_not_show_their_private_half(files: ExchangeKeyFiles) -> None:
    own = AreaKeys.load(files.areas["05"])
    secrets = [one.d.get_secret_value() for one in own.keys]
    shown = f"{own!r} {own} {own.keys!r} {[str(one) for one in own.keys]} {[one.private_jwk for one in own.keys]}"
    assert not [secret for secret in secrets if secret in shown]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one | {"use": "enc" if one["use"] == "sig" else "sig"},
        lambda one: one | {"crv": "Ed448"},
        lambda one: one | {"valid_until": one["valid_from"]},
        lambda one: one | {"valid_from": "2026-01-01T00:00:00"},
        lambda one: one | {"kid": "A" * 43},
        lambda one: one | {"kid": "05"},
        lambda one: one | {"x": one["d"]},
        lambda one: one | {"d": one["x"]},
        lambda one: one | {"d": one["d"] + "AAAA"},
        lambda one: one | {"d": "not base64url!"},
        lambda one: {name: value for name, value in one.items() if name != "d"},
        lambda one: one | {"valid_untill": one["valid_until"]},
    ],
)
def test_a_wrong_key_is_refused_without_being_shown(
    files: ExchangeKeyFiles, spoil: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    content = json.loads(files.areas["05"].read_text())
    secrets = [one["d"] for one in content["keys"]]
    content["keys"][0] = spoil(content["keys"][0])
    files.areas["05"].write_text(json.dumps(content))
    told = refusal_of_area_keys(files.areas["05"])
    assert told.startswith(f"{files.areas['05']}: expected a JWK set")
    assert "keys.0" in told
    assert not [secret for secret in secrets if secret in told]


def test_an_error_says_what_was_expected(files: ExchangeKeyFiles) -> None:
    content = json.loads(files.areas["05"].read_text())
    content["keys"][0]["kid"] = "A" * 43
    files.areas["05"].write_text(json.dumps(content))
    assert refusal_of_area_keys(files.areas["05"]) == (
        f'{files.areas["05"]}: expected a JWK set {{"area": …, "keys": […]}} of private keys with valid_from and '
        "valid_until; keys.0: Value error, kid must be the key's RFC 7638 SHA-256 thumbprint"
    )


# An area's own keys


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    assert "cannot be read (No such file or directory)" in refusal_of_area_keys(tmp_path / "gone.json")


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}", '{"area": "05", "keys": []}'])
def test_a_file_that_is_no_key_set_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "area.json"
    file.write_text(text)
    assert refusal_of_area_keys(file).startswith(f"{file}: expected a JWK set")


def test_an_area_needs_a_key_for_each_use(tmp_path: Path) -> None:
    file = tmp_path / "area.json"
    file.write_text(json.dumps(key_set("05", [key(Use.SIGNING, NOW, NOW + DAY)])))
    assert "at least one key for sealing is needed" in refusal_of_area_keys(file)


def test_a_key_stands_in_a_set_once(files: ExchangeKeyFiles) -> None:
    content = json.loads(files.areas["05"].read_text())
    content["keys"].append(content["keys"][0])
    files.areas["05"].write_text(json.dumps(content))
    assert "each key (kid) must stand there once" in refusal_of_area_keys(files.areas["05"])


def test_the_newest_valid_key_is_used_and_all_are_kept_for_opening() -> None:
    first = [key(use, NOW, NOW + 30 * DAY) for use in Use]
    second = [key(use, NOW + 20 * DAY, NOW + 60 * DAY) for use in Use]
    own = area_keys("05", *second, *first)
    everybody = published(own)
    for day, (signing, sealing) in {0: first, 19: first, 20: second, 29: second, 59: second}.items():
        assert own.signing_key(NOW + day * DAY) == signing
        assert everybody.sealing_key("05", NOW + day * DAY) == sealing.published("05")
    for _, sealing in (first, second):
        assert own.sealing_key(sealing.kid) == sealing
    assert own.sealing_key(first[0].kid) is None, "a key for signing opens nothing"


@pytest.mark.parametrize("moment", [NOW - timedelta(microseconds=1), NOW + DAY], ids=["too early", "too late"])
def test_there_is_no_key_outside_of_every_validity(moment: datetime) -> None:
    own = area_keys("05", *(key(use, NOW, NOW + DAY) for use in Use))
    with pytest.raises(NoUsableKeyError, match="area 05 has no key for signing that is valid at 2026-11-2"):
        own.signing_key(moment)
    with pytest.raises(NoUsableKeyError, match="area 05 has no key for sealing"):
        published(own).sealing_key("05", moment)


def test_an_area_knows_which_of_its_keys_nobody_else_can_know(files: ExchangeKeyFiles) -> None:
    own = AreaKeys.load(files.areas["05"])
    new, old = key(Use.SIGNING, NOW + DAY, NOW + 9 * DAY), key(Use.SIGNING, NOW - 9 * DAY, NOW)
    assert directory(files).unpublished(area_keys("05", *own.keys, new, old), NOW) == [new.kid]
    assert len(directory(files).unpublished(area_keys("08", *own.keys), NOW)) == 2, "published, and not as 08's"


# The directory


def test_the_directory_gives_each_key_with_its_owner_and_validity(files: ExchangeKeyFiles) -> None:
    theirs = AreaKeys.load(files.areas["08"]).signing_key(NOW)
    found = directory(files).signing_key(theirs.kid)
    assert found is not None
    assert (found.area, found.valid_from, found.valid_until) == ("08", theirs.valid_from, theirs.valid_until)
    assert directory(files).signing_key("A" * 43) is None
    assert directory(files).signing_key(directory(files).sealing_key("08", NOW).kid) is None


def test_an_unsigned_directory_is_refused(files: ExchangeKeyFiles) -> None:
    header, payload, _ = files.directory.read_text().strip().split(".")
    plain = base64.urlsafe_b64decode(payload + "==")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=")
    for text in (b"", plain, unsigned + b"." + payload.encode() + b".", f"{header}.{payload}".encode()):
        files.directory.write_bytes(text)
        assert refusal_of_directory(files) == (
            f"{files.directory}: expected a key directory signed by the directory authority (compact JWS); "
            "this is not signed, or not as a key directory"
        )


def test_a_directory_whose_signature_was_taken_away_is_refused(files: ExchangeKeyFiles) -> None:
    files.directory.write_text(files.directory.read_text().rpartition(".")[0] + ".")
    assert "its signature is false" in refusal_of_directory(files)


def test_a_directory_changed_anywhere_is_refused(files: ExchangeKeyFiles) -> None:
    text = files.directory.read_text().strip()
    for index in range(0, len(text), 7):
        changed = "B" if text[index] == "A" else "A"
        files.directory.write_text(text[:index] + changed + text[index + 1 :])
        assert str(files.directory) in refusal_of_directory(files)


def test_a_key_put_into_the_directory_is_refused(files: ExchangeKeyFiles) -> None:
    header, payload, signature = files.directory.read_text().strip().split(".")
    content = json.loads(base64.urlsafe_b64decode(payload + "=="))
    mallory = area_keys("05", *(key(use, NOW, NOW + DAY) for use in Use))
    content["keys"].append(mallory.keys[0].published("05").model_dump(mode="json"))
    forged = base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
    files.directory.write_text(f"{header}.{forged}.{signature}")
    assert "its signature is false: the file was changed after it was signed" in refusal_of_directory(files)


def test_a_directory_signed_by_somebody_else_is_refused(files: ExchangeKeyFiles, tmp_path: Path) -> None:
    somebody = write_exchange_keys(tmp_path / "somebody", ["05", "08"], now=NOW)
    files.directory.write_bytes(somebody.directory.read_bytes())
    assert f"it is signed by another key than the one in {files.authority}" in refusal_of_directory(files)


def test_a_directory_signed_by_somebody_else_under_the_authoritys_name_is_refused(files: ExchangeKeyFiles) -> None:
    mallory = OKPKey.generate_key("Ed25519", parameters={"kid": str(private_authority(files).kid)})
    own = [AreaKeys.load(file) for file in files.areas.values()]
    files.directory.write_text(signed_directory(own, mallory))
    assert "its signature is false" in refusal_of_directory(files)


def test_a_directory_signed_with_the_public_key_as_a_secret_is_refused(files: ExchangeKeyFiles) -> None:
    public = json.loads(files.authority.read_text())
    secret = OctKey.import_key(base64.urlsafe_b64decode(public["x"] + "="))
    header = {"alg": "HS256", "kid": public["kid"], "typ": "jatkumo-key-directory"}
    files.directory.write_text(jws.serialize_compact(header, b"{}", secret, algorithms=["HS256"]))
    assert "this is not signed" in refusal_of_directory(files)


def test_a_message_signed_by_the_authority_is_no_directory(files: ExchangeKeyFiles) -> None:
    authority = private_authority(files)
    header = {"alg": "Ed25519", "kid": authority.kid, "typ": "jatkumo-message"}
    _, payload, _ = files.directory.read_text().strip().split(".")
    content = base64.urlsafe_b64decode(payload + "==")
    files.directory.write_text(jws.serialize_compact(header, content, authority, algorithms=["Ed25519"]))
    assert "not as a key directory" in refusal_of_directory(files)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda keys: [], "keys: Tuple should have at least 1 item"),
        (lambda keys: [*keys, keys[0] | {"area": "90"}], "each key (kid) must stand there once"),
        (lambda keys: [keys[0] | {"area": "99"}], "keys.0.area: String should match pattern"),
        (lambda keys: [keys[0] | {"d": "A" * 43}], "keys.0.d: Extra inputs are not permitted"),
        (lambda keys: [keys[0] | {"valid_from": "2040-01-01T00:00:00Z"}], "valid_from must lie before valid_until"),
        (lambda keys: [keys[0] | {"x": keys[1]["x"]}], "kid must be the key's RFC 7638 SHA-256 thumbprint"),
        (lambda keys: [keys[0] | {"use": "enc"}], "a key for sealing (use enc) must be on X25519"),
    ],
)
def test_a_directory_that_is_signed_and_wrong_is_refused(
    files: ExchangeKeyFiles,
    spoil: Callable[[list[dict[str, str]]], list[dict[str, str]]],
    told: str,
) -> None:
    authority = private_authority(files)
    header = {"alg": "Ed25519", "kid": authority.kid, "typ": "jatkumo-key-directory"}
    _, payload, _ = files.directory.read_text().strip().split(".")
    content: Any = json.loads(base64.urlsafe_b64decode(payload + "=="))  # Any: JSON about to be spoilt
    content["keys"] = spoil(content["keys"])
    signed = jws.serialize_compact(header, json.dumps(content), authority, algorithms=["Ed25519"])
    files.directory.write_text(signed)
    assert told in refusal_of_directory(files)


def test_the_authority_is_a_public_key_and_its_file_is_named(files: ExchangeKeyFiles) -> None:
    files.authority.write_text(files.authority_private.read_text())
    told = refusal_of_directory(files)
    assert told.startswith(f"{files.authority}: expected the public Ed25519 JWK of the directory authority")
    assert json.loads(files.authority_private.read_text())["d"] not in told
    files.authority.unlink()
    assert f"{files.authority}: expected the public Ed25519 JWK" in refusal_of_directory(files)

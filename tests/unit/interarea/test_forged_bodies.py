"""Bodies made or changed by somebody who should not: each is refused, for the reason that is true."""

import base64
import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from joserfc import jwe, jws
from joserfc.jwk import OctKey, OKPKey

from services.interarea.exchange.sealing import (
    MAX_BODY_BYTES,
    RefusalReason,
    Refused,
)
from tests.unit.interarea.sealed_bodies import (
    BODY,
    HETU,
    OFFER,
    WORLD,
    attributes,
    decoded,
    encoded,
    hand_sealed,
    hand_signed,
    other_letter,
    sealing,
    signing,
    unsealed,
)

# Not sealed


HOSTILE_HEADERS: tuple[object, ...] = ("alg enc", ["alg", "enc"], 1, None, {}, {"alg": []}, b"[" * 5000, b"\xff")
NOT_SEALED = {
    "nothing": b"",
    "one dot": b".",
    "only dots": b"....",
    "no text": b"\xff\xfe\x00",
    "plain": json.dumps(attributes()).encode(),
    "only signed": hand_signed(attributes(), signing(WORLD.sender)).encode(),
    "a part too many": BODY + b".AAAA",
    "a part too few": BODY.rpartition(b".")[0],
    "too large": BODY + b"A" * MAX_BODY_BYTES,
    **{f"header {n}": f"{encoded(header)}....".encode() for n, header in enumerate(HOSTILE_HEADERS)},
}


@pytest.mark.parametrize("body", NOT_SEALED.values(), ids=NOT_SEALED.keys())
def test_a_body_that_is_plain_or_only_signed_or_nothing_is_not_sealed(body: bytes) -> None:
    assert WORLD.refusal(body) is RefusalReason.NOT_SEALED


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "ECDH-ES+A256KW"},
        {"enc": "A128GCM"},
        {"enc": "A128CBC-HS256"},
        {"zip": "DEF"},
        {"cty": "JWT"},
        {"jku": "https://example.org/keys"},
        {"apu": "MDU"},
        {"crit": ["cty"]},
    ],
)
def test_a_seal_of_another_form_is_refused(header: dict[str, str | list[str]]) -> None:
    body = hand_sealed(hand_signed(attributes(), signing(WORLD.sender)), WORLD.receiver, **header)
    assert WORLD.refusal(body) is RefusalReason.NOT_SEALED


def test_a_seal_with_a_shared_secret_is_refused() -> None:
    """``dir`` with the public key's bytes as the secret: what everybody knows must not open as sealed."""
    secret = OctKey.import_key(base64.urlsafe_b64decode(sealing(WORLD.receiver).x + "="))
    header = {"alg": "dir", "enc": "A256GCM", "kid": sealing(WORLD.receiver).kid, "cty": "jose"}
    token = hand_signed(attributes(), signing(WORLD.sender))
    body = jwe.encrypt_compact(header, token, secret, algorithms=["dir", "A256GCM"])
    assert WORLD.refusal(body.encode()) is RefusalReason.NOT_SEALED


def test_a_seal_without_a_key_id_is_refused() -> None:
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "cty": "jose"}
    token = hand_signed(attributes(), signing(WORLD.sender))
    body = jwe.encrypt_compact(header, token, sealing(WORLD.receiver).public_jwk, algorithms=["ECDH-ES", "A256GCM"])
    assert WORLD.refusal(body.encode()) is RefusalReason.NOT_SEALED


# Tampered


@pytest.mark.parametrize("part", [2, 3, 4], ids=["iv", "ciphertext", "tag"])
def test_a_body_changed_on_the_way_is_refused(part: int) -> None:
    segments = BODY.split(b".")
    for index in range(len(segments[part])):
        changed = [*segments]
        changed[part] = other_letter(segments[part], index)
        assert WORLD.refusal(b".".join(changed)) is RefusalReason.TAMPERED


@pytest.mark.parametrize("part", [1, 2, 3, 4], ids=["encrypted key", "iv", "ciphertext", "tag"])
@pytest.mark.parametrize("replacement", [b"AAAA", b"!", b"A", b"AA==", b"\xc3\xa4", b"A" * 2000])
def test_a_body_with_a_part_replaced_is_refused(part: int, replacement: bytes) -> None:
    segments = BODY.split(b".")
    segments[part] = replacement
    assert WORLD.refusal(b".".join(segments)) is RefusalReason.TAMPERED


def test_a_body_with_the_parts_of_two_is_refused() -> None:
    one, another = BODY.split(b"."), WORLD.seal(OFFER).split(b".")
    for part in (0, 2, 3, 4):
        mixed = [*one]
        mixed[part] = another[part]
        assert WORLD.refusal(b".".join(mixed)) is RefusalReason.TAMPERED


@pytest.mark.parametrize("point", [b"\x00" * 32, b"\x01" + b"\x00" * 31, b"\xff" * 32, b"\x00" * 31])
def test_a_seal_with_a_worthless_ephemeral_key_is_refused(point: bytes) -> None:
    """Low-order points would make the shared secret known to everybody."""
    header, *rest = BODY.split(b".")
    forged = {**decoded(header), "epk": {"kty": "OKP", "crv": "X25519", "x": encoded(point)}}
    reason = WORLD.refusal(b".".join([encoded(forged).encode(), *rest]))
    assert reason is (RefusalReason.NOT_SEALED if len(point) < 32 else RefusalReason.TAMPERED)


@pytest.mark.parametrize("part", [1, 2], ids=["payload", "signature"])
def test_a_signed_message_changed_before_it_was_sealed_is_refused(part: int) -> None:
    segments = unsealed(BODY).encode().split(b".")
    for index in {0, len(segments[part]) // 2, len(segments[part]) - 1}:
        changed = [*segments]
        changed[part] = other_letter(segments[part], index)
        assert WORLD.refusal(hand_sealed(b".".join(changed))) is RefusalReason.TAMPERED


def test_a_signature_is_not_moved_to_another_payload() -> None:
    header, _, signature = unsealed(BODY).split(".")
    forged = f"{header}.{encoded(attributes(receiver='08', data={}))}.{signature}"
    assert WORLD.refusal(hand_sealed(forged)) is RefusalReason.TAMPERED


def test_a_message_signed_by_one_area_under_the_key_id_of_another_is_refused() -> None:
    forged = hand_signed(attributes(), signing(WORLD.other), kid=signing(WORLD.sender).kid)
    assert WORLD.refusal(hand_sealed(forged)) is RefusalReason.TAMPERED


@given(index=st.integers(0, len(BODY) - 1), difference=st.integers(1, 255))
@settings(deadline=None)
def test_a_body_with_any_one_byte_changed_is_refused(index: int, difference: int) -> None:
    changed = bytearray(BODY)
    changed[index] ^= difference
    with pytest.raises(Refused):
        WORLD.open(bytes(changed))


@given(index=st.integers(0, len(BODY)), inserted=st.binary(min_size=1, max_size=4), lost=st.integers(0, 4))
@settings(deadline=None)
def test_a_body_with_anything_put_in_or_lost_is_refused(index: int, inserted: bytes, lost: int) -> None:
    changed = BODY[:index] + inserted + BODY[index + lost :]
    assume(changed != BODY)
    with pytest.raises(Refused):
        WORLD.open(changed)


@given(st.binary(max_size=300) | st.text(alphabet="AQgw.-_=e", max_size=300).map(str.encode))
@settings(deadline=None)
def test_any_body_at_all_is_refused_and_never_breaks_the_receiver(body: bytes) -> None:
    with pytest.raises(Refused):
        WORLD.open(body)


@given(st.binary(max_size=300) | st.text(alphabet="AQgw.-_=e", max_size=300).map(str.encode))
@settings(deadline=None)
def test_any_content_at_all_is_refused_and_never_breaks_the_receiver(content: bytes) -> None:
    with pytest.raises(Refused):
        WORLD.open(hand_sealed(content))


# Unsigned


def claiming(alg: str) -> str:
    return encoded({"alg": alg, "kid": signing(WORLD.sender).kid, "typ": "jatkumo-message"})


UNSIGNED = {
    "nothing": "",
    "plain": json.dumps(attributes()),
    "only the payload": encoded(attributes()),
    "alg none": f"{encoded({'alg': 'none'})}.{encoded(attributes())}.",
    "alg none with a key id": f"{claiming('none')}.{encoded(attributes())}.",
    "alg None": f"{claiming('None')}.{encoded(attributes())}.",
    "header too deep": f"{encoded(b'[' * 5000)}.{encoded(attributes())}.AAAA",
    "sealed twice": BODY.decode(),
}


@pytest.mark.parametrize("content", UNSIGNED.values(), ids=UNSIGNED.keys())
def test_an_unsigned_message_is_refused(content: str) -> None:
    assert WORLD.refusal(hand_sealed(content)) is RefusalReason.UNSIGNED


def test_a_message_with_its_signature_taken_away_is_refused() -> None:
    header, payload, _ = unsealed(BODY).split(".")
    assert WORLD.refusal(hand_sealed(f"{header}.{payload}.")) is RefusalReason.TAMPERED
    assert WORLD.refusal(hand_sealed(f"{header}.{payload}")) is RefusalReason.UNSIGNED


def test_a_public_key_used_as_a_secret_signs_nothing() -> None:
    """Algorithm confusion: HMAC with the sender's public key, which everybody has."""
    secret = OctKey.import_key(base64.urlsafe_b64decode(signing(WORLD.sender).x + "="))
    header = {"alg": "HS256", "kid": signing(WORLD.sender).kid, "typ": "jatkumo-message"}
    forged = jws.serialize_compact(header, json.dumps(attributes()), secret, algorithms=["HS256"])
    assert WORLD.refusal(hand_sealed(forged)) is RefusalReason.UNSIGNED


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "jatkumo-key-directory"},
        {"typ": "JWT"},
        {"jwk": OKPKey.generate_key("Ed25519").as_dict()},
        {"jku": "https://example.org/keys"},
        {"b64": True},
        {"crit": ["typ"]},
        {"kid": "05"},
    ],
)
def test_a_signature_of_another_form_or_for_another_purpose_is_refused(header: dict[str, object]) -> None:
    forged = hand_signed(attributes(), signing(WORLD.sender), **header)
    assert WORLD.refusal(hand_sealed(forged)) is RefusalReason.UNSIGNED


# Malformed


DATA = OFFER.model_dump(mode="json")
MALFORMED = {
    "nothing": b"",
    "not JSON": b"not JSON",
    "a list": b"[]",
    "too deep": b"[" * 100_000,
    "no attributes": json.dumps({"hetu": HETU}).encode(),
    "no id": json.dumps(attributes(id=HETU)).encode(),
    "no such area": json.dumps(attributes(sender="99")).encode(),
    "a time of no zone": json.dumps(attributes(time="2026-11-23T09:00:00")).encode(),
    "data is a word": json.dumps(attributes(data=HETU)).encode(),
    "data is empty": json.dumps(attributes(data={})).encode(),
    "a word for a number": json.dumps(attributes(data={**DATA, "version": HETU})).encode(),
    "a word for a person": json.dumps(attributes(data={**DATA, "dossier": {"person": HETU}})).encode(),
}


@pytest.mark.parametrize("payload", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_signed_payload_that_is_no_message_is_refused(payload: bytes) -> None:
    body = hand_sealed(hand_signed(payload, signing(WORLD.sender)))
    assert WORLD.refusal(body) is RefusalReason.MALFORMED


def test_a_malformed_message_is_refused_by_field_and_without_its_values() -> None:
    data = OFFER.model_dump(mode="json")
    data["dossier"]["person"]["hetu"] = f"{HETU} Testi"
    with pytest.raises(Refused) as refused:
        WORLD.open(hand_sealed(hand_signed(attributes(data=data), signing(WORLD.sender))))
    assert str(refused.value) == ("malformed: its content is not of its type: dossier.person.hetu (string_too_long)")

"""What is sealed opens for its receiver alone, and only as what it was signed as."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from joserfc import jws

from contracts.exchange import HandoffReceived
from contracts.values import new_id
from services.interarea.exchange.keys import (
    AreaKeys,
    NoUsableKeyError,
    Use,
)
from services.interarea.exchange.sealing import (
    MAX_BODY_BYTES,
    RefusalReason,
    seal,
)
from tests.unit.interarea.sealed_bodies import (
    BODY,
    DAY,
    MESSAGE_ID,
    NOW,
    OFFER,
    PERSONAL,
    WORLD,
    area_keys,
    attributes,
    decoded,
    directory_of,
    hand_sealed,
    hand_signed,
    key,
    sealing,
    signing,
    unsealed,
)

# What works


def test_what_is_sealed_opens_for_its_receiver() -> None:
    opened = WORLD.open(BODY)
    assert opened.message == OFFER
    assert (opened.id, opened.type, opened.sender, opened.receiver, opened.time) == (
        MESSAGE_ID,
        OFFER.type,
        "05",
        "08",
        NOW,
    )


def test_a_hand_made_body_of_the_right_form_opens() -> None:
    """The refusals below are for what each test changes, not because bodies made by hand never open."""
    assert WORLD.open(hand_sealed(hand_signed(attributes(), signing(WORLD.sender)))).message == OFFER


def test_the_headers_say_which_keys_and_nothing_else() -> None:
    assert decoded(BODY.split(b".")[0]) == {
        "alg": "ECDH-ES",
        "enc": "A256GCM",
        "kid": sealing(WORLD.receiver).kid,
        "cty": "jose",
        "epk": {"kty": "OKP", "crv": "X25519", "x": decoded(BODY.split(b".")[0])["epk"]["x"]},
    }
    assert decoded(unsealed(BODY).split(".")[0]) == {
        "alg": "Ed25519",
        "kid": signing(WORLD.sender).kid,
        "typ": "jatkumo-message",
    }


def test_the_same_message_never_gives_the_same_body_twice() -> None:
    assert WORLD.seal(OFFER) != BODY


def test_an_opened_message_does_not_print_what_it_holds() -> None:
    assert not [word for word in PERSONAL if word in repr(WORLD.open(BODY))]


def test_what_was_opened_can_be_proved_later() -> None:
    proof = WORLD.open(BODY).proof
    checked = jws.deserialize_compact(proof, signing(WORLD.sender).public_jwk, algorithms=["Ed25519"])
    assert json.loads(checked.payload)["data"]["handoff_id"] == str(OFFER.handoff_id)


def test_fields_that_a_newer_sender_added_do_not_matter() -> None:
    newer = attributes(data={**OFFER.model_dump(mode="json"), "added_later": 1}, priority="high")
    assert WORLD.open(hand_sealed(hand_signed(newer, signing(WORLD.sender)))).message == OFFER


def test_nobody_signs_with_the_keys_of_another_area() -> None:
    with pytest.raises(ValueError, match="area 05 cannot sign with the keys of area 90"):
        seal(
            OFFER,
            message_id=MESSAGE_ID,
            sender="05",
            receiver="08",
            time=NOW,
            keys=WORLD.other,
            directory=WORLD.directory,
        )


def test_an_area_without_a_key_cannot_be_written_to() -> None:
    with pytest.raises(NoUsableKeyError, match="area 21 has no key for sealing"):
        WORLD.seal(OFFER, receiver="21")


def test_a_message_too_large_to_be_sent_is_not_sealed() -> None:
    person = OFFER.dossier.person.model_construct(**{**dict(OFFER.dossier.person), "given_name": "x" * MAX_BODY_BYTES})
    dossier = OFFER.dossier.model_copy(update={"person": person})
    with pytest.raises(ValueError, match="is over the"):
        WORLD.seal(OFFER.model_copy(update={"dossier": dossier}))


def test_a_large_message_goes_through() -> None:
    padded = attributes(data={**OFFER.model_dump(mode="json"), "added_later": "x" * 500_000})
    body = hand_sealed(hand_signed(padded, signing(WORLD.sender)))
    assert 800_000 < len(body) < MAX_BODY_BYTES
    assert WORLD.open(body).message == OFFER


# Sealed for somebody else


def test_a_body_sealed_for_another_area_is_refused() -> None:
    assert WORLD.refusal(WORLD.seal(OFFER, receiver="90")) is RefusalReason.SEALED_FOR_SOMEBODY_ELSE


def test_a_signing_key_is_no_key_to_seal_to() -> None:
    body = hand_sealed(hand_signed(attributes(), signing(WORLD.sender)), kid=signing(WORLD.receiver).kid)
    assert WORLD.refusal(body) is RefusalReason.SEALED_FOR_SOMEBODY_ELSE


def test_a_body_that_only_claims_our_key_does_not_open() -> None:
    body = hand_sealed(
        hand_signed(attributes(), signing(WORLD.sender)), to=WORLD.other, kid=sealing(WORLD.receiver).kid
    )
    assert WORLD.refusal(body) is RefusalReason.TAMPERED


# Keys that do not count


def test_a_key_that_is_not_in_the_directory_counts_for_nothing() -> None:
    forged = hand_signed(attributes(), key(Use.SIGNING))
    assert WORLD.refusal(hand_sealed(forged)) is RefusalReason.UNKNOWN_KEY


def test_a_key_withdrawn_from_the_directory_counts_for_nothing() -> None:
    without = directory_of(WORLD.receiver, WORLD.other)
    assert WORLD.refusal(BODY, directory=without) is RefusalReason.UNKNOWN_KEY


def test_a_key_for_sealing_signs_nothing() -> None:
    forged = hand_signed(attributes(), signing(WORLD.sender), kid=sealing(WORLD.sender).kid)
    assert WORLD.refusal(hand_sealed(forged)) is RefusalReason.UNKNOWN_KEY


def test_a_key_does_not_count_before_its_time() -> None:
    early = area_keys("05", key(Use.SIGNING, valid_from=NOW + DAY), key(Use.SEALING))
    world = replace(WORLD, sender=early)
    forged = hand_signed(attributes(), signing(early))
    assert world.refusal(hand_sealed(forged)) is RefusalReason.EXPIRED_KEY


def test_a_key_does_not_count_after_its_time() -> None:
    late = area_keys("05", key(Use.SIGNING, valid_from=NOW - 9 * DAY, valid_until=NOW - DAY), key(Use.SEALING))
    world = replace(WORLD, sender=late)
    forged = hand_signed(attributes(), signing(late))
    assert world.refusal(hand_sealed(forged)) is RefusalReason.EXPIRED_KEY


def test_a_stolen_expired_key_is_of_no_use_with_a_date_in_its_time() -> None:
    stolen = area_keys("05", key(Use.SIGNING, valid_from=NOW - 9 * DAY, valid_until=NOW - DAY), key(Use.SEALING))
    receiver = area_keys("08", key(Use.SIGNING), key(Use.SEALING, valid_from=NOW - 9 * DAY))
    world = replace(WORLD, sender=stolen, receiver=receiver)
    token = hand_signed(attributes(time=(NOW - 2 * DAY).isoformat()), signing(stolen))
    body = hand_sealed(token, to=receiver)
    assert world.refusal(body) is RefusalReason.EXPIRED_KEY
    assert world.open(body, now=NOW - 2 * DAY).message == OFFER


def test_a_key_counts_to_the_last_moment_and_no_longer() -> None:
    end = NOW + DAY
    world = replace(WORLD, sender=area_keys("05", key(Use.SIGNING, valid_until=end), key(Use.SEALING)))
    body = world.seal(OFFER)
    assert world.open(body, now=end - timedelta(microseconds=1)).message == OFFER
    assert world.refusal(body, now=end) is RefusalReason.EXPIRED_KEY


def test_a_message_sealed_to_a_key_past_its_time_is_refused() -> None:
    old = key(Use.SEALING, valid_from=NOW - 9 * DAY, valid_until=NOW - DAY)
    receiver = area_keys("08", key(Use.SIGNING), old)
    world = replace(WORLD, receiver=receiver)
    body = hand_sealed(hand_signed(attributes(), signing(WORLD.sender)), to=receiver)
    assert world.refusal(body) is RefusalReason.EXPIRED_KEY


def test_without_a_valid_key_nothing_is_signed() -> None:
    late = area_keys("05", key(Use.SIGNING, valid_from=NOW - 9 * DAY, valid_until=NOW - DAY), key(Use.SEALING))
    with pytest.raises(NoUsableKeyError, match="area 05 has no key for signing"):
        replace(WORLD, sender=late).seal(OFFER)


# While keys are changed


def test_messages_under_way_open_through_a_change_of_all_keys() -> None:
    """Old and new keys overlap for ten days; at every moment what is sealed then opens three days later."""
    start, change, end = NOW, NOW + 20 * DAY, NOW + 30 * DAY

    def rotating(area: str) -> AreaKeys:
        old = [key(use, valid_from=start, valid_until=end) for use in Use]
        new = [key(use, valid_from=change, valid_until=end + 365 * DAY) for use in Use]
        return area_keys(area, *old, *new)

    world = replace(WORLD, sender=rotating("05"), receiver=rotating("08"))
    used = set()
    for days in range(40):
        sealed_at = start + days * DAY
        body = world.seal(OFFER, time=sealed_at)
        assert world.open(body, now=sealed_at + 3 * DAY).message == OFFER
        used.add((decoded(body.split(b".")[0])["kid"], sealed_at >= change))
    assert len(used) == 2, "the newest valid key is used: one before the change, another from it on"


def test_an_old_sealing_key_opens_what_was_sealed_in_its_time() -> None:
    old = key(Use.SEALING, valid_until=NOW + DAY)
    receiver = area_keys("08", key(Use.SIGNING), old, key(Use.SEALING, valid_from=NOW + DAY / 2))
    world = replace(WORLD, receiver=receiver)
    assert world.open(world.seal(OFFER), now=NOW + 300 * DAY).message == OFFER


def test_a_key_that_the_receiver_has_deleted_opens_nothing() -> None:
    world = replace(WORLD, receiver=area_keys("08"))
    assert world.refusal(BODY) is RefusalReason.SEALED_FOR_SOMEBODY_ELSE


# Spoofing, passing on, replaying


def test_another_area_cannot_speak_for_the_sender() -> None:
    """90 signs with its own key and says that it is 05, or gets its message under 05's subject."""
    spoofed = hand_sealed(hand_signed(attributes(sender="05"), signing(WORLD.other)))
    assert WORLD.refusal(spoofed) is RefusalReason.WRONG_SENDER
    honest = WORLD.seal(OFFER, keys=WORLD.other)
    assert WORLD.open(honest, expected_sender="90").message == OFFER
    assert WORLD.refusal(honest) is RefusalReason.WRONG_SENDER


def test_the_sender_cannot_sign_in_the_name_of_another() -> None:
    forged = hand_sealed(hand_signed(attributes(sender="90"), signing(WORLD.sender)))
    assert WORLD.refusal(forged) is RefusalReason.WRONG_SENDER
    assert WORLD.refusal(forged, expected_sender="90") is RefusalReason.WRONG_SENDER


def test_a_signed_message_taken_from_one_body_is_not_passed_on_in_another() -> None:
    """90 was sent it, opens it, and seals the signed message anew to 08."""
    passed_on = hand_sealed(unsealed(WORLD.seal(OFFER, receiver="90"), by=WORLD.other))
    assert WORLD.refusal(passed_on) is RefusalReason.WRONG_RECEIVER


def test_our_own_message_does_not_come_back_as_somebody_elses() -> None:
    reflected = hand_sealed(unsealed(WORLD.seal(OFFER, keys=WORLD.receiver, receiver="05"), by=WORLD.sender))
    assert WORLD.refusal(reflected) is RefusalReason.WRONG_SENDER
    assert WORLD.refusal(reflected, expected_sender="08") is RefusalReason.WRONG_RECEIVER


def test_a_message_replayed_under_another_id_is_refused() -> None:
    assert WORLD.refusal(BODY, expected_id=new_id()) is RefusalReason.WRONG_ID


def test_a_message_that_came_as_another_type_is_refused() -> None:
    assert WORLD.refusal(BODY, expected_type=HandoffReceived.type) is RefusalReason.WRONG_TYPE


def test_a_type_that_this_area_does_not_know_is_refused() -> None:
    unknown = "exchange.handoff.offered.v99"
    body = hand_sealed(hand_signed(attributes(type=unknown), signing(WORLD.sender)))
    assert WORLD.refusal(body, expected_type=unknown) is RefusalReason.WRONG_TYPE

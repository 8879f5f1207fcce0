"""The closed list of names that say something about a person.

A name is on the list when its value identifies somebody (names, identity code), reaches them (e-mail, phone, address),
tells where they live or that this is secret (661/2009 36 §: municipality, residence, address and contact data are
covered by a non-disclosure order, and so is the order itself), or is a whole record that holds such values. Ids, codes
of areas, states, kinds and counts are not: they are what logs and traces are made of. Words that are a person's only
beside a person (``name``) count with such an owner in front. The Finnish names are the population register's.
"""

import re
from typing import Final

FIELDS: Final = frozenset(
    {
        # who
        "hetu",
        "henkilotunnus",
        "identity_code",
        "given_name",
        "given_names",
        "first_name",
        "family_name",
        "last_name",
        "surname",
        "full_name",
        "display_name",
        "nickname",
        "person_name",
        "worker_name",
        "contact_name",
        "recipient_name",
        "etunimi",
        "etunimet",
        "sukunimi",
        "birth_date",
        "date_of_birth",
        "born_on",
        # how to reach them
        "email",
        "emails",
        "email_address",
        "mail_address",
        "e_mail",
        "phone",
        "phones",
        "phone_number",
        "telephone",
        "mobile",
        # where they live, and that nobody may know
        "address",
        "addresses",
        "street",
        "street_name",
        "postal_code",
        "postcode",
        "municipality",
        "municipality_code",
        "municipality_name",
        "office",
        "office_name",
        "katunimi",
        "katunumero",
        "postinumero",
        "postitoimipaikka",
        "kotikunta",
        "kuntakoodi",
        "address_protected",
        "non_disclosure",
        "turvakielto",
    }
)
"""Fields. ``worker_email`` and ``homeMunicipality`` end with one, so they count too; ``email_count`` does not."""

OWNERS: Final = frozenset(
    {"person", "young_person", "worker", "contact", "recipient", "lead", "sender_person", "guardian", "supporter"}
)
"""What makes ``name`` a person's: ``contact.name``, ``responsible_worker.name``."""

RECORDS: Final = frozenset(
    {
        "person",
        "young_person",
        "person_details",
        "worker",
        "contact",
        "recipient",
        "dossier",
        "destination",
        "residence",
        "body",
        "payload",
    }
)
"""Whole records and message bodies: their parts may be named one by one, they may not go out as they are."""

_WORD_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")


def _words(name: str) -> str:
    return "_".join(part.lower() for part in _WORD_BOUNDARY.split(name) if part)


def _ends_with(name: str, endings: frozenset[str]) -> bool:
    parts = _words(name).split("_")
    return any("_".join(parts[start:]) in endings for start in range(len(parts)))


def is_field(name: str) -> bool:
    """Whether a name is a personal field: ``hetu``, ``X-Given-Name``, ``jatkumo.person.name``, ``workerEmail``."""
    return _ends_with(name, FIELDS) or (
        _ends_with(name, frozenset({"name"})) and is_owner(_words(name)[: -len("_name")])
    )


def is_owner(name: str) -> bool:
    """Whether a name is of somebody who has a ``name``."""
    return _ends_with(name, OWNERS)


def is_record(name: str) -> bool:
    """Whether a name is of a whole record with personal fields in it."""
    return _ends_with(name, RECORDS)

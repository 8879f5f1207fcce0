"""Every text in every language: complete, and silent about whatever it may not say."""

import tomllib
from importlib.resources import files
from itertools import product
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.areas import areas
from contracts.values import Language, Title
from services.notifications.messages.domain import SAYS, SAYS_UNDER_NON_DISCLOSURE, Details, Template
from services.notifications.texts.catalogue import LanguageFile, Text, catalogue
from tests.unit.notifications import events

MARKED = Details(
    events.CONTACT_NAME, Title.SOCIAL_COUNSELLOR, events.CONTACT_PHONE, events.CONTACT_EMAIL, events.WORKER_NAME
)
VALUES = {
    "contact_name": events.CONTACT_NAME,
    "contact_phone": events.CONTACT_PHONE,
    "contact_email": events.CONTACT_EMAIL,
    "worker_name": events.WORKER_NAME,
}
EVERY_TEXT = list(product(Template, Language))
SENSITIVE = (
    *("lastensuojel", "huostaan", "jälkihuol", "sijoit", "sijais"),
    *("barnskydd", "omhändertag", "eftervård", "placer", "vård"),
    *("child protection", "taken into care", "aftercare", "foster", "custody", "placement", "welfare"),
)


def rendered(template: Template, language: Language, details: Details = MARKED, *, protected: bool = False) -> str:
    text = catalogue().render(template, language, details, non_disclosure=protected)
    return whole(text)


def whole(text: Text) -> str:
    return f"{text.subject}\n{text.body}"


def raw(language: Language) -> dict[str, Any]:
    return tomllib.loads((files("services.notifications.texts") / f"{language}.toml").read_text("utf-8"))


@pytest.mark.parametrize(("template", "language"), EVERY_TEXT)
def test_a_text_says_what_its_template_may_say_and_nothing_else(template: Template, language: Language) -> None:
    text = rendered(template, language)
    assert {name for name, value in VALUES.items() if value in text} == SAYS[template] & VALUES.keys()
    assert "{" not in text
    assert "None" not in text


@pytest.mark.parametrize(("template", "language"), EVERY_TEXT)
def test_under_non_disclosure_no_text_tells_where_somebody_lives(template: Template, language: Language) -> None:
    text = rendered(template, language, protected=True)
    assert not [told for told in events.TELLS_PLACE if told in text]
    assert {n for n, v in VALUES.items() if v in text} == SAYS[template] & SAYS_UNDER_NON_DISCLOSURE


@pytest.mark.parametrize(("template", "language"), EVERY_TEXT)
@pytest.mark.parametrize("protected", [False, True])
def test_no_text_names_an_area(template: Template, language: Language, protected: bool) -> None:
    text = rendered(template, language, protected=protected).casefold()
    names = {area.name(spoken).split()[0].casefold() for area in areas() for spoken in Language}
    assert not [name for name in names if name in text]


@pytest.mark.parametrize("language", Language)
def test_no_text_names_the_service_or_its_reason(language: Language) -> None:
    texts = [rendered(t, language, protected=p) for t in Template for p in (False, True)]
    texts.append(whole(catalogue().email(language)))
    assert not [word for word in SENSITIVE for text in texts if word in text.casefold()]


@pytest.mark.parametrize("language", Language)
def test_an_e_mail_says_only_that_a_message_waits(language: Language) -> None:
    text = whole(catalogue().email(language))
    assert text.strip()
    assert not [value for value in (*VALUES.values(), "@", "http") if value in text]


@pytest.mark.parametrize("language", Language)
def test_a_title_is_said_in_the_recipients_language(language: Language) -> None:
    said = {Language.FI: "sosiaaliohjaaja", Language.SV: "socialhandledare", Language.EN: "social counsellor"}
    assert said[language] in rendered(Template.YOUR_CONTACT, language)
    assert said[language] not in rendered(Template.YOUR_CONTACT, language, protected=True)


def test_a_detail_that_is_not_known_leaves_its_line_out() -> None:
    details = Details("Veikko Koe", Title.SOCIAL_WORKER, None, None, "Aino Koe")
    text = catalogue().render(Template.YOUR_CONTACT, Language.EN, details, non_disclosure=False)
    assert "Veikko Koe" in text.body
    assert "call" not in text.body
    assert "e-mail" not in text.body


@pytest.mark.parametrize("name", ["{contact_email}", "{0}", "{contact_phone.__class__}"])
def test_braces_in_somebodys_name_are_only_a_name(name: str) -> None:
    details = Details(contact_name=name, contact_title=Title.SOCIAL_WORKER, worker_name=name)
    assert name in rendered(Template.YOUR_CONTACT, Language.FI, details)


def test_the_languages_differ() -> None:
    for template in Template:
        assert len({rendered(template, language) for language in Language}) == len(Language)


def without_template(words: dict[str, Any]) -> None:
    del words["messages"][Template.MOVE_NEEDS_YOU]


def without_title(words: dict[str, Any]) -> None:
    del words["titles"][Title.LEAD_SOCIAL_WORKER]


def without_protected_variant(words: dict[str, Any]) -> None:
    del words["messages"][Template.YOUR_CONTACT]["non_disclosure"]


def with_unused_variant(words: dict[str, Any]) -> None:
    words["messages"][Template.MOVE_NEEDS_YOU]["non_disclosure"] = ["x"]


def with_phone_under_non_disclosure(words: dict[str, Any]) -> None:
    words["messages"][Template.YOUR_CONTACT]["non_disclosure"].append("{contact_phone}")


def with_name_for_staff(words: dict[str, Any]) -> None:
    words["messages"][Template.YOU_ARE_THE_CONTACT]["body"].append("{contact_name}")


def with_name_in_subject(words: dict[str, Any]) -> None:
    words["messages"][Template.YOUR_CONTACT]["subject"] = "{contact_name}"


def with_name_in_email(words: dict[str, Any]) -> None:
    words["email"]["body"].append("{worker_name}")


def with_attribute(words: dict[str, Any]) -> None:
    words["messages"][Template.YOUR_CONTACT]["body"].append("{contact_name.__class__}")


def with_unknown_template(words: dict[str, Any]) -> None:
    words["messages"]["person.unheard_of"] = {"subject": "x", "body": ["x"]}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (without_template, Template.MOVE_NEEDS_YOU),
        (without_title, Title.LEAD_SOCIAL_WORKER),
        (without_protected_variant, Template.YOUR_CONTACT),
        (with_unused_variant, Template.MOVE_NEEDS_YOU),
        (with_phone_under_non_disclosure, "contact_phone"),
        (with_name_for_staff, "contact_name"),
        (with_name_in_subject, "contact_name"),
        (with_name_in_email, "worker_name"),
        (with_attribute, "contact_name.__class__"),
        (with_unknown_template, "person.unheard_of"),
    ],
)
def test_a_language_with_a_gap_or_a_slip_does_not_load(language: Language, spoil: Any, named: str) -> None:
    words = raw(language)
    LanguageFile.model_validate(words)
    spoil(words)
    with pytest.raises(ValidationError) as refused:
        LanguageFile.model_validate(words)
    assert named in str(refused.value)

"""The catalogue of actors (R72): services whom a young person may meet, read from ``actors.json``."""

import json
from pathlib import Path

from contracts.client_plan import ProviderKind
from contracts.refusals import Refusal
from contracts.values import Frozen, Language


class Actor(Frozen):
    """A service in the catalogue. The key is stable; the names may change."""

    key: str
    kind: ProviderKind
    name: dict[Language, str]


CATALOGUE: dict[str, Actor] = {
    actor.key: actor
    for actor in (
        Actor.model_validate(each)
        for each in json.loads(Path(__file__).with_name("actors.json").read_text(encoding="utf-8"))
    )
}
"""Key → actor, in the order in which they are shown."""


def require_known(key: str | None) -> None:
    """Raises ``Refusal`` for a key that is not in the catalogue; None is fine."""
    if key is not None and key not in CATALOGUE:
        raise Refusal(
            "no-such-actor", "There is no such actor in the catalogue.", field="actor", expected="GET /actors"
        )


def kind_of(key: str | None) -> ProviderKind | None:
    """What kind of provider an actor is; None for somebody outside the catalogue."""
    actor = None if key is None else CATALOGUE.get(key)
    return None if actor is None else actor.kind

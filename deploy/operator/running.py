"""Speaks to the services of a running stack, as its operator."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

SERVICES = ("plans", "interarea", "notifications")


class NotRunning(Exception):  # noqa: N818 - says what is missing
    """No stack runs from this state folder."""


@dataclass(frozen=True)
class Target:
    """One service of one area, with an operator's token for it."""

    area: str
    service: str
    client: httpx.Client

    def get(self, path: str) -> Any:  # any JSON: each caller knows the shape it asked for
        """The JSON at ``path``. Raises ``httpx.HTTPError`` when it cannot be had."""
        return self.client.get(path).raise_for_status().json()

    def post(self, path: str) -> httpx.Response:
        """The answer to an empty command at ``path``, whatever its status."""
        return self.client.post(path)


def targets(state: Path, *, area: str | None, service: str | None) -> Iterator[Target]:
    """Every service of the running stack, of one area or one kind when asked. Raises ``NotRunning``."""
    for code, found in _areas(state).items():
        if area is not None and code != area:
            continue
        token = found["tokens"]["operator"]
        for name in SERVICES:
            if service is None or name == service:
                client = httpx.Client(
                    base_url=found["services"][name], headers={"authorization": f"Bearer {token}"}, timeout=10
                )
                yield Target(code, name, client)


def _areas(state: Path) -> Mapping[str, Any]:  # any: the file's shape belongs to the embedded stack
    try:
        run = json.loads((state / "run.json").read_text())
    except FileNotFoundError:
        raise NotRunning(f"nothing runs from {state}; start it with `jatkumo up`") from None
    areas: Mapping[str, Any] = run["areas"]
    return areas

"""Speaks to the services of a running stack, as its operator."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from deploy.embedded.run_file import read_run_file
from deploy.embedded.state import State


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
    """Every service of the running stack, of one area or one kind when asked. Raises ``NothingRuns``."""
    for code, found in read_run_file(State.at(state)).areas.items():
        if area is not None and code != area:
            continue
        headers = {"authorization": f"Bearer {found.tokens['operator']}"}
        for name, url in found.services.items():
            if service is None or name == service:
                yield Target(code, name, httpx.Client(base_url=url, headers=headers, timeout=10))

"""Speaks to the services of a running stack, as its operator."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import typer

from deploy.embedded.run_file import NothingRuns, read_run_file
from deploy.embedded.state import State


class Unreachable(Exception):  # noqa: N818 - says what is the case
    """A service of the stack does not answer, or not as it should."""


@dataclass(frozen=True)
class Target:
    """One service of one area, with an operator's token for it."""

    area: str
    service: str
    client: httpx.Client

    def get(self, path: str) -> Any:  # any JSON: each caller knows the shape it asked for
        """The JSON at ``path``; None where there is nothing. Raises ``Unreachable``."""
        answer = self._ask("GET", path)
        return None if answer.status_code == httpx.codes.NOT_FOUND else self._expected(answer).json()

    def post(self, path: str) -> httpx.Response:
        """The answer to an empty command at ``path``; a refusal (4xx) is an answer. Raises ``Unreachable``."""
        answer = self._ask("POST", path)
        return answer if answer.is_client_error else self._expected(answer)

    def _ask(self, method: str, path: str) -> httpx.Response:
        try:
            return self.client.request(method, path)
        except httpx.TransportError:
            raise Unreachable(f"area {self.area}, {self.service}: does not answer") from None

    def _expected(self, answer: httpx.Response) -> httpx.Response:
        if not answer.is_success:
            raise Unreachable(f"area {self.area}, {self.service}: answered {answer.status_code}")
        return answer


def targets(state: Path, *, area: str | None, service: str | None) -> Iterator[Target]:
    """Every service of the running stack, of one area or one kind when asked. Raises ``NothingRuns``."""
    for code, found in read_run_file(State.at(state)).areas.items():
        if area is not None and code != area:
            continue
        headers = {"authorization": f"Bearer {found.tokens['operator']}"}
        for name, url in found.services.items():
            if service is None or name == service:
                yield Target(code, name, httpx.Client(base_url=url, headers=headers, timeout=10))


@contextmanager
def ends_plainly() -> Iterator[None]:
    """When nothing runs, or something does not answer, a command says so and ends with status 2."""
    try:
        yield
    except (NothingRuns, Unreachable) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None

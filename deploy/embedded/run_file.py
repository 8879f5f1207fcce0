"""``run.json``: what a running stack tells everybody else about itself. It holds tokens, so its mode is 600."""

from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from deploy.embedded.state import State, write_private


class NothingRuns(Exception):  # noqa: N818 - says what is the case
    """No stack runs with this state folder."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class RunningArea(_Part):
    """One area of the stack."""

    services: dict[str, str]
    """The address of each service."""
    tokens: dict[str, str]
    """A bearer token per role: ``worker``, ``lead``, ``operator``, ``young_person``."""
    subjects: dict[str, UUID]
    """Whom each of those tokens names; the same in every run."""
    nats_url: str
    nats_seeds: dict[str, Path]
    """The nkey seed file of each NATS user."""
    process_ids: dict[str, int]
    """Of each service, and of ``nats``; a process that is down at this moment is absent."""


class Running(_Part):
    """A stack as it runs now; rewritten whenever a process starts or ends."""

    supervisor: int
    """The supervisor's process id."""
    areas: dict[str, RunningArea]
    operations: str | None
    """The address of the operations view."""
    sink: str
    """The address of the mail sink's API."""
    sink_smtp: str
    """``host:port`` where it takes mail."""
    hub_url: str
    ca_file: Path
    logs: Path
    process_ids: dict[str, int]
    """Of what all areas share: ``postgres``, ``hub``, ``sink``, ``operations``."""

    @property
    def all_process_ids(self) -> list[int]:
        """Every process of the stack but the supervisor."""
        return [*self.process_ids.values(), *(pid for area in self.areas.values() for pid in area.process_ids.values())]


def write_run_file(state: State, running: Running) -> None:
    """Replace ``run.json`` in one step."""
    write_private(state.run_file, running.model_dump_json(indent=2) + "\n")


def read_run_file(state: State) -> Running:
    """What runs. Raises ``NothingRuns``."""
    try:
        return Running.model_validate_json(state.run_file.read_text())
    except (FileNotFoundError, ValidationError):
        raise NothingRuns(f"nothing runs with the state in {state.root}") from None

"""One area's plans, as its workers, its young people and its other services meet it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import Row, text

from services.chassis.auth import Role
from services.chassis.clock import HELSINKI, SystemClock, helsinki_date
from services.chassis.service import Service
from services.chassis.settings import ServiceSettings
from services.plans.app import build
from services.plans.settings import PlansSettings
from tests.services.tokens import TokenIssuer

SettingsOf = Callable[[str, str], ServiceSettings]
"""Makes the settings of a service (first) in an area (second)."""

_CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_individuals = count(900)


def hetu(born_on: date = date(2006, 5, 17)) -> str:
    """A new identity code that is nobody's: its individual number lies in 900–999."""
    number = next(_individuals)
    day = born_on + timedelta(days=number // 100)
    digits = f"{day:%d%m%y}"
    individual = 900 + number % 100
    century = "A" if born_on.year >= 2000 else "-"
    return f"{digits}{century}{individual}{_CHECK_CHARACTERS[int(f'{digits}{individual}') % 31]}"


class PlansArea:
    """A plans service of one area with its own database, reached through its real HTTP boundary."""

    def __init__(self, service: Service, client: httpx.AsyncClient, tokens: TokenIssuer, clock: Path) -> None:
        self.code = service.area
        self.service = service
        self.client = client
        self._tokens = tokens
        self._clock = clock

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        role: Role = Role.LEAD,
        subject: UUID | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """One request of somebody of this area."""
        bearer = self.bearer(role, subject)
        return await self.client.request(method, path, json=body, headers={**bearer, **(headers or {})})

    def bearer(self, role: Role, subject: UUID | None = None) -> dict[str, str]:
        """The header with which somebody of this area asks."""
        # Good for longer than any test lets pass.
        return self._tokens.bearer(role, area=self.code, subject=subject, lasts_seconds=400 * 86400)

    async def get(self, path: str, *, role: Role = Role.LEAD, subject: UUID | None = None) -> Any:
        """The answer to a question that is answered (Any: JSON)."""
        answer = await self.ask("GET", path, role=role, subject=subject)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: object, *, role: Role = Role.LEAD, subject: UUID | None = None) -> Any:
        """The answer to a command that is carried out (Any: JSON)."""
        answer = await self.ask("POST", path, body, role=role, subject=subject)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    async def worker(self, **given: object) -> UUID:
        """A worker who begins here."""
        recorded = await self.post("/workers", new_worker(**given))
        return UUID(recorded["worker_id"])

    async def person(self, **given: object) -> UUID:
        """A young person who is recorded here."""
        recorded = await self.post("/young-people", new_person(**given))
        return UUID(recorded["person_id"])

    async def case(self, person_id: UUID | None = None, *, lives_in: str | None = "853", **given: object) -> UUID:
        """A case of a young person placed by this area; she lives in Turku unless said otherwise."""
        body = new_case(person_id or await self.person(), **given)
        if lives_in is not None:
            body["residence"] = {"municipality": lives_in, "since": "2025-06-01"}
        return UUID((await self.post("/cases", body))["case_id"])

    async def move(self, case_id: UUID, municipality: str, on: date) -> Any:
        """The young person of a case moves."""
        return await self.post(f"/cases/{case_id}/moves", {"municipality": municipality, "moved_on": on.isoformat()})

    def pass_days(self, days: int) -> None:
        """Let days go by, for this area and every other of the test; it is the same time of day then."""
        now = SystemClock().now().astimezone(HELSINKI)
        # Wall clock: where summer time begins or ends on the way, so many days are not so many times 24 hours.
        then = (now + timedelta(days=days)).astimezone(UTC)
        self._clock.write_text(str(round((then - now).total_seconds())))

    @property
    def today(self) -> date:
        """The civil date here."""
        return helsinki_date(self.service.clock.now())

    async def rows(self, query: str, **values: object) -> list[Row[Any]]:
        """What the database holds (Any: the rows are the query's)."""
        async with self.service.database.transaction() as connection:
            return list(await connection.execute(text(query), values))


def new_worker(**given: object) -> dict[str, object]:
    """A worker with room, serving in Finnish and Swedish, unless said otherwise."""
    return {
        "worker_id": str(uuid4()),
        "name": "Onni Kettunen",
        "title": "social_counsellor",
        "qualification": "social_counsellor",
        "languages": ["fi", "sv"],
        "language": "fi",
        "email": "onni.kettunen@area.example",
        "phone": "+358 40 555 0100",
        "caseload_aim": 25,
        "lead": False,
    } | given


def new_person(**given: object) -> dict[str, object]:
    """A young person."""
    return {
        "hetu": hetu(),
        "given_name": "Venla",
        "family_name": "Esimerkki",
        "language": "sv",
        "email": "venla@nuori.example",
        "phone": "+358 40 555 0199",
        "address_protected": False,
    } | given


def new_case(person_id: UUID, **given: object) -> dict[str, object]:
    """A case after taking into care."""
    return {
        "person_id": str(person_id),
        "ground": "taken_into_care",
        "placements": [{"started_on": "2015-03-01", "ended_on": "2024-05-17"}],
        "last_child_protection_on": "2024-05-17",
        "special_support": False,
    } | given


def plans_settings(settings_of: SettingsOf, area: str) -> PlansSettings:
    """The settings of an area's plans, with a fresh database; its people are made up."""
    return PlansSettings(**settings_of("plans", area).model_dump(), temporary_hetu=True)


@asynccontextmanager
async def plans_in(settings: PlansSettings, tokens: TokenIssuer, clock: Path) -> AsyncIterator[PlansArea]:
    """A plans service of an area, without its broker: messages are brought to it one by one."""
    service = build(settings)
    transport = httpx.ASGITransport(app=service.app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://plans.test") as client:
        yield PlansArea(service, client, tokens, clock)
    await service.database.close()

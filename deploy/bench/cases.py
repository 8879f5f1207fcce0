"""What a worker's case list and opening a case cost among a thousand cases, and among a hundred thousand."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from uuid import UUID

import asyncpg
import httpx
from rich.console import Console
from rich.table import Table
from sqlalchemy import event

from deploy.embedded.stack import EmbeddedStack
from deploy.embedded.tokens import AUDIENCE, ISSUER
from services.plans.app import build
from services.plans.settings import PlansSettings

FEW, MANY = "05", "08"
"""Two areas, so that both sizes are asked in turn, in the same minutes of the same machine."""
CASES = {FEW: 1_000, MANY: 100_000}
CASES_OF_A_WORKER = 40
_WARM_UP = 40
_SEED = Path(__file__).with_name("cases.sql")


@dataclass(frozen=True)
class Times:
    """How long one question took, in milliseconds, each time that it was asked."""

    milliseconds: list[float]

    @property
    def p50(self) -> float:
        """Half of them took no longer."""
        return median(self.milliseconds)

    @property
    def p95(self) -> float:
        """Nineteen of twenty took no longer."""
        return quantiles(self.milliseconds, n=20)[-1]


@dataclass(frozen=True)
class CasesCost:
    """Of the list (a first page) and of opening one case; ``few`` and ``many`` are ``CASES``."""

    list_few: Times
    list_many: Times
    open_few: Times
    open_many: Times
    statements_list: int
    """Statements of one page among the many cases, the access log's included; not BEGIN and COMMIT."""

    def result(self) -> dict[str, float]:
        """The ``--json`` object."""
        return {
            "list_p50_ms_1k": round(self.list_few.p50, 3),
            "list_p95_ms_1k": round(self.list_few.p95, 3),
            "list_p50_ms_100k": round(self.list_many.p50, 3),
            "list_p95_ms_100k": round(self.list_many.p95, 3),
            "open_p50_ms_1k": round(self.open_few.p50, 3),
            "open_p95_ms_1k": round(self.open_few.p95, 3),
            "open_p50_ms_100k": round(self.open_many.p50, 3),
            "open_p95_ms_100k": round(self.open_many.p95, 3),
            "ratio_list": round(self.list_many.p50 / self.list_few.p50, 3),
            "ratio_open": round(self.open_many.p50 / self.open_few.p50, 3),
            "statements_list": self.statements_list,
        }


def measure_cases(folder: Path, console: Console, *, requests: int) -> CasesCost:
    """Start two areas, fill them, and ask each ``requests`` times, in turn."""
    console.print("two areas start", style="dim")
    with EmbeddedStack((FEW, MANY), folder, fresh=True) as stack:
        workers = {}
        for area, number in CASES.items():
            console.print(f"{number} cases are made", style="dim")
            workers[area] = asyncio.run(_fill(stack.database_url(area, "plans"), area, number))
        console.print(f"each question is asked {requests} times", style="dim")
        desks = {area: _Desk(stack, area, worker_id) for area, worker_id in workers.items()}
        lists: dict[str, list[float]] = {area: [] for area in desks}
        opens: dict[str, list[float]] = {area: [] for area in desks}
        for turn in range(_WARM_UP + requests):
            for area, desk in desks.items():
                listed, opened = desk.ask_list(), desk.ask_case()
                if turn >= _WARM_UP:
                    lists[area].append(listed)
                    opens[area].append(opened)
        statements = asyncio.run(_statements_of_a_page(stack, workers[MANY]))
    return CasesCost(Times(lists[FEW]), Times(lists[MANY]), Times(opens[FEW]), Times(opens[MANY]), statements)


def table_of(cost: CasesCost) -> Table:
    """The same for people."""
    table = Table("milliseconds", *(f"{number:,} cases".replace(",", " ") for number in CASES.values()), "ratio")
    rows = (("a worker's list", cost.list_few, cost.list_many), ("opening a case", cost.open_few, cost.open_many))
    for name, few, many in rows:
        table.add_row(f"{name}, p50", f"{few.p50:.2f}", f"{many.p50:.2f}", f"{many.p50 / few.p50:.2f}")
        table.add_row(f"{name}, p95", f"{few.p95:.2f}", f"{many.p95:.2f}", f"{many.p95 / few.p95:.2f}")
    return table


async def _fill(database_url: str, area: str, number: int) -> UUID:
    """Make cases with their people, workers and namings; returns a worker who has ``CASES_OF_A_WORKER`` of them."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        made = _SEED.read_text().replace(":area", f"'{area}'").replace(":cases", str(number))
        await connection.execute(made.replace(":of_a_worker", str(CASES_OF_A_WORKER)))
        await connection.execute("VACUUM ANALYZE")
        worker_id: UUID = await connection.fetchval(
            "SELECT worker_id FROM cases GROUP BY worker_id HAVING count(*) = $1 ORDER BY worker_id LIMIT 1",
            CASES_OF_A_WORKER,
        )
        return worker_id
    finally:
        await connection.close()


class _Desk:
    """A worker who asks over HTTP, on one connection."""

    def __init__(self, stack: EmbeddedStack, area: str, worker_id: UUID) -> None:
        token = stack.token(area, "worker", str(worker_id))
        self._client = httpx.Client(base_url=stack.url("plans", area), headers={"authorization": f"Bearer {token}"})
        items = self._client.get("/cases").raise_for_status().json()["items"]
        self._own = self._around([each["case_id"] for each in items if each["worker_id"] == str(worker_id)])

    def ask_list(self) -> float:
        """The milliseconds of the first page of her list."""
        return self._ask("/cases")

    def ask_case(self) -> float:
        """The milliseconds of one of her cases, another one each time."""
        return self._ask(f"/cases/{next(self._own)}")

    def _ask(self, path: str) -> float:
        began = time.perf_counter()
        self._client.get(path).raise_for_status()
        return (time.perf_counter() - began) * 1000

    @staticmethod
    def _around(case_ids: list[str]) -> Iterator[str]:
        while True:
            yield from case_ids


async def _statements_of_a_page(stack: EmbeddedStack, worker_id: UUID) -> int:
    """Counted where the service sends them, in this process, on the same database."""
    settings = PlansSettings(
        area=MANY,
        database_url=stack.database_url(MANY, "plans"),
        nats_url="nats://127.0.0.1:1",
        nats_seed_file=stack.seed(MANY, "plans"),
        jwks=str(stack.wiring.issuer.jwks),
        token_issuer=ISSUER,
        token_audience=AUDIENCE,
        http_port=1,
    )
    service, sent = build(settings), list[str]()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(service.database.engine.sync_engine, "before_cursor_execute", note)
    token = stack.token(MANY, "worker", str(worker_id))
    headers = {"authorization": f"Bearer {token}"}
    transport = httpx.ASGITransport(app=service.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://plans.bench", headers=headers) as client:
        # The first request of a process asks the database about its types, too.
        for _ in range(2):
            sent.clear()
            (await client.get("/cases")).raise_for_status()
    await service.database.close()
    return len(sent)

"""The smallest service that the chassis can carry: one command that counts, one read, one message that it hears."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Annotated

import httpx
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import text

from contracts import interarea
from contracts.envelope import Envelope, Message
from contracts.refusals import Refusal, RefusalKind
from contracts.subjects import Account
from services.chassis.auth import Principal, Role, gate
from services.chassis.boundary import CommandRoute, ExpectedVersion, InWork, etag, require_version
from services.chassis.connections import Connection
from services.chassis.consuming import Handler
from services.chassis.service import Service
from services.chassis.settings import ServiceSettings
from services.chassis.work import Work


class Permission(StrEnum):
    COUNT = "count"
    READ = "read"


allow = gate(
    {
        Permission.COUNT: frozenset({Role.LEAD}),
        Permission.READ: frozenset({Role.LEAD, Role.WORKER}),
    }
)
router = APIRouter(route_class=CommandRoute)


class Count(BaseModel):
    by: int = Field(ge=1, le=10)


async def total(work: Work) -> int:
    found = await work.connection.execute(text("SELECT coalesce(sum(amount), 0) FROM counted"))
    return int(found.scalar_one())


@router.post("/counts", status_code=201)
async def count(
    work: InWork, _principal: Annotated[Principal, allow(Permission.COUNT)], body: Count, response: Response
) -> dict[str, int]:
    await work.connection.execute(text("INSERT INTO counted (amount) VALUES (:by)"), {"by": body.by})
    if body.by == 7:
        raise Refusal("not-seven", "Seven cannot be counted.", kind=RefusalKind.CONFLICT, field="by", expected="not 7")
    if body.by == 9:
        raise RuntimeError("secret detail")
    response.headers["etag"] = etag(await total(work))
    return {"total": await total(work)}


@router.patch("/counts")
async def change(
    work: InWork, _principal: Annotated[Principal, allow(Permission.COUNT)], expected: ExpectedVersion
) -> dict[str, int]:
    require_version(expected, await total(work))
    return {"total": await total(work)}


@router.get("/counts")
async def read(work: InWork, _principal: Annotated[Principal, allow(Permission.READ)]) -> dict[str, int]:
    return {"total": await total(work)}


Heard = Callable[[Work, interarea.HandoffOpened, Envelope], Awaitable[None]]


async def nothing(_work: Work, _message: object, _envelope: Envelope) -> None:
    """Hears and does nothing."""


def build(settings: ServiceSettings, on_opened: Heard = nothing) -> Service:
    """A service called plans, because consumers are named in the contracts."""
    service = Service("plans", settings)
    connection = Connection(
        "plans", settings.nats_url, seed_file=settings.nats_seed_file, ca_file=settings.nats_ca_file, service="plans"
    )
    handlers: dict[type[Message], Handler] = {
        interarea.HandoffOpened: on_opened,
        interarea.HandoffReceived: nothing,
        interarea.HandoffAccepted: nothing,
        interarea.HandoffReleased: nothing,
    }
    service.connect(Account.LOCAL, connection, handlers)
    service.include(router)
    return service


@asynccontextmanager
async def client_of(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """Calls the service's HTTP API; no broker runs, so its lifespan is not started."""
    async with service.work() as work:
        await work.connection.execute(text("CREATE TABLE IF NOT EXISTS counted (amount int NOT NULL)"))
    transport = httpx.ASGITransport(app=service.app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as client:
        yield client
    await service.database.close()

"""How a service is put together and run: the same parts, started and stopped in the same order, everywhere."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import Lifespan

from contracts.envelope import Envelope, Message
from contracts.subjects import Account, consumers_of
from services.chassis import asyncapi, backlog, boundary, logs, openapi, operator_api, problems, telemetry
from services.chassis.auth import Authenticator, KeySource, public
from services.chassis.boundary import Boundary
from services.chassis.clock import Clock, clock_from
from services.chassis.connections import Connection, NotProvisioned
from services.chassis.consuming import Handler, Reader, Subscriptions, read_plain
from services.chassis.database import Database
from services.chassis.health import Readiness
from services.chassis.journal import Queue
from services.chassis.relay import Relay, Target
from services.chassis.settings import ProcessSettings, ServiceSettings
from services.chassis.work import Work

_log = logs.logger(__name__)

Task = Callable[[], Awaitable[bool]]
"""One round of background work; True when there may be more to do at once."""

_PURGE_SECONDS = 900.0
_QUEUE_OF = {Account.LOCAL: Queue.LOCAL, Account.EXCHANGE: Queue.EXCHANGE}


class Service:
    """One service of one area: what it hears, what it says, who may ask it, what it does by itself."""

    def __init__(self, name: str, settings: ServiceSettings) -> None:
        self.name = name
        self.area = settings.area
        self.settings = settings
        self.clock: Clock = clock_from(settings.clock_file)
        accounts = {consumer.stream.account for consumer in consumers_of(name)}
        self.database = Database(
            settings.database_url,
            pool_size=settings.database_pool_size,
            pooled_elsewhere=len(accounts),
        )
        self.subscriptions = Subscriptions(
            name, settings.area, self.database, self.clock, at_once=settings.handled_at_once
        )
        self._connections: dict[Account, Connection] = {}
        self._targets: dict[Queue, Target] = {}
        self._routers: list[APIRouter] = []
        self._tasks: list[tuple[str, float, Task]] = []
        self.every(_PURGE_SECONDS, "forget old answers", self._forget_answers)

    def connect(
        self,
        account: Account,
        connection: Connection,
        handlers: Mapping[type[Message], Handler],
        *,
        read: Reader = read_plain,
        acknowledged: Callable[[Envelope], Awaitable[None]] | None = None,
    ) -> None:
        """Hear ``handlers``' messages on an account's connection, and say this service's own there.

        ``acknowledged`` is called once a message that this service said has been stored by its receiver.
        """
        self._connections[account] = connection
        self._targets[_QUEUE_OF[account]] = Target(connection.jetstream, acknowledged)
        asyncapi.announce(connection.broker, self.name, self.area, account)
        self.subscriptions.listen(
            connection.broker, connection.user, consumers_of(self.name, account), handlers, read=read
        )

    def include(self, router: APIRouter) -> None:
        """Answer a router's routes."""
        self._routers.append(router)

    def every(self, seconds: float, name: str, task: Task) -> None:
        """Run a background task every ``seconds`` while the service runs, at once again while there is more."""
        self._tasks.append((name, seconds, task))

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """One transaction for work that no request or message began."""
        async with self.database.transaction() as connection:
            yield Work(connection, self.area, self.name, self.clock.now())

    def app(self) -> FastAPI:
        """The service as an ASGI application; its lifespan starts and stops everything else."""
        authenticator = authenticator_for(self.settings, self.clock, self.area)
        app = application(self.name, self._lifespan)
        app.state.boundary = Boundary(self.name, self.area, self.database, self.clock, authenticator)
        app.state.subscriptions = self.subscriptions
        app.state.service = self
        readiness = Readiness(self.database, self._connections, self.subscriptions)
        observe(app, readiness, measure=lambda: backlog.measure(self.database, self.clock))
        self._document(app)
        for router in (*self._routers, operator_api.router):
            app.include_router(router)
        return app

    async def _forget_answers(self) -> bool:
        async with self.work() as work:
            await boundary.forget_answers(work)
        return False

    def asyncapi(self) -> asyncapi.Document:
        """What this service hears and says, as AsyncAPI 3."""
        brokers = [connection.broker for connection in self._connections.values()]
        return asyncapi.describe(self.name, self.area, brokers, self.settings.nats_url)

    def _document(self, app: FastAPI) -> None:
        @app.get("/asyncapi.json", tags=["health"], dependencies=[public("describes shapes; holds no data")])
        async def asyncapi_document() -> JSONResponse:
            """What this service hears and says, as AsyncAPI 3."""
            return JSONResponse(self.asyncapi())

    @asynccontextmanager
    async def _lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.database.close)
            for account, connection in self._connections.items():
                await connection.connect()
                await self._require(account, connection)
            relay = Relay(self.database, self._targets, workers=self.settings.relay_workers)
            for connection in self._connections.values():
                stack.push_async_callback(connection.stop)
                await connection.listen()
            stack.push_async_callback(relay.stop)
            await relay.start()
            running = [asyncio.create_task(_repeat(*task)) for task in self._tasks]
            stack.push_async_callback(_cancel, running)
            _log.info("service started", consumers=len(self.subscriptions.durables))
            yield
            _log.info("service stopping")

    async def _require(self, account: Account, connection: Connection) -> None:
        try:
            await connection.require(self.subscriptions.of_account(account))
        except NotProvisioned as missing:
            lacking = missing.consumer
            _log.error(
                "cannot start: a consumer does not exist; run `jatkumo provision` for this area first",
                consumer=lacking.durable,
                stream=lacking.stream.name,
            )
            raise


async def _repeat(name: str, seconds: float, task: Task) -> None:
    while True:
        more = False
        try:
            more = await task()
        except Exception as error:
            _log.warning("background task failed; it will run again", task=name, exc_info=error)
        if not more:
            await asyncio.sleep(seconds)


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def authenticator_for(settings: ProcessSettings, clock: Clock, area: str | None) -> Authenticator:
    """The authenticator that the settings ask for; ``area`` None accepts tokens of every area."""
    return Authenticator(
        KeySource(settings.jwks),
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        area=area,
        clock=clock,
    )


class _Application(FastAPI):
    """A service's application, whose OpenAPI document also says what its routes have in common."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            openapi.complete(super().openapi(), self.routes)
        return super().openapi()


def application(name: str, lifespan: Lifespan[FastAPI]) -> FastAPI:
    """An empty application that answers errors as problem details and traces its requests."""
    app = _Application(
        title=f"Jatkumo {name}",
        version="1",
        description=openapi.DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses=problems.DOCUMENTED,
    )
    problems.install(app)
    FastAPIInstrumentor.instrument_app(app, excluded_urls="health/.*,metrics", exclude_spans=["receive", "send"])
    return app


def observe(app: FastAPI, readiness: Readiness, *, measure: Callable[[], Awaitable[None]] | None = None) -> None:
    """Answer liveness, readiness and metrics; ``measure`` is called before metrics are given."""

    @app.get("/health/live", tags=["health"], dependencies=[public("probes carry no token")])
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "alive"}

    @app.get(
        "/health/ready",
        tags=["health"],
        dependencies=[public("probes carry no token")],
        responses={503: {"description": "Something is away", "content": {"application/json": {}}}},
    )
    async def ready() -> JSONResponse:
        """200 when everything that the service depends on is well, else 503; each check by name."""
        checks = await readiness.checks()
        well = all(check.well for check in checks)
        body = {"ready": well, "checks": {c.name: {"well": c.well, "detail": c.detail} for c in checks}}
        return JSONResponse(body, 200 if well else 503)

    @app.get(
        "/metrics",
        tags=["health"],
        dependencies=[public("scraped inside the cluster; holds counts only")],
        response_class=PlainTextResponse,
    )
    async def metrics() -> Response:
        """Prometheus metrics."""
        if measure is not None:
            await measure()
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def run(service: Service) -> None:
    """Run a service until SIGTERM or SIGINT, then stop gracefully."""
    logs.configure(service.settings.log_level, service.name, service.area)
    provider = telemetry.configure(service.name, service.area)
    try:
        serve(service.app(), service.settings)
    finally:
        if provider is not None:
            provider.shutdown()


def serve(app: FastAPI, settings: ProcessSettings) -> None:
    """Serve an application on the settings' address until a signal says stop; then return."""
    # uvicorn stops gracefully and then raises the signal again for whoever handled it before.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    uvicorn.run(
        app,
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=10,
    )

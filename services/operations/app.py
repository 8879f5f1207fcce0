"""How the operations view is put together: spans in without a token, traces out to operators of every area."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.chassis import service
from services.chassis.boundary import Boundary
from services.chassis.clock import clock_from
from services.chassis.database import Database
from services.chassis.health import Readiness
from services.operations.settings import OperationsSettings
from services.operations.traces import api, receiver

NAME = "operations"
NO_AREA = "00"
"""Where other services name their area: this one serves them all, and no organiser has this code."""


def application(settings: OperationsSettings) -> FastAPI:
    """The operations view as an ASGI application."""
    clock = clock_from(settings.clock_file)
    database = Database(settings.database_url, pool_size=settings.database_pool_size)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await database.close()

    app = service.application(NAME, lifespan)
    authenticator = service.authenticator_for(settings, clock, None)
    app.state.boundary = Boundary(NAME, NO_AREA, database, clock, authenticator)
    service.observe(app, Readiness(database, {}, None))
    app.include_router(receiver.router(database, max_bytes=settings.traces_max_bytes))
    app.include_router(api.router)
    return app

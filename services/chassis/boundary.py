"""Where a request becomes work: authenticated, then one transaction, committed once, before the answer leaves.

A command with an ``Idempotency-Key`` has its effect once; asked again it gets the same answer.
"""

import hashlib
import re
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from services.chassis import tables
from services.chassis.auth import Authenticator, Principal
from services.chassis.clock import Clock
from services.chassis.database import Database
from services.chassis.problems import Problem
from services.chassis.work import Work

KEPT_FOR = timedelta(hours=24)
REPLAYED_HEADER = "Idempotency-Replayed"
_VERSION = re.compile("[0-9]{1,9}")
_KEPT_HEADERS = ("content-type", "etag", "location")


class Boundary:
    """What the boundary of a service's HTTP API needs."""

    def __init__(self, service: str, area: str, database: Database, clock: Clock, authenticator: Authenticator) -> None:
        self.service = service
        self.area = area
        self.database = database
        self.clock = clock
        self.authenticator = authenticator


class CommandRoute(APIRoute):
    """A route whose handler runs in one transaction, for a caller who is known before it begins."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            boundary: Boundary = request.app.state.boundary
            request.state.principal = boundary.authenticator.principal(request.headers.get("authorization"))
            async with boundary.database.transaction() as connection:
                work = Work(connection, boundary.area, boundary.service, boundary.clock.now())
                request.state.work = work
                key = request.headers.get("idempotency-key")
                if key is None or request.method == "GET":
                    return await answer(request)
                return await _once(work, request, key, answer)

        return handle


async def _once(
    work: Work, request: Request, key: str, answer: Callable[[Request], Coroutine[Any, Any, Response]]
) -> Response:
    if not 1 <= len(key) <= 200:
        raise Problem(422, "invalid-request", "The key is too long or empty.", field="Idempotency-Key")
    principal: Principal = request.state.principal
    owner = f"{principal.role}:{principal.subject}"
    digest = hashlib.sha256(
        b"\0".join([request.method.encode(), f"{request.url.path}?{request.url.query}".encode(), await request.body()])
    ).digest()
    if not await _claimed(work, owner, key, digest):
        return await _stored(work, owner, key, digest)
    response = await answer(request)
    await _store(work, owner, key, response)
    return response


async def _claimed(work: Work, owner: str, key: str, digest: bytes) -> bool:
    """Take the key for this request. A request with the same key at the same time waits here for the first."""
    row = {"principal": owner, "key": key, "request_digest": digest, "stored_at": work.now}
    result = await work.connection.execute(insert(tables.idempotency_keys).on_conflict_do_nothing(), row)
    return result.rowcount == 1


async def _stored(work: Work, owner: str, key: str, digest: bytes) -> Response:
    t = tables.idempotency_keys
    found = (await work.connection.execute(select(t).where(t.c.principal == owner, t.c.key == key))).one()
    if found.request_digest != digest:
        raise Problem(
            422,
            "idempotency-key-reused",
            "This key was used for another request.",
            field="Idempotency-Key",
            expected="a new key for each new command",
        )
    return Response(found.body, found.status, {**(found.headers or {}), REPLAYED_HEADER: "true"})


async def _store(work: Work, owner: str, key: str, response: Response) -> None:
    t = tables.idempotency_keys
    kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    await work.connection.execute(
        update(t)
        .where(t.c.principal == owner, t.c.key == key)
        .values(status=response.status_code, headers=kept, body=bytes(response.body))
    )


async def forget_answers(work: Work) -> None:
    """Forget answers that are older than a day: they hold what was answered, and nobody repeats a command later."""
    t = tables.idempotency_keys
    await work.connection.execute(delete(t).where(t.c.stored_at < work.now - KEPT_FOR))


def _work(request: Request) -> Work:
    work: Work = request.state.work
    return work


InWork = Annotated[Work, Depends(_work)]
"""The request's work, as a handler's parameter."""


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def _expected_version(
    given: Annotated[
        str | None, Header(alias="If-Match", description="The ETag of the last answer: which version is changed.")
    ] = None,
) -> int:
    if given is None:
        raise Problem(
            428,
            "version-needed",
            "A change says which version it changes.",
            field="If-Match",
            expected="the ETag of the last answer",
        )
    text = given.strip().removeprefix("W/").strip('"')
    if not _VERSION.fullmatch(text):
        raise Problem(422, "invalid-request", "The version is not a number.", field="If-Match", expected='like "3"')
    return int(text)


ExpectedVersion = Annotated[int, Depends(_expected_version)]
"""The version that a change was made against, from ``If-Match``; 428 when it is missing."""


def require_version(expected: int, actual: int) -> None:
    """Refuse a change that was made against another version (412)."""
    if expected != actual:
        raise Problem(
            412,
            "changed-meanwhile",
            "Somebody else changed this meanwhile; read it again.",
            field="If-Match",
            expected=etag(actual),
        )

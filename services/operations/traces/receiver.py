"""The collector's end of OTLP/HTTP: takes spans from every service.

Services export in the background and drop spans rather than wait, so nothing here can hold a service up.
"""

import zlib
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from services.chassis import logs
from services.chassis.auth import public
from services.chassis.database import Database, is_outage
from services.chassis.problems import Problem
from services.operations.traces import otlp, store

_log = logs.logger(__name__)
_SPANS = Counter("jatkumo_spans", "Spans that arrived, by what became of them.", ["outcome"])
_GZIP_WINDOW = 31
_BODY = {"required": True, "content": {otlp.CONTENT_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
_ANSWER = {"description": "ExportTraceServiceResponse", "content": {otlp.CONTENT_TYPE: {}}}
_REFUSAL = {"description": "google.rpc.Status", "content": {otlp.CONTENT_TYPE: {}}}


class OtlpRoute(APIRoute):
    """A route that answers every failure as OTLP asks: a status code that says whether to try again, and why."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:  # Any: FastAPI's signature
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answer(request)
            except Problem as problem:
                return _answer(otlp.failure(problem.title), problem.status, problem.headers)
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                _log.error("spans were not stored", exc_info=error)
                if is_outage(error):
                    return _answer(otlp.failure("the database does not answer"), 503, {"Retry-After": "1"})
                return _answer(otlp.failure("something failed here"), 500)

        return handle


def router(database: Database, *, max_bytes: int) -> APIRouter:
    """The route that stores spans in ``database``; a request holds at most ``max_bytes`` after decompression."""
    routes = APIRouter(tags=["telemetry"], route_class=OtlpRoute)

    @routes.post(
        "/v1/traces",
        dependencies=[public("a collector's port: reachable by the services of this machine only")],
        response_class=Response,
        responses={200: _ANSWER, 400: _REFUSAL, 413: _REFUSAL, 415: _REFUSAL, 503: _REFUSAL},
        openapi_extra={"requestBody": _BODY},
    )
    async def receive(request: Request) -> Response:
        """Store the spans of an OTLP ExportTraceServiceRequest, each once; gzip is understood.

        A span without proper ids or a time is counted in the answer's ``partial_success``, the others are stored.
        """
        body = await _body(request, max_bytes)
        try:
            # A large request takes a while to read; others are answered meanwhile.
            received = await run_in_threadpool(otlp.read, body)
        except otlp.Malformed as error:
            raise Problem(400, "malformed", str(error)) from None
        if received.spans:
            async with database.transaction() as connection:
                new = await store.add(connection, received.spans)
            _count(new, len(received.spans) - new, received.refused)
        return _answer(otlp.success(received.refused))

    return routes


def _count(stored: int, repeated: int, refused: int) -> None:
    _SPANS.labels("stored").inc(stored)
    _SPANS.labels("repeated").inc(repeated)
    _SPANS.labels("refused").inc(refused)


def _answer(body: bytes, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None) -> Response:
    return Response(body, status, headers, media_type=otlp.CONTENT_TYPE)


async def _body(request: Request, limit: int) -> bytes:
    """The request's protobuf, decompressed as it arrives: never more than ``limit`` bytes of it are held."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != otlp.CONTENT_TYPE:
        raise Problem(415, "not-protobuf", f"the content type is not {otlp.CONTENT_TYPE}")
    match request.headers.get("content-encoding", "identity").strip().lower():
        case "identity":
            return await _plain(request, limit)
        case "gzip":
            return await _unzipped(request, limit)
        case _:
            raise Problem(415, "unknown-encoding", "the content encoding is not gzip")


async def _plain(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        _check_size(len(body), limit)
    return bytes(body)


async def _unzipped(request: Request, limit: int) -> bytes:
    unzip = zlib.decompressobj(wbits=_GZIP_WINDOW)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += unzip.decompress(chunk, limit + 1 - len(body))
            _check_size(len(body), limit)
            if unzip.unused_data:
                raise Problem(400, "malformed", "something follows the gzip member")
    except zlib.error:
        raise Problem(400, "malformed", "the body is not gzip") from None
    if not unzip.eof:
        raise Problem(400, "malformed", "the gzip member ends too early")
    return bytes(body)


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise Problem(413, "too-large", f"a request holds at most {limit} bytes after decompression")

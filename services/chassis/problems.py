"""Problem details (RFC 9457): a stable type, the field, what was expected, and nothing personal."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from contracts.refusals import Refusal, RefusalKind
from services.chassis import logs
from services.chassis.database import is_outage, is_unstorable

TYPE_ROOT = "urn:jatkumo:problem:"
CONTENT_TYPE = "application/problem+json"
_log = logs.logger(__name__)

_MEMBERS: dict[str, Any] = {
    "type": {"type": "string", "pattern": f"^{TYPE_ROOT}", "description": "Stable: programs act on it."},
    "title": {"type": "string"},
    "status": {"type": "integer"},
    "field": {"type": "string", "description": "What the problem is about."},
    "expected": {"type": "string", "description": "What would be right there."},
    "errors": {
        "type": "array",
        "description": "Every field that is wrong, where there are several.",
        "items": {
            "type": "object",
            "required": ["field", "expected"],
            "properties": {"field": {"type": "string"}, "expected": {"type": "string"}},
        },
    },
}


def documented(description: str, **more: Any) -> dict[str, Any]:
    """How OpenAPI tells of a problem; ``more``: members beyond the usual, as JSON Schemas (Any: JSON)."""
    schema = {"type": "object", "required": ["type", "title", "status"], "properties": {**_MEMBERS, **more}}
    return {"description": description, "content": {CONTENT_TYPE: {"schema": schema}}}


DOCUMENTED: dict[int | str, dict[str, Any]] = {
    "4XX": documented("A problem with the request (RFC 9457)."),
    "5XX": documented("A problem here (RFC 9457)."),
}
"""How OpenAPI tells of problems, whatever the route (Any: JSON, as FastAPI types it)."""

_STATUS = {RefusalKind.INVALID: 422, RefusalKind.NOT_FOUND: 404, RefusalKind.CONFLICT: 409}


class Problem(Exception):  # noqa: N818 - the standard's own word
    """A refusal at the boundary: who is asking, or how."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        *,
        field: str | None = None,
        expected: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.title = title
        self.field = field
        self.expected = expected
        self.headers = dict(headers or {})

    def response(self) -> JSONResponse:
        """The problem as an HTTP response."""
        body: dict[str, object] = {"type": TYPE_ROOT + self.code, "title": self.title, "status": self.status}
        if self.field is not None:
            body["field"] = self.field
        if self.expected is not None:
            body["expected"] = self.expected
        return JSONResponse(body, self.status, {**self.headers}, media_type=CONTENT_TYPE)


def of_refusal(refusal: Refusal) -> Problem:
    """The problem that tells of a rule's refusal."""
    return Problem(_STATUS[refusal.kind], refusal.code, refusal.message, field=refusal.field, expected=refusal.expected)


def install(app: FastAPI) -> None:
    """Answer every error of ``app`` as problem details."""

    @app.exception_handler(Problem)
    async def _problem(_request: Request, problem: Problem) -> JSONResponse:
        return problem.response()

    @app.exception_handler(Refusal)
    async def _refusal(_request: Request, refusal: Refusal) -> JSONResponse:
        return of_refusal(refusal).response()

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        return _of_validation(error)

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "no-such-address", 405: "method-not-allowed"}.get(error.status_code, "request-refused")
        return Problem(error.status_code, code, "The request cannot be answered.", headers=error.headers).response()

    @app.exception_handler(SQLAlchemyError)
    @app.exception_handler(OSError)
    async def _storage(request: Request, error: Exception) -> JSONResponse:
        if is_unstorable(error):
            return Problem(
                422, "invalid-request", "The request holds a character that cannot be stored.", expected="no NUL"
            ).response()
        _log.error("request failed", route=_route(request), exc_info=error)
        if is_outage(error):
            return Problem(
                503, "storage-away", "The database does not answer; try again.", headers={"Retry-After": "2"}
            ).response()
        return _unexpected()

    @app.exception_handler(Exception)
    async def _fault(request: Request, error: Exception) -> JSONResponse:
        _log.error("request failed", route=_route(request), exc_info=error)
        return _unexpected()


def _unexpected() -> JSONResponse:
    return Problem(500, "unexpected", "Something failed here; nothing was changed.").response()


def _route(request: Request) -> str:
    route = request.scope.get("route")
    return str(getattr(route, "path", "unknown"))


def _of_validation(error: RequestValidationError) -> JSONResponse:
    """Each wrong field with what was expected; the values that were sent are not repeated."""
    problems = [
        {"field": ".".join(str(part) for part in p["loc"][1:]) or str(p["loc"][0]), "expected": _expected(p)}
        for p in error.errors()
    ]
    first = problems[0]
    return JSONResponse(
        {
            "type": TYPE_ROOT + "invalid-request",
            "title": "The request does not have the expected form.",
            "status": 422,
            "field": first["field"],
            "expected": first["expected"],
            "errors": problems,
        },
        422,
        media_type=CONTENT_TYPE,
    )


def _expected(problem: Mapping[str, object]) -> str:
    """What was expected. A model's own message may quote the value, so only pydantic's fixed ones are passed on."""
    kind = str(problem["type"])
    if kind in {"value_error", "assertion_error"}:
        context = problem.get("ctx")
        inner = context.get("error") if isinstance(context, Mapping) else None
        return str(getattr(inner, "expected", "a valid value"))
    return str(problem["msg"])

"""What OpenAPI says beyond the shapes: who may ask, how a change is made once, and where every refusal is listed."""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute

from services.chassis.auth import Allowed
from services.chassis.boundary import CommandRoute

DESCRIPTION = """\
Every route but those of `health` needs a bearer token of this area; `x-roles` says whose. Lists that grow are
`{"items": […], "next": …}`: `next` is the `cursor` of the page after. What has a version answers with an `ETag`; a
change sends it back as `If-Match` (428 without it, 412 or 409 when somebody was faster). A command with an
`Idempotency-Key` has its effect once. A refusal is problem details (RFC 9457), and programs act on its `type`:
`docs/architecture/problems.md` lists them all. Instants are UTC, days are civil dates in Finland.
"""
_BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
_ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "New for each new command; the same request again under it has no effect and the same answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}


def complete(document: dict[str, Any], routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """The document with what FastAPI cannot know of our routes (Any: JSON)."""
    document.setdefault("components", {})["securitySchemes"] = {"bearer": _BEARER}
    for context in iter_route_contexts(routes):
        route = context.original_route
        if isinstance(route, CommandRoute) and route.include_in_schema:
            for method in route.methods or ():
                _tell(document["paths"][context.path_format][method.lower()], method, route)
    return document


def _tell(operation: dict[str, Any], method: str, route: APIRoute) -> None:
    operation["security"] = [{"bearer": []}]
    operation["x-roles"] = sorted({role.value for allowed in _allowed(route) for role in allowed.roles})
    if method != "GET":
        operation["parameters"] = [*operation.get("parameters", []), _ONCE]


def _allowed(route: APIRoute) -> Iterator[Allowed]:
    """What a route asks of a role."""
    for dependency in route.dependant.dependencies:
        if isinstance(dependency.call, Allowed):
            yield dependency.call

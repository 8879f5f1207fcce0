"""Every route names its permission.

Who may do what stands beside the route that does it, so that a reviewer, and the person whose data it is, can read it
off one line; a route that names nobody is open to anybody who finds it. A route names its permission by a parameter
``Annotated[Principal, allow(Permission.X)]`` or by ``dependencies=[allow(Permission.X)]`` in its decorator. A route
that needs no token says so with ``public("why")``, which only the chassis (probes, metrics) and operations (telemetry
comes in without a person) may do. A permission given to a whole router does not count: it cannot be seen at the route.
"""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from checks.syntax import calls, is_service_code, keyword, last_name, text_of
from checks.violation import Violation

RULE = "every-route-names-its-permission"

_VERBS = frozenset(
    {"get", "post", "put", "patch", "delete", "head", "options", "trace", "route", "api_route", "websocket"}
)
_ADDERS = frozenset({"add_api_route", "add_route", "add_websocket_route", "add_api_websocket_route", "mount"})
_PUBLIC_ROOMS = (PurePosixPath("services/chassis"), PurePosixPath("services/operations"))

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def check(path: PurePosixPath, tree: ast.Module) -> list[Violation]:
    """Routes without a permission, and public ones without a reason or in the wrong room."""
    if not is_service_code(path):
        return []
    found = [
        Violation(path, decorator.lineno, RULE, f"`{function.name}` names no permission: add allow(Permission.…)")
        for function, decorator in _routes(tree)
        if not any(_is_permission(guard) for guard in _guards(function, decorator, tree))
    ]
    return [*found, *_added_routes(path, tree), *_wrongly_public(path, tree)]


def _routes(tree: ast.Module) -> Iterator[tuple[_Function, ast.Call]]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in function.decorator_list:
                if isinstance(decorator, ast.Call) and _is_route(decorator):
                    yield function, decorator


def _is_route(decorator: ast.Call) -> bool:
    if not isinstance(decorator.func, ast.Attribute) or decorator.func.attr not in _VERBS:
        return False
    address = text_of(decorator.args[0] if decorator.args else keyword(decorator, "path"))
    owner = (last_name(decorator.func.value) or "").lower()
    return owner.endswith(("router", "app")) or (address or "").startswith("/")


def _guards(function: _Function, decorator: ast.Call, tree: ast.Module) -> Iterator[ast.expr]:
    """Whatever may be a permission: the decorator's dependencies, the parameters' defaults and annotations."""
    yield from _elements(keyword(decorator, "dependencies"))
    arguments = function.args
    yield from (default for default in (*arguments.defaults, *arguments.kw_defaults) if default is not None)
    aliases = _aliases(tree)
    for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        annotation = parameter.annotation
        if isinstance(annotation, ast.Name):
            annotation = aliases.get(annotation.id)
        if isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Annotated":
            yield from _elements(annotation.slice)


def _aliases(tree: ast.Module) -> dict[str, ast.expr]:
    """``Reader = Annotated[Principal, allow(…)]`` of the same file; an imported alias would hide the permission."""
    return {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _elements(node: ast.expr | None) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.List | ast.Tuple) else []


def _is_permission(guard: ast.expr) -> bool:
    if not isinstance(guard, ast.Call) or not guard.args:
        return False
    if last_name(guard.func) == "public":
        return True
    permission = guard.args[0]
    return (
        last_name(guard.func) == "allow"
        and isinstance(permission, ast.Attribute)
        and (last_name(permission.value) or "").endswith("Permission")
    )


def _added_routes(path: PurePosixPath, tree: ast.Module) -> list[Violation]:
    return [
        Violation(path, call.lineno, RULE, f"`.{call.func.attr}` hides who may call: declare the route by a decorator")
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in _ADDERS
        and not any(_is_permission(guard) for guard in _elements(keyword(call, "dependencies")))
    ]


def _wrongly_public(path: PurePosixPath, tree: ast.Module) -> list[Violation]:
    found = []
    for call in calls(tree):
        if last_name(call.func) != "public":
            continue
        if not any(path.is_relative_to(room) for room in _PUBLIC_ROOMS):
            found.append(Violation(path, call.lineno, RULE, "only the chassis and operations have public routes"))
        elif not (call.args and (text_of(call.args[0]) or "").strip()):
            found.append(Violation(path, call.lineno, RULE, "public(…) says in words why no token is needed"))
    return found

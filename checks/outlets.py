"""Where words leave a process beside message bodies: logs, spans, metrics, headers, subjects and ids."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from checks.syntax import last_name

_LOGGER = re.compile(r"^_*(log|logger|logging|structlog|contextvars)$", re.IGNORECASE)
_LOGGER_MAKERS = frozenset({"logger", "get_logger", "getLogger", "bind", "new"})
_LOG_METHODS = frozenset(
    {
        "debug",
        "info",
        "warning",
        "warn",
        "error",
        "critical",
        "fatal",
        "exception",
        "log",
        "msg",
        "bind",
        "new",
        "bind_contextvars",
        "bound_contextvars",
    }
)
_SPAN_CALLS = frozenset(
    {
        "set_attribute",
        "set_attributes",
        "add_event",
        "add_link",
        "start_span",
        "start_as_current_span",
        "update_name",
        "continued",
        "note_handoff",
        "note_state",
    }
)
_SUBJECT_CALLS = frozenset({"subject_of", "exchange_subject"})
_ID_NAMES = frozenset({"message_id", "event_id", "correlation_id", "msg_id", "durable"})


@dataclass(frozen=True)
class Outlet:
    """Something that goes out: what kind of outlet, and the expressions, with keyword names beside their values."""

    kind: str
    node: ast.stmt | ast.expr
    values: tuple[ast.expr, ...]
    names: tuple[tuple[str, ast.expr], ...] = field(default=())


def outlets(tree: ast.Module) -> Iterator[Outlet]:
    """Every outlet of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                yield from _of_assignment(node, target, node.value)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            kind = _kind_of_name(node.name)
            for inner in ast.walk(node) if kind else ():
                if isinstance(inner, ast.Return) and inner.value is not None and kind:
                    yield Outlet(kind, inner, (inner.value,))


def is_logger(node: ast.expr) -> bool:
    """Whether an expression is a logger: ``_log``, ``self._logger``, ``logs.logger(__name__)``, ``log.bind(…)``."""
    if isinstance(node, ast.Call):
        return last_name(node.func) in _LOGGER_MAKERS
    return bool(_LOGGER.match(last_name(node) or ""))


def _of_call(call: ast.Call) -> Iterator[Outlet]:
    kind = _kind_of_call(call)
    if kind is not None:
        named = [(k.arg, k.value) for k in call.keywords if k.arg is not None]
        spread = [k.value for k in call.keywords if k.arg is None]
        # An exception is logged by its type and place only (services.chassis.logs).
        named = [(name, value) for name, value in named if name != "exc_info"]
        if kind == "span":
            yield Outlet(kind, call, (*call.args, *spread, *(value for _, value in named)))
        else:
            yield Outlet(kind, call, (*call.args, *spread), tuple(named))
        return
    for argument in call.keywords:
        if argument.arg is not None and (kind := _kind_of_name(argument.arg)):
            yield Outlet(kind, argument.value, (argument.value,))


def _kind_of_call(call: ast.Call) -> str | None:
    name = last_name(call.func)
    if isinstance(call.func, ast.Attribute):
        if name in _LOG_METHODS and is_logger(call.func.value):
            return "log"
        if name == "labels":
            return "metric"
        if name in {"update", "setdefault", "append"} and _kind_of_name(last_name(call.func.value) or "") == "header":
            return "header"
    if name in _SPAN_CALLS:
        return "span"
    return "subject" if name in _SUBJECT_CALLS else None


def _of_assignment(node: ast.stmt, target: ast.expr, value: ast.expr) -> Iterator[Outlet]:
    if isinstance(target, ast.Subscript):
        if _kind_of_name(last_name(target.value) or "") == "header":
            key = ast.Dict(keys=[target.slice], values=[value])
            yield Outlet("header", node, (ast.copy_location(key, node),))
        return
    kind = _kind_of_name(last_name(target) or "")
    if kind is not None:
        yield Outlet(kind, node, (value,))


def _kind_of_name(name: str) -> str | None:
    bare = name.lower().lstrip("_")
    if bare.endswith("headers"):
        return "header"
    if bare == "subject" or bare.endswith("_subject"):
        return "subject"
    return "id" if bare in _ID_NAMES else None

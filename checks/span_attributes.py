"""Span attributes come only from the vocabulary.

Telemetry is a contract: an operator searches by names that are declared once, and the exporter passes on no others.
A name written out where it is used is either a typo that the exporter drops in silence or a new outlet that nobody
has looked at. So every attribute is a constant of ``services.chassis.vocabulary``, written where the span is made.
``services/chassis/telemetry.py`` is the one place that passes attributes on.
"""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from checks.syntax import calls, dotted, imported_names, is_service_code, keyword, last_name
from checks.violation import Violation

RULE = "span-attributes-from-the-vocabulary"

TELEMETRY = PurePosixPath("services/chassis/telemetry.py")
VOCABULARY = "services.chassis.vocabulary"
_WITH_ATTRIBUTES = frozenset({"start_span", "start_as_current_span", "continued", "add_event", "add_link", "Link"})


def check(path: PurePosixPath, tree: ast.Module) -> list[Violation]:
    """Span attributes whose names are not constants of the vocabulary."""
    if not is_service_code(path) or path == TELEMETRY:
        return []
    imports = imported_names(tree)
    message = f"`{{}}` is no constant of {VOCABULARY}: declare it there"
    return [
        Violation(path, name.lineno, RULE, message.format(ast.unparse(name)))
        for call in calls(tree)
        for name in _attribute_names(call)
        if not _is_declared(name, imports)
    ]


def _attribute_names(call: ast.Call) -> Iterator[ast.expr]:
    method = last_name(call.func)
    if method == "set_attribute":
        yield from call.args[:1] or [k.value for k in call.keywords if k.arg == "key"]
    elif method == "set_attributes":
        for mapping in call.args or [k.value for k in call.keywords]:
            yield from _keys(mapping)
    elif method in _WITH_ATTRIBUTES:
        positional = call.args[1] if method in {"add_event", "add_link", "Link"} and len(call.args) > 1 else None
        mapping_or_none = keyword(call, "attributes") or positional
        if mapping_or_none is not None:
            yield from _keys(mapping_or_none)


def _keys(mapping: ast.expr) -> Iterator[ast.expr]:
    """The names in a mapping written out in place; the mapping itself when it is made elsewhere."""
    if isinstance(mapping, ast.Dict):
        for key, value in zip(mapping.keys, mapping.values, strict=True):
            if key is None:
                yield from _keys(value)
            else:
                yield key
    elif isinstance(mapping, ast.IfExp):
        yield from _keys(mapping.body)
        yield from _keys(mapping.orelse)
    elif not (isinstance(mapping, ast.Constant) and mapping.value is None):
        yield mapping


def _is_declared(name: ast.expr, imports: dict[str, str]) -> bool:
    full = dotted(name, imports)
    return full is not None and full.startswith(f"{VOCABULARY}.") and full.rsplit(".", 1)[1].isupper()

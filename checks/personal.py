"""Nothing personal leaves beside a sealed body.

Logs, spans, metrics, headers, subjects and ids are copied to places that no access log covers: an operator's screen,
a collector, a hub run by somebody else. Under a non-disclosure order one municipality in a log line can tell where
somebody lives (661/2009 36 §; invariant C7). So what goes out there may not be, nor be called, a field of the closed
list in ``checks.personal_names``; nor a whole record; nor, in a log, the text of an exception, which may quote a row.
"""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from checks.outlets import Outlet, outlets
from checks.personal_names import is_field, is_owner, is_record
from checks.syntax import is_product_code, last_name, text_of
from checks.violation import Violation

RULE = "nothing-personal-leaves"

_SAYS_ONLY_WHETHER = frozenset({"len", "bool", "type", "isinstance"})
_LOOKUPS = frozenset({"get", "getattr", "pop"})
_TEXT_OF_ERROR = frozenset({"str", "repr", "format"})


def check(path: PurePosixPath, tree: ast.Module) -> list[Violation]:
    """Personal fields, whole records and exception texts in logs, spans, metrics, headers, subjects and ids."""
    if not is_product_code(path):
        return []
    errors = _caught(tree)
    found = {
        Violation(path, line, RULE, f"`{name}` may not go into a {outlet.kind}: name an id, a kind or a count instead")
        for outlet in outlets(tree)
        for line, name in _personal(outlet, errors)
    }
    return sorted(found)


def _caught(tree: ast.Module) -> frozenset[str]:
    """The names under which exceptions are caught."""
    return frozenset(n.name for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler) and n.name is not None)


def _personal(outlet: Outlet, errors: frozenset[str]) -> Iterator[tuple[int, str]]:
    line = outlet.node.lineno
    for name, _ in outlet.names:
        if is_field(name):
            yield line, name
    for value in (*outlet.values, *(value for _, value in outlet.names)):
        for name in _named_in(value):
            yield value.lineno, name
        if outlet.kind == "log":
            for name in _error_texts(value, errors):
                yield value.lineno, name
    if outlet.kind == "span" and isinstance(outlet.node, ast.Call) and outlet.node.args:
        attribute = text_of(outlet.node.args[0])
        if attribute is not None and is_field(attribute):
            yield line, attribute


def _named_in(node: ast.expr) -> Iterator[str]:
    """The personal names that an expression puts out."""
    match node:
        case ast.Name():
            if is_field(node.id) or is_record(node.id):
                yield node.id
        case ast.Attribute():
            yield from _of_attribute(node)
        case ast.Call():
            yield from _of_call(node)
        case ast.Subscript():
            yield from _key(node.slice)
            yield from _below(node)
        case ast.Dict():
            for key in node.keys:
                yield from _key(key)
            yield from _below(node)
        case ast.IfExp():
            yield from _named_in(node.body)
            yield from _named_in(node.orelse)
        case ast.Compare(ops=[ast.Is() | ast.IsNot()]):
            return  # whether there is one, not what it is
        case _:
            yield from _below(node)


def _below(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from _named_in(child)
        elif isinstance(child, ast.comprehension | ast.keyword):
            yield from _below(child)


def _of_attribute(node: ast.Attribute) -> Iterator[str]:
    owner = last_name(node.value) or ""
    if is_field(node.attr) or is_record(node.attr) or (node.attr == "name" and is_owner(owner)):
        yield f"{owner}.{node.attr}".lstrip(".")
    elif isinstance(node.value, ast.Name):
        # A part of a field is of the person too (`hetu.plain`); a part of a record need not be (`person.person_id`).
        if is_field(node.value.id):
            yield f"{owner}.{node.attr}"
    elif isinstance(node.value, ast.Attribute):
        if not is_record(owner):
            yield from _of_attribute(node.value)
    else:
        yield from _named_in(node.value)


def _of_call(call: ast.Call) -> Iterator[str]:
    name = last_name(call.func)
    if name in _SAYS_ONLY_WHETHER:
        return
    if isinstance(call.func, ast.Attribute):
        # A method of a whole record may give all of it: `person.model_dump()`.
        yield from _named_in(call.func.value)
    if name is not None and is_field(name):
        yield name
    if name in _LOOKUPS:
        for argument in call.args:
            yield from _key(argument)
    for argument in call.args:
        yield from _named_in(argument)
    for given in call.keywords:
        if name == "dict" and given.arg is not None and is_field(given.arg):
            yield given.arg
        yield from _named_in(given.value)


def _key(node: ast.expr | None) -> Iterator[str]:
    key = text_of(node)
    if key is not None and is_field(key):
        yield key


def _error_texts(value: ast.expr, errors: frozenset[str]) -> Iterator[str]:
    """Caught exceptions whose text an expression puts out."""
    shown: list[ast.expr] = [value]
    for node in ast.walk(value):
        if isinstance(node, ast.FormattedValue):
            shown.append(node.value)
        elif isinstance(node, ast.Call) and last_name(node.func) in _TEXT_OF_ERROR:
            shown.extend(node.args)
    yield from (node.id for node in shown if isinstance(node, ast.Name) and node.id in errors)

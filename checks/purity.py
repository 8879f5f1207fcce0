"""The domain does no I/O.

What may happen is decided by pure functions: the same state, command and day give the same events, so that a rule can
be read, proved over all inputs and replayed. A file of the list below imports only the contracts, pydantic, stdnum
(check digits), other pure modules of its own service, and standard library modules that compute and do nothing else; it
awaits nothing and opens nothing. The standard library is a list of what may be used, not of what may not: a new module
is looked at before it comes in.
"""

import ast
from pathlib import PurePosixPath

from checks.syntax import calls, is_service_code, last_name
from checks.violation import Violation

RULE = "domain-does-no-I/O"

PURE_FILES = frozenset(
    {
        "agreements.py",
        "breaks.py",
        "domain.py",
        "participants.py",
        "rights.py",
        "dated_rules.py",
        "identity.py",
        "register.py",
        "findings.py",
    }
)
"""Which files are pure wherever they lie in a service."""

_PURE_MODULES = frozenset(name.removesuffix(".py") for name in PURE_FILES)
_PURE_OF_THE_CHASSIS = frozenset({"services.chassis.clock.helsinki_date"})
"""The civil date of an instant that is passed in: it computes and asks no clock."""
_PURE_LIBRARIES = frozenset({"contracts", "pydantic", "pydantic_core", "stdnum"})
_PURE_STANDARD = frozenset(
    {
        "__future__",
        "abc",
        "base64",
        "bisect",
        "calendar",
        "collections",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "graphlib",
        "hashlib",
        "heapq",
        "itertools",
        "json",
        "math",
        "numbers",
        "operator",
        "re",
        "statistics",
        "string",
        "textwrap",
        "types",
        "typing",
        "unicodedata",
        "uuid",
    }
)
_DOES_IO = frozenset({"open", "print", "input", "exec", "eval", "__import__", "breakpoint"})


def check(path: PurePosixPath, tree: ast.Module) -> list[Violation]:
    """What a pure file imports, awaits or opens and should not."""
    if not is_service_code(path) or path.name not in PURE_FILES:
        return []
    service = ".".join(path.parts[:2])
    found = [
        Violation(path, node.lineno, RULE, f"imports `{module}`: decide from what the command passes in")
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in _impure(node, service)
    ]
    return [*found, *_doing(path, tree)]


def _impure(node: ast.Import | ast.ImportFrom, service: str) -> list[str]:
    """The modules that an import brings in and a pure file may not have."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if not _is_pure(alias.name, service)]
    module = node.module or "."
    named = (f"{module}.{alias.name}" for alias in node.names)
    return [] if _is_pure(module, service) or all(_is_pure(name, service) for name in named) else [module]


def _is_pure(module: str, service: str) -> bool:
    top = module.split(".", 1)[0]
    if top == "services":
        own = module.startswith(f"{service}.") and module.rsplit(".", 1)[1] in _PURE_MODULES
        return own or module in _PURE_OF_THE_CHASSIS
    return top in _PURE_LIBRARIES | _PURE_STANDARD


def _doing(path: PurePosixPath, tree: ast.Module) -> list[Violation]:
    waiting = [
        Violation(path, node.lineno, RULE, "waits for something: a decision waits for nothing")
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith)
    ]
    opening = [
        Violation(path, call.lineno, RULE, f"calls `{call.func.id}`: a decision touches nothing")
        for call in calls(tree)
        if isinstance(call.func, ast.Name) and last_name(call.func) in _DOES_IO
    ]
    return [*waiting, *opening]

"""Only the journal publishes.

What a service says must be in its journal and its outbox in the same transaction as what it did, or a crash loses a
message or tells of something that never happened. So ``journal.record`` writes the rows, the relay moves them, and
nothing else in ``services/`` may name a ``publish`` method or the tables behind it. The pull asks JetStream for
messages by publishing a request to its consumer's own address, and to nothing else. ``broker.publisher(...)`` is
allowed for one purpose: as a statement of its own in a service's ``subscribers.py`` or ``asyncapi.py``, where it
documents what the service says. As a decorator, or with its result kept, it would send past the journal.
"""

import ast
from pathlib import PurePosixPath

from checks.syntax import dotted, imported_names, is_chassis, is_service_code
from checks.violation import Violation

RULE = "only-the-journal-publishes"

PUBLISHERS = frozenset({PurePosixPath("services/chassis/journal.py"), PurePosixPath("services/chassis/relay.py")})
PULL = PurePosixPath("services/chassis/pulling.py")
DOCUMENTING_FILES = frozenset({"subscribers.py", "asyncapi.py"})
_METHODS = frozenset({"publish", "publish_batch", "publish_async"})
_TABLES = frozenset({"services.chassis.tables.outbox", "services.chassis.tables.journal"})


def check(path: PurePosixPath, tree: ast.Module) -> list[Violation]:
    """Publishing, or reaching for the outbox, anywhere but in the journal and the relay."""
    if not is_service_code(path) or path in PUBLISHERS:
        return []
    return [*_sending(path, tree), *_documenting(path, tree), *_reaching_for_tables(path, tree)]


def _sending(path: PurePosixPath, tree: ast.Module) -> list[Violation]:
    requests = _pull_requests(tree) if path == PULL else set()
    return [
        Violation(path, node.lineno, RULE, f"`.{node.attr}` sends past the outbox: use journal.record")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in _METHODS and id(node) not in requests
    ]


def _pull_requests(tree: ast.Module) -> set[int]:
    """The calls that ask the consumer's own address, ``self._next``."""
    return {
        id(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.args[0]) == "self._next"
    }


def _documenting(path: PurePosixPath, tree: ast.Module) -> list[Violation]:
    documenting = {
        id(node.value.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and path.name in DOCUMENTING_FILES
    }
    message = (
        "`.publisher` may only stand alone in subscribers.py or asyncapi.py, where it documents: use journal.record"
    )
    return [
        Violation(path, node.lineno, RULE, message)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "publisher" and id(node) not in documenting
    ]


def _reaching_for_tables(path: PurePosixPath, tree: ast.Module) -> list[Violation]:
    if is_chassis(path):
        return []
    imports = imported_names(tree)
    return [
        Violation(path, node.lineno, RULE, f"`{name}` is the chassis' own: use journal.record")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name) and (name := dotted(node, imports)) in _TABLES
    ]

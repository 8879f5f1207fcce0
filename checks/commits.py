"""Code never commits.

One request or one message is one transaction: its effect, its journal rows, its outbox rows and its inbox row stand or
fall together, and the boundary commits once. A commit inside a command would leave the half of it behind that came
before a crash. So only the chassis begins, commits and rolls back; a savepoint (``begin_nested``) commits nothing.
"""

import ast
from pathlib import PurePosixPath

from checks.syntax import calls, is_chassis, is_service_code, keyword, text_of
from checks.violation import Violation

RULE = "code-never-commits"

_ENDS = frozenset({"commit", "rollback"})


def check(path: PurePosixPath, tree: ast.Module) -> list[Violation]:
    """Transactions begun or ended outside the chassis."""
    if not is_service_code(path) or is_chassis(path):
        return []
    ended = [
        Violation(path, node.lineno, RULE, f"`.{node.attr}` belongs to the boundary: raise to undo, return to commit")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in _ENDS
    ]
    begun = [
        Violation(
            path, call.lineno, RULE, "`.begin` belongs to the boundary: work in the transaction that you are given"
        )
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "begin"
    ]
    automatic = [
        Violation(
            path, call.lineno, RULE, "AUTOCOMMIT commits every statement: work in the transaction that you are given"
        )
        for call in calls(tree)
        if (text_of(keyword(call, "isolation_level")) or "").upper() == "AUTOCOMMIT"
    ]
    return [*ended, *begun, *automatic]

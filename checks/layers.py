"""Inside a service, a store is used by commands: routes, stores and rules of another capability never reach into it.

A capability is a folder of a service. Its `store.py` is used by itself, and by the commands of others, which is where
capabilities meet; a route that needs something of another capability asks that one's commands. The shapes that a store
answers with (classes) may be named anywhere, as what they are. import-linter does not see this: it knows modules, not
which room of a capability may open whose door.
"""

import ast
from pathlib import PurePosixPath

from checks.syntax import is_chassis, is_service_code
from checks.violation import Violation

RULE = "a-store-is-its-own-capability's"

_CLOSED_ROOMS = frozenset({"api.py", "store.py", "tables.py", "domain.py", "desk.py", "app.py", "subscribers.py"})
"""The rooms that do not meet other capabilities' stores."""


def check(path: PurePosixPath, tree: ast.Module) -> list[Violation]:
    """Where a route, a store or a rule uses the store of another capability."""
    if not is_service_code(path) or is_chassis(path) or path.name not in _CLOSED_ROOMS:
        return []
    own = ".".join(path.parent.parts)
    return [
        Violation(path, node.lineno, RULE, f"uses `{module}`: ask that capability's commands")
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in _stores(node)
        if module.rpartition(".")[0] != own
    ]


def _stores(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The store modules that an import brings in, or whose functions it brings in."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if _is_store(alias.name)]
    if node.module is None:
        return []
    if _is_store(node.module):
        return [node.module for alias in node.names if not _is_shape(alias.name)]
    return [name for alias in node.names if _is_store(name := f"{node.module}.{alias.name}")]


def _is_store(module: str) -> bool:
    return module.startswith("services.") and module.rpartition(".")[2].endswith("store")


def _is_shape(name: str) -> bool:
    """Classes begin with a capital letter; constants have no small one."""
    return name[:1].isupper() and not name.isupper()

"""Reading Python by its syntax tree: which room a file is in, and what a name stands for."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

CHASSIS = PurePosixPath("services/chassis")


def is_service_code(path: PurePosixPath) -> bool:
    """Whether the file is part of a service or of the chassis."""
    return path.parts[:1] == ("services",)


def is_product_code(path: PurePosixPath) -> bool:
    """Whether the file runs in a service's process: services and the contracts that they share."""
    return path.parts[:1] in {("services",), ("contracts",)}


def is_chassis(path: PurePosixPath) -> bool:
    """Whether the file is part of the chassis."""
    return path.is_relative_to(CHASSIS)


def imported_names(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for: ``{"dt": "datetime", "now": "time.time"}``."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.split(".")[0]
                names[bound] = alias.name if alias.asname else bound
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def dotted(node: ast.expr, imports: dict[str, str]) -> str | None:
    """The full name of ``a.b.c``, its first part resolved through the imports; None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([imports.get(node.id, node.id), *reversed(parts)])


def last_name(node: ast.expr) -> str | None:
    """The last part of ``a.b.c`` or of ``c``: what a thing is called where it is used."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Every call in the tree."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value that a call gives to one of its keywords."""
    return next((k.value for k in call.keywords if k.arg == name), None)


def text_of(node: ast.AST | None) -> str | None:
    """The text of a string literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None

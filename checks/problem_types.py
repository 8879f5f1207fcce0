"""Every refusal that an answer over HTTP can hold, collected from the code: ``docs/architecture/problems.md``.

``python -m checks.problem_types`` writes the page. Programs act on a problem's ``type``, so a stranger must find them
all in one place, and a code that is made up on the way could not be found: each is a constant where it is raised.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PAGE = Path("docs/architecture/problems.md")
PACKAGES = ("contracts", "services")
_STATUS = {"INVALID": 422, "NOT_FOUND": 404, "CONFLICT": 409}
_POSITIONS = {"Refusal": ("code", "title"), "Problem": ("status", "code", "title")}
EVERY = "every service"

Said = Mapping[str, ast.expr]
"""The arguments of a problem: status, code, title, field."""

_HEAD = """\
# Problems: every refusal by its type

An answer of 4xx or 5xx is `application/problem+json` (RFC 9457): `type` is `urn:jatkumo:problem:` and one of the words
below, `title` says it in a sentence, `field` what it is about, `expected` what would be right there, `errors` every
field where several are wrong. A type means the same in every service and stays; a title may change. Nothing personal
stands in any of them.

This page is written by `python -m checks.problem_types` from the code, and a test holds it to that.
"""


@dataclass(frozen=True, order=True)
class Raised:
    """A problem that some code answers with."""

    code: str
    status: int
    title: str
    field: str
    service: str


class NotAConstant(Exception):  # noqa: N818 - said to whoever writes the code
    """A problem's type that cannot be read from the code; names file and line."""


_OF_THE_FRAMEWORK = (
    # services/chassis/problems.py maps what the framework refuses by itself.
    Raised("no-such-address", 404, "The request cannot be answered.", "", EVERY),
    Raised("method-not-allowed", 405, "The request cannot be answered.", "", EVERY),
    Raised("request-refused", 400, "The request cannot be answered.", "", EVERY),
    Raised("invalid-request", 422, "The request does not have the expected form.", "", EVERY),
    # services/plans/client_plans/answers.py answers this with the conflicts that were kept.
    Raised(
        "changed-meanwhile",
        409,
        "Somebody else changed this part meanwhile; both texts are kept until somebody decides.",
        "If-Match",
        "plans",
    ),
)
_FORWARDS = frozenset({"services/chassis/problems.py"})
"""Where a problem is made of a refusal, or of what the framework refused."""


def collected(root: Path) -> list[Raised]:
    """Every problem of the project. Raises ``NotAConstant``."""
    found = set(_OF_THE_FRAMEWORK)
    for package in PACKAGES:
        for file in sorted((root / package).rglob("*.py")):
            path = file.relative_to(root).as_posix()
            found.update(_in_file(ast.parse(file.read_text(encoding="utf-8")), path))
    return sorted(found)


def page(raised: Iterable[Raised]) -> str:
    """The page that lists them."""
    by_service: dict[str, dict[str, list[Raised]]] = defaultdict(lambda: defaultdict(list))
    for each in raised:
        by_service[each.service][each.code].append(each)
    parts = [_HEAD]
    for service in sorted(by_service, key=lambda name: (name != EVERY, name)):
        parts.append(f"\n## {service[0].upper()}{service[1:]}\n\n| type | status | about | says |\n|---|---|---|---|\n")
        parts += [_row(code, by_service[service][code]) for code in sorted(by_service[service])]
    return "".join(parts)


def _row(code: str, raised: list[Raised]) -> str:
    statuses = ", ".join(dict.fromkeys(str(each.status) for each in raised))
    fields = ", ".join(f"`{name}`" for name in sorted({each.field for each in raised} - {""}))
    says = " / ".join(dict.fromkeys(each.title for each in raised if each.title)).replace("|", "\\|")
    return f"| `{code}` | {statuses} | {fields} | {says} |\n"


def _in_file(tree: ast.Module, path: str) -> Iterator[Raised]:
    for call in _calls(tree):
        name = _called(call)
        if name not in _POSITIONS:
            continue
        said = _arguments(call, _POSITIONS[name])
        status, code = _status(name, said), said.get("code")
        maker = _maker(tree, call, code)
        if maker is None:
            if isinstance(code, ast.Constant) or path not in _FORWARDS:
                yield _raised(path, status, said, call.lineno)
            continue
        names = [each.arg for each in maker.args.args]
        for made in (each for each in _calls(tree) if _called(each) == maker.name):
            given = _arguments(made, names)
            # What the maker takes as code, message and field is what it passes on as such.
            passed = {
                key: given[node.id] for key, node in said.items() if isinstance(node, ast.Name) and node.id in given
            }
            for each in _rows(tree, made, {**said, **passed}):
                yield _raised(path, status, each, made.lineno)


def _rows(tree: ast.Module, call: ast.Call, said: Said) -> Iterator[Said]:
    """What a call says: itself, or each pair of code and message in the table of the module that it goes through."""
    table = _table(tree, call, said["code"])
    if table is None:
        yield said
        return
    for key, pair in zip(table.keys, table.values, strict=True):
        if isinstance(pair, ast.Tuple) and key is not None:
            yield {**said, "code": pair.elts[0], "title": pair.elts[1], "field": key}


def _table(tree: ast.Module, call: ast.Call, code: ast.expr) -> ast.Dict | None:
    """The dictionary over whose items the loop around a call goes."""
    loops = (each for each in ast.walk(tree) if isinstance(each, ast.For) and call in ast.walk(each))
    for loop in loops:
        names = {each.id for each in ast.walk(loop.iter) if isinstance(each, ast.Name)}
        bound = {each.id for each in ast.walk(loop.target) if isinstance(each, ast.Name)}
        for statement in tree.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.Dict):
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                assigned = {each.id for each in targets if isinstance(each, ast.Name)}
                if assigned & names and isinstance(code, ast.Name) and code.id in bound:
                    return statement.value
    return None


def _raised(path: str, status: int, said: Said, line: int) -> Raised:
    code = said.get("code")
    if not isinstance(code, ast.Constant):
        raise NotAConstant(f"{path}:{line}: the type of a problem is a constant")
    parts = path.split("/")
    service = parts[1] if parts[0] == "services" and parts[1] != "chassis" else EVERY
    return Raised(str(code.value), status, _text(said.get("title")), _text(said.get("field")), service)


def _status(name: str, arguments: Mapping[str, ast.expr]) -> int:
    if name == "Problem":
        given = arguments.get("status")
        return int(given.value) if isinstance(given, ast.Constant) and isinstance(given.value, int) else 0
    kind = arguments.get("kind")
    return _STATUS[kind.attr] if isinstance(kind, ast.Attribute) else _STATUS["INVALID"]


def _called(call: ast.Call) -> str:
    made = call.func
    return made.id if isinstance(made, ast.Name) else made.attr if isinstance(made, ast.Attribute) else ""


def _arguments(call: ast.Call, names: Iterable[str]) -> dict[str, ast.expr]:
    positional = dict(zip(names, call.args, strict=False))
    named = {("title" if each.arg == "message" else each.arg): each.value for each in call.keywords if each.arg}
    return {**positional, **named}


def _maker(tree: ast.Module, call: ast.Call, code: ast.expr | None) -> ast.FunctionDef | None:
    """The function around a call, when the code is what that was given."""
    if not isinstance(code, ast.Name):
        return None
    for function in (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)):
        if call in ast.walk(function) and code.id in {each.arg for each in function.args.args}:
            return function
    return None


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (each for each in ast.walk(tree) if isinstance(each, ast.Call))


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


if __name__ == "__main__":
    PAGE.write_text(page(collected(Path.cwd())), encoding="utf-8")

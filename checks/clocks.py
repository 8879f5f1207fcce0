"""No clock but ``Clock``.

Law counts days and so do we: a year must be tried in seconds, a future move must open on its day, and two processes
must agree on what today is in Helsinki. So the time comes from ``services.chassis.clock`` (commands get it as
``work.now`` and ``work.today``) and nothing in ``services/`` or ``contracts/`` asks the machine or the database.
Durations may be measured with ``time.monotonic`` and ``time.perf_counter``: they tell no time of day.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from checks.syntax import calls, dotted, imported_names, is_product_code, last_name, text_of
from checks.violation import Violation

RULE = "no-clock-but-Clock"

CLOCK = PurePosixPath("services/chassis/clock.py")
_MACHINE = frozenset(
    {
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.date.today",
        "time.time",
        "time.time_ns",
        "time.localtime",
        "time.gmtime",
        "time.ctime",
        "time.asctime",
    }
)
_DATABASE = frozenset(
    {
        "now",
        "current_timestamp",
        "current_date",
        "current_time",
        "localtime",
        "localtimestamp",
        "clock_timestamp",
        "statement_timestamp",
        "transaction_timestamp",
        "timeofday",
        "sysdate",
    }
)
_CALLED_IN_SQL = re.compile(r"\b(now|(clock|statement|transaction)_timestamp|timeofday)\s*\(", re.IGNORECASE)
_WORD_IN_SQL = re.compile(r"\b(current_(timestamp|date|time)|localtime(stamp)?)\b", re.IGNORECASE)
_SQL_CALLS = frozenset({"text", "DDL", "execute", "exec_driver_sql", "literal_column", "scalar", "scalars", "fetch"})
_SQL_KEYWORDS = frozenset({"server_default", "server_onupdate"})


def check(path: PurePosixPath, tree: ast.Module) -> list[Violation]:
    """Every place that asks the machine or the database for the time."""
    if not is_product_code(path) or path == CLOCK:
        return []
    asked = sorted({*_asking_the_machine(tree), *_asking_the_database(tree)})
    return [
        Violation(path, line, RULE, f"`{name}` is a second clock: take the time from Clock (work.now, work.today)")
        for line, name in asked
    ]


def _asking_the_machine(tree: ast.Module) -> Iterator[tuple[int, str]]:
    imports = imported_names(tree)
    for node in ast.walk(tree):
        # Named without a call it is a clock too: default_factory=datetime.now.
        if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
            name = dotted(node, imports)
            if name in _MACHINE:
                yield node.lineno, name


def _asking_the_database(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _DATABASE and last_name(node.value) == "func":
            yield node.lineno, f"func.{node.attr}"
    for line, statement in _sql(tree):
        found = _CALLED_IN_SQL.search(statement) or _WORD_IN_SQL.search(statement)
        if found:
            yield line, found.group().rstrip("( ")


def _sql(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """String literals that reach the database as SQL, with their lines."""
    for call in calls(tree):
        parts = [k.value for k in call.keywords if k.arg in _SQL_KEYWORDS]
        if last_name(call.func) in _SQL_CALLS:
            parts += call.args
        for node in (node for part in parts for node in ast.walk(part)):
            statement = text_of(node)
            if statement is not None and isinstance(node, ast.Constant):
                yield node.lineno, statement

"""What a whole stack knows and has done: to be compared before and after something that must change nothing."""

import hashlib

import httpx

from contracts.subjects import SERVICES
from deploy.embedded.stack import EmbeddedStack
from tests.areas.outbox_tricks import rows

_TRANSIENT = ("outbox", "access_log")
"""What is on its way, and that somebody looked: a test looks."""


def effects(stack: EmbeddedStack) -> dict[str, str]:
    """Per table of every service of every area, and for the mail sink: how much it holds, and a digest of it."""
    found = {
        f"{area} {service} {table}": _digest(stack.database_url(area, service), table)
        for area in stack.areas
        for service in SERVICES
        for table in _tables(stack.database_url(area, service))
        if table not in _TRANSIENT
    }
    mails = httpx.get(f"{stack.url('sink')}/messages", timeout=30).content
    return {**found, "mail": hashlib.sha256(mails).hexdigest()}


def _tables(url: str) -> list[str]:
    return [row[0] for row in rows(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]


def _digest(url: str, table: str) -> str:
    [row] = rows(
        url, f"SELECT count(*) AS held, md5(string_agg(r::text, ',' ORDER BY r::text)) AS digest FROM {table} r"
    )
    return f"{row['held']} {row['digest']}"

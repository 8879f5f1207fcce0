"""The one source of time. UTC instants; civil dates are Helsinki's, because the law counts days there."""

import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")


class Clock(Protocol):
    """Tells the time. Everything else asks it, so that a year can be tried in seconds."""

    def now(self) -> datetime:
        """The present instant, timezone-aware, UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """The machine's clock moved by the seconds that a file holds; several processes share the file.

    For trying things out: the file is read at each call, a missing or empty file means no shift.
    """

    def __init__(self, offset_file: Path) -> None:
        self._offset_file = offset_file

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._offset_seconds())

    def _offset_seconds(self) -> float:
        try:
            text = self._offset_file.read_text().strip()
        except FileNotFoundError:
            return 0.0
        try:
            return float(text or 0)
        except ValueError:
            logging.getLogger(__name__).warning("the clock file holds no number of seconds; using the system clock")
            return 0.0


def clock_from(offset_file: Path | None) -> Clock:
    """The clock that the settings ask for."""
    return SystemClock() if offset_file is None else ShiftedClock(offset_file)


def helsinki_date(instant: datetime) -> date:
    """The civil date in Finland at an instant."""
    return instant.astimezone(HELSINKI).date()

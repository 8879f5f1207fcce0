"""The clock: one source of time, and a civil date that is Helsinki's."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.chassis.clock import ShiftedClock, SystemClock, helsinki_date


def test_the_shifted_clock_follows_its_file_at_once(tmp_path: Path) -> None:
    offset = tmp_path / "clock"
    clock = ShiftedClock(offset)
    offset.write_text(str(40 * 86400))
    ahead = (clock.now() - SystemClock().now()).total_seconds()
    assert ahead == pytest.approx(40 * 86400, abs=5)
    offset.write_text("0")
    assert (clock.now() - SystemClock().now()).total_seconds() == pytest.approx(0, abs=5)


@pytest.mark.parametrize("content", [None, "", "not a number"])
def test_a_missing_or_odd_clock_file_means_the_machines_time(tmp_path: Path, content: str | None) -> None:
    offset = tmp_path / "clock"
    if content is not None:
        offset.write_text(content)
    assert (ShiftedClock(offset).now() - SystemClock().now()).total_seconds() == pytest.approx(0, abs=5)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 1, 21, 59, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 1, 1, 22, 0, tzinfo=UTC), date(2026, 1, 2)),
        (datetime(2026, 7, 1, 21, 0, tzinfo=UTC), date(2026, 7, 2)),
    ],
)
def test_the_civil_date_is_finlands_in_winter_and_summer(instant: datetime, day: date) -> None:
    assert helsinki_date(instant) == day

"""Log lines are JSON with trace ids, and never quote an exception's text or what a library was given."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider

from services.chassis import logs

Lines = Callable[[], list[dict[str, Any]]]  # Any: JSON
Configure = Callable[[str, str, str | None], Lines]


@pytest.fixture
def logging_as(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Configures logging as a service does, to a standard error of its own; what it returns reads the lines."""
    root = logging.getLogger()
    before = (root.handlers, root.level, structlog.get_config())

    def configure(level: str, service: str, area: str | None) -> Lines:
        stderr = io.StringIO()
        with monkeypatch.context() as swapped:
            swapped.setattr(sys, "stderr", stderr)
            logs.configure(level, service, area)
        return lambda: [json.loads(line) for line in stderr.getvalue().splitlines()]

    structlog.contextvars.clear_contextvars()
    yield configure
    structlog.contextvars.clear_contextvars()
    root.handlers, root.level = before[:2]
    structlog.configure(**before[2])


@pytest.fixture
def lines(logging_as: Configure) -> Lines:
    """The lines that a service of an area logs, from INFO up."""
    return logging_as("INFO", "plans", "05")


def given(text: str) -> None:
    """Fail as a lookup does, quoting what it was given."""
    raise KeyError(text)


def fail(text: str) -> None:
    """Raise an error that quotes personal data, from another that does."""
    try:
        given(text)
    except KeyError as error:
        raise ValueError(f"no address for {text}") from error


def test_a_line_says_when_where_how_bad_and_of_which_service(lines: Lines) -> None:
    logs.logger("services.plans.cases").warning("case without a worker", case_id="c1")

    (line,) = lines()

    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "case without a worker",
        "level": "warning",
        "logger": "services.plans.cases",
        "service": "plans",
        "area": "05",
        "case_id": "c1",
    }


def test_an_error_is_logged_by_type_and_place_without_its_text(lines: Lines) -> None:
    try:
        fail("Aino")
    except ValueError as error:
        logs.logger("t").error("request failed", exc_info=error)
        logs.logger("t").exception("request failed")
        logging.getLogger("library").exception("request failed")

    logged = lines()

    assert len(logged) == 3
    assert "Aino" not in json.dumps(logged)
    for line in logged:
        assert line["error_type"] == "ValueError"
        assert line["error_at"].startswith("fail:")
        assert "exc_info" not in line


def test_what_a_library_was_given_is_not_logged(lines: Lines) -> None:
    logging.getLogger("library").info("GET %s answered %d", "/people?name=Aino", 200)
    logging.getLogger("library").error("cannot deliver to %(address)s", {"address": "aino@example.test"})

    first, second = lines()

    assert "Aino" not in json.dumps(first)
    assert "aino" not in json.dumps(second)
    assert (first["event"], second["event"]) == ("GET %s answered %d", "cannot deliver to %(address)s")


def test_what_a_library_has_formatted_itself_is_cut_before_the_error_that_it_quotes(lines: Lines) -> None:
    logging.getLogger("library").warning("handler failed: ValueError('no address for Aino')")

    (line,) = lines()

    assert line["event"] == "handler failed"


def test_a_line_within_a_span_carries_its_trace(lines: Lines) -> None:
    with TracerProvider().get_tracer("t").start_as_current_span("s") as span:
        logs.logger("t").info("inside")
        logging.getLogger("library").info("inside")
    logs.logger("t").info("outside")

    *inside, outside = lines()

    context = span.get_span_context()
    expected = {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}
    assert [{name: line[name] for name in expected} for line in inside] == [expected, expected]
    assert not expected.keys() & outside.keys()


def test_a_service_of_no_area_names_none(logging_as: Configure) -> None:
    lines = logging_as("INFO", "operations", None)

    logs.logger("t").info("started")

    (line,) = lines()
    assert (line["service"], "area" in line) == ("operations", False)


def test_libraries_that_chatter_are_heard_from_warnings_up(lines: Lines) -> None:
    for name in ("uvicorn.access", "httpx", "nats", "aiosmtplib"):
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).warning("trouble")

    assert [line["event"] for line in lines()] == ["trouble"] * 4


def test_the_level_that_was_asked_for_is_kept(logging_as: Configure) -> None:
    lines = logging_as("ERROR", "plans", "05")

    logs.logger("t").warning("not wanted")
    logs.logger("t").error("wanted")

    assert [line["event"] for line in lines()] == ["wanted"]


def test_a_library_with_handlers_of_its_own_is_heard_through_ours(lines: Lines) -> None:
    library = logging.getLogger("faststream")
    library.error("ValueError: no address for Aino")
    assert not library.handlers
    assert [line["event"] for line in lines()] == ["ValueError"]


def test_a_pull_that_brought_nothing_is_no_error(lines: Lines) -> None:
    library = logging.getLogger("faststream")
    for error in (TimeoutError(), RuntimeError()):
        library.error("Task-7 raised an exception, retrying...", exc_info=error)
    assert [line["error_type"] for line in lines()] == ["RuntimeError"]

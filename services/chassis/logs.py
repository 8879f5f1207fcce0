"""Logs as JSON lines with trace ids. Never personal data: ids, types and counts only (C7)."""

import logging
import sys

import structlog
from opentelemetry import trace
from structlog.typing import EventDict, Processor, WrappedLogger


def _with_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
        event["span_id"] = trace.format_span_id(context.span_id)
    return event


def _error_type_only(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """An exception's text may quote a row or a request, so only its type and place are logged."""
    raised = event.pop("exc_info", None)
    error = raised if isinstance(raised, BaseException) else None
    if isinstance(raised, tuple):
        error = raised[1]
    elif raised is True:
        error = sys.exc_info()[1]
    if error is not None:
        event["error_type"] = type(error).__qualname__
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        if last is not None:
            event["error_at"] = f"{last.tb_frame.f_code.co_qualname}:{last.tb_lineno}"
    return event


def _library_message(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A library's message is kept as its template: the arguments could quote data."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord):
        event["event"] = record.msg if isinstance(record.msg, str) and record.args else _first_line(record)
    return event


def _first_line(record: logging.LogRecord) -> str:
    """Libraries that format before logging put an error's repr after the first colon; it is cut there."""
    text = str(record.msg)
    return text.split(":", 1)[0][:200] if record.levelno >= logging.WARNING else text[:200]


def _not_an_idle_pull(record: logging.LogRecord) -> bool:
    """nats-py ends a pull that brought nothing with a TimeoutError that FastStream reports as a failed task."""
    error = record.exc_info[1] if record.exc_info else None
    return not (isinstance(error, TimeoutError) and "retrying" in str(record.msg))


def configure(level: str, service: str, area: str | None) -> None:
    """Send structlog and the standard library's logging to standard error as JSON lines."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trace,
        _error_type_only,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _library_message],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # FastStream gives its logger a handler of its own, which would print errors as they are.
    library = logging.getLogger("faststream")
    library.handlers.clear()
    library.propagate = True
    library.addFilter(_not_an_idle_pull)
    for noisy in ("uvicorn.access", "httpx", "nats", "faststream", "aiosmtplib"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service, **({} if area is None else {"area": area}))


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose first argument is a fixed sentence and whose keywords are ids, types and counts."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound

"""Imported once in the process that services are forked from; starts no thread, opens no connection.

A module that cannot be imported here is tried again by the service that needs it, and fails in its log.
"""

import gc
import importlib
import sys
import traceback

MODULES = (
    "aiosmtpd.controller",
    "alembic.command",
    "asyncpg",
    "fastapi",
    "faststream.nats",
    "faststream_outbox",
    "httpx",
    "joserfc.jwt",
    "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "opentelemetry.instrumentation.fastapi",
    "prometheus_client",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.ext.asyncio",
    "typer",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
    "services.chassis.migrations",
    "services.chassis.service",
    "services.plans.__main__",
    "services.interarea.__main__",
    "services.notifications.__main__",
    "services.operations.__main__",
    "deploy.embedded.sink",
)

for _module in MODULES:
    try:
        importlib.import_module(_module)
    except Exception:
        sys.stderr.write(f"not preloaded: {_module}\n{traceback.format_exc()}")

# What is imported stays as it is, so no collection touches (and copies) its pages in every child.
gc.collect()
gc.freeze()

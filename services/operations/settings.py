"""What the operations view is told by its environment."""

from pydantic import Field

from services.chassis.settings import ProcessSettings


class OperationsSettings(ProcessSettings):
    """The settings of one operations process: no area of its own, no broker."""

    traces_max_bytes: int = Field(default=20 * 1024**2, ge=1024)
    """The largest request with spans, in bytes after decompression; OTLP recommends 20 MiB."""

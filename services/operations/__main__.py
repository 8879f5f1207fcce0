"""Starts the operations view: ``python -m services.operations``."""

from services.chassis import logs
from services.chassis.service import serve
from services.chassis.settings import load
from services.operations.app import NAME, application
from services.operations.settings import OperationsSettings


def main() -> None:
    """Serve until SIGTERM or SIGINT, then stop gracefully.

    Exports no spans of its own: each request that brings spans would make another.
    """
    settings = load(OperationsSettings)
    logs.configure(settings.log_level, NAME, area=None)
    serve(application(settings), settings)


if __name__ == "__main__":
    main()

"""Runs interarea: ``python -m services.interarea``."""

from services.chassis.service import run
from services.chassis.settings import load
from services.interarea.app import InterareaSettings, build


def main() -> None:
    """Run until told to stop."""
    run(build(load(InterareaSettings)))


if __name__ == "__main__":
    main()

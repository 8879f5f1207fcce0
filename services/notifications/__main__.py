"""Runs the notifications service of one area: ``python -m services.notifications``."""

from services.chassis.service import run
from services.chassis.settings import load
from services.notifications.app import build
from services.notifications.settings import NotificationsSettings


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    run(build(load(NotificationsSettings)))


if __name__ == "__main__":
    main()

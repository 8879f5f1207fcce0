"""Runs plans: ``python -m services.plans``."""

from services.chassis.service import run
from services.chassis.settings import load
from services.plans.app import build
from services.plans.settings import PlansSettings


def main() -> None:
    """Run until told to stop."""
    run(build(load(PlansSettings)))


if __name__ == "__main__":
    main()

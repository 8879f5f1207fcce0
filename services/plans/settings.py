"""What plans needs beside what every service does."""

from pydantic import Field

from services.chassis.settings import ServiceSettings


class PlansSettings(ServiceSettings):
    """The settings of one plans process."""

    temporary_hetu: bool = False
    """Accept identity codes with individual numbers 900–999. They are nobody's in the register, so only people who were
    made up have one, for a demonstration or a test."""
    opening_hours: int = Field(default=3, ge=1, le=24)
    """For how many hours a case stays open to a worker from outside who gave a reason."""

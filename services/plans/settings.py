"""What plans needs beside what every service does."""

from services.chassis.settings import ServiceSettings


class PlansSettings(ServiceSettings):
    """The settings of one plans process."""

    temporary_hetu: bool = False
    """Accept identity codes with individual numbers 900–999. They are nobody's in the register, so only people who were
    made up have one, for a demonstration or a test."""

"""What plans needs beside what every service does."""

from services.chassis.settings import ServiceSettings


class PlansSettings(ServiceSettings):
    """The settings of one plans process."""

    temporary_hetu: bool = True
    """Accept identity codes with individual numbers 900–999. They are nobody's in the register: somebody who has no
    code yet is given one, and so are people who were made up."""

"""What a command works with: one open transaction, the area it acts for, and the time."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.clock import helsinki_date


@dataclass(frozen=True)
class Work:
    """One request or message at work. Its boundary began the transaction and will commit it; a command never does."""

    connection: AsyncConnection
    area: str
    service: str
    now: datetime

    @property
    def today(self) -> date:
        """The civil date in Finland."""
        return helsinki_date(self.now)

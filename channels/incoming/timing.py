"""When the desk may see something: twice a day, so that no list betrays whose phone just rang (DESIGN 5)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from channels.house import House
from grievance.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Batch:
    """The batch that something belongs to: the site's date and hour, and the instant in UTC."""

    on: date
    hour: int
    at: datetime


def next_batch(house: House, calendar: Calendar, now: datetime) -> Batch:
    """Find the next batch of a site; without batches (a demo) it is now."""
    today = calendar.site_date(now)
    if not house.settings.batches:
        return Batch(on=today, hour=0, at=now)
    for day in (today, today + timedelta(days=1)):
        for hour in house.settings.batches:
            instant = calendar.start_of_day_utc(day) + timedelta(hours=hour)
            if instant > now:
                return Batch(on=day, hour=hour, at=instant)
    raise AssertionError("a day has a batch")


def desk_day(calendar: Calendar, now: datetime) -> tuple[date, int]:
    """Say which day and hour it is at a site: what the desk may see is what became visible by then."""
    return calendar.site_date(now), calendar.full_hours(now)

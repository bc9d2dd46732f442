"""Days are days of a zone: which day a moment is of, and at which moments a day begins and ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_SECOND = timedelta(seconds=1)


def zone_of(name: str) -> ZoneInfo:
    """The zone of a name of the time zone database (IANA), ``Asia/Shanghai``; ValueError where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a folder of zones is none
        raise ValueError(f"no zone: {name}") from error


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The day of a moment.

    >>> day_of(datetime(2026, 11, 29, 16, 30, tzinfo=UTC), zone_of("Asia/Shanghai"))
    datetime.date(2026, 11, 30)
    """
    return moment.astimezone(zone).date()


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day; where clocks leave midnight out, the moment at which they do.

    >>> begin_of(date(2026, 11, 30), zone_of("Asia/Shanghai")).isoformat()
    '2026-11-30T00:00:00+08:00'
    """
    return datetime.combine(day, time(), zone).astimezone(UTC).astimezone(zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a day.

    >>> end_of(date(2026, 11, 30), zone_of("Asia/Shanghai")).isoformat()
    '2026-11-30T23:59:59+08:00'
    """
    return (begin_of(day + timedelta(days=1), zone).astimezone(UTC) - _SECOND).astimezone(zone)

"""Days of zones: also where clocks leave midnight out, or have it twice."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tanheng
from tanheng.days import begin_of, day_of, end_of, zone_of
from tanheng.errors import StoreError
from tanheng.storage.configuration import FILE, Configuration

ZONES = (
    "Asia/Shanghai",
    "UTC",
    "Africa/Cairo",
    "America/Havana",
    "America/New_York",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
)
SECOND = timedelta(seconds=1)


@given(st.sampled_from(ZONES), st.dates(date(2013, 1, 1), date(2037, 12, 31)))
def test_a_day_begins_and_ends_where_its_neighbours_end_and_begin(name, day):
    zone = zone_of(name)
    begins, ends = begin_of(day, zone), end_of(day, zone)
    assert {day_of(begins, zone), day_of(ends, zone), begins.date(), ends.date()} == {day}
    begins, ends = begins.astimezone(UTC), ends.astimezone(UTC)
    assert day_of(begins - SECOND, zone) == day - timedelta(days=1)
    assert day_of(ends + SECOND, zone) == day + timedelta(days=1)
    assert ends - begins + SECOND in [timedelta(hours=hours) for hours in (23, 24, 25)]


def test_half_an_hour_around_midnight_is_two_days():
    shanghai, before = zone_of("Asia/Shanghai"), datetime(2026, 11, 29, 15, 30, tzinfo=UTC)
    days = [day_of(before + timedelta(hours=hours), shanghai) for hours in (0, 1)]
    assert days == [date(2026, 11, 29), date(2026, 11, 30)]


@pytest.mark.parametrize(
    "name", ["Asia/Peking", "Asia", "", "../etc/localtime", "/etc/localtime", "+08:00", "上海", "a\0b"]
)
def test_what_is_no_zone_is_refused(tmp_path, monkeypatch, name):
    with pytest.raises(ValueError, match="no zone"):
        zone_of(name)
    (tmp_path / FILE).write_text('timezone = "Asia/Urumqi"\n', encoding="utf-8")
    assert str(Configuration.read(tmp_path).zone) == "Asia/Urumqi"
    if "\0" not in name:
        monkeypatch.setenv("TANHENG_TIMEZONE", name)
        with pytest.raises(StoreError, match="TH-STO-080"):
            Configuration.read(tmp_path)


def test_nobody_asks_a_moment_for_its_day():
    """That would be a day of UTC: ``work.today``, ``work.day_of`` and ``platform.today`` tell those of the zone."""
    asked = re.compile(r"\b(now|at|clock\(\)|\w+_at)\.(date\(\)|year\b)|\)\.date\(\)|\bdate\.today\(")
    folders = ("services", "api", "web", "jobs", "storage")
    found = [
        f"{path.name}: {line.strip()}"
        for folder in folders
        for path in sorted((Path(tanheng.__file__).parent / folder).rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if asked.search(line)
    ]
    assert found == []

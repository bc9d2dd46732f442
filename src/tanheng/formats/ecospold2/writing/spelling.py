"""How the format spells days, moments, percents, releases, lists and codes."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Mapping

from tanheng.formats.ecospold2.documentation import ACCESS, NO_YEAR
from tanheng.formats.losses import Losses

UNKNOWN_DAY = f"{NO_YEAR}-12-31"
"""What stands where a day is due and there is none."""

RELEASE = re.compile(r"\d{1,9}(\.\d{1,9}){0,3}")
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?")


def day_of(text: str, losses: Losses, place: str, *, last: bool) -> str:
    """A day; of a month or year alone, its first or last."""
    if not text:
        return UNKNOWN_DAY
    match = _DAY.fullmatch(text)
    if match is not None:
        year, month, day = match.groups()
        number = int(month or (12 if last else 1))
        if 1 <= number <= 12 and int(year) > 0:
            end = calendar.monthrange(int(year), number)[1] if last else 1
            if day is None:
                losses.count("date-completed", f"{place}: {text}")
            if day is None or _is_day(text):
                return text if day is not None else f"{year}-{number:02d}-{end:02d}"
    losses.count("date-unusable", f"{place}: {text}")
    return UNKNOWN_DAY


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_moment(text: str) -> bool:
    """Whether a text is a date and time as XML schema has it."""
    if _MOMENT.fullmatch(text) is None:
        return False
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_percent(text: str) -> bool:
    """Whether a text is a number of percent."""
    return re.fullmatch(r"\d{1,3}(\.\d{1,9})?", text) is not None and float(text) <= 100


def code_of(codes: Mapping[str, str], word: str) -> str:
    """The code of a word; empty where there is none."""
    return next((code for code, known in codes.items() if known == word), "")


def listed(text: str) -> list[str]:
    """The parts of a text that lists them."""
    return [part.strip() for part in text.split("; ") if part.strip()]


def terms_of(licence: str) -> tuple[str, bool] | None:
    """Access and copyright of a licence in the format's own words; ``None`` for one in other words."""
    parts = licence.split(", ") if licence else []
    access = ""
    for part in parts:
        if part.startswith("access: ") and (code := code_of(ACCESS, part.removeprefix("access: "))):
            access = code
        elif part != "copyright":
            return None
    return access, "copyright" in parts

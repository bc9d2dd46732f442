"""The fields of a factor's record: groups as in the documentation of ILCD and TIDAS, with what PACT calls them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from tanheng.files import shipped_rows
from tanheng.quantities import gwp_sets

LONGEST = 20_000
"""Characters of a text."""
_CODES = {
    "cpc": (re.compile(r"\d{1,5}"), "41531"),
    "hs": (re.compile(r"\d{4}|\d{6}|\d{8}|\d{10}"), "76011010"),
    "gbt4754": (re.compile(r"[A-T]?\d{2,4}|[A-T]"), "3216"),
}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Value = str | float


@dataclass(frozen=True, slots=True)
class RecordField:
    """A field.

    Attributes:
        key: head of its column, and key in a record's documentation. group: of the documentation (``identity``, ``time`` …).
        kind: ``core`` for those of :class:`~tanheng.factors.Factor`; ``text``, ``date``, ``share``, ``uuid``, ``gwp``,
            ``code:SYSTEM`` or ``one:A|B``.
        needed: ``draft`` from the beginning, ``submit`` before others review it.
        names: by language. ilcd, pact: where those formats keep it; empty where they do not.
    """

    key: str
    group: str
    kind: str
    needed: str
    names: Mapping[str, str]
    ilcd: str
    pact: str

    @property
    def is_core(self) -> bool:
        """Whether it is a field of the factor itself, and not of its documentation."""
        return self.kind == "core"

    @property
    def wanted(self) -> str:
        """What may stand in it, for people."""
        kind, _, rest = self.kind.partition(":")
        if kind == "code":
            return _CODES[rest][1]
        told = {"date": "2025-01-31", "share": "0 – 1", "uuid": "UUID", "one": rest.replace("|", ", ")}
        return told.get(kind, ", ".join(found.name for found in gwp_sets()) if kind == "gwp" else "…")

    def read(self, written: object) -> Value | None:
        """The value of a field of the documentation, ``None`` where what is written cannot be one."""
        kind, _, rest = self.kind.partition(":")
        if kind == "share":
            return _share(written)
        if not isinstance(written, str) or not written.strip() or not is_text(written):
            return None
        text = written.strip()
        match kind:
            case "date":
                is_right = _is_date(text)
            case "uuid":
                is_right = _UUID.fullmatch(text.lower()) is not None
            case "gwp":
                is_right = text in {found.name for found in gwp_sets()}
            case "code":
                is_right = _CODES[rest][0].fullmatch(text) is not None
            case "one":
                is_right = text in rest.split("|")
            case _:
                is_right = True
        return text if is_right else None


@cache
def record_fields() -> Mapping[str, RecordField]:
    """Every field by its key, in the order of the columns of a table."""
    return {
        row["key"]: RecordField(
            row["key"],
            row["group"],
            row["kind"],
            row["needed"],
            {"en": row["en"], "zh": row["zh"]},
            row["ilcd"],
            row["pact"],
        )
        for row in shipped_rows("factor_fields")
    }


@cache
def documentation_fields() -> Mapping[str, RecordField]:
    """The fields that a record has beside its factor."""
    return {key: found for key, found in record_fields().items() if not found.is_core}


def is_text(written: object, *, longest: int = LONGEST) -> bool:
    """Whether something is a text that can be kept: not too long, without NUL, and with characters that UTF-8 has."""
    if not isinstance(written, str) or len(written) > longest or "\0" in written:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in written)


def finite(written: object) -> float | None:
    """A number of JSON as a float; ``None`` for what is none, or is larger than any float."""
    if not isinstance(written, int | float) or isinstance(written, bool):
        return None
    try:
        value = float(written)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None


def primary_share(documentation: Mapping[str, Value]) -> float | None:
    """The share of primary data that a documentation states, which assessments use (C17)."""
    found = documentation.get("primary_share")
    return None if found is None else float(found)


def _share(written: object) -> float | None:
    try:
        value = float(written) if isinstance(written, str) else finite(written)
    except ValueError:
        return None
    return value if value is not None and 0.0 <= value <= 1.0 else None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False

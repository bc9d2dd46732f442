"""Nodes → values of the kinds that the field table names: text, choice, period, geography (numbers: ``numbers``).

Every reader returns the value, or ``None`` after it has told the collector what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from tanheng.errors import Fault
from tanheng.footprint.reading.fields import Field, choices_of, mode_of, vocabulary
from tanheng.footprint.reading.node import Faults, Node, near
from tanheng.quantities import CO2E, find_gas
from tanheng.texts import LANGUAGES, text

LONGEST_TEXT = 20_000
# C0 and C1 controls, surrogates and non-characters cannot be kept in every file format.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]|[\U00020000-\U0003134f]")
_DATE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")
_TRUTH = {"true": True, "yes": True, "on": True, "是": True, "false": False, "no": False, "off": False, "否": False}


def wrong_type(node: Node, expected: str, faults: Faults) -> None:
    """Say that something else stands where ``expected`` (key of the catalogue ``study``) is due."""
    words = {
        f"{role}{suffix}": text("study", f"kind.{kind}", lang)
        for role, kind in (("found", node.kind), ("expected", expected))
        for suffix, lang in (("", "en"), ("_zh", "zh"))
    }
    faults.add("TH-STU-014", node, value=node.shown, **words)


def read_text(node: Node, _: Field | None, faults: Faults) -> str | None:
    """Text without blanks around it; numbers of a workbook become their plain text."""
    value = node.value
    if isinstance(value, bool):
        value = "true" if value else "false"
    elif isinstance(value, float):
        value = f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
    if value is None:
        return ""
    if not isinstance(value, str):
        wrong_type(node, "text", faults)
        return None
    words = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(words) > LONGEST_TEXT:
        faults.add("TH-STU-031", node, length=len(words), limit=LONGEST_TEXT)
        return None
    if bad := _UNPRINTABLE.search(words):
        faults.add("TH-STU-030", node, character=f"U+{ord(bad[0]):04X}")
        return None
    return words


def language_of(words: str) -> str:
    """The language that a plain text is kept under: ``zh`` where it has a Han character."""
    return "zh" if _HAN.search(words) else "en"


def read_names(node: Node, field: Field | None, faults: Faults) -> dict[str, str] | None:
    """A text by language: ``{zh: …, en: …}``, or a plain text, whose language is seen from its script."""
    if node.table is None:
        words = read_text(node, field, faults)
        return None if words is None else {language_of(words): words} if words else {}
    names: dict[str, str] = {}
    for key, child in node.table.items():
        if key not in LANGUAGES:
            faults.add("TH-STU-015", child, key=key, near=near(key, LANGUAGES), known=", ".join(LANGUAGES))
        elif words := read_text(child, field, faults):
            names[key] = words
    return names


def _read_list(node: Node, read: Callable[[Node, Field | None, Faults], Any], faults: Faults) -> tuple[Any, ...] | None:
    items = node.items
    if items is None:
        if node.table is not None or node.kind in ("truth", "number"):
            wrong_type(node, "list", faults)
            return None
        items = (node,)
    return tuple(value for item in items if (value := read(item, None, faults)))


def read_texts(node: Node, _: Field | None, faults: Faults) -> tuple[str, ...] | None:
    """A list of texts; a single text is a list of one."""
    return _read_list(node, read_text, faults)


def read_names_list(node: Node, _: Field | None, faults: Faults) -> tuple[dict[str, str], ...] | None:
    """A list of texts by language; a single text is a list of one."""
    return _read_list(node, read_names, faults)


def read_codes(node: Node, _: Field | None, faults: Faults) -> dict[str, str] | None:
    """Codes by scheme. A number is refused: 7601.10 and 0402 would lose their zeros in a cell."""
    if node.table is None:
        wrong_type(node, "mapping", faults)
        return None
    codes: dict[str, str] = {}
    for scheme, child in node.table.items():
        if isinstance(child.value, float):
            faults.add("TH-STU-041", child, value=child.shown)
        elif words := read_text(child, None, faults):
            codes[scheme] = words
    return codes


def read_settings(node: Node, _: Field | None, faults: Faults) -> dict[str, str] | None:
    """Texts by name, for instance values of parameters."""
    if node.table is None:
        wrong_type(node, "mapping", faults)
        return None
    return {key: words for key, child in node.table.items() if (words := read_text(child, None, faults))}


def read_day(node: Node, field: Field, faults: Faults) -> str | None:
    """A day, ISO 8601."""
    words = read_text(node, field, faults)
    if words is not None and (len(words) != len("2024-12-31") or _day(words, of_end=False) is None):
        faults.add("TH-STU-059", node, value=node.shown)
        return None
    return words


def read_year(node: Node, field: Field, faults: Faults) -> int | None:
    """A year of four digits."""
    words = read_text(node, field, faults)
    if words is not None and not re.fullmatch(r"\d{4}", words):
        faults.add("TH-STU-050", node, value=node.shown)
        return None
    return int(words) if words else None


def read_choice(node: Node, field: Field, faults: Faults) -> Any:
    """A member of the field's list of choices, by its key."""
    words = read_text(node, field, faults)
    if words is None:
        return None
    found = choices_of(field.refers).get(words)
    if found is None:
        known = list(choices_of(field.refers))
        faults.add("TH-STU-017", node, key=field.key, value=node.shown, near=near(words, known), known=", ".join(known))
        return None
    return found


def read_flag(node: Node, field: Field, faults: Faults) -> bool | None:
    """Truth, written yes/no, true/false, 是/否."""
    if isinstance(node.value, bool):
        return node.value
    words = read_text(node, field, faults)
    if words is None:
        return None
    truth = _TRUTH.get(words.casefold())
    if truth is None:
        faults.add("TH-STU-017", node, key=field.key, value=node.shown, near="–", known="yes, no")
    return truth


def read_period(node: Node, field: Field, faults: Faults) -> tuple[str, str] | None:
    """First and last day, ISO 8601; a year or month alone is the whole of it."""
    words = read_text(node, field, faults)
    if words is None:
        return None
    first, slash, last = (part.strip() for part in words.partition("/"))
    start, end = _day(first, of_end=False), _day(last if slash else first, of_end=True)
    if start is None or end is None:
        faults.add("TH-STU-023", node, value=node.shown)
        return None
    if start > end:
        faults.add("TH-STU-024", node, start=start, end=end)
        return None
    return start, end


def _day(words: str, *, of_end: bool) -> str | None:
    match = _DATE.match(words)
    if match is None:
        return None
    year, month, day = match.groups()
    month = month or ("12" if of_end else "01")
    candidates = (day,) if day else (("31", "30", "29", "28") if of_end else ("01",))
    for candidate in candidates:
        try:
            return date.fromisoformat(f"{year}-{month}-{candidate}").isoformat()
        except ValueError:
            continue
    return None


def _of_vocabulary(node: Node, table: str, code: str, faults: Faults) -> str | None:
    words = read_text(node, None, faults)
    known = vocabulary(table)
    if not words or words in known:
        return words
    folded = words.casefold()
    found = [key for key, names in known.items() if key.casefold() == folded or (folded and folded in names.casefold())]
    faults.add(code, node, value=node.shown, near=", ".join(found[:4]) or near(words, known))
    return None


def read_geography(node: Node, _: Field | None, faults: Faults) -> str | None:
    """A code of ``data/geographies.csv``."""
    return _of_vocabulary(node, "geographies", "TH-STU-025", faults)


def read_mode(node: Node, _: Field | None, faults: Faults) -> str | None:
    """A mode of ``data/transport_modes.csv`` by its key, or by a name in either language (C15)."""
    words = read_text(node, None, faults)
    if words and (found := mode_of(words)):
        return found
    return _of_vocabulary(node, "transport_modes", "TH-STU-026", faults)


def read_gas(node: Node, _: Field | None, faults: Faults) -> str | None:
    """Key of a greenhouse gas by formula, name, CAS number; ``CO2e`` where the source does not split it."""
    words = read_text(node, None, faults)
    if words is None:
        return None
    if re.sub(r"[\s-]", "", words).casefold() in ("co2e", "co2eq"):
        return CO2E
    gas = find_gas(words)
    if gas is None:
        faults.extend([Fault("TH-QTY-008", node.place, {"gas": node.shown})])
        return None
    return gas.key

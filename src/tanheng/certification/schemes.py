"""Certification schemes: read from YAML, every fault at once; those that ship (``data/schemes``)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from tanheng.certification.model import Assurance, Scheme, SiteInspection
from tanheng.certification.procedure import Machine, states, table
from tanheng.errors import CertificationError, Fault
from tanheng.rules.marked import Faults, Marked, near, read_marked
from tanheng.rules.model import Reference
from tanheng.rules.reading import child, read_record

SCHEMA = "scheme/1"
LONGEST_NUMBER = 40
_LONGEST_PATTERN = 60
_NUMBER = re.compile(r"((?:[A-Za-z0-9_-]|\{scheme\}|\{year\})*[_-])\{count(?::0[1-9]d)?\}")
_SHORTENED = 24
"""Characters of the id of a scheme that numbers have."""
_BOUNDS = {
    "signatures": (2, 10),
    "validity_months": (1, 120),
    "surveillance_months": (1, 120),
    "suspension_days": (1, 3650),
}
_DAYS = (1, 3650)
_MATERIALITY = 0.2


def read_scheme(content: bytes, *, place: str) -> Scheme:
    """A scheme from YAML.

    Raises:
        CertificationError: every fault at once, each with file, line, field and reason.
    """
    faults = Faults()
    node = read_marked(content, place, faults)
    written = node.table
    stated = written.get("tanheng") if written is not None else None
    if stated is None or stated.value != SCHEMA:
        found = stated.shown if stated is not None else "–"
        raise CertificationError("TH-RUL-002", place=stated.place if stated else place, schema=found, known=SCHEMA)
    data = read_record(node, "scheme", faults)
    faults.found += _more(node, data)
    if faults.found:
        raise CertificationError.of(faults.found)
    values = {name: _MADE.get(name, _same)(value) for name, value in data.items() if name != "tanheng"}
    return Scheme(**values, digest="sha256:" + hashlib.sha256(content).hexdigest())


def scheme_number(scheme: Scheme, *, year: int, count: int) -> str:
    """The number of a certificate: the ``count``-th of the scheme in the year."""
    return _filled(scheme.number, scheme.id, year).format(count=count)


def series_of_numbers(scheme: Scheme, year: int) -> str:
    """What all numbers of the scheme in the year begin with; whoever shares it counts together, so that no two are the same.

    >>> series_of_numbers(next(iter(shipped_schemes().values()))[0], 2026)
    'CFP-2026-'
    """
    return _filled(scheme.number, scheme.id, year).partition("{")[0]


def _filled(pattern: str, scheme: str, year: int) -> str:
    short = scheme[:_SHORTENED].rstrip("-")
    return pattern.replace("{scheme}", short).replace("{year}", str(year))


@cache
def shipped_schemes() -> Mapping[str, tuple[Scheme, bytes]]:
    """The schemes that ship, with their files, by ``id@version``."""
    found = {}
    for entry in sorted((files("tanheng.data") / "schemes").iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".yaml"):
            content = entry.read_bytes()
            scheme = read_scheme(content, place=entry.name)
            found[scheme.reference] = (scheme, content)
    return found


_MADE: Mapping[str, Any] = {
    "site": SiteInspection,
    "assurance": lambda several: tuple(Assurance(one) for one in several),
    "sources": lambda several: tuple(Reference(**one) for one in several),
    "valid_from": date.fromisoformat,
    "valid_until": date.fromisoformat,
}


def _same(value: Any) -> Any:
    return value


def _more(node: Marked, data: Mapping[str, Any]) -> Iterator[Fault]:
    """What concerns a field beyond its kind."""
    lapsing = {step.state for step in table() if step.machine is Machine.CASE and "overdue" in step.needs}
    for state in data.get("days", {}):
        if state not in lapsing:
            where = child(node, "days", state)
            told = {"found": state, "known": ", ".join(one for one in states(Machine.CASE) if one in lapsing)}
            yield Fault("TH-RUL-013", where.place, told)
    known = set(node.table or {})
    for index, path in enumerate(data.get("configurable", ())):
        if path.partition(".")[0] not in known:
            yield Fault("TH-RUL-019", child(node, "configurable", index).place, {"path": path})
    yield from _unbounded(node, data)
    pattern = data.get("number")
    if pattern is not None and not _makes_numbers(pattern, data.get("id", "")):
        told = {"expected": "{scheme}-{year}-{count:06d}", "found": near(pattern, [pattern])}
        yield Fault("TH-RUL-012", child(node, "number").place, told)


def _unbounded(node: Marked, data: Mapping[str, Any]) -> Iterator[Fault]:
    """Numbers beyond what any scheme means: dates and sums would fail by them long after they are published."""
    for name, (least, most) in _BOUNDS.items():
        if not least <= data.get(name, least) <= most:
            told = {"expected": f"{least} – {most}", "found": str(data[name])}
            yield Fault("TH-RUL-012", child(node, name).place, told)
    for state, days in data.get("days", {}).items():
        if days is not None and not _DAYS[0] <= days <= _DAYS[1]:
            told = {"expected": f"{_DAYS[0]} – {_DAYS[1]}", "found": str(days)}
            yield Fault("TH-RUL-012", child(node, "days", state).place, told)
    if not 0 < data.get("materiality", _MATERIALITY) <= _MATERIALITY:
        told = {"expected": f"0 – {_MATERIALITY}", "found": str(data["materiality"])}
        yield Fault("TH-RUL-012", child(node, "materiality").place, told)


def _makes_numbers(pattern: str, scheme: str) -> bool:
    """Whether numbers of a pattern are parts of addresses, fit, and differ: their year is in them, their count stands at the end.

    Numbers of six digits and a year of four are what is asked to fit.
    """
    if len(pattern) > _LONGEST_PATTERN or "{year}" not in pattern or not _NUMBER.fullmatch(pattern):
        return False
    return len(_filled(pattern, scheme, 2026).format(count=999_999)) <= LONGEST_NUMBER

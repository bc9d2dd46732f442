"""Certification schemes: read from YAML, every fault at once; those that ship (``data/schemes``)."""

from __future__ import annotations

import hashlib
import string
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
_FIELDS = frozenset({"scheme", "year", "count"})


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
    return scheme.number.format(scheme=scheme.id, year=year, count=count)


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
    for name, least in (("signatures", 2), ("validity_months", 1), ("surveillance_months", 1), ("suspension_days", 1)):
        if data.get(name, least) < least:
            yield Fault("TH-RUL-012", child(node, name).place, {"expected": f"{least} …", "found": str(data[name])})
    pattern = data.get("number", "{count}")
    try:
        asked = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
        if "count" not in asked or not asked <= _FIELDS:
            raise ValueError
        pattern.format(scheme="x", year=2026, count=1)
    except (ValueError, KeyError, IndexError, AttributeError):
        told = {"expected": "{scheme}-{year}-{count:06d}", "found": near(pattern, [pattern])}
        yield Fault("TH-RUL-012", child(node, "number").place, told)

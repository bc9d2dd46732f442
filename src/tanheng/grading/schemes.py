"""Class schemes as files: read from YAML, every fault at once."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from tanheng.errors import Fault, GradingError
from tanheng.grading.disclosing import LEAST
from tanheng.grading.model import Benchmark, ClassScheme, Method, PeerGroup, Tie
from tanheng.inventory.geography import names_of, place_of
from tanheng.rules.marked import Faults, Marked, read_marked
from tanheng.rules.model import Reference
from tanheng.rules.reading import child, read_record

SCHEMA = "class-scheme/1"
MOST_CLASSES = 20
LONGEST = 16
"""Characters of the name of a class, as labels have room for it."""
_SERIES = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*@\d+")
_LENGTHS = {"id": 64, "version": 32, "category": 64, "unit": 80, "per": 64, "region": 16}
_STEPS = {
    Method.PERCENTILES: "{count} rising shares between 0 and 1",
    Method.BENCHMARK: "{count} rising ratios above 0",
    Method.LIMITS: "{count} rising values",
    Method.BANDS: "none",
}


def read_class_scheme(content: bytes, *, place: str) -> ClassScheme:
    """A class scheme from YAML.

    Raises:
        GradingError: every fault at once, each with file, line, field and reason: TH-RUL-… as of rule packs, TH-GRD-003 names of
            classes, TH-GRD-004 steps that do not fit the method, TH-GRD-005 a benchmark that is not stated.
    """
    faults = Faults()
    node = read_marked(content, place, faults)
    stated = node.table.get("tanheng") if node.table is not None else None
    if stated is None or stated.value != SCHEMA:
        found = stated.shown if stated is not None else "–"
        raise GradingError("TH-RUL-002", place=stated.place if stated else place, schema=found, known=SCHEMA)
    data = read_record(node, "class_scheme", faults)
    faults.found += _more(node, data)
    if faults.found:
        raise GradingError.of(faults.found)
    peers = PeerGroup(
        data.pop("category"),
        data.pop("boundary"),
        data.pop("unit"),
        region=place_of(data.pop("region", "")),
        per=data.pop("per", ""),
    )
    values = {name: _MADE.get(name, _same)(value) for name, value in data.items() if name != "tanheng"}
    return ClassScheme(**values, peers=peers, digest="sha256:" + hashlib.sha256(content).hexdigest())


_MADE: Mapping[str, Any] = {
    "method": Method,
    "benchmark": Benchmark,
    "tie": Tie,
    "sources": lambda several: tuple(Reference(**one) for one in several),
}


def _same(value: Any) -> Any:
    return value


def _more(node: Marked, data: Mapping[str, Any]) -> Iterator[Fault]:
    """What concerns a field beyond its kind, or several together."""

    def unfit(key: str, expected: str) -> Fault:
        return Fault("TH-RUL-012", child(node, key).place, {"expected": expected, "found": child(node, key).shown})

    for key, most in _LENGTHS.items():
        if len(data.get(key, "")) > most:
            yield unfit(key, f"≤ {most}")
    if not _SERIES.fullmatch(data.get("category", "x@1")):
        yield unfit("category", "cn-cement@1")
    if not data.get("unit", "kg CO2e/t").startswith("kg CO2e/"):
        yield unfit("unit", "kg CO2e/t")
    if data.get("region") and not names_of(data["region"]):
        yield unfit("region", "CN, CN-53 …")
    if data.get("minimum_makers", LEAST) < LEAST:
        yield unfit("minimum_makers", f"{LEAST} …")
    if data.get("minimum_sample", LEAST) < LEAST:
        yield unfit("minimum_sample", f"{LEAST} …")
    if not 1 <= data.get("digits", 4) <= 15:
        yield unfit("digits", "1 – 15")
    if data.get("trim", 0.0) >= 0.5:
        yield unfit("trim", "0 – 0.49")
    known = set(node.table or {})
    for index, path in enumerate(data.get("configurable", ())):
        if str(path).partition(".")[0] not in known:
            yield Fault("TH-RUL-019", child(node, "configurable", index).place, {"path": str(path)})
    yield from _classes(node, data)


def _classes(node: Marked, data: Mapping[str, Any]) -> Iterator[Fault]:
    """Faults of the classes, and of the steps between them."""
    classes, method, steps = data.get("classes"), data.get("method"), data.get("steps", ())
    if classes is None or None in classes:
        return
    is_named = all(name == name.strip() and 0 < len(name) <= LONGEST for name in classes)
    if not 2 <= len(classes) <= MOST_CLASSES or len(set(classes)) != len(classes) or not is_named:
        yield Fault("TH-GRD-003", child(node, "classes").place, {"found": child(node, "classes").shown})
        return
    if data.get("benchmark") == Benchmark.STATED and not data.get("stated", 0.0) > 0:
        yield Fault("TH-GRD-005", child(node, "benchmark").place, {})
    if method is None or steps is None or None in steps:
        return
    if not _fit(Method(method), steps, len(classes)):
        told = {"method": method, "classes": len(classes), "found": list(steps)}
        wanted = _STEPS[Method(method)].format(count=len(classes) - 1)
        yield Fault("TH-GRD-004", child(node, "steps").place, {**told, "wanted": wanted})


def _fit(method: Method, steps: tuple[float, ...], classes: int) -> bool:
    if method is Method.BANDS:
        return not steps
    least = -math.inf if method is Method.LIMITS else 0.0
    most = 1.0 if method is Method.PERCENTILES else math.inf
    return (
        len(steps) == classes - 1
        and all(least < step < most for step in steps)
        and all(higher > lower for lower, higher in pairwise(steps))
    )

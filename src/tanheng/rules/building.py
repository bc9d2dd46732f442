"""Plain values → rule pack or regime, with what concerns several fields; every fault at once, with its line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tanheng.errors import QuantityError, RuleError
from tanheng.quantities import Origin, gwp_set
from tanheng.rules.expressions import EXCLUSION, UnknownNameError, check_names, reason_of, variables_of
from tanheng.rules.facts import FACTS
from tanheng.rules.marked import Faults, Marked, near, read_marked
from tanheng.rules.model import (
    Band,
    Check,
    Exclusion,
    MandatoryProcess,
    Method,
    Reference,
    Regime,
    Rounding,
    RulePack,
    Scope,
    Severity,
    Status,
)
from tanheng.rules.reading import child, read_record

PACK_SCHEMA, REGIME_SCHEMA = "rule-pack/1", "regime/1"
Find = Callable[[str], RulePack]
"""Finds the pack that another extends."""


def digest_of(content: bytes, base: str = "") -> str:
    """``sha256:`` of a file; of a file and the digest of what it extends, since its checks are in force, too."""
    return "sha256:" + hashlib.sha256(content + base.encode()).hexdigest()


def build_regime(content: bytes, place: str) -> Regime:
    """A regime from YAML.

    Raises:
        RuleError: every fault, with file, line, field and reason.
    """
    faults = Faults()
    node, data = _read(content, place, REGIME_SCHEMA, "regime", faults)
    _check_method(node, data.get("method", {}), faults)
    limits = {"cut_off_single", "cut_off_total"}
    checks = _checks(node, data, faults, limits, known_limits=False)
    for index, entry in enumerate(data.get("excludes", ())):
        where = child(node, "excludes", index, "when")
        _expression(where, entry.get("when"), dict.fromkeys(EXCLUSION), faults)
    _refuse(faults)
    return Regime(
        id=data["id"],
        names=data["names"],
        standard=data["standard"],
        method=Method(**_method(data["method"])),
        counted=frozenset(Origin(origin) for origin in data["counted"]),
        nets_stored_carbon=data["nets_stored_carbon"],
        stages=data["stages"],
        digest=digest_of(content),
        yields=data.get("yields", ()),
        gases=data.get("gases", ()),
        ignores=data.get("ignores", ()),
        excludes=tuple(Exclusion(**entry) for entry in data.get("excludes", ())),
        lists=data.get("lists", {}),
        required=data.get("required", ()),
        checks=checks,
        sources=tuple(Reference(**entry) for entry in data.get("sources", ())),
        valid_from=data.get("valid_from", ""),
        valid_until=data.get("valid_until", ""),
    )


def build_pack(content: bytes, place: str, find: Find) -> RulePack:
    """A rule pack from YAML.

    Args:
        find: gives the pack that it extends.

    Raises:
        RuleError: every fault, with file, line, field and reason.
    """
    faults = Faults()
    node, data = _read(content, place, PACK_SCHEMA, "pack", faults)
    base = _base(node, data, find, faults)
    left_out = _left_out(node, data, base, faults)
    limits = {**(base.limits if base else {}), **data.get("limits", {})}
    _check_method(node, data.get("method", {}), faults)
    own = _checks(node, data, faults, limits, known_limits=True)
    _check_pack(node, data, faults)
    _refuse(faults)
    replaced = {one.code: one for one in own}
    inherited = [one for one in (base.checks if base else ()) if one.code not in left_out]
    first = {one.code for one in inherited}
    return RulePack(
        id=data["id"],
        version=data["version"],
        names=data["names"],
        status=Status(data["status"]),
        follows=data["follows"],
        limits=limits,
        checks=(
            *(replaced.get(one.code, one) for one in inherited),
            *(one for one in own if one.code not in first),
        ),
        digest=digest_of(content, base.digest if base else ""),
        extends=base.reference if base else "",
        without=left_out,
        superseded_by=data.get("superseded_by", ""),
        valid_from=data.get("valid_from", ""),
        valid_until=data.get("valid_until", ""),
        sources=tuple(Reference(**entry) for entry in data.get("sources", ())),
        configurable=data.get("configurable", ()),
        scope=data.get("scope", {}),
        units=data.get("units", ()),
        unit_kind=data.get("unit_kind", ""),
        boundaries=data.get("boundaries", ()),
        stages=data.get("stages", ()),
        processes=tuple(MandatoryProcess(**entry) for entry in data.get("processes", ())),
        method=_method(data.get("method", {})),
        band=Band(**data["band"]) if "band" in data else None,
        report_fields=data.get("report_fields", ()),
        label_unit=data.get("label_unit", ""),
    )


def _read(content: bytes, place: str, schema: str, record: str, faults: Faults) -> tuple[Marked, dict[str, Any]]:
    node = read_marked(content, place, faults)
    table = node.table
    stated = table.get("tanheng") if table is not None else None
    if stated is None or stated.value != schema:
        found = stated.shown if stated is not None else "–"
        raise RuleError("TH-RUL-002", place=stated.place if stated else place, schema=found, known=schema)
    return node, read_record(node, record, faults)


def _refuse(faults: Faults) -> None:
    if faults.found:
        raise RuleError.of(faults.found)


def _base(node: Marked, data: Mapping[str, Any], find: Find, faults: Faults) -> RulePack | None:
    if "extends" not in data:
        return None
    try:
        return find(data["extends"])
    except RuleError as error:
        faults.add("TH-RUL-022", child(node, "extends"), reference=data["extends"], reason=error.faults[0].message())
        return None


def _left_out(
    node: Marked, data: Mapping[str, Any], base: RulePack | None, faults: Faults
) -> dict[str, Mapping[str, str]]:
    known = [one.code for one in base.checks] if base else []
    made: dict[str, Mapping[str, str]] = {}
    for index, entry in enumerate(data.get("without", ())):
        code = entry.get("code", "")
        if code and code not in known:
            faults.add("TH-RUL-023", child(node, "without", index, "code"), code=code, near=near(code, known))
        elif "reason" in entry:
            made[code] = entry["reason"]
    return made


def _checks(
    node: Marked, data: Mapping[str, Any], faults: Faults, limits: Iterable[str], *, known_limits: bool
) -> tuple[Check, ...]:
    seen: dict[str, str] = {}
    made = []
    for index, entry in enumerate(data.get("checks", ())):
        here = child(node, "checks", index)
        code = entry.get("code")
        if code in seen:
            faults.add("TH-RUL-018", child(here, "code"), what=code, first=seen[code])
        if code:
            seen.setdefault(code, here.where)
        scope = Scope(entry.get("scope", "study"))
        names = dict(variables_of(scope, limits, FACTS))
        if not known_limits:
            names["limits"] = None  # a regime's checks use limits of the rule pack that it will meet
        for key in ("when", "quote"):
            _expression(child(here, key), entry.get(key), names, faults)
        if {"code", "clause", "severity", "when", "quote", "message", "question"} <= entry.keys():
            made.append(Check(**{**entry, "severity": Severity(entry["severity"]), "scope": scope}))
    return tuple(made)


def _expression(
    where: Marked, expression: str | None, names: Mapping[str, frozenset[str] | None], faults: Faults
) -> None:
    if expression is None:
        return
    try:
        check_names(expression, names)
    except UnknownNameError as error:
        close = near(error.name.rpartition(".")[2], [name.rpartition(".")[2] for name in error.known])
        faults.add("TH-RUL-025", where, name=error.name, known=close)
    except ValueError as error:
        faults.add("TH-RUL-021", where, expression=where.shown, reason=reason_of(error))


def _check_method(node: Marked, method: Mapping[str, Any], faults: Faults) -> None:
    default = Method()
    try:
        gwp_set(method.get("report", default.report), method.get("metric", default.metric))
    except QuantityError as error:
        faults.add("TH-RUL-026", child(node, "method", "report"), reason=error.faults[0].message())


def _check_pack(node: Marked, data: Mapping[str, Any], faults: Faults) -> None:
    band = data.get("band", {})
    if {"low", "high"} <= band.keys() and not band["low"] < band["high"]:
        faults.add("TH-RUL-027", child(node, "band"), low=band["low"], high=band["high"])
    seen: set[str] = set()
    for index, entry in enumerate(data.get("processes", ())):
        if entry.get("id") in seen:
            faults.add("TH-RUL-018", child(node, "processes", index, "id"), what=entry["id"], first="processes")
        seen.add(entry.get("id", ""))
        if "id" in entry and not (entry.get("words") or entry.get("codes") or entry.get("types")):
            faults.add("TH-RUL-028", child(node, "processes", index), id=entry["id"])
    for index, path in enumerate(data.get("configurable", ())):
        if path is not None and not _exists(node, path.split(".")):
            faults.add("TH-RUL-019", child(node, "configurable", index), path=path)


def _exists(node: Marked, keys: Sequence[str]) -> bool:
    """Whether a dotted path leads somewhere in the file; an entry of a list is named by its id or code."""
    for key in keys:
        inner: Marked | None = None
        if node.table is not None:
            inner = node.table.get(key)
        elif node.items is not None:
            named = (one for one in node.items if one.table is not None)
            inner = next((one for one in named if key in {_said(one, "id"), _said(one, "code")}), None)
        if inner is None:
            return False
        node = inner
    return True


def _said(node: Marked, key: str) -> object:
    entry = (node.table or {}).get(key)
    return entry.value if entry is not None else None


def _method(data: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(data)
    if "rounding" in made:
        made["rounding"] = Rounding(**made["rounding"])
    return made

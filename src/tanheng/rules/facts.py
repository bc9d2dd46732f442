"""What checks need to know of the whole, computed once from the documents of a study and its result.

Keys of what :func:`facts` gives, all plain values:

* ``total``, ``boundary``, ``site``, ``year`` (of the period's end), ``unit`` (symbol of the study's unit), ``units`` (how many of
  the pack's first unit the study's unit is);
* of the rule pack: ``unit_fits``, ``in_scope`` (``yes``, ``no``, ``unknown``), ``missing_stages``, ``other_stages``,
  ``missing_fields`` (of the report), ``missing_required`` (of the regime), ``out_of_validity`` (of pack or regime);
* ``counts_transport`` (whether the regime counts the transport of any raw material), ``transported_stages`` (with a line of
  type transport), ``untransported`` (share of the materials' mass without transport);
* ``footprint_units`` and ``combustion_units``: units of parts on footprint factors, and of energy lines on emission factors;
* ``energy_lines``, ``supplies`` (of electricity), ``grid_power``, ``kwh`` (per one of the pack's first unit, or the unit);
* ``mass``: kg ``input``, ``output`` (product, co-products, waste) and ``emitted`` per unit, and whether they are ``known``;
* ``newest`` (year of the newest factor), ``preferred_basis`` (of allocation), ``band`` (C23);
* ``declares_storage``, ``declares_land``, ``agricultural``, ``unused_parameters``, ``lifetime_told``;
* ``latest`` (years after the product's making), ``undated`` (lines of use and end of life without a year).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tanheng.quantities import Quantity
from tanheng.rules import balances
from tanheng.rules.excluding import reason_to_exclude
from tanheng.rules.expressions import words
from tanheng.rules.model import Regime, RulePack

FACTS = words(
    "total boundary site year unit units unit_fits in_scope missing_stages other_stages missing_fields missing_required "
    "out_of_validity counts_transport transported_stages untransported footprint_units combustion_units energy_lines "
    "supplies grid_power kwh mass newest preferred_basis band declares_storage declares_land agricultural "
    "unused_parameters lifetime_told latest undated"
)
"""Keys of the facts; packs are read against them."""

Document = Mapping[str, Any]
_SUPPLIES = frozenset({"own", "direct", "contract", "certificate", "grid", "residual"})
_WORD = re.compile(r"[A-Za-z]\w*")
_AGRICULTURAL = {
    "cpc": ("0",),  # section 0: agriculture, forestry and fishery products
    "hs": tuple(f"{chapter:02d}" for chapter in range(1, 16)),  # chapters 1–15: animal and vegetable products, fats
    "cn": tuple(f"{chapter:02d}" for chapter in range(1, 16)),
    "gbt4754": ("A", "01", "02", "03", "04"),  # section A
}


def facts(pack: RulePack, study: Document, result: Document, regime: Regime | None = None) -> dict[str, Any]:
    """The facts of a study and its result under a rule pack and a regime."""
    unit = Quantity.parse(result["declared_unit"])
    lines: Sequence[Document] = study.get("lines", ())
    end = result["period"][1]
    found = {stage["stage"] for stage in result["stages"]}
    return {
        "total": result["total"],
        "boundary": result["boundary"],
        "site": result["site"],
        "year": float(end[:4]),
        "unit": unit.unit,
        "units": balances.units(pack, unit),
        "unit_fits": not pack.units or any(_fits(unit, other) for other in pack.units),
        "in_scope": _in_scope(pack, result["codes"]),
        "missing_stages": [stage for stage in pack.stages if stage not in found],
        "other_stages": sorted(found - set(pack.stages)) if pack.stages else [],
        "missing_fields": [path for path in pack.report_fields if not present(study, path)],
        "missing_required": [path for path in (regime.required if regime else ()) if not present(study, path)],
        "out_of_validity": [one.id for one in (pack, regime) if one is not None and not _valid(one, end)],
        "counts_transport": regime is None or _counts_transport(regime, lines, result["codes"]),
        **_of_lines(result, lines),
        "kwh": balances.kwh(pack, unit, result),
        "mass": balances.mass(unit, study, result),
        "preferred_basis": balances.preferred_basis(pack, regime, study),
        "band": balances.band(pack, unit, result["total"]),
        "declares_storage": any("biogenic" in line for line in lines),
        "declares_land": any("land" in line for line in lines),
        "agricultural": _starts(result["codes"], _AGRICULTURAL),
        "unused_parameters": _unused(study, lines),
        "lifetime_told": bool(study.get("parameters") or study.get("unit_text"))
        or any("after" in line for line in lines),
        "latest": max((_years(line) for line in lines), default=0.0),
        "undated": [
            f"lines[{i}]" for i, line in enumerate(lines) if line["stage"] == "end-of-life" and "after" not in line
        ][:20],
    }


def _counts_transport(regime: Regime, lines: Sequence[Document], codes: Mapping[str, str]) -> bool:
    """Whether a leg of any raw material would be counted."""
    part = {"what": "transport", "stage": "raw-materials", "covers": "", "kind": "", "unit": ""}
    written = (line.get("codes", {}) for line in lines if line["stage"] == "raw-materials")
    return any(
        not reason_to_exclude(
            regime,
            part=part,
            line={"type": "material", "stage": "raw-materials", "codes": dict(known), "credit": False},
            codes=codes,
        )
        for known in dict.fromkeys(tuple(sorted(entry.items())) for entry in written)
    )


def _of_lines(result: Document, lines: Sequence[Document]) -> dict[str, Any]:
    transported: set[str] = set()
    footprints: set[str] = set()
    combustion: set[str] = set()
    energy, newest = 0, 0.0
    for line in result["lines"]:
        kind = line["type"]
        energy += kind in ("energy", "electricity")
        if kind == "transport":
            transported.add(line["stage"])
        for part in line["parts"]:
            origin = part["provenance"]
            if origin["kind"] != "factor":
                continue
            newest = max(newest, float(origin["year"] or 0))
            if origin["covers"] == "footprint":
                footprints.add(part["unit"])
            elif kind == "energy":
                combustion.add(part["unit"])
    supplies = _supplies(lines)
    return {
        "transported_stages": sorted(transported),
        "untransported": balances.untransported(result),
        "footprint_units": sorted(footprints),
        "combustion_units": sorted(combustion),
        "energy_lines": float(energy),
        "supplies": sorted(supplies),
        "grid_power": "grid" in supplies,
        "newest": newest,
    }


def _supplies(lines: Sequence[Document]) -> set[str]:
    """How the electricity of all lines is procured; a line of electricity that does not say takes it from the grid."""
    found: set[str] = set()
    for line in lines:
        if "electricity" in line:
            found.update(*(share.keys() & _SUPPLIES for share in line["electricity"]))
        elif line.get("type") == "electricity" and "from" not in line:
            found.add("grid")
    return found


def present(study: Document, path: str) -> bool:
    """Whether a field of a study is written; behind a list it has to be there in every entry.

    >>> present({"product": {"codes": {"cn": "76"}}}, "product.codes.cn")
    True
    """
    return all(value not in (None, "", {}, []) for value in _reach(study, path.split(".")))


def _reach(value: Any, keys: Sequence[str]) -> Iterator[Any]:
    if not keys:
        yield value
    elif isinstance(value, Mapping):
        yield from _reach(value.get(keys[0]), keys[1:])
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for entry in value:
            yield from _reach(entry, keys)
    else:
        yield None


def _fits(unit: Quantity, other: str) -> bool:
    return unit.dimension == Quantity(1.0, other).dimension


def _in_scope(pack: RulePack, codes: Mapping[str, str]) -> str:
    if not set(pack.scope) & set(codes):
        return "unknown"
    return "yes" if _starts(codes, pack.scope) else "no"


def _starts(codes: Mapping[str, str], prefixes: Mapping[str, Sequence[str]]) -> bool:
    return any(
        plain_code(code).startswith(plain_code(prefix))
        for scheme, code in codes.items()
        for prefix in prefixes.get(scheme, ())
    )


def plain_code(code: str) -> str:
    """A classification code without dots and spaces."""
    return re.sub(r"[\s.]", "", str(code))


def _valid(rules: RulePack | Regime, day: str) -> bool:
    return (not rules.valid_from or rules.valid_from <= day) and (not rules.valid_until or day <= rules.valid_until)


def _unused(study: Document, lines: Sequence[Document]) -> list[str]:
    parameters = study.get("parameters", ())
    if not parameters:
        return []
    used = {word for line in lines for word in _WORD.findall(line.get("formula", ""))}
    used |= {word for one in parameters for word in _WORD.findall(one.get("formula", ""))}
    for scenario in study.get("scenarios", ()):
        used |= {word for text in scenario.get("values", {}).values() for word in _WORD.findall(str(text))}
    return [one["id"] for one in parameters if one["id"] not in used]


def _years(line: Document) -> float:
    return max(float(line.get("after") or 0.0), float(line.get("biogenic", {}).get("stored_for") or 0.0))

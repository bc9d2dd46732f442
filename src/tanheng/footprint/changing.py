"""Changes of a study: another amount, source, supplier, electricity, mode of transport, parameter or scenario."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tanheng.errors import AssessmentError
from tanheng.footprint.reading.fields import mode_of
from tanheng.footprint.study import ElectricityShare, Line, LineType, Study, Supply
from tanheng.inventory.model import Uncertainty
from tanheng.inventory.search import fold
from tanheng.quantities import Quantity

_PLACE = re.compile(r"lines\[(\d+)\]")
_WRITTEN = re.compile(r"\s*(?P<place>.+)\.(?P<key>\w+)\s*=\s*(?P<value>.*\S)\s*", re.DOTALL)
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class LineChange:
    """Other values for one line; what is ``None`` stays.

    Attributes:
        line: index, id, ``lines[3]``, or a name in either language.
        amount: a quantity, text as ``12 000 kWh``, or a number in the line's own unit.
        link: another source, as in a study. factor: id of a factor. supplier: file of a supplier's frozen assessment.
        share: electricity by source: ``{"hydro": 0.6, "grid": 0.4}``. A source that the line has keeps its kind of supply; a
            new one is bought by contract, through the network; ``own:pv`` and the like say otherwise.
        mode: of all transport legs of the line, by the usual factor of the mode.
        recycled_content: of the line's material, 0 to 1.
    """

    line: int | str
    amount: Quantity | str | float | None = None
    link: str | None = None
    factor: str | None = None
    supplier: str | None = None
    share: Mapping[str, float] | None = None
    mode: str | None = None
    recycled_content: float | None = None


@dataclass(frozen=True, slots=True)
class ParameterChange:
    """Another value, or formula, of a parameter of the study."""

    id: str
    value: Quantity | str | float


@dataclass(frozen=True, slots=True)
class ScenarioChange:
    """A scenario of the study."""

    id: str


Change = LineChange | ParameterChange | ScenarioChange


def changed(study: Study, changes: tuple[Change, ...]) -> Study:
    """The study with all changes.

    Raises:
        AssessmentError: TH-ASM-080 an unknown line, TH-ASM-081 a name of several lines, TH-ASM-082 a line without what is to
            be changed, TH-ASM-083 shares that do not add up to 1, TH-ASM-084 an unknown parameter.
        QuantityError: an amount that cannot be read, or of another dimension.
    """
    for change in changes:
        match change:
            case LineChange():
                index = find_line(study, change.line)
                lines = list(study.lines)
                lines[index] = _line(lines[index], change, f"lines[{index}]")
                study = replace(study, lines=tuple(lines))
            case ParameterChange():
                study = _parameter(study, change)
            case ScenarioChange():
                study = replace(study, scenario=change.id)
    return study


def parse_change(text: str) -> Change:
    """A change as a person writes it on one line.

    ``交流电.amount=12 000 kWh``, ``lines[3].factor=ID``, ``Power.share=hydro:0.6 grid:0.4``, ``Steel.mode=rail``,
    ``param.hours=900 h``, ``scenario=long-life``; the other keys are those of :class:`LineChange`.

    >>> parse_change("lines[3].share=own:pv:25% grid:75%").share
    {'own:pv': 0.25, 'grid': 0.75}

    Raises:
        AssessmentError: TH-ASM-088 where it says no change.
    """
    name, found, value = text.partition("=")
    if found and name.strip() == "scenario":
        return ScenarioChange(value.strip())
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise AssessmentError("TH-ASM-088", place=text, text=text)
    place, key, value = match["place"].strip(), match["key"], match["value"]
    if place == "param":
        return ParameterChange(key, value)
    try:
        match key:
            case "amount":
                return LineChange(place, amount=value)
            case "link":
                return LineChange(place, link=value)
            case "factor":
                return LineChange(place, factor=value)
            case "supplier":
                return LineChange(place, supplier=value)
            case "mode":
                return LineChange(place, mode=value)
            case "share":
                pairs = (word.rpartition(":") for word in re.split(r"[\s,;，；]+", value) if word)
                return LineChange(place, share={source: _fraction(share) for source, _, share in pairs})
            case "recycled_content":
                return LineChange(place, recycled_content=_fraction(value))
    except ValueError as error:
        raise AssessmentError("TH-ASM-088", place=text, text=text) from error
    raise AssessmentError("TH-ASM-088", place=text, text=text)


def _fraction(text: str) -> float:
    percent = text.strip().endswith(("%", "％"))
    return float(text.strip().rstrip("%％")) / (100.0 if percent else 1.0)


def find_line(study: Study, wanted: int | str) -> int:
    """Index of a line by index, place, id or name (TH-ASM-080, TH-ASM-081)."""
    place = _PLACE.fullmatch(wanted.strip()) if isinstance(wanted, str) else None
    if place is not None:
        wanted = int(place[1])
    if isinstance(wanted, int):
        if 0 <= wanted < len(study.lines):
            return wanted
        raise AssessmentError("TH-ASM-080", name=f"lines[{wanted}]", near=f"lines[0] – lines[{len(study.lines) - 1}]")
    named = [{fold(text): text for text in (line.id, *line.names.values()) if text} for line in study.lines]
    found = [i for i, line in enumerate(study.lines) if line.id == wanted]
    found = found or [i for i, names in enumerate(named) if fold(wanted) in names]
    if len(found) == 1:
        return found[0]
    if found:
        raise AssessmentError("TH-ASM-081", name=wanted, places=", ".join(f"lines[{i}]" for i in found[:10]))
    known = {key: text for names in named for key, text in names.items()}
    raise AssessmentError("TH-ASM-080", name=wanted, near=_near(fold(wanted), known))


def _line(line: Line, change: LineChange, place: str) -> Line:
    if change.amount is not None:
        line = _amount(line, change.amount, place)
    for link in (change.link, change.factor and f"factor:{change.factor}", change.supplier):
        if link is not None:
            line = replace(line, link=_supplied(link) if link is change.supplier else link, electricity=(), codes={})
    if change.share is not None:
        line = _shares(line, change.share, place)
    if change.mode is not None:
        mode = mode_of(change.mode)
        if not line.transport or mode is None:
            raise AssessmentError("TH-ASM-082", place=place, what=f"transport: {change.mode}")
        legs = tuple(replace(leg, mode=mode, link="", load=None) for leg in line.transport)
        line = replace(line, transport=legs)
    if change.recycled_content is not None:
        if line.recycling is None or not 0 <= change.recycled_content <= 1:
            raise AssessmentError("TH-ASM-082", place=place, what=f"recycled_content: {change.recycled_content}")
        line = replace(line, recycling=replace(line.recycling, recycled_content=change.recycled_content))
    return line


def _amount(line: Line, amount: Quantity | str | float, place: str) -> Line:
    """The line with another amount; an emission line with one gas has that gas's mass changed."""
    if line.amount is None and not line.formula and len(line.emits) == 1:
        only = line.emits[0]
        mass = _stated(_quantity(amount, only.amount.unit, place), only.amount, line.uncertainty, place)
        return replace(line, emits=(replace(only, amount=mass),), uncertainty=_still(line.uncertainty, mass))
    if line.amount is None and not line.formula and not (line.link or line.electricity):
        raise AssessmentError("TH-ASM-082", place=place, what="amount")
    unit = line.amount.unit if line.amount is not None else None
    quantity = _quantity(amount, unit, place)
    if unit is not None:
        quantity.to(unit, place=place)  # refuses another dimension (C01)
    quantity = _stated(quantity, line.amount, line.uncertainty, place)
    return replace(line, amount=quantity, formula="", uncertainty=_still(line.uncertainty, quantity))


def _stated(value: Quantity, before: Quantity | None, spread: Uncertainty | None, place: str) -> Quantity:
    """The value in the unit that its distribution is in; as it was given where it has none."""
    return value if spread is None or before is None else value.to(before.unit, place=place)


def _still(spread: Uncertainty | None, value: Quantity) -> Uncertainty | None:
    """The distribution, unless its bounds do not hold the new value: they were written for another, so this one is certain."""
    return spread if spread is not None and spread.holds(value.value) else None


def _quantity(amount: Quantity | str | float, unit: str | None, place: str) -> Quantity:
    return amount if isinstance(amount, Quantity) else Quantity.parse(amount, default_unit=unit, place=place)


def _supplied(file: str) -> str:
    return file if file.startswith("assessment:") else f"assessment:{file}"


def _shares(line: Line, shares: Mapping[str, float], place: str) -> Line:
    if line.type is not LineType.ELECTRICITY:
        raise AssessmentError("TH-ASM-082", place=place, what="electricity")
    total = math.fsum(shares.values())
    if abs(total - 1.0) > _TOLERANCE or any(share < 0 for share in shares.values()):
        raise AssessmentError("TH-ASM-083", place=place, total=f"{total:.6g}")
    sources = tuple(_source(line, name, share) for name, share in shares.items() if share)
    return replace(line, electricity=sources, link="")


def _source(line: Line, name: str, share: float) -> ElectricityShare:
    supply, found, source = name.partition(":")
    if found and supply in set(Supply):
        return ElectricityShare(Supply(supply), source, share)
    kept = next((s for s in line.electricity if s.source == name or (not s.source and s.supply == name)), None)
    if kept is not None:
        return replace(kept, share=share)
    if name in (Supply.GRID, Supply.RESIDUAL):
        return ElectricityShare(Supply(name), "", share)
    return ElectricityShare(Supply.CONTRACT, name, share)


def _parameter(study: Study, change: ParameterChange) -> Study:
    """The study with another value; in the scenario that it is for as well, where that sets the parameter."""
    found = next((p for p in study.parameters if p.id == change.id), None)
    if found is None:
        known = {fold(p.id): p.id for p in study.parameters}
        raise AssessmentError("TH-ASM-084", name=change.id, near=_near(fold(change.id), known))
    unit = found.value.unit if found.value is not None else "1"
    value, formula = _value(change.value, unit)
    spread = found.uncertainty
    if value is not None:
        value = _stated(value, found.value, spread, f"parameters.{change.id}")
        spread = _still(spread, value)
    parameter = replace(found, value=value, formula=formula, uncertainty=spread)
    parameters = tuple(parameter if p is found else p for p in study.parameters)
    text = formula or f"{value.value!r} {value.unit}" if value is not None else formula
    scenarios = tuple(
        replace(s, values={**s.values, change.id: text}) if s.id == study.scenario and change.id in s.values else s
        for s in study.scenarios
    )
    return replace(study, parameters=parameters, scenarios=scenarios)


def _value(value: Quantity | str | float, unit: str) -> tuple[Quantity | None, str]:
    """A quantity, or the formula of one: whatever does not begin with a digit or a sign."""
    if isinstance(value, Quantity):
        return value, ""
    if isinstance(value, str) and not re.match(r"\s*[-+−.\d]", value):
        return None, value
    return Quantity.parse(value, default_unit=unit), ""


def _near(wanted: str, known: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(wanted, list(known)[:10_000], n=3, cutoff=0.4)
    near += [key for key in known if wanted and wanted in key and key not in near][:3]
    return ", ".join(known[key] for key in near) or ", ".join(list(known.values())[:5]) or "–"

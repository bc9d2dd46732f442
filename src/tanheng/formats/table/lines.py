"""Rows of exchanges, each read on its own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from tanheng.errors import FormatError, QuantityError
from tanheng.formats.formulas import FormulaFault, evaluate
from tanheng.formats.notebook import Notebook
from tanheng.formats.parameters import Scope, value_of
from tanheng.formats.table.cells import Record
from tanheng.formats.table.words import ALLOCATIONS, KIND_LABELS, KINDS, METHOD_LABELS, Kind, compartment
from tanheng.formats.values import lognormal, named, pedigree_in
from tanheng.inventory.model import AllocationMethod, Uncertainty
from tanheng.quantities import unit as known_unit

_NO_UNIT = "?"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of exchanges, apart from its amount, which may need parameters.

    Attributes:
        share: of the burdens of the process that a product carries, as written; NaN where nothing is.
    """

    record: Record
    process: str
    location: str
    kind: Kind
    names: dict[str, str]
    category: tuple[str, ...]
    cas: str
    unit: str
    provider: str
    share: float
    allocation: AllocationMethod | None
    comment: str

    @property
    def name(self) -> str:
        """The flow's English name, else its Chinese one."""
        return self.names.get("en") or next(iter(self.names.values()), "")


def line_of(record: Record) -> Line | None:
    """The line of a row; ``None`` where the row does not say of which process or flow it is, which is a fault."""
    process = record.needed("process")
    kind = record.word("type", KINDS, KIND_LABELS) if record.needed("type") else None
    names = flow_names(record)
    if not names:
        record.empty("flow")
    unit = symbol(record) if record.needed("unit") else _NO_UNIT
    outer, inner = record.text("compartment"), record.text("subcompartment")
    if kind is Kind.EMISSION and not outer:
        record.empty("compartment")
    share = _share(record)
    if kind is not None and not kind.is_made and not math.isnan(share):
        record.contradicts("share", kind.label, of=names.get("en") or "".join(names.values()))
    if kind is None or not process or not names:
        return None
    return Line(
        record=record,
        process=process,
        location=record.text("location"),
        kind=kind,
        names=names,
        category=compartment(kind, outer, inner) if kind.is_elementary else (),
        cas=record.cas(),
        unit=unit,
        provider=record.text("provider"),
        share=share,
        allocation=record.word("allocation", ALLOCATIONS, METHOD_LABELS),
        comment=record.text("comment"),
    )


def flow_names(record: Record) -> dict[str, str]:
    """The names of a flow by language; none where there is none. Either column may hold a Chinese name that stands alone."""
    name, chinese = record.text("flow"), record.text("flow_zh")
    found = named(name) if name else {}
    if not chinese:
        return found
    return {"en": name, "zh": chinese} if name else {"zh": chinese}


def symbol(record: Record) -> str:
    """The symbol of a unit; one that our table lacks is a fault that names near ones."""
    found = _unit(record.text("unit"))
    if isinstance(found, QuantityError):
        record.fault("unit", found)
        return _NO_UNIT
    return found


@lru_cache(maxsize=1024)
def _unit(text: str) -> str | QuantityError:
    """A unit's symbol, or why there is none: looking for near ones takes a while, and people copy their faults down."""
    try:
        return known_unit(text).symbol
    except QuantityError as error:
        return error


def _share(record: Record) -> float:
    """A share as written, percent sign or not."""
    text = record.text("share").replace("％", "%")
    if not text.endswith("%"):
        return record.number("share", least=0.0, wanted="0–100 %")
    try:
        value = float(text.removesuffix("%").strip().replace(",", ".")) / 100.0
    except ValueError:
        value = math.nan
    if not 0.0 <= value <= 1.0:
        record.wrong("share", "0–100 %")
        return math.nan
    return value


def amount_of(line: Line, scope: Scope, notes: Notebook) -> tuple[float, str]:
    """The amount of a line and the formula behind it; NaN where there is none, which is told (C02)."""
    record = line.record
    text = record.text("amount")
    is_formula = text.startswith("=")
    least = -math.inf if line.kind.is_elementary else 0.0
    stored = math.nan if is_formula else record.number("amount", least=least, wanted=_wanted(line.kind))
    formula = text.removeprefix("=") if is_formula else record.text("formula").removeprefix("=")
    if not formula:
        if record.cell("amount") is None:
            notes.count("amount-missing", line.process, f"{record.place('amount')}: {line.name}")
        return stored, ""
    key = "amount" if is_formula else "formula"
    try:
        value = evaluate(formula, scope.values)
    except FormulaFault as fault:
        record.fault(key, formula_error(formula, fault))
        return math.nan, formula
    if value < least:
        record.wrong(key, f"{_wanted(line.kind)}; = {value:g}")
    value_of(formula, scope, stored=stored, notes=notes, place=record.place(key))  # tells where the two differ
    return value, formula


def _wanted(kind: Kind) -> str:
    """The type of a row says whether it goes in or out, so that only flows of nature may be negative."""
    return "1234.5" if kind.is_elementary else "≥ 0"


def formula_error(formula: str, fault: FormulaFault) -> FormatError:
    """The error of a formula that has no value."""
    params = fault.params
    near = next((str(params[key]) for key in ("near", "name", "detail", "length") if key in params), "–")
    return FormatError("TH-FMT-049", formula=formula[:80], near=near[:80])


def uncertainty_of(line: Line, amount: float) -> Uncertainty | None:
    """The lognormal of a line, from its GSD² or its quality scores (C18)."""
    record = line.record
    squared = record.number("gsd2", least=1.0, wanted="≥ 1")
    scores = record.text("pedigree")
    pedigree = pedigree_in(scores)
    if scores and not pedigree:
        record.wrong("pedigree", "(2;3;1;1;2)")
    loc = None if math.isnan(amount) else amount
    return lognormal(loc, None if math.isnan(squared) else math.sqrt(squared), pedigree)

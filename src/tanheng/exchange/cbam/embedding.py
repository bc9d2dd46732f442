"""What is embedded in one good: own process, precursors, electricity (C22), in t CO2e per t of the good."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tanheng.errors import ExchangeError
from tanheng.exchange.cbam.section import Input
from tanheng.exchange.declaration import Declaration, Flow
from tanheng.footprint.assessment import Assessment, LineResult, Part
from tanheng.footprint.cbam import REGIME, Embedded, digits
from tanheng.footprint.cbam import Precursor as Step
from tanheng.footprint.study import LineType, Names
from tanheng.quantities import Quantity
from tanheng.rules import regime

_KG = 1000.0
_CN = 8
INDIRECT = "indirect-emissions"
"""Why electricity does not count for goods of Annex II; it is told all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precursor:
    """A good of Annex I that goes into the good.

    Attributes:
        mass: t per t of the good, losses included. specific: t CO2e per t of the precursor.
        source: ``default`` value, ``actual`` (an assessment of its own), or ``secondary`` (a factor or data set: neither).
        country: of production; empty where it is not known. id: of what its numbers come from.
    """

    names: Names
    cn: str
    mass: float
    specific: Embedded
    source: str
    country: str = ""
    id: str = ""

    @property
    def embedded(self) -> Embedded:
        """t CO2e per t of the good."""
        return self.specific.times(self.mass)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedGood:
    """Specific embedded emissions of a good, t CO2e per t.

    Attributes:
        cn: eight digits. origin: country.
        total: what the obligation counts: direct, and indirect of goods that are not in Annex II.
        process: what its own production process emits; with the precursors it makes up ``total``.
        indirect: of electricity, whether the obligation counts it or not: quarterly reports tell it of all goods.
        counts_indirect: whether the obligation counts indirect emissions of this code.
        electricity: MWh per t of the good that the process uses; ``None`` where it is not known.
    """

    cn: str
    names: Names
    origin: str
    total: Embedded
    process: Embedded
    indirect: float
    counts_indirect: bool
    precursors: tuple[Precursor, ...] = ()
    electricity: float | None = None
    digest: str = ""

    @property
    def formula(self) -> str:
        """The arithmetic of C22 with its numbers."""
        steps = "".join(f" + {one.mass:.6g} × {one.specific.total:.6g}" for one in self.precursors)
        parts = f"{self.process.total:.6g}{steps} = " if steps else ""
        return f"SEE = {parts}{self.total.total:.6g} t CO2e/t"

    @property
    def steps(self) -> tuple[Step, ...]:
        """The precursors as :func:`tanheng.footprint.cbam.specific` takes them."""
        return tuple(Step(one.mass, one.specific) for one in self.precursors)


def embedded_good(declaration: Declaration, inputs: tuple[Input, ...] = (), *, origin: str = "") -> EmbeddedGood:
    """What is embedded in a good.

    Args:
        inputs: what a supplement knows of its precursors.

    Raises:
        ExchangeError: TH-EXC-011 another regime, TH-EXC-013 the unit is no mass, TH-EXC-201 no CN code of eight digits, or one
            that is not in Annex I.
    """
    if declaration.regime != REGIME:
        raise ExchangeError("TH-EXC-011", found=declaration.regime or "–", wanted=REGIME)
    if declaration.unit.dimension != "mass":
        raise ExchangeError("TH-EXC-013", unit=declaration.unit.unit, known="t, kg")
    cn = digits(declaration.codes.get("cn", ""))
    rules = regime(REGIME)
    if len(cn) != _CN or not cn.startswith(tuple(rules.lists["goods"])):
        raise ExchangeError("TH-EXC-201", found=declaration.codes.get("cn", "") or "–")
    tonnes = declaration.unit.to("t").value
    counts = cn.startswith(tuple(rules.lists["indirect"]))
    place = origin or declaration.geography[:2]
    if declaration.assessment is None:
        return _told(declaration, cn, place, tonnes, counts_indirect=counts)
    return _assessed(declaration.assessment, inputs, cn, place, tonnes, counts_indirect=counts)


def averaged(goods: Sequence[tuple[EmbeddedGood, float]]) -> Embedded:
    """Specific embedded emissions of goods under one CN code, by their activity levels, t CO2e per t.

        SEE = Σ levelᵢ · SEEᵢ / Σ levelᵢ        ((EU) 2025/2547, Articles 4(2) and 14)

    Raises:
        ExchangeError: TH-EXC-202 other codes among them, TH-EXC-203 levels that are not above zero, or no goods.
    """
    codes = {good.cn for good, _ in goods}
    if len(codes) > 1:
        raise ExchangeError("TH-EXC-202", codes=", ".join(sorted(codes)))
    if not goods or any(not level > 0 for _, level in goods):
        raise ExchangeError("TH-EXC-203")
    whole = math.fsum(level for _, level in goods)
    return Embedded(
        math.fsum(good.total.direct * level for good, level in goods) / whole,
        math.fsum(good.total.indirect * level for good, level in goods) / whole,
    )


def _assessed(
    assessment: Assessment, inputs: tuple[Input, ...], cn: str, origin: str, tonnes: float, *, counts_indirect: bool
) -> EmbeddedGood:
    known = {digits(one.cn): one for one in inputs}
    written = _written(assessment)
    listed = tuple(regime(REGIME).lists["precursors"])
    parts = [(line, part) for line in assessment.lines for part in line.parts]
    taken = [
        (found, part)
        for line, part in parts
        if not part.excluded and (found := _precursor(line, part, written, listed, known, tonnes))
    ]
    own = [part for _, part in parts if not part.excluded and not any(part is one for _, one in taken)]
    scale = _KG * tonnes
    process = Embedded(
        math.fsum(part.total for part in own if part.what != "electricity") / scale,
        math.fsum(part.total for part in own if part.what == "electricity") / scale,
    )
    precursors = tuple(one for one, _ in taken)
    total = Embedded(
        math.fsum((process.direct, *(one.embedded.direct for one in precursors))),
        math.fsum((process.indirect, *(one.embedded.indirect for one in precursors))),
    )
    left_out = math.fsum(part.total for _, part in parts if part.excluded == INDIRECT) / scale
    power = [part for _, part in parts if part.what == "electricity" and part.excluded in ("", INDIRECT)]
    return EmbeddedGood(
        cn=cn,
        names=assessment.product,
        origin=origin,
        total=total,
        process=process,
        indirect=total.indirect + left_out,
        counts_indirect=counts_indirect,
        precursors=precursors,
        electricity=math.fsum(Quantity(one.amount, one.unit).to("MWh").value for one in power) / tonnes,
        digest=assessment.digest,
    )


def _written(assessment: Assessment) -> Mapping[str, Mapping[str, str]]:
    """Customs codes of lines, by place: only the study has them."""
    study = assessment.inputs.get("study")
    lines = study.get("lines", []) if isinstance(study, dict) else []
    return {f"lines[{at}]": line.get("codes", {}) for at, line in enumerate(lines) if isinstance(line, dict)}


def _precursor(
    line: LineResult,
    part: Part,
    written: Mapping[str, Mapping[str, str]],
    listed: tuple[str, ...],
    known: Mapping[str, Input],
    tonnes: float,
) -> Precursor | None:
    if part.what != "activity" or line.type is not LineType.MATERIAL or part.provenance.covers == "emission":
        return None
    codes = written.get(line.place, {})
    cn = digits(codes.get("cn") or codes.get("hs") or "")
    source = part.provenance
    if not cn and source.kind == "default":
        cn = digits(source.id.removeprefix("cbam:").partition("@")[0].partition("/")[0])
    if not cn.startswith(listed):
        return None
    amount = Quantity(part.amount, part.unit)
    if amount.dimension != "mass" or not amount.value:
        return None
    mass = amount.to("t").value
    specific = part.total / _KG / mass
    share = source.indirect or 0.0
    told = known.get(cn)
    kind = {"default": "default", "assessment": "actual", "study": "actual"}.get(source.kind, "secondary")
    return Precursor(
        names=line.names,
        cn=cn,
        mass=mass / tonnes,
        specific=Embedded(specific * (1.0 - share), specific * share),
        source=kind,
        country=(told.country if told else "") or source.geography[:2],
        id=source.id,
    )


def _told(declaration: Declaration, cn: str, origin: str, tonnes: float, *, counts_indirect: bool) -> EmbeddedGood:
    """From a declaration that somebody else made: direct and indirect emissions, precursors inside."""
    scale = _KG * tonnes

    def power(flow: Flow) -> bool:
        return flow.what == "electricity"

    indirect = declaration.sum(power) / scale
    total = Embedded(declaration.sum(lambda flow: not power(flow)) / scale, indirect)
    left_out = math.fsum(one.co2e for one in declaration.flows if one.excluded == INDIRECT) / scale
    return EmbeddedGood(
        cn=cn,
        names=declaration.names,
        origin=origin,
        total=total,
        process=total,
        indirect=indirect + left_out,
        counts_indirect=counts_indirect,
        digest=declaration.digest,
    )

"""The terms of the five methods of recycling and end of life (C14): formulas only, no look-ups.

With mass m, shares R1 (recycled content), R2 (recycled at end of life), R3 (to energy recovery), factors E per unit:

============================ ==================================================================================
virgin input                 (1 − R1) · Ev
recycled input, carried      by method: see :func:`inputs`
recycling, credit            by method: see :func:`recycled_again`
energy recovery              (1 − B) · R3 · (EER − LHV · XER,heat · ESE,heat − LHV · XER,elec · ESE,elec)
disposal                     (1 − R2 − R3) · ED
============================ ==================================================================================

The circular footprint formula is that of Commission Recommendation (EU) 2021/2279, Annex I. *Cut-off* is the same with A = 1,
except that energy recovery counts in full and the energy leaves free of burden; *substitution* is the same with A = 0, *50/50*
with A = B = 0.5. The *open loop* follows the public description of ISO 14067:2018, Annex D:
Ev − R1 · (1 − A) · Ev + EPP + EEoL − R2 · A · Ev, where A is the share of the virgin material's burden that goes on with
the recycled material; here recycling is split at the point of sale between its two links.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from tanheng.footprint.study import EndOfLifeMethod, Recycling

TOLERANCE = 1e-9
"""Greatest rest of a sum of shares that is rounding."""


@dataclass(frozen=True, slots=True)
class _Factor:
    """One factor of a term: its symbol, how its number is printed, its value."""

    symbol: str
    number: str
    value: float


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a formula: ± the product of ``factors`` × m × E.

    Attributes:
        key: of its name in ``data/texts/terms.yaml``, below ``recycling``.
        link: E. field: where ``link`` is written, for messages.
        energy: whether the factors turn kg into MJ.
    """

    key: str
    field: str
    link: str
    factors: tuple[_Factor, ...]
    sign: float = 1.0
    energy: bool = False

    @property
    def value(self) -> float:
        """± the product of the factors; NaN where one of them is not known."""
        return self.sign * math.prod(f.value for f in self.factors)

    def steps(self, mass: float, unit: str) -> str:
        """``(1 − R1) × m = (1 − 0.4) × 1000 kg``."""
        minus = "−" if self.sign < 0 else ""
        symbols = " × ".join(f.symbol for f in self.factors)
        numbers = " × ".join(f.number for f in self.factors)
        return f"{minus}{symbols} × m = {minus}{numbers} × {mass:.6g} {unit}"


def share_of(r: Recycling, method: EndOfLifeMethod, *, ends: bool) -> float | None:
    """A; ``None`` where the method needs it and the study does not give it, 0 where nothing depends on it."""
    match method:
        case EndOfLifeMethod.CUT_OFF | EndOfLifeMethod.SUBSTITUTION:
            return 0.0
        case EndOfLifeMethod.FIFTY_FIFTY:
            return 0.5
        case EndOfLifeMethod.CIRCULAR_FOOTPRINT if not ends:
            return 1.0  # intermediate products: Recommendation (EU) 2021/2279, Annex I, 4.4.8
        case _:
            matters = r.recycled_content or (ends and r.recycling_rate)
            return r.allocation if matters else 0.0


def inputs(link: str, r: Recycling, method: EndOfLifeMethod, a: float) -> Iterator[Term]:
    """Virgin material, recycled material, and the burden of virgin material that the recycled one carries.

    ==================  =========  ========================
    method              Erecycled  carried Ev
    ==================  =========  ========================
    cut-off             R1         –
    substitution        –          R1 · Qsin/Qp
    50/50, circular     R1 · A     R1 · (1 − A) · Qsin/Qp
    open loop           R1 (EPP)   R1 · A
    ==================  =========  ========================
    """
    content, share, rest = _plain("R1", r.recycled_content), _plain("A", a), _rest("A", a)
    quality = _plain("Qsin/Qp", r.quality_in)
    yield Term("virgin", "from", link, (_rest("R1", r.recycled_content),))
    match method:
        case EndOfLifeMethod.CUT_OFF:
            yield Term("recycled", "recycling.recycled", r.recycled, (content,))
        case EndOfLifeMethod.SUBSTITUTION:
            yield Term("carried", "from", link, (content, quality))
        case EndOfLifeMethod.OPEN_LOOP:
            yield Term("recycled", "recycling.recycled", r.recycled, (content,))
            yield Term("carried", "from", link, (content, share))
        case _:
            yield Term("recycled", "recycling.recycled", r.recycled, (content, share))
            yield Term("carried", "from", link, (content, rest, quality))


def end_of_life(link: str, r: Recycling, method: EndOfLifeMethod, a: float) -> Iterator[Term]:
    """All of end of life."""
    yield from recycled_again(link, r, method, a)
    yield from _burnt(r, method)
    left = _Factor(
        "(1 − R2 − R3)",
        f"(1 − {r.recycling_rate:.6g} − {r.recovery_rate:.6g})",
        # What rounding leaves of three tenths is no waste.
        _no_rest(1.0 - r.recycling_rate - r.recovery_rate),
    )
    yield Term("disposal", "recycling.disposal", r.disposal, (left,))


def recycled_again(link: str, r: Recycling, method: EndOfLifeMethod, a: float) -> Iterator[Term]:
    """Recycling, and the virgin material that it replaces.

    ==================  =============  =======================
    method              ErecyclingEoL  −E*v
    ==================  =============  =======================
    cut-off             –              –
    substitution        R2             R2 · Qsout/Qp
    50/50, circular     (1 − A) · R2   (1 − A) · R2 · Qsout/Qp
    open loop           R2 (EEoL)      R2 · A
    ==================  =============  =======================
    """
    rate, share, rest = _plain("R2", r.recycling_rate), _plain("A", a), _rest("A", a)
    quality = _plain("Qsout/Qp", r.quality_out)
    avoided = r.avoided or link
    # The open loop splits recycling between the two lives; the same link in both would count it twice.
    recycling = r.recycling if method is EndOfLifeMethod.OPEN_LOOP else r.recycling or r.recycled
    match method:
        case EndOfLifeMethod.CUT_OFF:
            return
        case EndOfLifeMethod.SUBSTITUTION:
            yield Term("recycling", "recycling.recycling", recycling, (rate,))
            yield Term("credit", "recycling.avoided", avoided, (rate, quality), -1.0)
        case EndOfLifeMethod.OPEN_LOOP:
            yield Term("recycling", "recycling.recycling", recycling, (rate,))
            yield Term("credit", "recycling.avoided", avoided, (rate, share), -1.0)
        case _:
            yield Term("recycling", "recycling.recycling", recycling, (rest, rate))
            yield Term("credit", "recycling.avoided", avoided, (rest, rate, quality), -1.0)


def _burnt(r: Recycling, method: EndOfLifeMethod) -> Iterator[Term]:
    """Energy recovery, and the heat and power that it replaces; the cut-off lets the energy go free of burden."""
    rate = _plain("R3", r.recovery_rate)
    if method is EndOfLifeMethod.CUT_OFF:
        yield Term("recovery", "recycling.recovery", r.recovery, (rate,))
        return
    rest = _rest("B", 0.5 if method is EndOfLifeMethod.FIFTY_FIFTY else r.energy_allocation)
    yield Term("recovery", "recycling.recovery", r.recovery, (rest, rate))
    value = r.heating_value or 0.0
    lhv = _Factor("LHV", f"{value:.6g} MJ/kg", value)
    heat, power = _plain("XER,heat", r.heat_efficiency), _plain("XER,elec", r.power_efficiency)
    yield Term("heat", "recycling.heat", r.heat, (rest, rate, lhv, heat), -1.0, energy=True)
    yield Term("power", "recycling.power", r.power, (rest, rate, lhv, power), -1.0, energy=True)


def _plain(symbol: str, value: float) -> _Factor:
    return _Factor(symbol, f"{value:.6g}", value)


def _rest(symbol: str, value: float) -> _Factor:
    return _Factor(f"(1 − {symbol})", f"(1 − {value:.6g})", _no_rest(1.0 - value))


def _no_rest(value: float) -> float:
    return value if abs(value) > TOLERANCE else 0.0

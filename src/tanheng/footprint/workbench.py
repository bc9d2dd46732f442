"""What the models of a line work with: looking up, converting, and collecting what is missing or contradictory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tanheng.errors import Fault, QuantityError
from tanheng.factors import GasAmounts
from tanheng.footprint.allocating import place_of
from tanheng.footprint.assessment import Gap, Provenance
from tanheng.footprint.lookups import Found, Lookups
from tanheng.footprint.study import Boundary, Line, Names, Stage
from tanheng.footprint.targets import NotFound, Target
from tanheng.quantities import CO2E, Origin, Quantity
from tanheng.rules import Regime
from tanheng.texts import LANGUAGES, text


@dataclass(frozen=True, slots=True)
class LinkedPart:
    """One activity amount (for the study's basis) and what one unit of it emits.

    Attributes:
        amount: in the unit of ``target.per``; for a direct emission, kg of gas.
        steps: the arithmetic that gave ``amount``, with its numbers.
        location_based: the same amount on the location's grid mix, where that differs in kind (C08).
        stage: life-cycle stage; ``None`` for the line's own.
    """

    what: str
    names: Names
    amount: float
    target: Target
    steps: str
    location_based: GasAmounts | None = None
    stage: Stage | None = None


@dataclass(slots=True)
class Bench:
    """The shared tools of a study's lines.

    Attributes:
        chosen: the regime, with what its rule pack sets.
        boundary: of the study. until: last year of its period.
        faults: contradictions (C01), raised together at the end.
    """

    lookups: Lookups
    site: str
    chosen: Regime
    boundary: Boundary
    until: int
    faults: list[Fault] = field(default_factory=list)

    def target(self, found: Found, place: str, gaps: list[Gap]) -> Target | None:
        """The target of a look-up; what is missing behind it, or instead of it, goes to ``gaps`` (C02)."""
        if isinstance(found, NotFound):
            gaps.append(Gap(found.code, place, True, found.params))
            return None
        gaps.extend(replace(gap, place=place) for gap in found.gaps)
        return found

    def measure(self, amount: Quantity, unit: str, place: str, names: Names) -> float | None:
        """``amount`` in ``unit``; ``None`` after the fault is kept (C01)."""
        try:
            return amount.to(unit, place=f"{place} ({' / '.join(dict.fromkeys(names.values()))})").value
        except QuantityError as error:
            self.faults.extend(error.faults)
            return None


@dataclass(slots=True)
class Bill:
    """What the models of one line yield.

    Attributes:
        index: of the line; ``place`` is ``lines[index]``.
    """

    line: Line
    index: int
    parts: list[LinkedPart] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    @property
    def place(self) -> str:
        """``lines[3]``: the place in the result."""
        return place_of(self.line, self.index)

    @property
    def written(self) -> str:
        """The place in the file, for faults."""
        return self.line.place or self.place

    def emit(
        self,
        gas: str,
        origin: Origin,
        mass: float,
        steps: str,
        *,
        names: Names | None = None,
        stage: Stage | None = None,
    ) -> None:
        """Add kg of a gas that the line emits (or takes up: mass > 0 with origin removal) itself.

        Args:
            names: what the step is; the line's names by default.
        """
        target = direct(gas, Origin.UNSPLIT if gas == CO2E else origin)
        self.parts.append(LinkedPart("emission", names or self.line.names, mass, target, steps, stage=stage))

    def note(self, code: str, **params: object) -> None:
        """Tell something that does not make the result incomplete."""
        self.gaps.append(Gap(code, self.place, False, params))


def direct(gas: str, origin: Origin) -> Target:
    """A direct emission of one kg of a gas as a target."""
    return Target(
        per="kg",
        amounts={(gas, origin): 1.0},
        provenance=Provenance(
            kind="direct", id=gas, names={"en": gas, "zh": gas}, per="kg", covers="emission", method="direct"
        ),
    )


def steps_of(given: Quantity, amount: float, per: str) -> str:
    """``2 t = 2000 kg``, or the amount alone where nothing is converted."""
    told = f"{amount:.6g} {per}"
    return told if given.unit == per else f"{given} = {told}"


def term(key: str, **params: object) -> Names:
    """A name from ``data/texts/terms.yaml`` in both languages."""
    return {lang: text("terms", key, lang, **params) for lang in LANGUAGES}

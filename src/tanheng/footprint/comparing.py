"""Comparison of two results (C19): refused where they are not comparable, sampled together where they are.

The difference of two uncertain results is far less uncertain than either where both rest on the same inputs. Inputs have the
same key in both results, and a key has one stream of random numbers, so what they share is drawn once (C18).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tanheng.errors import AssessmentError, Fault, QuantityError
from tanheng.footprint.assessment import Assessment, Gap, LineResult
from tanheng.footprint.inputs import Model
from tanheng.footprint.montecarlo import SAMPLES, Draws, Progress, check_samples, model_from, rounded, sobol, study_of
from tanheng.footprint.sampling import Samples
from tanheng.footprint.study import Names, Stage, UnitKind
from tanheng.footprint.uncertainty import SHOWN, moments
from tanheng.quantities import Quantity

_SAME = 1e-9
_NOTHING = 5e-5
"""Share of a variance that rounds to nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """A stage or a line of both results, kg CO2e; ``None`` where one has none."""

    key: str
    names: Names
    a: float | None
    b: float | None

    @property
    def difference(self) -> float:
        """a − b, a missing one being nothing."""
        return (self.a or 0.0) - (self.b or 0.0)


@dataclass(frozen=True, slots=True)
class Share:
    """Share of the variance of the difference that an input has; ``of`` is ``a``, ``b`` or ``both``."""

    label: str
    names: Names
    of: str
    share: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two results, a − b in kg CO2e per ``unit``.

    Attributes:
        a, b: totals; ``digests`` are those of the two assessments.
        complete: whether both are; else the totals are lower bounds, and so is nothing said about the truth (C02).
            sides_complete: whether each is.
        missing: what is missing in one of them and not in the other, of a and of b. Gaps of both cancel in a difference; these
            do not, so no probability is told.
        difference: of the deterministic results. mean, low, high: of the sampled difference, with its 95 % interval.
        probability_lower: P(a < b), equal samples counted half; ``None`` where nothing is uncertain, or something is
            ``missing``.
        coverage: share of each result that has a distribution.
        shared: share of the two variances that comes from inputs of both results.
        shares: of the variance of the difference.
        stages, lines: both sides; lines are matched by id, else by stage and name.
    """

    names: tuple[Names, Names]
    digests: tuple[str, str]
    unit: str
    a: float
    b: float
    complete: bool
    sides_complete: tuple[bool, bool]
    missing: tuple[tuple[Gap, ...], tuple[Gap, ...]]
    difference: float
    mean: float
    low: float
    high: float
    probability_lower: float | None
    samples: int
    seed: int
    coverage: tuple[float, float]
    shared: float
    shares: tuple[Share, ...]
    stages: tuple[Row, ...]
    lines: tuple[Row, ...]


def comparable(a: Assessment, b: Assessment) -> tuple[Fault, ...]:
    """Why two results must not be compared (C19); empty where they may be.

    Same amount, kind and function of the unit, boundary, regime and its version, GWP set, rule pack and its version, engine,
    and stages.
    """
    return tuple(_reasons(a, b))


def compare(
    a: Assessment, b: Assessment, *, samples: int = SAMPLES, seed: int = 1, progress: Progress | None = None
) -> Comparison:
    """The difference a − b with its uncertainty, from common samples.

    Raises:
        AssessmentError: TH-ASM-090 … 098, all reasons at once, where the two are not comparable; TH-ASM-086 a number of
            samples out of range.
    """
    reasons = comparable(a, b)
    if reasons:
        raise AssessmentError.of(reasons)
    models = model_from(study_of(a), a), model_from(study_of(b), b)
    draws = Draws(seed, check_samples(samples))
    of_a = draws.totals(models[0], progress)
    of_b = draws.totals(models[1], progress)
    difference = of_a - of_b
    low, high = np.quantile(difference, (0.025, 0.975))
    missing = only(a, b), only(b, a)
    known = bool(models[0].inputs or models[1].inputs) and not any(missing)
    lower = float(np.mean(difference < 0) + 0.5 * np.mean(difference == 0))
    return Comparison(
        names=(a.product, b.product),
        digests=(a.digest, b.digest),
        unit=a.unit,
        a=a.total,
        b=b.total,
        complete=a.complete and b.complete,
        sides_complete=(a.complete, b.complete),
        missing=missing,
        difference=a.total - b.total,
        mean=rounded(np.mean(difference)),
        low=rounded(low),
        high=rounded(high),
        probability_lower=rounded(lower) if known else None,
        samples=samples,
        seed=seed,
        coverage=(models[0].coverage, models[1].coverage),
        shared=_shared(models),
        shares=_shares(models, draws, difference),
        stages=_stages(a, b),
        lines=_lines(a, b),
    )


def only(one: Assessment, other: Assessment) -> tuple[Gap, ...]:
    """Blocking gaps of ``one`` that ``other`` does not have; where they stand does not matter."""
    there = [(gap.code, gap.params) for gap in other.gaps if gap.blocks]
    found = []
    for gap in one.gaps:
        if gap.blocks and (gap.code, gap.params) in there:
            there.remove((gap.code, gap.params))
        elif gap.blocks:
            found.append(gap)
    return tuple(found)


def side_by_side(a: Assessment, b: Assessment) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Stages and lines of two results of one product, whether or not they are comparable."""
    return _stages(a, b), _lines(a, b)


def _reasons(a: Assessment, b: Assessment) -> Iterator[Fault]:
    def fault(code: str, one: str, other: str) -> Fault:
        return Fault(code, "", {"a": one, "b": other})

    if not same_unit(a, b):
        yield fault("TH-ASM-090", a.declared_unit, b.declared_unit)
    if a.unit_kind != b.unit_kind:
        yield fault("TH-ASM-096", a.unit_kind, b.unit_kind)
    elif a.unit_kind == UnitKind.FUNCTIONAL and not _same_function(a.unit_text, b.unit_text):
        yield fault("TH-ASM-098", _said(a.unit_text), _said(b.unit_text))
    if a.boundary != b.boundary:
        yield fault("TH-ASM-091", a.boundary, b.boundary)
    if a.regime != b.regime:
        yield fault("TH-ASM-092", a.regime, b.regime)
    if a.method != b.method:
        yield fault("TH-ASM-094", a.method, b.method)
    if a.rule_pack != b.rule_pack:
        yield fault("TH-ASM-095", a.rule_pack, b.rule_pack)
    engines = [str(result.inputs["engine"]) for result in (a, b)]
    if engines[0] != engines[1]:
        yield Fault("TH-ASM-097", "", {"name": "engine", "a": engines[0], "b": engines[1]})
    for what, same in (("regime", a.regime == b.regime), ("rule_pack", a.rule_pack == b.rule_pack)):
        one, other = (result.inputs[what]["digest"] for result in (a, b))
        if same and one != other:
            yield Fault("TH-ASM-097", "", {"name": a.regime if what == "regime" else a.rule_pack, "a": one, "b": other})
    stages = [", ".join(s.stage.value for s in result.stages) for result in (a, b)]
    if stages[0] != stages[1]:
        yield fault("TH-ASM-093", stages[0] or "–", stages[1] or "–")


def same_unit(a: Assessment, b: Assessment) -> bool:
    """Whether two results are per the same amount, however it is written."""
    one, other = Quantity.parse(a.declared_unit), Quantity.parse(b.declared_unit)
    try:
        return math.isclose(other.to(one.unit).value, one.value, rel_tol=_SAME)
    except QuantityError:
        return False


def _same_function(one: Names, other: Names) -> bool:
    """Whether two functional units say the same function: one piece worn 50 times is not one piece worn 20 times.

    Texts are compared in the languages that both have; where there is none, nothing can be told apart.
    """
    both = one.keys() & other.keys()
    return not both or any(_plain(one[lang]) == _plain(other[lang]) for lang in both)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _said(names: Names) -> str:
    return " / ".join(text for _, text in sorted(names.items()))


def _shared(models: tuple[Model, Model]) -> float:
    """Share of both variances together that comes from inputs of both."""
    parts = [moments(model).shares() for model in models]
    whole = math.fsum(value for part in parts for value in part.values())
    both = parts[0].keys() & parts[1].keys()
    return math.fsum(part[key] for part in parts for key in both) / whole if whole else 0.0


def _shares(models: tuple[Model, Model], draws: Draws, difference: Samples) -> tuple[Share, ...]:
    """First-order shares of the variance of the difference: an input of both counts with the difference of its effects."""
    first: dict[str, float] = {}
    for model, sign in zip(models, (1.0, -1.0), strict=True):
        for key, value in moments(model).first.items():
            first[key] = first.get(key, 0.0) + sign * value
    parameters = [key for model in models if model.formulas is not None for key in model.formulas.keys.values()]
    parts = sobol(first, parameters, draws, difference)
    whole = math.fsum(parts.values())
    if whole <= 0:
        return ()
    sums: dict[tuple[str, str], tuple[Names, float]] = {}
    for key, part in parts.items():
        within = [model.inputs[key] for model in models if key in model.inputs]
        of = "both" if len(within) == 2 else "a" if key in models[0].inputs else "b"
        names, before = sums.get((within[0].label, of), (within[0].names, 0.0))
        sums[within[0].label, of] = names, before + part / whole
    found = [
        Share(label, names, of, round(share, 4)) for (label, of), (names, share) in sums.items() if share > _NOTHING
    ]
    return tuple(sorted(found, key=lambda s: (-s.share, s.label, s.of)))[:SHOWN]


def _stages(a: Assessment, b: Assessment) -> tuple[Row, ...]:
    sides = [{s.stage: s.total for s in result.stages} for result in (a, b)]
    there = [stage for stage in Stage if stage in sides[0] or stage in sides[1]]
    return tuple(Row(stage.value, {}, sides[0].get(stage), sides[1].get(stage)) for stage in there)


def _lines(a: Assessment, b: Assessment) -> tuple[Row, ...]:
    """Lines of both, matched, by the size of their difference."""
    sides = [by_key(result) for result in (a, b)]
    rows = []
    for key in dict.fromkeys((*sides[0], *sides[1])):
        names = (sides[0].get(key) or sides[1][key]).names
        one, other = (side[key].total if key in side else None for side in sides)
        rows.append(Row(key, names, one, other))
    return tuple(sorted(rows, key=lambda row: -abs(row.difference)))


def by_key(result: Assessment) -> dict[str, LineResult]:
    """Lines by what tells them apart in two versions of a study: their id, else stage and name, numbered if need be."""
    found: dict[str, LineResult] = {}
    last: dict[str, int] = {}  # where numbering goes on, so that many lines of one name take no longer
    # Credits of co-products stand behind the lines that the study writes, and have no id.
    ids = {index: line.get("id", "") for index, line in enumerate(result.inputs["study"].get("lines", ()))}
    for row in result.lines:
        name = ids.get(row.index) or f"{row.stage} {' / '.join(text for _, text in sorted(row.names.items()))}"
        key, number = name, last.get(name, 2)
        while key in found:
            key, number = f"{name} #{number}", number + 1
        last[name] = number
        found[key] = row
    return found

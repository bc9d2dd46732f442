"""Linked study → assessment: the arithmetic of every part, the sums, the findings, the digest (C03, C04, C20, C21).

For each part: kg of gas = activity amount × share × kg of gas per unit; kg CO2e by the regime's GWP set. Everything else
is sums of the parts that the regime counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tanheng.errors import AssessmentError, Fault
from tanheng.footprint import documents, quality, totals
from tanheng.footprint.allocating import line_share, place_of, product_share
from tanheng.footprint.assembling import NONE
from tanheng.footprint.assessment import (
    ENGINE_VERSION,
    AllocationResult,
    Assessment,
    FindingResult,
    Gap,
    GasResult,
    LineResult,
    Part,
)
from tanheng.footprint.background import BackgroundSpreads
from tanheng.footprint.claiming import claim
from tanheng.footprint.linking import LinkedLine, LinkedStudy
from tanheng.footprint.montecarlo import Progress, monte_carlo
from tanheng.footprint.onbackground import RECORD, on_background, recorded
from tanheng.footprint.ports import Backgrounds, NoBackgrounds
from tanheng.footprint.preparing import Prepared
from tanheng.footprint.reading import study_document
from tanheng.footprint.rulebook import Rulebook
from tanheng.footprint.scoping import Scope
from tanheng.footprint.spreading import spread_of
from tanheng.footprint.study import Line, Study
from tanheng.footprint.targets import Target
from tanheng.footprint.uncertainty import analytic
from tanheng.footprint.workbench import LinkedPart
from tanheng.inventory.quality import Quality
from tanheng.rules import Record, Regime, check

HOT_SPOTS = 5
LARGEST = 1e30
"""Greatest absolute result of a line, kg CO2e; beyond it is a slip, and arithmetic would overflow."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the uncertainty of a result is sampled (C18); the same samples and seed give the same numbers.

    Attributes:
        spreads: background databases whose samples are drawn, too; without them background products have no spread of
            their own.
    """

    samples: int
    seed: int = 1
    progress: Progress | None = None
    spreads: BackgroundSpreads | None = None

    def of(self, linked: LinkedStudy, result: Assessment, chosen: Regime) -> Assessment:
        """A result with its sampled view, and the record of the databases that it was drawn of, if any (C21)."""
        samples, seed, progress = self.samples, self.seed, self.progress
        if self.spreads is None:
            found = monte_carlo(linked, result, chosen, samples=samples, seed=seed, progress=progress)
            return replace(result, monte_carlo=found)
        found, drawn = on_background(
            linked.study, result, chosen, self.spreads, samples=samples, seed=seed, progress=progress
        )
        return replace(result, monte_carlo=found, inputs={**result.inputs, RECORD: documents.plain(drawn)})


def sampling_of(
    assessment: Assessment, backgrounds: Backgrounds | None, *, progress: Progress | None = None
) -> Sampling | None:
    """How an assessment was sampled; ``None`` where it was not.

    Args:
        backgrounds: where the snapshots are kept that it was sampled with.
    """
    drawn = assessment.monte_carlo
    if drawn is None:
        return None
    kept = recorded(assessment.inputs) is not None
    spreads = BackgroundSpreads(backgrounds or NoBackgrounds()) if kept else None
    return Sampling(drawn.samples, drawn.seed, progress, spreads)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The numbers of a linked study under a regime.

    Attributes:
        stored: kg CO2e of carbon kept in the product. added_back: what of it is in ``total``, where it is not netted (C06).
        excluded: kg CO2e of parts that are not counted.
    """

    lines: tuple[LineResult, ...]
    gases: tuple[GasResult, ...]
    gaps: tuple[Gap, ...]
    share: AllocationResult
    total: float
    stored: float
    added_back: float
    excluded: float


def calculate(prepared: Prepared, linked: LinkedStudy, chosen: Regime, evidence: Mapping[str, str | None]) -> Outcome:
    """All parts and their sums.

    Args:
        linked: the links of ``prepared.study``.

    Raises:
        AssessmentError: TH-ASM-008 where a number is beyond any product.
    """
    study = linked.study
    share = product_share(study, chosen.method.allocation)
    basis = study.basis or study.unit
    scale = study.unit.to(basis.unit, place="basis").value / basis.value
    work = _Work(prepared, chosen, Scope(chosen, study), evidence)
    rows = [work.line(i, row, scale * line_share(row.line, share)) for i, row in enumerate(linked.lines)]
    faults = [Fault("TH-ASM-008", row.place) for row in rows if not abs(row.total or 0.0) < LARGEST]
    if faults:
        raise AssessmentError.of(faults)
    gases = totals.add_up(part.gases for row in rows for part in row.parts if not part.excluded)
    back = totals.added_back(gases, chosen)
    total = totals.counted_total(gases) + back
    return Outcome(
        lines=tuple(replace(row, share=row.total / total if total and row.total is not None else None) for row in rows),
        gases=gases,
        gaps=tuple(g for row in rows for g in row.gaps) + linked.gaps + prepared.gaps + _unknown_gases(gases, chosen),
        share=share,
        total=total,
        stored=totals.stored_carbon(gases),
        added_back=back,
        excluded=sum(part.total for row in rows for part in row.parts if part.excluded),
    )


def freeze(
    prepared: Prepared,
    linked: LinkedStudy,
    rules: Rulebook,
    made_from: Mapping[str, Any],
    sampling: Sampling | None = None,
) -> Assessment:
    """Compute and digest the assessment of a linked study.

    Args:
        linked: the links of ``prepared.study``.
        made_from: ``factors`` (the release), ``targets`` (the record of what was looked up) and ``evidence`` (SHA-256 by
            file name), kept among the inputs.
        sampling: how the uncertainty is sampled; not at all by default.
    """
    study, chosen, pack = linked.study, rules.effective, rules.pack
    spreads = sampling.spreads if sampling is not None else None
    found = calculate(prepared, linked, chosen, made_from["evidence"])
    lines, total = found.lines, found.total
    ranked = sorted((row for row in lines if row.total), key=lambda row: (-abs(row.total or 0.0), row.index))
    result = Assessment(
        digest="",
        product=study.product.names,
        maker=study.product.maker,
        codes=study.product.codes,
        declared_unit=str(study.unit),
        unit_kind=study.unit_kind.value,
        unit_text=study.unit_text,
        unit=f"kg CO2e/{study.unit.unit}" if study.unit.value == 1 else f"kg CO2e/({study.unit})",
        boundary=study.boundary.value,
        period=study.period,
        site=study.site,
        regime=chosen.id,
        regime_names=chosen.standard,
        method=chosen.gwp.name,
        rule_pack=pack.reference,
        rule_pack_names=pack.names,
        total=total,
        complete=not any(gap.blocks for gap in found.gaps),
        stages=totals.by_stage(lines, total, chosen.stages),
        lines=lines,
        gases=found.gases,
        origins=totals.by_origin(found.gases),
        stored_carbon=found.stored,
        quality=quality.rate(lines),
        uncertainty=analytic(
            study,
            lines,
            total,
            cancels=found.added_back != 0.0,
            supplies=spreads.under(chosen, cancels=found.added_back != 0.0) if spreads is not None else None,
        ),
        electricity=totals.electricity(lines, chosen),
        allocation=found.share,
        gaps=found.gaps,
        findings=(),
        hot_spots=tuple(row.index for row in ranked[:HOT_SPOTS]),
        inputs=_inputs(prepared.written, rules, made_from),
        goal=study.goal,
        audience=study.audience,
        cut_offs=tuple({"names": dict(c.names), "reason": dict(c.reason), "share": c.share} for c in study.cut_offs),
        limits=study.limits,
        sources=study.sources,
        author=study.author,
        excluded=found.excluded,
        parameters=prepared.parameters,
        scenario=prepared.written.scenario,
    )
    if result.complete:
        result = replace(result, claim=claim(total, study.unit, pack.label_unit, chosen.method.rounding))
    if sampling is not None:
        result = sampling.of(linked, result, chosen)
    result = replace(result, findings=_findings(rules, result))
    return replace(result, digest=documents.digest(result))


@dataclass(slots=True)
class _Work:
    """Turns linked lines into results; what many lines share is worked out once."""

    prepared: Prepared
    chosen: Regime
    scope: Scope
    evidence: Mapping[str, str | None]
    ones: dict[int, tuple[tuple[GasResult, ...], float]] = field(default_factory=dict)

    def line(self, index: int, row: LinkedLine, share: float) -> LineResult:
        """Result of a line, of which the product carries ``share`` for its unit."""
        line, nested = row.line, self.prepared.structure
        known = nested.known(index)
        scale = share * float(nested.multiplier[index]) if known else 0.0
        # Below an assembly without an amount nothing is known; the assembly's gap says so (C02).
        parts = tuple(self._part(part, line, scale) for part in row.parts) if known else ()
        scores = _scores(line.quality, row.parts if known else (), parts)
        return LineResult(
            index=index,
            place=place_of(line, index),
            stage=line.stage,
            type=line.type,
            names=line.names,
            amount=line.amount.value * scale if line.amount is not None and known else None,
            unit=line.amount.unit if line.amount is not None else "",
            total=sum(part.total for part in parts if not part.excluded) if parts else None,
            share=None,
            data=line.data,
            quality=scores.scores,
            rating=scores.rating,
            parts=parts,
            gaps=tuple(self.scope.settle(gap, line, row.parts) for gap in row.gaps),
            evidence={name: self.evidence[name] for name in line.evidence},
            source=line.source,
            note=line.note,
            after=line.after,
            level=int(nested.level[index]),
            parent=int(nested.parent[index]) if nested.parent[index] != NONE else None,
            formula=self.prepared.formula(index),
        )

    def _part(self, part: LinkedPart, line: Line, scale: float) -> Part:
        amount = part.amount * scale
        one, per_unit = self._one(part.target)
        gases = tuple(GasResult(g.gas, g.origin, g.mass * amount, g.co2e * amount, g.counted) for g in one)
        located = None
        if part.location_based is not None:
            located = amount * totals.counted_total(totals.characterise(part.location_based, self.chosen))
        gsd2, shared = spread_of(part.target, line)
        per = part.target.per
        activity = f"{amount:.6g} {per}"
        before = _steps(part, scale, activity)
        formula = f"{before}{activity} × {per_unit:.6g} kg CO2e/{per} = {amount * per_unit:.6g} kg CO2e"
        return Part(
            what=part.what,
            names=part.names,
            amount=amount,
            unit=per,
            per_unit=per_unit,
            total=amount * per_unit,
            formula=formula,
            provenance=part.target.provenance,
            gases=gases,
            stage=part.stage or line.stage,
            excluded=self.scope.reason(part, line),
            location_based=located,
            gsd2=gsd2,
            shared_spread=shared,
        )

    def _one(self, target: Target) -> tuple[tuple[GasResult, ...], float]:
        # By identity: targets live as long as the linked study, and hashing their amounts would cost more than it saves.
        if id(target) not in self.ones:
            gases = totals.characterise(target.amounts, self.chosen)
            self.ones[id(target)] = gases, totals.counted_total(gases)
        return self.ones[id(target)]


def _steps(part: LinkedPart, scale: float, activity: str) -> str:
    """How the activity came about, in equations that hold one by one."""
    if scale == 1.0:
        told = part.steps if part.steps.endswith(activity) else f"{part.steps} = {activity}"
        return "" if told == activity else f"{told}; "
    if " = " not in part.steps:
        return f"{part.steps} × {scale:.6g} = {activity}; "
    once = f"{part.amount:.6g} {part.target.per}"
    told = part.steps if part.steps.endswith(once) else f"{part.steps} = {once}"
    return f"{told}; {once} × {scale:.6g} = {activity}; "


def _scores(own: Quality, linked: Iterable[LinkedPart], parts: Iterable[Part]) -> Quality:
    """The line's own scores; where it has none, those of its largest counted part's factor."""
    if own.scores:
        return own
    rated = [
        (abs(p.total), link.target.quality)
        for link, p in zip(linked, parts, strict=True)
        if link.target.quality.scores and not p.excluded
    ]
    return max(rated, key=lambda pair: pair[0])[1] if rated else own


def _unknown_gases(gases: Iterable[GasResult], chosen: Regime) -> tuple[Gap, ...]:
    """A gas that the regime counts and its GWP set has no value for."""
    return tuple(
        Gap("gas-without-gwp", "", True, {"gas": gas, "set": chosen.gwp.name})
        for gas in sorted({g.gas for g in gases if g.counted and not chosen.gwp.knows(g.gas)})
    )


def _inputs(study: Study, rules: Rulebook, made_from: Mapping[str, Any]) -> Mapping[str, Any]:
    document = study_document(study)
    return {
        "study": document,
        "study_digest": documents.digest_of(document),
        **made_from,
        **rules.record(),
        "engine": ENGINE_VERSION,
    }


def _findings(rules: Rulebook, result: Assessment) -> tuple[FindingResult, ...]:
    """What the checks of the rule pack and the regime say about the study and its result."""
    return tuple(
        FindingResult(
            code=f.check.code,
            severity=f.check.severity.value,
            clause=f.check.clause,
            path=f.path,
            quote=f.quote,
            message={lang: f.text(f.check.message, lang) for lang in f.check.message},
            question={lang: f.text(f.check.question, lang) for lang in f.check.question},
            waiver=f.waiver,
        )
        for f in check(rules.pack, result.inputs["study"], Record(result), rules.regime)
    )

"""The main job: study → assessment.

For each part: kg of gas = activity amount × share × kg of gas per unit; kg CO2e by the regime's GWP set. Everything else
is sums of parts (C03, C04, C17, C18).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tanheng.errors import AssessmentError, Fault
from tanheng.factors import Release, embedded
from tanheng.footprint import documents, quality, totals
from tanheng.footprint.allocating import product_share
from tanheng.footprint.assessment import (
    Assessment,
    FindingResult,
    Gap,
    LineResult,
    Part,
    UncertaintyResult,
)
from tanheng.footprint.linking import LinkedLine, LinkedStudy, link_study
from tanheng.footprint.lookups import Live, record_of
from tanheng.footprint.ports import Backgrounds, NoBackgrounds
from tanheng.footprint.reading import read_study, study_document
from tanheng.footprint.study import Line, Study
from tanheng.footprint.targets import Resolver, Target
from tanheng.footprint.workbench import LinkedPart
from tanheng.inventory.quality import Quality
from tanheng.quantities import Origin
from tanheng.rules import DEFAULT_REGIME, GENERAL_RULE, Regime, RulePack, check, regime, rule_pack

ENGINE_VERSION = "1"
"""Version of the calculation convention; raised when a clause, and so a result, changes."""

HOT_SPOTS = 5
DEEPEST = 50
"""How deep studies may link to studies."""
LARGEST = 1e30
"""Greatest absolute result of a line, kg CO2e; beyond it is a slip, and arithmetic would overflow."""


def assess(
    study: Study,
    *,
    backgrounds: Backgrounds | None = None,
    database: str = "",
    release: Release | None = None,
    regime_id: str = "",
    rules: str = "",
) -> Assessment:
    """The footprint of a study under a regime and a rule pack.

    Args:
        backgrounds: where background databases come from; none by default.
        database: the database that links without a prefix are looked up in.
        release: the factors; the embedded ones by default.
        regime_id, rules: override what the study names.

    Raises:
        AssessmentError: units that do not fit, allocation that cannot be computed, a circle of studies; all with place.
        RuleError: an unknown regime or rule pack.
    """
    return _Assessor(backgrounds or NoBackgrounds(), database, release or embedded(), regime_id, rules).assess(
        study, ()
    )


class _Assessor:
    def __init__(self, backgrounds: Backgrounds, database: str, release: Release, regime_id: str, rules: str) -> None:
        self.backgrounds, self.database, self.release = backgrounds, database, release
        self.regime_id, self.rules = regime_id, rules
        self.done: dict[tuple[Path, str], Assessment] = {}

    def assess(self, study: Study, trail: tuple[Path, ...], parent: Regime | None = None) -> Assessment:
        # A linked study is part of the result, so it is computed under the rules of the result (C20).
        chosen = parent or regime(self.regime_id or study.regime or DEFAULT_REGIME)
        pack = rule_pack((self.rules if parent is None else "") or study.rules or GENERAL_RULE)
        lookups = Live(self._resolver(study, trail, chosen), int(study.period[1][:4]))
        linked = link_study(study, lookups, chosen)
        made_from = {
            "factors": {"name": self.release.name, "version": self.release.version, "digest": self.release.digest},
            "targets": record_of(lookups.seen),
            "evidence": {name: _evidence(name, study) for line in study.lines for name in line.evidence},
        }
        return freeze(linked, chosen, pack, made_from)

    def _resolver(self, study: Study, trail: tuple[Path, ...], chosen: Regime) -> Resolver:
        own = (Path(study.path).resolve(),) if study.path else ()
        here = trail + own

        def assess_file(path: Path) -> Assessment:
            if path.resolve() in here:
                circle = " → ".join(p.name for p in (*here[here.index(path.resolve()) :], path))
                raise AssessmentError("TH-ASM-002", place=path.name, circle=circle)
            if len(here) > DEEPEST:
                raise AssessmentError("TH-ASM-007", place=path.name, depth=DEEPEST)
            key = (path.resolve(), chosen.id)
            if key not in self.done:
                self.done[key] = self.assess(read_study(path), here, chosen)
            return self.done[key]

        folder = own[0].parent if own else Path()
        return Resolver(
            self.release, self.backgrounds, self.database, chosen.id, assess_file, documents.read_assessment, folder
        )


def freeze(linked: LinkedStudy, chosen: Regime, pack: RulePack, made_from: Mapping[str, Any]) -> Assessment:
    """Compute and digest the assessment of a linked study.

    Args:
        made_from: ``factors`` (the release), ``targets`` (the record of what was looked up) and ``evidence`` (SHA-256 by
            file name), kept among the inputs.
    """
    study = linked.study
    share = product_share(study)
    basis = study.basis or study.unit
    scale = study.unit.to(basis.unit, place="basis").value / basis.value
    rows = [
        _line(i, row, scale * (share.share if row.line.allocate else 1.0), chosen, made_from["evidence"])
        for i, row in enumerate(linked.lines)
    ]
    faults = [Fault("TH-ASM-008", row.place) for row in rows if not abs(row.total or 0.0) < LARGEST]
    if faults:
        raise AssessmentError.of(faults)
    gases = totals.add_up(part.gases for row in rows for part in row.parts)
    stored = totals.stored_carbon(gases)
    total = totals.counted_total(gases) + (0.0 if chosen.nets_stored_carbon else stored)
    lines = tuple(replace(row, share=row.total / total if total and row.total is not None else None) for row in rows)
    gaps = tuple(gap for row in lines for gap in row.gaps) + _unknown_gases(gases, chosen)
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
        complete=not any(gap.blocks for gap in gaps),
        stages=totals.by_stage(lines, total),
        lines=lines,
        gases=gases,
        origins=totals.by_origin(gases),
        stored_carbon=stored,
        quality=quality.rate(lines),
        uncertainty=_uncertainty(linked, lines, total, stored if not chosen.nets_stored_carbon else 0.0),
        electricity=totals.electricity(lines, chosen),
        allocation=share,
        gaps=gaps,
        findings=(),
        hot_spots=tuple(row.index for row in ranked[:HOT_SPOTS]),
        inputs=_inputs(study, chosen, pack, made_from),
        goal=study.goal,
        audience=study.audience,
        cut_offs=tuple({"names": dict(c.names), "reason": dict(c.reason), "share": c.share} for c in study.cut_offs),
        limits=study.limits,
        sources=study.sources,
        author=study.author,
    )
    result = replace(result, findings=_findings(pack, study, result))
    return replace(result, digest=documents.digest(result))


def _line(index: int, row: LinkedLine, scale: float, chosen: Regime, evidence: Mapping[str, str | None]) -> LineResult:
    line = row.line
    parts = tuple(_part(part, line, scale, chosen) for part in row.parts)
    scores = _scores(line.quality, row.parts, parts)
    return LineResult(
        index=index,
        place=f"lines[{index}]",
        stage=line.stage,
        type=line.type,
        names=line.names,
        amount=line.amount.value * scale if line.amount is not None else None,
        unit=line.amount.unit if line.amount is not None else "",
        total=sum(part.total for part in parts) if parts else None,
        share=None,
        data=line.data,
        quality=scores.scores,
        rating=scores.rating,
        parts=parts,
        gaps=row.gaps,
        evidence={name: evidence[name] for name in line.evidence},
        source=line.source,
        note=line.note,
    )


def _part(part: LinkedPart, line: Line, scale: float, chosen: Regime) -> Part:
    amount = part.amount * scale
    one = totals.characterise(part.target.amounts, chosen.gwp, chosen.counted)
    per_unit = totals.counted_total(one)
    gases = tuple(replace(g, mass=g.mass * amount, co2e=g.co2e * amount) for g in one)
    located = None
    if part.location_based is not None:
        located = amount * totals.counted_total(totals.characterise(part.location_based, chosen.gwp, chosen.counted))
    gsd2, shared = _spread(part.target, line)
    per = part.target.per
    scaled = f" × {scale:.6g}" if scale != 1.0 else ""
    activity = f"{amount:.6g} {per}"
    before = "" if part.steps + scaled == activity else f"{part.steps}{scaled} = {activity}; "
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
        location_based=located,
        gsd2=gsd2,
        shared_spread=shared,
    )


def _spread(target: Target, line: Line) -> tuple[float | None, bool]:
    """GSD² of what one unit emits, and whether it belongs to the source, so that all lines that use it share it (C18).

    The source's own spread comes first, then the quality scores of the line, then those of the source. A direct emission
    has no source: its spread is the line's, and the scores stand in only where none is given.
    """
    if target.gsd2 is not None:
        return target.gsd2, True
    if target.provenance.kind == "direct" and line.uncertainty is not None:
        return None, False
    own = quality.pedigree_gsd2(line.quality)
    return (own, False) if own is not None else (quality.pedigree_gsd2(target.quality), True)


def _scores(own: Quality, linked: Iterable[LinkedPart], parts: Iterable[Part]) -> Quality:
    """The line's own scores; where it has none, those of its largest part's factor."""
    if own.scores:
        return own
    rated = [
        (abs(p.total), link.target.quality) for link, p in zip(linked, parts, strict=True) if link.target.quality.scores
    ]
    return max(rated, key=lambda pair: pair[0])[1] if rated else own


def _evidence(name: str, study: Study) -> str | None:
    """SHA-256 of an evidence file beside the study; ``None`` where it is not there."""
    path = Path(study.path).parent / name if study.path else None
    if path is None or not path.is_file():
        return None
    with path.open("rb") as stream:
        return "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()


def _unknown_gases(gases: Iterable[Any], chosen: Regime) -> tuple[Gap, ...]:
    return tuple(
        Gap("gas-without-gwp", "", True, {"gas": gas, "set": chosen.gwp.name})
        for gas in sorted({g.gas for g in gases if not chosen.gwp.knows(g.gas)})
    )


def _uncertainty(
    linked: LinkedStudy, lines: tuple[LineResult, ...], total: float, added_back: float
) -> UncertaintyResult:
    try:
        return _spread_of_total(linked, lines, total, added_back)
    except OverflowError as error:
        raise AssessmentError("TH-ASM-008", place="uncertainty") from error


def _spread_of_total(
    linked: LinkedStudy, lines: tuple[LineResult, ...], total: float, added_back: float
) -> UncertaintyResult:
    """Combine the terms of all parts.

    Where stored carbon is added back, uptake and release of CO2 cancel in the total, so neither moves it.
    """

    def moves(part: Part) -> float:
        cancelled = [g.co2e for g in part.gases if g.gas == "CO2" and g.origin in (Origin.REMOVAL, Origin.BIOGENIC)]
        return part.total - (sum(cancelled) if added_back else 0.0)

    own: list[quality.Term] = []
    shared: dict[str, list[quality.Term]] = {}
    covered = []
    for row, link in zip(lines, linked.lines, strict=True):
        amount = link.line.amount.value if link.line.amount else None
        activity = quality.gsd2_of(link.line.uncertainty, amount)
        if activity is not None:
            own.append(quality.Term(row.place, sum(moves(p) for p in row.parts), activity))
        for part in row.parts:
            if part.gsd2 is not None and part.shared_spread:
                key = f"{part.provenance.release} {part.provenance.id} {part.provenance.per}"
                shared.setdefault(key, []).append(quality.Term(part.provenance.id, moves(part), part.gsd2))
            elif part.gsd2 is not None:
                own.append(quality.Term(row.place, moves(part), part.gsd2))
        weight = sum(abs(p.total) for p in row.parts)
        known = weight if activity is not None else sum(abs(p.total) for p in row.parts if p.gsd2 is not None)
        covered.append((abs(row.total or 0.0), known / weight if weight else 0.0))
    return quality.combine(total, own, list(shared.values()), quality.coverage(covered))


def _inputs(study: Study, chosen: Regime, pack: RulePack, made_from: Mapping[str, Any]) -> Mapping[str, Any]:
    document = study_document(study)
    return {
        "study": document,
        "study_digest": documents.digest_of(document),
        **made_from,
        "regime": {"id": chosen.id, "digest": chosen.digest, "gwp": chosen.gwp.name},
        "rule_pack": {"id": pack.id, "version": pack.version, "digest": pack.digest},
        "engine": ENGINE_VERSION,
    }


def _findings(pack: RulePack, study: Study, result: Assessment) -> tuple[FindingResult, ...]:
    found = check(pack, study_document(study), documents.document(result))
    return tuple(
        FindingResult(
            code=f.check.code,
            severity=f.check.severity.value,
            clause=f.check.clause,
            path=f.path,
            quote=f.quote,
            message={lang: f.text(f.check.message, lang) for lang in f.check.message},
            question={lang: f.text(f.check.question, lang) for lang in f.check.question},
        )
        for f in found
    )

"""Assessing a study of the platform: look at what is needed, compute outside of any transaction, then keep the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from tanheng.accounts import Actor
from tanheng.footprint import Assessment as Result
from tanheng.footprint import assess as compute
from tanheng.footprint import document
from tanheng.footprint.montecarlo import Progress
from tanheng.services.databases.backgrounds import Shelf, shelf_of
from tanheng.services.factors import releases, shelf
from tanheng.services.factors.releases import Opened
from tanheng.services.rulepacks.rulepacks import files_of, laid_out
from tanheng.services.studies import evidence, studies
from tanheng.services.studies.assessments import Assessment, of
from tanheng.services.studies.events import AssessmentMade
from tanheng.services.studies.intake import check_alone
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import studies as tables

INLINE_SAMPLES = 20_000
"""Samples of the Monte Carlo view that a request may ask for; more are a job."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be computed.

    Attributes:
        number: of the version of the study; the latest by default.
        regime, rules, scenario: in place of what the study names.
        database: where links without a prefix are looked up.
        samples, seed: of the Monte Carlo view; none by default.
    """

    number: int | None = None
    regime: str = ""
    rules: str = ""
    database: str = ""
    scenario: str = ""
    samples: int = 0
    seed: int = 1


@dataclass(frozen=True, slots=True)
class _Needs:
    """What an order needs of the platform."""

    version: studies.StudyVersion
    evidence: Mapping[str, str]
    databases: Shelf
    factors: tuple[Opened, ...]
    rules: Mapping[str, str]


def assess(
    platform: Platform, actor: Actor, study: str, order: Order, *, progress: Progress | None = None
) -> Assessment:
    """Assess a version of a study and keep the frozen result.

    Args:
        progress: of the samples, told (parts done, parts in all).

    Raises:
        StoreError: TH-STO-001. StudyError: TH-STO-050 a file where an id belongs. AccessError: not an engineer of the
            organisation. AssessmentError, RuleError, HomeError: as of :func:`tanheng.footprint.assess`.
    """
    needs = platform.look(actor, _needs, study, order)
    model = needs.version.model
    check_alone(model, regime=order.regime, rules=order.rules)
    with laid_out(needs.rules) as folders:
        result = compute(
            model,
            backgrounds=needs.databases,
            database=order.database,
            release=shelf.composed(platform, needs.factors),
            evidence=needs.evidence,
            regime_id=order.regime,
            rules=order.rules,
            folders=folders,
            scenario=order.scenario,
            samples=order.samples,
            seed=order.seed,
            progress=progress,
        )
    blob = platform.blobs.put(orjson.dumps(document(result)))
    return platform.do(actor, _keep, needs, result, blob)


def _needs(work: Work, study: str, order: Order) -> _Needs:
    row = studies.seen(work, study)
    work.require("assessment.create", studies.thing(row))
    databases = shelf_of(work, row["organisation"])
    if order.database:
        databases.check(order.database)
    return _Needs(
        studies.version(work, study, order.number),
        evidence.digests(work, study),
        databases,
        releases.usable(work, row["organisation"]),
        files_of(work, row["organisation"]),
    )


def _keep(work: Work, needs: _Needs, result: Result, blob: str) -> Assessment:
    version = needs.version
    row = studies.seen(work, version.study)
    work.require("assessment.create", studies.thing(row))
    severities = [finding.severity for finding in result.findings]
    made = work.insert(
        tables.assessments,
        organisation=row["organisation"],
        study=version.study,
        number=version.number,
        digest=result.digest,
        blob=blob,
        names=dict(result.product),
        regime=result.regime,
        method=result.method,
        rule_pack=result.rule_pack,
        scenario=result.scenario,
        declared_unit=result.declared_unit,
        total=float(result.total),
        unit=result.unit,
        complete=result.complete,
        rating=result.quality.rating,
        primary_share=float(result.quality.primary_share),
        errors=severities.count("error"),
        warnings=severities.count("warning"),
        infos=severities.count("info"),
        author=work.actor.id,
    )
    work.record(
        AssessmentMade(
            id=made,
            organisation=row["organisation"],
            study=version.study,
            number=version.number,
            regime=result.regime,
            digest=result.digest,
        )
    )
    shelf.log(work, needs.factors, _used(result), organisation=row["organisation"], assessment=made)
    return of(work, made)


def _used(result: Result) -> dict[str, set[str]]:
    """Ids of the factors that an assessment uses, by the reference of their release."""
    found: dict[str, set[str]] = {}
    for target in result.inputs["targets"].values():
        told = target.get("provenance", {})
        if told.get("kind") == "factor":
            found.setdefault(told["release"], set()).update(told["id"].split(" + "))
    return found

"""Assessing a study of the platform: look at what is needed, compute outside of any transaction, then keep the outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from tanheng.accounts import Actor
from tanheng.footprint import Assessment as Result
from tanheng.footprint import document
from tanheng.footprint.assessing import assess_all
from tanheng.footprint.background import BackgroundUse
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

INLINE_SAMPLES, MOST_SAMPLES = 20_000, 100_000
"""Samples of the Monte Carlo view that a request may ask for, and a job."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be computed.

    Attributes:
        number: of the version of the study; the latest by default.
        regime, rules, scenario: in place of what the study names.
        database: where links without a prefix are looked up.
        samples, seed: of the Monte Carlo view; none by default.
        background: whether background databases are sampled with it.
    """

    number: int | None = None
    regime: str = ""
    rules: str = ""
    database: str = ""
    scenario: str = ""
    samples: int = 0
    seed: int = 1
    background: BackgroundUse = "stated"


@dataclass(frozen=True, slots=True)
class Needs:
    """What an order needs of the platform: the version of the study, and what its organisation may link to."""

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
    needed = platform.look(actor, needs, study, order)
    return keep(platform, actor, needed, computed(platform, needed, order, progress=progress))


def keep(platform: Platform, actor: Actor, needed: Needs, result: Result) -> Assessment:
    """Keep a result of a version, frozen (StoreError, AccessError as of :func:`assess`)."""
    blob = platform.blobs.put(orjson.dumps(document(result)))
    return platform.do(actor, _keep, needed, result, blob)


def computed(platform: Platform, needed: Needs, order: Order, *, progress: Progress | None = None) -> Result:
    """The result of an order, which is not kept; errors as of :func:`assess`."""
    return next(iter(computed_all(platform, needed, order, (order.regime,), progress=progress).values()))


def computed_all(
    platform: Platform,
    needed: Needs,
    order: Order,
    regimes: Sequence[str],
    *,
    progress: Progress | None = None,
) -> Mapping[str, Result]:
    """The results of an order under several regimes, by id, which are not kept.

    Args:
        regimes: in place of that of the order; all that ship where there is none, the study's own first.
    """
    model = needed.version.model
    for regime in regimes or ("",):
        check_alone(model, regime=regime, rules=order.rules)
    with laid_out(needed.rules) as folders:
        return assess_all(
            model,
            regimes=regimes,
            backgrounds=needed.databases,
            database=order.database,
            release=shelf.composed(platform, needed.factors),
            evidence=needed.evidence,
            rules=order.rules,
            folders=folders,
            scenario=order.scenario,
            samples=order.samples,
            seed=order.seed,
            background=order.background,
            progress=progress,
        )


def own_needs(work: Work, organisation: str, study: str, order: Order) -> Needs:
    """What an order needs of a study of an organisation (TH-STO-001 for one of others); errors as of :func:`needs`."""
    if studies.seen(work, study)["organisation"] != organisation:
        raise work.missing(studies.KIND, study)
    return needs(work, study, order)


def needs(work: Work, study: str, order: Order) -> Needs:
    """What an order needs of the platform, for whoever may assess the study.

    Raises:
        StoreError: TH-STO-001. AccessError: not an engineer of the organisation. HomeError: TH-HOM-001 the database.
    """
    row = studies.seen(work, study)
    work.require("assessment.create", studies.thing(row))
    databases = shelf_of(work, row["organisation"])
    if order.database:
        databases.check(order.database)
    return Needs(
        studies.version(work, study, order.number),
        evidence.digests(work, study),
        databases,
        releases.usable(work, row["organisation"]),
        files_of(work, row["organisation"]),
    )


def _keep(work: Work, needed: Needs, result: Result, blob: str) -> Assessment:
    version = needed.version
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
        boundary=result.boundary,
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
    shelf.log(work, needed.factors, _used(result), organisation=row["organisation"], assessment=made)
    return of(work, made)


def _used(result: Result) -> dict[str, set[str]]:
    """Ids of the factors that an assessment uses, by the reference of their release."""
    found: dict[str, set[str]] = {}
    for target in result.inputs["targets"].values():
        told = target.get("provenance", {})
        if told.get("kind") == "factor":
            found.setdefault(told["release"], set()).update(told["id"].split(" + "))
    return found

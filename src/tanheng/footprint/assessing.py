"""The main job: study → assessment, under one regime or several (C20, C21)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tanheng.errors import AssessmentError
from tanheng.factors import Release, embedded
from tanheng.files import file_digest
from tanheng.footprint import documents
from tanheng.footprint.assessment import ENGINE_VERSION, Assessment
from tanheng.footprint.background import BackgroundSpreads, BackgroundUse, is_sampled
from tanheng.footprint.freezing import Sampling, freeze
from tanheng.footprint.linking import LinkedStudy, link_study
from tanheng.footprint.lookups import Found, Live, of_result, record_of
from tanheng.footprint.montecarlo import Progress
from tanheng.footprint.ports import Backgrounds, NoBackgrounds
from tanheng.footprint.preparing import Prepared, prepare
from tanheng.footprint.reading import read_study
from tanheng.footprint.rulebook import Rulebook, known_regimes, pack_of, rules_of
from tanheng.footprint.study import Study
from tanheng.footprint.targets import Resolver
from tanheng.rules import Regime

__all__ = ["ENGINE_VERSION", "assess", "assess_all", "assessor", "linked"]

DEEPEST = 50
"""How deep studies may link to studies."""


def assess(
    study: Study,
    *,
    backgrounds: Backgrounds | None = None,
    database: str = "",
    release: Release | None = None,
    regime_id: str = "",
    rules: str = "",
    scenario: str = "",
    folders: Sequence[Path] = (),
    evidence: Mapping[str, str] | None = None,
    samples: int = 0,
    seed: int = 1,
    background: BackgroundUse = "stated",
    progress: Progress | None = None,
) -> Assessment:
    """The footprint of a study under a regime and a rule pack.

    Args:
        backgrounds: where background databases come from; none by default.
        database: the database that links without a prefix are looked up in.
        release: the factors; the embedded ones by default.
        regime_id, rules: override what the study names: an id, or the path of a file of one's own.
        scenario: id of a scenario of the study, in place of the one that it names.
        folders: where rule packs of one's own lie.
        evidence: ``sha256:…`` of evidence by its name, where it is kept elsewhere than in files beside the study.
        samples: of the Monte Carlo view of the uncertainty; none by default. seed: of its random numbers. progress: told
            (parts done, parts in all).
        background: whether background products have their ``stated`` footprint in every sample, or are ``sampled``, too
            (:mod:`tanheng.footprint.background`).

    Raises:
        AssessmentError: units that do not fit, allocation that cannot be computed, a circle of studies; all with place.
        RuleError: an unknown regime or rule pack.
    """
    found = assess_all(
        study,
        regimes=(regime_id,),
        backgrounds=backgrounds,
        database=database,
        release=release,
        rules=rules,
        scenario=scenario,
        folders=folders,
        evidence=evidence,
        samples=samples,
        seed=seed,
        background=background,
        progress=progress,
    )
    return next(iter(found.values()))


def assess_all(
    study: Study,
    *,
    regimes: Sequence[str] = (),
    backgrounds: Backgrounds | None = None,
    database: str = "",
    release: Release | None = None,
    rules: str = "",
    scenario: str = "",
    folders: Sequence[Path] = (),
    evidence: Mapping[str, str] | None = None,
    samples: int = 0,
    seed: int = 1,
    background: BackgroundUse = "stated",
    progress: Progress | None = None,
) -> Mapping[str, Assessment]:
    """The footprint of one study under several regimes, by id of the regime.

    What does not depend on the regime is done once: factors and background products are looked up once, linked studies
    and evidence are read once, and regimes that link alike share the linked study.

    Args:
        regimes: ids, or paths of files; all that ship by default, the study's own first.

    Other arguments and errors as of :func:`assess`.

    Raises:
        AssessmentError: TH-ASM-021 two different regimes of one id.
    """
    asked = tuple(regimes) or _all_regimes(study)
    desk = _Desk(backgrounds or NoBackgrounds(), database, release or embedded(), kept=evidence)
    prepared = prepare(study, scenario)
    spreads = BackgroundSpreads(desk.backgrounds) if is_sampled(background) else None
    sampling = Sampling(samples, seed, progress, spreads) if samples else None
    rulebooks: dict[str, Rulebook] = {}
    for reference in asked:
        rulebook = rules_of(study, reference, rules, folders)
        kept = rulebooks.setdefault(rulebook.regime.id, rulebook)
        if kept.regime.digest != rulebook.regime.digest:
            raise AssessmentError("TH-ASM-021", place=reference, id=rulebook.regime.id)
    return {
        name: _Assessor(desk, rulebook.effective, folders).assess(prepared, rulebook, (), sampling)
        for name, rulebook in rulebooks.items()
    }


def assessor(
    *,
    backgrounds: Backgrounds | None = None,
    database: str = "",
    release: Release | None = None,
    regime_id: str = "",
    rules: str = "",
    folders: Sequence[Path] = (),
) -> Callable[[Study], Assessment]:
    """A function that assesses studies one after the other; what several of them link to is looked up once.

    Arguments and errors as of :func:`assess`.
    """
    port, factors = backgrounds or NoBackgrounds(), release or embedded()
    seen: dict[tuple[int, str], Found] = {}

    def one(study: Study) -> Assessment:
        rulebook = rules_of(study, regime_id, rules, folders)
        desk = _Desk(port, database, factors, seen)
        return _Assessor(desk, rulebook.effective, folders).assess(prepare(study), rulebook, ())

    return one


def linked(
    study: Study,
    *,
    backgrounds: Backgrounds | None = None,
    database: str = "",
    release: Release | None = None,
    regime_id: str = "",
    rules: str = "",
    folders: Sequence[Path] = (),
) -> tuple[Prepared, LinkedStudy]:
    """A study whose links are followed as its regime asks, and nothing computed.

    Arguments and errors as of :func:`assess`.
    """
    desk = _Desk(backgrounds or NoBackgrounds(), database, release or embedded())
    prepared, rulebook = prepare(study), rules_of(study, regime_id, rules, folders)
    return prepared, _Assessor(desk, rulebook.effective, folders).link(prepared, rulebook.effective, ()).study


def _all_regimes(study: Study) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*([study.regime] if study.regime else []), *known_regimes())))


@dataclass(slots=True)
class _Desk:
    """What the assessments of one call share.

    Attributes:
        seen: look-ups of factors and background products, by the year of the study that asks.
        studies: linked studies by file.
        kept: digests of evidence that is kept elsewhere than beside the study.
        linked: links by study, what they depend on in a regime, and the regime itself where they lead to other results.
    """

    backgrounds: Backgrounds
    database: str
    release: Release
    seen: dict[tuple[int, str], Found] = field(default_factory=dict)
    studies: dict[Path, Prepared] = field(default_factory=dict)
    linked: dict[tuple[Any, ...], _Links] = field(default_factory=dict)
    hashes: dict[Path, str | None] = field(default_factory=dict)
    kept: Mapping[str, str] | None = None

    def read(self, path: Path) -> Prepared:
        """A linked study, read once."""
        if path not in self.studies:
            self.studies[path] = prepare(read_study(path))
        return self.studies[path]

    def evidence(self, name: str, study: Study) -> str | None:
        """SHA-256 of an evidence file beside the study; ``None`` where it is not there."""
        if self.kept is not None:
            return self.kept.get(name)
        if not study.path:
            return None
        path = Path(study.path).parent / name
        if path not in self.hashes:
            self.hashes[path] = f"sha256:{file_digest(path)}" if path.is_file() else None
        return self.hashes[path]


@dataclass(frozen=True, slots=True)
class _Links:
    """A linked study, and the record of what was looked up for it."""

    study: LinkedStudy
    record: Mapping[str, Mapping[str, Any]]


class _Assessor:
    """Assesses a study, and the studies that it links, under one regime."""

    def __init__(self, desk: _Desk, chosen: Regime, folders: Sequence[Path]) -> None:
        # A linked study is part of the result, so it is computed under the rules of the result (C20).
        self.desk, self.inner, self.folders = desk, replace(chosen, yields=()), folders
        self.done: dict[Path, Assessment] = {}

    def assess(
        self, prepared: Prepared, rulebook: Rulebook, trail: tuple[Path, ...], sampling: Sampling | None = None
    ) -> Assessment:
        study, release = prepared.study, self.desk.release
        links = self.link(prepared, rulebook.effective, trail)
        made_from = {
            "factors": {"name": release.name, "version": release.version, "digest": release.digest},
            "targets": links.record,
            "evidence": {name: self.desk.evidence(name, study) for line in study.lines for name in line.evidence},
        }
        return freeze(prepared, links.study, rulebook, made_from, sampling)

    def link(self, prepared: Prepared, chosen: Regime, trail: tuple[Path, ...]) -> _Links:
        """The study with its links followed."""
        method = chosen.method
        need = (
            id(prepared),
            method.counts_certificates,
            method.uses_residual_mix,
            method.end_of_life,
            method.allocation,
        )
        for key in (need, (*need, chosen.id)):
            if key in self.desk.linked:
                return self.desk.linked[key]
        study = prepared.study
        lookups = Live(self._resolver(study, chosen, trail), study.year, shared=self.desk.seen)
        linked = link_study(study, lookups, chosen)
        links = _Links(linked, record_of(lookups.seen))
        self.desk.linked[(*need, chosen.id) if any(map(of_result, lookups.seen)) else need] = links
        return links

    def _resolver(self, study: Study, chosen: Regime, trail: tuple[Path, ...]) -> Resolver:
        own = (Path(study.path).resolve(),) if study.path else ()
        here = trail + own

        def assess_file(path: Path) -> Assessment:
            place = path.resolve()
            if place in here:
                circle = " → ".join(p.name for p in (*here[here.index(place) :], path))
                raise AssessmentError("TH-ASM-002", place=path.name, circle=circle)
            if len(here) > DEEPEST:
                raise AssessmentError("TH-ASM-007", place=path.name, depth=DEEPEST)
            if place not in self.done:
                inner = self.desk.read(place)
                pack = pack_of(inner.study, folders=self.folders)
                self.done[place] = self.assess(inner, Rulebook(self.inner, pack), here)
            return self.done[place]

        folder = own[0].parent if own else Path()
        return Resolver(
            self.desk.release,
            self.desk.backgrounds,
            self.desk.database,
            chosen.id,
            assess_file,
            documents.read_assessment,
            folder,
            study.year,
        )

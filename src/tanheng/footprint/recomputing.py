"""Recomputing an assessment from nothing but itself (C21): its study, its record of factors, the named rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tanheng.errors import AssessmentError, HomeError
from tanheng.factors import Release
from tanheng.footprint.assessment import ENGINE_VERSION, Assessment
from tanheng.footprint.canonical import SIGNIFICANT_DIGITS, plain
from tanheng.footprint.freezing import freeze, sampling_of
from tanheng.footprint.linking import link_study
from tanheng.footprint.lookups import Found, Live, Recorded, record_of
from tanheng.footprint.ports import Backgrounds
from tanheng.footprint.preparing import prepare
from tanheng.footprint.reading import study_from_document
from tanheng.footprint.rulebook import recorded_rules, same
from tanheng.footprint.study import ElectricityShare
from tanheng.footprint.targets import Resolver


def recompute(assessment: Assessment, *, backgrounds: Backgrounds | None = None) -> Assessment:
    """The assessment made again from its own record; the digests are equal where its numbers follow from its inputs.

    That the record holds what the named releases say is another question: :func:`compare_sources`.

    Args:
        backgrounds: where the snapshots are that a sampled view was drawn of, if it was; nothing else is read there.

    Raises:
        AssessmentError: TH-ASM-005 something is missing from its record, TH-ASM-006 it was made under another engine,
            regime or rule pack than this version has, so that a difference would prove nothing, TH-ASM-130 a snapshot that
            it was sampled with is not at hand.
    """
    with _readable():
        return _recompute(assessment, backgrounds)


@contextmanager
def _readable() -> Iterator[None]:
    """A record of another shape than ours is one that cannot be read (TH-ASM-003), whatever stumbles over it."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        reason = f"inputs: {type(error).__name__}: {error}"
        raise AssessmentError("TH-ASM-003", place="inputs", reason=reason) from error


def _recompute(assessment: Assessment, backgrounds: Backgrounds | None) -> Assessment:
    inputs = assessment.inputs
    same("engine", inputs["engine"], ENGINE_VERSION)
    rules = recorded_rules(inputs)
    prepared = prepare(study_from_document(inputs["study"]))
    linked = link_study(prepared.study, Recorded(inputs["targets"]), rules.effective)
    made_from: Mapping[str, Any] = {key: inputs[key] for key in ("factors", "targets", "evidence")}
    return freeze(prepared, linked, rules, made_from, sampling_of(assessment, backgrounds))


@dataclass(frozen=True, slots=True)
class Differing:
    """A value that is another one after recomputing; ``None`` where there is none."""

    place: str
    kept: Any
    again: Any


def differing(kept: Assessment, again: Assessment) -> Iterator[Differing]:
    """Where two documents differ in what their digests are made of: numbers at 9 significant digits (C03)."""
    sides = [{name: entry for name, entry in plain(one).items() if name != "digest"} for one in (kept, again)]
    yield from _differing("", sides[0], sides[1])


def _differing(place: str, kept: Any, again: Any) -> Iterator[Differing]:
    if isinstance(kept, dict) and isinstance(again, dict):
        for key in dict.fromkeys((*kept, *again)):
            here = f"{place}.{key}" if place else key
            yield from _differing(here, kept.get(key), again.get(key))
    elif isinstance(kept, list) and isinstance(again, list):
        for index in range(max(len(kept), len(again))):
            one, other = (side[index] if index < len(side) else None for side in (kept, again))
            yield from _differing(f"{place}[{index}]", one, other)
    elif _canonical(kept) != _canonical(again):
        yield Differing(place, kept, again)


def _canonical(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}") if is_number else value


@dataclass(frozen=True, slots=True)
class Sources:
    """The record of an assessment against the releases at hand: keys that are the same, differ, or cannot be compared."""

    same: tuple[str, ...]
    different: tuple[str, ...]
    not_at_hand: tuple[str, ...]


def compare_sources(assessment: Assessment, release: Release, backgrounds: Backgrounds) -> Sources:
    """Look up what the study links to in the releases at hand and compare it with the record.

    Only what comes from a release or snapshot of the same digest is compared; a newer release proves nothing.

    Raises:
        AssessmentError: TH-ASM-003, TH-ASM-006, as of :func:`recompute`.
    """
    with _readable():
        return _compare_sources(assessment, release, backgrounds)


def _compare_sources(assessment: Assessment, release: Release, backgrounds: Backgrounds) -> Sources:
    inputs = assessment.inputs
    study = prepare(study_from_document(inputs["study"])).study
    recorded = Recorded(inputs["targets"])
    chosen = recorded_rules(inputs).effective

    def elsewhere(path: Path) -> Assessment:
        raise HomeError("TH-HOM-003", file=path.name)

    year = study.year
    resolver = Resolver(release, backgrounds, "", chosen.id, elsewhere, elsewhere, Path(), year)
    live = Live(resolver, year)
    link_study(study, _Both(live, recorded), chosen)
    here = record_of(live.seen)
    equal, different, away = [], [], []
    for key, entry in sorted(inputs["targets"].items()):
        found = here.get(key, {})
        if found == entry:
            equal.append(key)
        elif _release(found) is not None and _release(found) == _release(entry):
            different.append(key)
        else:
            away.append(key)
    return Sources(tuple(equal), tuple(different), tuple(away))


def _release(entry: Mapping[str, Any]) -> str | None:
    release: str | None = entry.get("provenance", {}).get("release")
    return release


@dataclass(frozen=True, slots=True)
class _Both:
    """Asks the releases at hand, and goes on with the record."""

    live: Live
    recorded: Recorded

    def link(self, text: str) -> Found:
        self.live.link(text)
        return self.recorded.link(text)

    def power(self, share: ElectricityShare, site: str) -> Found:
        self.live.power(share, site)
        return self.recorded.power(share, site)

"""Many results sampled together: a product line, a bill by supplier, all products of a province (C18, C19).

Every result is drawn by the same samples of the background that they share, so the figures of one are those that it has
alone, and the difference of two holds only what they do not share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from tanheng.errors import AssessmentError, TanhengError
from tanheng.footprint.assessment import Assessment
from tanheng.footprint.background import Background, BackgroundSpreads
from tanheng.footprint.batching import Batch
from tanheng.footprint.comparing import comparable
from tanheng.footprint.inputs import Model
from tanheng.footprint.montecarlo import Progress, check_samples, study_of
from tanheng.footprint.onbackground import background_model
from tanheng.footprint.portfolioresult import (
    Database,
    Member,
    Portfolio,
    Refused,
    member_quantiles,
    pair_of,
    place_of,
)
from tanheng.footprint.ports import Backgrounds, NoBackgrounds
from tanheng.footprint.rulebook import recorded_rules
from tanheng.footprint.tallies import Kept, Sketched
from tanheng.inventory.ports import Compute
from tanheng.inventory.uncertainty.statistics import Statistics

SAMPLES = 1_000
KEPT = 2**27
"""Samples that are kept (1 GiB). Of more, distributions are (:class:`tanheng.engine.portfolio.Sketch`)."""

T = TypeVar("T")


def portfolio(
    results: Iterable[tuple[str, Assessment]],
    *,
    backgrounds: Backgrounds | None = None,
    samples: int = SAMPLES,
    seed: int = 1,
    pairs: Sequence[tuple[str, str]] = (),
    reference: str = "",
    compute: Compute | None = None,
    progress: Progress | None = None,
) -> Portfolio:
    """Sample results together.

    Args:
        results: each with a name of its own; taken one after the other, and not kept.
        backgrounds: where the snapshots are kept that the results name.
        samples: 100 to 1,000,000. seed: the same seed gives a result the same samples in any portfolio.
        pairs: names of results whose difference is asked for.
        reference: a result that every other comparable one is compared with.
        compute: where blocks of draws are made; one after the other by default.
        progress: told (draws done, draws in all); raising in it stops the work.

    Raises:
        AssessmentError: TH-ASM-132 no results, TH-ASM-133 two of one name, TH-ASM-134 an unknown name in ``pairs`` or
            ``reference``, TH-ASM-090 … 098 a pair that is not comparable, TH-ASM-086 a number of samples out of range,
            TH-ASM-087 own inputs that give no number, TH-ASM-130 a snapshot that is not at hand, TH-ASM-131 a product that
            it does not give, TH-ASM-136 a result that has no footprint in any draw.
    """
    check_samples(samples)
    laid = _Laid(BackgroundSpreads(backgrounds or NoBackgrounds()))
    for label, assessment in results:
        laid.add(label, assessment)
    if not laid.heads:
        raise AssessmentError("TH-ASM-132")
    chosen, refused = laid.chosen(pairs, reference)
    work = laid.batch.work(samples=samples, seed=seed)
    totals = np.array([head.total for head in laid.heads])
    tally: Kept | Sketched = (
        Kept(totals, samples, chosen) if len(totals) * samples <= KEPT else Sketched(totals, chosen)
    )
    lost = [(0, 0) for _ in work.samplers]
    done = 0
    made = (compute or InTurn()).run(work, work.blocks)
    try:
        for _, block in made:
            tally.take(block)
            added = zip(lost, block.escalated, block.unproductive, strict=True)
            lost = [(before[0] + len(alone), before[1] + len(none)) for before, alone, none in added]
            done += block.values.shape[1]
            if progress is not None:
                progress(done, samples)
    finally:
        getattr(made, "close", lambda: None)()  # what has not begun need not
    members = laid.members(tally.figures(), samples)
    found, pairing = tally.pairs()
    return Portfolio(
        samples=samples,
        seed=seed,
        exact=isinstance(tally, Kept),
        members=members,
        pairs=tuple(pair_of(members, laid.heads, pair, found, pairing, at) for at, pair in enumerate(chosen)),
        refused=refused,
        databases=laid.databases(lost),
        heads=tuple(laid.heads),
        values=tally.values if isinstance(tally, Kept) else np.empty((len(totals), 0)),
    )


class InTurn:
    """Work done piece by piece in this thread; a :class:`tanheng.inventory.ports.Compute`."""

    def run(self, work: Callable[[int], T], numbers: Sequence[int]) -> Iterator[tuple[int, T]]:
        """Do ``work(number)`` for each of ``numbers``."""
        return ((number, work(number)) for number in numbers)


@dataclass(slots=True)
class _Laid:
    """Results as they are taken in."""

    spreads: BackgroundSpreads
    batch: Batch = field(default_factory=Batch)
    labels: dict[str, int] = field(default_factory=dict)
    heads: list[Assessment] = field(default_factory=list)
    told: list[tuple[float, float, bool]] = field(default_factory=list)
    users: dict[tuple[str, str], set[int]] = field(default_factory=dict)

    def add(self, label: str, assessment: Assessment) -> None:
        """Take a result in."""
        if label in self.labels:
            raise AssessmentError("TH-ASM-133", label=label)
        try:
            model = self._model(assessment)
        except TanhengError as error:
            raise error.at(label) from error
        for supply in model.supplies.values():
            self.users.setdefault(_release(supply.background), set()).add(len(self.heads))
        self.labels[label] = len(self.heads)
        self.heads.append(_head(assessment))
        self.told.append((model.coverage, model.background, bool(model.inputs or model.supplies)))
        self.batch.add(model, label)

    def _model(self, assessment: Assessment) -> Model:
        chosen = recorded_rules(assessment.inputs).effective
        return background_model(study_of(assessment), assessment, chosen, self.spreads)

    def chosen(
        self, pairs: Sequence[tuple[str, str]], reference: str
    ) -> tuple[list[tuple[int, int]], tuple[Refused, ...]]:
        """Places of the pairs to compare, and those with the reference that are not comparable."""
        labels = list(self.labels)
        found, refused = [], []
        for a, b in pairs:
            i, j = place_of(labels, a), place_of(labels, b)
            reasons = comparable(self.heads[i], self.heads[j])
            if reasons:
                raise AssessmentError.of(reasons)
            found.append((i, j))
        if reference:
            j = place_of(labels, reference)
            for i, label in enumerate(labels):
                reasons = comparable(self.heads[i], self.heads[j]) if i != j else ()
                if reasons:
                    refused.append(Refused(label, reference, reasons))
                elif i != j:
                    found.append((i, j))
        return found, tuple(refused)

    def members(self, found: Statistics, samples: int) -> tuple[Member, ...]:
        """Every result with its figures."""
        made = []
        for at, (label, head) in enumerate(zip(self.labels, self.heads, strict=True)):
            if not found.counted[at]:
                raise AssessmentError("TH-ASM-136", place=label, samples=samples)
            coverage, background, varies = self.told[at]
            figures = {key: float(getattr(found, key)[at]) for key in ("mean", "median", "deviation", "low", "high")}
            made.append(
                Member(
                    label=label,
                    names=head.product,
                    digest=head.digest,
                    unit=head.unit,
                    total=head.total,
                    complete=head.complete,
                    **figures,
                    quantiles=member_quantiles(found, at),
                    coverage=coverage,
                    background=background,
                    varies=varies,
                    counted=int(found.counted[at]),
                )
            )
        return tuple(made)

    def databases(self, lost: Sequence[tuple[int, int]]) -> tuple[Database, ...]:
        """Every snapshot that was drawn of; one that is scored in several ways counts once."""
        used: dict[tuple[str, str], Database] = {}
        for background, (escalated, unproductive) in zip(self.batch.databases, lost, strict=True):
            release = _release(background)
            products = {s.index for s in self.batch.known.values() if _release(s.background) == release}
            before = used.get(release)
            used[release] = Database(
                name=release[0],
                snapshot=release[1],
                results=len(self.users[release]),
                products=len(products),
                unusable=background.unusable,
                escalated=max(escalated, before.escalated if before else 0),
                unproductive=max(unproductive, before.unproductive if before else 0),
            )
        return tuple(used.values())


def _release(background: Background) -> tuple[str, str]:
    return background.snapshot.name, background.snapshot.digest


def _head(assessment: Assessment) -> Assessment:
    """What comparing needs of an assessment; a bill of 200 lines takes a megabyte."""
    inputs = assessment.inputs
    kept = {"engine": inputs["engine"], **{k: {"digest": inputs[k]["digest"]} for k in ("regime", "rule_pack")}}
    blocking = tuple(gap for gap in assessment.gaps if gap.blocks)
    return replace(
        assessment, inputs=kept, gaps=blocking, lines=(), gases=(), findings=(), parameters=(), monte_carlo=None
    )

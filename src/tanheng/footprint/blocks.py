"""Many results sampled together, block by block of draws (C18).

What results have in common (background products, sources of factors) is drawn once for all of them and goes through their
bills as one sparse product; what is a study's own (amounts of lines, parameters) has the streams of
:mod:`tanheng.footprint.sampling`. A draw of a study is the same number whichever other studies there are, in whatever
block, thread or machine it is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tanheng.engine.montecarlo import LANES, Sampler
from tanheng.engine.portfolio import Bills, Terms, add_terms, totals
from tanheng.errors import AssessmentError, Fault
from tanheng.footprint.propagating import Formulas
from tanheng.footprint.sampling import Spread, probabilities

Floats: TypeAlias = npt.NDArray[np.float64]

BLOCK = 256
"""Draws at a time: 2 kB for each study, and for each own input of some of them."""
_PANEL = 2 * LANES
"""Draws of background products at a time, so that those of all products stay in the caches."""
_AT_ONCE = 16_384
"""Own inputs at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some draws of every study.

    Attributes:
        first: the first draw.
        values: (s × b) kg CO2e; NaN where a draw of a database that the study uses has no footprint.
        escalated, unproductive: by database, draws that were solved on their own, and those that have no footprint.
        leaning: see :class:`Work`; empty where nothing is to be explained.
    """

    first: int
    values: Floats
    escalated: tuple[tuple[int, ...], ...]
    unproductive: tuple[tuple[int, ...], ...]
    leaning: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """Inputs that a study has for itself: rows of samples.

    Attributes:
        inputs: stream and distribution of the first rows.
        lines: whose formulas give the other rows.
    """

    inputs: tuple[tuple[str, Spread], ...] = ()
    formulas: Formulas | None = None
    lines: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        """Rows."""
        return len(self.inputs) + len(self.lines)

    def draw(self, out: Floats, *, seed: int, first: int) -> None:
        """Fill (rows × b) with the draws ``first`` …."""
        many = out.shape[1]
        for row, (key, spread) in zip(out, self.inputs, strict=False):
            row[:] = _drawn(key, spread, seed=seed, first=first, many=many)
        if self.formulas is None or not self.lines:
            return
        multiples = {
            name: _drawn(key, self.formulas.spreads[name], seed=seed, first=first, many=many)
            for name, key in self.formulas.keys.items()
        }
        found = self.formulas.multiples(multiples)
        for row, line in zip(out[len(self.inputs) :], self.lines, strict=True):
            row[:] = found[line]


def _drawn(key: str, spread: Spread, *, seed: int, first: int, many: int) -> Floats:
    return spread.at(probabilities(seed, key, many, first=first))


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """The work of a batch: ``work(number)`` makes the block of draws of that number. It can be sent to other machines.

    Attributes:
        samplers: of each database, with the products that are used; their rows come first, in this order.
        sources: stream and distribution of the common inputs that follow.
        taken: (c,) common inputs that studies multiply by their own; the common ones of ``terms``.
        fixed: (s,) kg CO2e that nothing moves.
        names: (s,) what faults call the studies.
        starts: (s + 1,) where the own inputs of each study begin.
        weights: (r,) of the common inputs in a sum that is to be explained; then a block brings Σ x, Σ t, Σ x·t, Σ t², n of
            inputs x and the sum t, from ``centres``.
    """

    seed: int
    samples: int
    samplers: tuple[tuple[Sampler, npt.NDArray[np.intp]], ...]
    sources: tuple[tuple[str, Spread], ...]
    bills: Bills
    terms: Terms
    taken: npt.NDArray[np.intp]
    own: tuple[Own, ...]
    names: tuple[str, ...]
    starts: npt.NDArray[np.int64]
    fixed: Floats
    centres: Floats
    weights: Floats | None = None

    @property
    def blocks(self) -> range:
        """Numbers of the blocks."""
        return range(-(-self.samples // BLOCK))

    def __call__(self, number: int) -> Block:
        """One block.

        Raises:
            AssessmentError: TH-ASM-087 where a study's own inputs give no number.
        """
        with np.errstate(over="ignore", invalid="ignore"):  # what comes of it is looked at in the end
            return self._block(number)

    def _block(self, number: int) -> Block:
        first = BLOCK * number
        many = min(BLOCK, self.samples - first)
        values, taken = np.empty((self.bills.studies, many)), np.empty((len(self.taken), many))
        sources = np.array(
            [_drawn(key, spread, seed=self.seed, first=first, many=many) for key, spread in self.sources]
        ).reshape(-1, many)
        fates = [_Fate() for _ in self.samplers]
        leaning = np.zeros(0 if self.weights is None else 2 * self.bills.width + 3)
        for start in range(0, many, _PANEL):
            at = slice(start, min(start + _PANEL, many))
            panel = np.empty((self.bills.width, at.stop - start))
            self._draw_products(panel, first + start, fates)
            panel[len(panel) - len(sources) :] = sources[:, at]
            values[:, at] = totals(self.bills, panel)
            taken[:, at] = panel[self.taken]
            if self.weights is not None:
                leaning += self._lean(panel, self.weights)
        values += self.fixed[:, None]
        self._add_own(values, taken, first)
        unproductive = tuple(tuple(fate.unproductive) for fate in fates)
        self._check(values, [draw - first for draws in unproductive for draw in draws])
        return Block(first, values, tuple(tuple(fate.escalated) for fate in fates), unproductive, leaning)

    def _draw_products(self, panel: Floats, first: int, fates: Sequence[_Fate]) -> None:
        """Fill the first rows of (r × d) with the draws ``first`` … of background products."""
        many, row = panel.shape[1], 0
        for (sampler, products), fate in zip(self.samplers, fates, strict=True):
            for start in range(0, many, LANES):
                group = sampler.group((first + start) // LANES)
                part = panel[row : row + len(products), start : start + LANES]
                part[:] = group.values[0][products, : part.shape[1]]
                fate.escalated += [draw for draw in group.escalated if draw < first + many]
                fate.unproductive += [draw for draw in group.unproductive if draw < first + many]
            row += len(products)

    def _add_own(self, values: Floats, common: Floats, first: int) -> None:
        """Some studies at a time, so that memory does not grow with their number."""
        if not len(self.terms.coefficients):
            return
        begin = 0
        while begin < len(self.own):
            end = int(np.searchsorted(self.starts, self.starts[begin] + _AT_ONCE, side="right")) - 1
            end = min(max(end, begin + 1), len(self.own))
            start = int(self.starts[begin])
            rows = np.empty((int(self.starts[end]) - start, values.shape[1]))
            for own, at in zip(self.own[begin:end], self.starts[begin:end] - start, strict=True):
                own.draw(rows[at : at + own.count], seed=self.seed, first=first)
            add_terms(values[begin:end], self.terms, common, rows, first=begin, start=start)
            begin = end

    def _check(self, values: Floats, lost: Sequence[int]) -> None:
        there = np.ones(values.shape[1], dtype=np.bool_)
        there[list(lost)] = False
        wrong = np.count_nonzero(~np.isfinite(values[:, there]), axis=1)
        faults = [
            Fault("TH-ASM-087", " ".join(filter(None, (self.names[at], "uncertainty"))), {"samples": int(wrong[at])})
            for at in np.flatnonzero(wrong)
        ]
        if faults:
            raise AssessmentError.of(faults)

    def _lean(self, panel: Floats, weights: Floats) -> Floats:
        x = panel - self.centres[:, None]
        x = x[:, np.isfinite(x).all(axis=0)]
        t = weights @ x
        return np.concatenate([x.sum(axis=1), x @ t, [t.sum(), t @ t, t.size]])


@dataclass(slots=True)
class _Fate:
    """What became of the draws of a database."""

    escalated: list[int] = field(default_factory=list)
    unproductive: list[int] = field(default_factory=list)

"""Models of results laid out for sampling: what they have in common once, what each has for itself beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tanheng.engine.montecarlo import Sampler
from tanheng.engine.portfolio import Bills, Terms
from tanheng.footprint.background import Background, Supply
from tanheng.footprint.blocks import Own, Work
from tanheng.footprint.inputs import InputKind, Model
from tanheng.footprint.sampling import Spread

Floats: TypeAlias = npt.NDArray[np.float64]
Places: TypeAlias = npt.NDArray[np.int32]


@dataclass(slots=True)
class Batch:
    """Collects models, one after the other; keeps of each what sampling needs."""

    supplies: dict[str, int] = field(default_factory=dict)
    sources: dict[tuple[str, Spread], int] = field(default_factory=dict)
    known: dict[str, Supply] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    fixed: list[float] = field(default_factory=list)
    own: list[Own] = field(default_factory=list)
    bills: list[tuple[Places, Floats]] = field(default_factory=list)
    terms: list[list[tuple[float, list[int]]]] = field(default_factory=list)

    def add(self, model: Model, name: str = "") -> None:
        """Take a model in; ``name`` is what faults call it.

        Until the work is laid out, common inputs have numbers −1, −2, … as they come; own inputs count from 0.
        """
        rows: dict[str, int] = {}
        via: dict[int, int] = {}
        columns, amounts, terms = [], [], []
        for term in model.terms:
            common = [self._supply(model, term.supply)] if term.supply else []
            alone = [key for key in term.on if not _is_common(model, key)]
            common += [self._source(model, key) for key in term.on if _is_common(model, key)]
            weight = term.amount if term.supply else term.contribution
            if len(common) == 1 and not alone and not term.via:
                columns.append(common[0])
                amounts.append(weight)
                continue
            factors = [rows.setdefault(key, len(rows)) for key in alone]
            lines = [via.setdefault(index, len(via)) for index in term.via]
            terms.append((weight, common, factors, lines))
        inputs = tuple((key, model.inputs[key].spread) for key in rows)
        self.own.append(Own(inputs, model.formulas if via else None, tuple(via)))
        self.names.append(name)
        self.fixed.append(model.fixed)
        self.bills.append((np.array(columns, dtype=np.int32), np.array(amounts, dtype=np.float64)))
        self.terms.append(
            [
                (weight, [*common, *factors, *(len(rows) + line for line in lines)])
                for weight, common, factors, lines in terms
            ]
        )

    def _supply(self, model: Model, key: str) -> int:
        self.known.setdefault(key, model.supplies[key])
        return -1 - self.supplies.setdefault(key, len(self.supplies) + len(self.sources))

    def _source(self, model: Model, key: str) -> int:
        found = key, model.inputs[key].spread
        return -1 - self.sources.setdefault(found, len(self.supplies) + len(self.sources))

    @property
    def databases(self) -> list[Background]:
        """Every database that is used, in a fixed order."""
        found = {supply.background.order: supply.background for supply in self.known.values()}
        return [found[order] for order in sorted(found)]

    @property
    def rows(self) -> list[str]:
        """Keys of the background products in the order of their rows of samples."""
        return sorted(self.known, key=lambda key: (self.known[key].background.order, self.known[key].index))

    def work(self, *, samples: int, seed: int, weights: Mapping[str, float] | None = None) -> Work:
        """Lay out the work.

        Args:
            weights: of background products, for a sum that is to be explained.
        """
        supplies = self.rows
        sources = sorted(self.sources, key=lambda source: (source[0], str(source[1])))
        width = len(supplies) + len(sources)
        column = np.empty(width, dtype=np.int32)
        for at, key in enumerate(supplies):
            column[self.supplies[key]] = at
        for at, source in enumerate(sources, start=len(supplies)):
            column[self.sources[source]] = at
        starts = np.concatenate(([0], np.cumsum([own.count for own in self.own]))).astype(np.int64)
        leaning = None if weights is None else np.array([*(weights[key] for key in supplies), *(0.0 for _ in sources)])
        terms, taken = self._laid_terms(column, starts)
        return Work(
            seed=seed,
            samples=samples,
            samplers=tuple(self._samplers(supplies, seed)),
            sources=tuple(sources),
            bills=self._laid_bills(column, width),
            terms=terms,
            taken=taken,
            own=tuple(self.own),
            names=tuple(self.names),
            starts=starts,
            fixed=np.array(self.fixed),
            centres=np.array([*(self.known[key].moves for key in supplies), *(1.0 for _ in sources)]),
            weights=leaning,
        )

    def _samplers(self, supplies: Sequence[str], seed: int) -> Iterator[tuple[Sampler, npt.NDArray[np.intp]]]:
        for background in self.databases:
            own = (self.known[key] for key in supplies)
            products = [supply.index for supply in own if supply.background.order == background.order]
            yield background.sampler(seed), np.array(products, dtype=np.intp)

    def _laid_bills(self, column: npt.NDArray[np.int32], width: int) -> Bills:
        counts = [len(columns) for columns, _ in self.bills]
        places = np.concatenate([columns for columns, _ in self.bills])
        amounts = np.concatenate([amounts for _, amounts in self.bills])
        rows = np.repeat(np.arange(len(counts)), counts)
        return Bills.of(sparse.coo_array((amounts, (rows, column[-1 - places])), shape=(len(counts), width)))

    def _laid_terms(
        self, column: npt.NDArray[np.int32], starts: npt.NDArray[np.int64]
    ) -> tuple[Terms, npt.NDArray[np.intp]]:
        """The terms, and which common inputs they have: those are numbered anew, in the same order."""
        numbers = [number for terms in self.terms for _, factors in terms for number in factors]
        taken = np.unique(column[[-1 - number for number in numbers if number < 0]]).astype(np.intp)
        place = {int(row): at for at, row in enumerate(taken)}

        def row(number: int, start: int) -> int:
            return place[int(column[-1 - number])] if number < 0 else len(taken) + start + number

        inputs = [
            row(number, int(start))
            for terms, start in zip(self.terms, starts, strict=False)
            for _, factors in terms
            for number in factors
        ]
        each = [len(factors) for terms in self.terms for _, factors in terms]
        laid = Terms(
            studies=np.concatenate(([0], np.cumsum([len(terms) for terms in self.terms]))).astype(np.int64),
            coefficients=np.array([weight for terms in self.terms for weight, _ in terms]),
            pointers=np.concatenate(([0], np.cumsum(each))).astype(np.int64),
            inputs=np.array(inputs, dtype=np.int32),
            width=len(taken),
        )
        return laid, taken


def _is_common(model: Model, key: str) -> bool:
    """Whether an input is that of a source that all studies share, as its key tells (:mod:`tanheng.footprint.inputs`)."""
    found = model.inputs[key]
    return found.kind is InputKind.SOURCE and not found.source

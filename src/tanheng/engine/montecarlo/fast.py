"""The fast kernel: sixteen samples of a plan at a time, compiled by numba (docs/adr/0014).

Sweeps run in single precision, because they are bound by the memory that they stream; then the residual is taken in double
precision and what is still missing is swept for in the same way (iterative refinement, Wilkinson 1963). How many sweeps a
group of draws takes depends on its own sixteen samples alone, so a result does not depend on which groups are worked on
together.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from tanheng.engine.arrays import LANES, Floats, Mask
from tanheng.engine.lanes import emit_row, extend_row, gather_row, relax_row, residual_row, watch_rows
from tanheng.engine.montecarlo.drawing import Numbers
from tanheng.engine.montecarlo.plan import Links, Plan

COARSE = 1e-4  # last correction of the first sweeps: from there on double precision has to say what is missing
TARGET = 2e-10  # error at which a sample is settled, from the last correction and its pace
LEFT = TARGET / COARSE  # of a correction, where single precision stands still; more than COARSE takes another one
ROUNDING = 5e-7  # corrections below this share of a refinement are rounding of single precision
FLOOR = 1e-3  # of a value, as a share of what adds up to it; below, accuracy is relative to that gross value
MANY = 150  # sweeps of one kind; to settle a sample on its own costs about as much
PATIENT = 16  # sweeps after which a lane whose steps do not shrink is given up
SLOW = 0.3  # pace from which a lane is helped on
STRIDE = 2  # sweeps between two looks
ROUNDS = 4  # refinements
TRIED = 24  # sweeps in which relaxations are compared
RELAXATIONS = np.linspace(0.9, 1.275, LANES)  # tried side by side on the deterministic system


@dataclass(frozen=True, slots=True, eq=False)
class _Method:
    """Links of one method as the compiled code takes them: (pointers, suppliers, coefficients)."""

    inner: tuple[Any, ...]
    inner_varying: tuple[Any, ...]
    inner_single: tuple[Any, ...]
    inner_varying_single: tuple[Any, ...]
    outer: tuple[Any, ...]
    outer_varying: tuple[Any, ...]
    burdens: Floats
    own: Floats
    emissions: tuple[Any, ...]


class Fast:
    """A plan made ready. Groups that are worked on at once have working memory of their own, so threads may share one."""

    name = "fast"

    def __init__(self, plan: Plan, tuning: tuple[float, int] | None = None) -> None:
        self.plan = plan
        self._technosphere, self._biosphere = Numbers(plan.technosphere), Numbers(plan.biosphere)
        self._outer = len(plan.outer_varying.suppliers)
        self._links = self._outer + len(plan.inner_varying.suppliers)
        self._place = np.full(len(plan.sequence), -1, dtype=np.int32)
        self._own_rows = _fixed(plan.own.rows)
        self._emission_pointers = _fixed(np.searchsorted(plan.emissions.rows, np.arange(len(plan.sequence) + 1)))
        owners = np.unique(plan.own.rows)
        self._place[owners] = np.arange(len(owners))
        self._owners = np.maximum(1, len(owners))
        self._methods = [self._method(k) for k in range(plan.methods)]
        counts = [bool(plan.burdens[k].any() or plan.emissions.coefficients[k].any()) for k in range(plan.methods)]
        self._counting = [k for k, any_ in enumerate(counts) if any_] or [
            0
        ]  # one at least, to find what does not settle
        self._idle: list[_Work] = []  # kept: first touching so much memory takes longer than a group of samples
        self.tuning = tuning or self._calibrated()
        self.relaxation, self.first = np.float32(self.tuning[0]), self.tuning[1]

    def _method(self, k: int) -> _Method:
        plan = self.plan

        def laid(links: Links, kind: Any = np.float64) -> tuple[Any, ...]:
            parts = (
                links.pointers.astype(np.int64),
                links.suppliers,
                np.ascontiguousarray(links.coefficients[k], dtype=kind),
            )
            return tuple(_fixed(part) for part in parts)

        return _Method(
            laid(plan.inner),
            laid(plan.inner_varying),
            laid(plan.inner, np.float32),
            laid(plan.inner_varying, np.float32),
            laid(plan.outer),
            laid(plan.outer_varying),
            _fixed(plan.burdens[k]),
            _fixed(plan.own.coefficients[k]),
            (self._emission_pointers, _fixed(plan.emissions.coefficients[k])),
        )

    def run(self, group: int) -> tuple[Floats, Mask, int]:
        """Scores of one group of draws.

        Returns:
            (k, r, 16) per unit of each product; (16,) which samples are settled; sweeps taken by the slowest method.
        """
        with self._memory() as work:
            self._technosphere.draw(group, work.multiples)
            self._biosphere.draw(group, work.emitted)
            return self._scores(work)

    @contextmanager
    def _memory(self) -> Iterator[_Work]:
        """Working memory that no other thread uses meanwhile."""
        try:
            work = self._idle.pop()
        except IndexError:
            work = _Work(self)
        yield work
        self._idle.append(work)

    def _scores(self, work: _Work) -> tuple[Floats, Mask, int]:
        plan = self.plan
        found = np.zeros((plan.methods, len(plan.products), LANES))
        settled, most = np.ones(LANES, dtype=np.bool_), 0
        for k in self._counting:
            done, sweeps = self._solve(k, work)
            settled &= done
            most = max(most, sweeps)
            scale = plan.scale[k][plan.products]
            found[k] = work.x[plan.products] * scale[:, None]
        return found, settled, most

    def _solve(self, k: int, work: _Work) -> tuple[Mask, int]:
        plan, method = self.plan, self._methods[k]
        low, high = plan.core
        outer_part, inner_part = work.multiples[: self._outer], work.multiples[self._outer : self._links]
        _own(self._place, self._own_rows, method.own, work.multiples[self._links :], work.own, work.own_single)
        _emit(method.burdens, method.emissions, work.emitted, work.right)
        outside = (method.outer, method.outer_varying, outer_part, self._place, work.own)
        _substitute(work.x, work.right, *outside, 0, low)
        sweeps, error = 0, np.zeros(LANES)
        if high > low:
            _into_core(work.core_right, work.right, *outside[:3], work.x, low, high)
            inner = (method.inner, method.inner_varying, inner_part)
            single = (method.inner_single, method.inner_varying_single, inner_part)
            place = self._place[low:high]
            sweeps = _settle(
                work.core, work.core_right, inner, single, place, work.own, work.own_single,
                self.relaxation, self.first, work.single, work.rest, work.before, work.earlier, error,
            )  # fmt: skip
            work.x[low:high] = work.core
        _substitute(work.x, work.right, *outside, high, len(plan.sequence))
        # A process that takes more of its product than it makes turns signs around, and sweeps may well settle then.
        sound = np.isfinite(work.x.sum(axis=0)) & (work.own > 0).all(axis=0)
        return sound & (error <= TARGET), sweeps

    def _calibrated(self) -> tuple[float, int]:
        """Relaxation and number of sweeps before the first look, from the deterministic system."""
        low, high = self.plan.core
        if high == low:
            return 1.0, 0
        with self._memory() as work:
            return self._tuned(work, self._methods[self._counting[0]])

    def _tuned(self, work: _Work, method: _Method) -> tuple[float, int]:
        low, high = self.plan.core
        work.multiples[:] = 1
        _own(self._place, self._own_rows, method.own, work.multiples[self._links :], work.own, work.own_single)
        single = (method.inner_single, method.inner_varying_single, work.multiples[self._outer : self._links])
        right = np.ones((high - low, LANES), dtype=np.float32)
        tried = RELAXATIONS.astype(np.float32)
        changes = _tried(single, self._place[low:high], work.own_single, right, tried, work.single, work.before, TRIED)
        settled = changes <= COARSE
        takes = np.where(settled.any(axis=0), settled.argmax(axis=0), TRIED)
        best = int(np.lexsort((changes[-1], takes))[0])
        return float(tried[best]), int(min(takes[best] + 1, TRIED // 2))


def _fixed(array: Any) -> Any:
    """A view that cannot be written to, as arrays in a cluster's shared memory are: one type, so compiled once."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


class _Work:
    """Working memory of one group, on cache lines."""

    def __init__(self, fast: Fast) -> None:
        plan = fast.plan
        n, core = len(plan.sequence), plan.core[1] - plan.core[0]
        self.multiples = _lines(len(plan.technosphere), np.float32)
        self.emitted = _lines(len(plan.biosphere), np.float32)
        self.own, self.own_single = _lines(fast._owners, np.float64), _lines(fast._owners, np.float32)
        self.x, self.right = _lines(n, np.float64), _lines(n, np.float64)
        self.core, self.core_right = _lines(core, np.float64), _lines(core, np.float64)
        self.single, self.rest, self.before, self.earlier = (_lines(core, np.float32) for _ in range(4))


def _lines(rows: int, kind: Any) -> Any:
    """(rows, 16) on a border of 64 bytes."""
    size = rows * LANES * np.dtype(kind).itemsize
    memory = np.empty(size + 64, dtype=np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start : start + size].view(kind).reshape(rows, LANES)


@njit(nogil=True, cache=True)
def _own(place: Any, rows: Any, coefficients: Any, multiples: Any, own: Any, single: Any) -> None:
    """What each process with a varying own use leaves of its product: 1 − Σ coefficient·multiple."""
    own[:] = 1.0
    for e in range(len(rows)):
        for lane in range(LANES):
            own[place[rows[e]], lane] -= coefficients[e] * multiples[e, lane]
    single[:] = own


@njit(nogil=True, cache=True)
def _emit(burdens: Any, emissions: Any, multiples: Any, right: Any) -> None:
    """Direct scores: the certain part and Σ weight·multiple."""
    for j in range(len(burdens)):
        emit_row(right, j, burdens, emissions, multiples)


@njit(nogil=True, cache=True)
def _substitute(
    x: Any, right: Any, certain: Any, varying: Any, multiples: Any, place: Any, own: Any, first: int, last: int
) -> None:
    """Rows whose suppliers all stand before them, exactly."""
    x[first:last] = 0.0
    for j in range(first, last):
        relax_row(x, j, right, certain, varying, multiples, (place, own), 1.0)


@njit(nogil=True, cache=True)
def _into_core(out: Any, right: Any, certain: Any, varying: Any, multiples: Any, x: Any, low: int, high: int) -> None:
    """Right-hand side of the core with what flows into it from before."""
    for j in range(low, high):
        gather_row(x, j, right, certain, varying, multiples)
    out[:] = x[low:high]


@njit(nogil=True, cache=True)
def _sweep(x: Any, right: Any, links: Any, place: Any, own: Any, relaxation: Any) -> None:
    certain, varying, multiples = links
    for j in range(len(x)):
        relax_row(x, j, right, certain, varying, multiples, (place, own), relaxation)


@njit(nogil=True, cache=True)
def _residual(out: Any, right: Any, links: Any, place: Any, own: Any, x: Any) -> None:
    certain, varying, multiples = links
    for j in range(len(x)):
        residual_row(out, j, right, certain, varying, multiples, (place, own), x)


@njit(nogil=True, cache=True)
def _swept(
    x: Any, right: Any, links: Any, place: Any, own: Any, relaxation: Any, scale: Any, count: int, before: Any,
    earlier: Any, watch: Any,
) -> None:  # fmt: skip
    """Some sweeps, two at least; ``watch`` compares the last two steps."""
    for _ in range(count - 2):
        _sweep(x, right, links, place, own, relaxation)
    earlier[:] = x
    _sweep(x, right, links, place, own, relaxation)
    before[:] = x
    _sweep(x, right, links, place, own, relaxation)
    watch_rows(watch, x, before, earlier, scale, FLOOR)


@njit(nogil=True, cache=True)
def _paced(watch: Any, error: Any, factors: Any, done: int) -> None:
    """Estimated relative error of each lane, and how far to go on along its last step.

    A lane that settles slowly has one loop that is stronger than the rest: its steps shrink by the same λ each time, so
    that λ/(1 − λ) steps more are to come, and are taken at once (Aitken's extrapolation, of the whole vector).
    """
    for lane in range(LANES):
        step, last, along, square = watch[0, lane], watch[1, lane], watch[2, lane], watch[3, lane]
        factors[0, lane] = np.float32(0)
        if not step < np.inf:
            error[lane] = np.inf
            continue
        pace = step / last if last > 0 else 0.0
        share = along / square if square > 0 else 0.0
        if done > PATIENT and share >= 1 and step > COARSE * COARSE:
            error[lane] = np.inf  # it eats what it makes, or turns signs around
            continue
        pace = min(max(pace, share, 0.1), 0.9999)
        error[lane] = step * pace / (1.0 - pace)
        if SLOW < share < 0.999:
            factors[0, lane] = np.float32(share / (1.0 - share))


@njit(nogil=True, cache=True)
def _extend(x: Any, before: Any, factors: Any) -> None:
    """Go on along the last step where that was found to be worth it."""
    if factors.max() > 0:
        for j in range(len(x)):
            extend_row(x, j, before, factors)


@njit(nogil=True, cache=True)
def _settle(
    x: Any, right: Any, inner: Any, single: Any, place: Any, own: Any, own_single: Any, relaxation: Any, first: int,
    approximate: Any, rest: Any, before: Any, earlier: Any, error: Any,
) -> int:  # fmt: skip
    """Solve the core; ``error`` becomes the estimated relative error of each lane, infinite where sweeps diverge."""
    watch, factors = np.zeros((4, LANES), np.float32), np.zeros((1, LANES), np.float32)
    rest[:] = right
    approximate[:] = np.float32(1)
    sweeps, going = 0, True
    while going and sweeps < MANY:
        count = max(first, STRIDE) if sweeps == 0 else STRIDE
        _swept(approximate, rest, single, place, own_single, relaxation, approximate, count, before, earlier, watch)
        sweeps += count
        _paced(watch, error, factors, sweeps)
        going = False
        for lane in range(LANES):
            going |= COARSE < error[lane] < np.inf and watch[0, lane] > COARSE * COARSE
        _extend(approximate, before, factors)
    x[:] = approximate
    gross = approximate.copy()
    for _ in range(ROUNDS):
        _residual(rest, right, inner, place, own, x)
        approximate[:] = np.float32(0)
        done, going = 0, True
        while going and done < MANY:
            count = max(first - STRIDE, STRIDE) if done == 0 else STRIDE
            _swept(approximate, rest, single, place, own_single, relaxation, gross, count, before, earlier, watch)
            done += count
            _paced(watch, error, factors, done)
            going = False
            for lane in range(LANES):
                # a step that is rounding beside the first one of this round needs a new residual, not more sweeps
                going |= TARGET < error[lane] < np.inf and watch[0, lane] > ROUNDING * COARSE
            if going:
                _extend(approximate, before, factors)
        x += approximate
        sweeps += done
        gross[:] = x
        rest[:] = np.float32(0)
        watch_rows(watch, approximate, rest, rest, gross, FLOOR)
        for lane in range(LANES):
            error[lane] = max(error[lane], LEFT * watch[0, lane])
        again = False
        for lane in range(LANES):
            again |= TARGET < error[lane] < np.inf
        if not again:
            break
    return sweeps


@njit(nogil=True, cache=True)
def _tried(links: Any, place: Any, own: Any, right: Any, relaxations: Any, x: Any, before: Any, most: int) -> Any:
    """Change (most, 16) of each lane in some sweeps, where lanes differ by their relaxation only."""
    found, watch = np.empty((most, LANES), np.float32), np.empty((4, LANES), np.float32)
    certain, varying, multiples = links
    x[:] = np.float32(0)
    for s in range(most):
        before[:] = x
        for j in range(len(x)):
            relax_row(x, j, right, certain, varying, multiples, (place, own), np.float32(1))
            for lane in range(LANES):
                x[j, lane] = before[j, lane] + relaxations[lane] * (x[j, lane] - before[j, lane])
        watch_rows(watch, x, before, before, x, FLOOR)
        found[s] = watch[0]
    return found

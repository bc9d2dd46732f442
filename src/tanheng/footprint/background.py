"""Products of background databases as uncertain inputs of results (C18).

Without samples of its background a study knows no spread of a background product but the one that the scores of its line
give. With them, the footprint of the product in each draw takes the place of the stated one: the distributions of the
exchanges behind it, drawn once for all products and all studies.

A source has one spread. The database's own comes first where it has a say in at least half of the product's footprint, as
the GSD² of a factor does; else the scores of the line stand in, as they do without samples (quality scores give a spread
where none is measured). Where there are no scores either, the samples serve, however little they cover. What a line says of
its *amount* is another matter, and multiplies both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from tanheng.engine.moments import Propagation
from tanheng.engine.montecarlo import Sampler, UncertainSystem, plan
from tanheng.engine.montecarlo.coverage import coverage
from tanheng.errors import AssessmentError, HomeError, InventoryError
from tanheng.footprint.assessment import Part
from tanheng.footprint.ports import Backgrounds
from tanheng.footprint.study import Names
from tanheng.inventory import Snapshot
from tanheng.inventory.climate import CO2_OF_CH4
from tanheng.inventory.uncertainty.exchanges import uncertain_system
from tanheng.quantities import Origin
from tanheng.rules import Regime

Floats: TypeAlias = npt.NDArray[np.float64]
BackgroundUse: TypeAlias = Literal["stated", "sampled"]
"""Whether a background product has its stated footprint in every sample, or is sampled with its database."""

ENOUGH = 0.5
"""Share of a product's footprint that depends on distributions of the database, from which they take the place of scores."""
_SAME = 1e-6


def is_sampled(use: str) -> bool:
    """Whether background products are sampled; a ValueError for a word that is neither."""
    if use not in get_args(BackgroundUse):
        raise ValueError(f"background is “{use}”: {' or '.join(get_args(BackgroundUse))}")
    return use == "sampled"


@dataclass(frozen=True, slots=True, eq=False)
class Supply:
    """A product of a background database as an input of results.

    Attributes:
        key: names it in every study.
        index: its column in the database.
        moves: kg CO2e that one unit moves a total by, with every exchange as stated.
        coverage: share of its footprint that depends on an exchange with a distribution.
    """

    background: Background
    key: str
    index: int
    label: str
    names: Names
    moves: float
    coverage: float


class Background:
    """A background database, scored as a regime counts gases.

    Args:
        system: the snapshot's exchanges with their distributions.
        counted: (g,) kg CO2e that one kg of each gas counts.
        moving: (g,) kg CO2e that one kg moves a total by; less than what counts where carbon kept in the product is added back.
    """

    def __init__(self, snapshot: Snapshot, system: UncertainSystem, counted: Floats, moving: Floats) -> None:
        self.snapshot, self.system = snapshot, system
        self.counted, self.moving = counted, moving
        self._supplies: dict[tuple[str, str, str, float], Supply | None] = {}

    @property
    def order(self) -> tuple[str, str, bytes]:
        """Where it stands among others, whichever there are."""
        return self.snapshot.name, self.snapshot.digest, self.moving.tobytes()

    @cached_property
    def footprints(self) -> Floats:
        """(n,) kg CO2e that one unit of each product moves a total by."""
        return np.asarray(self.snapshot.gas_footprints @ self.moving)

    @cached_property
    def coverage(self) -> Floats:
        """(n,) share of each product's footprint that depends on an exchange with a distribution."""
        return np.nan_to_num(coverage(self.system, self.moving))

    @cached_property
    def propagation(self) -> Propagation:
        """Means and variances of what products move a total by."""
        return Propagation(self.system, self.moving, order=self.snapshot.solver.order)

    @property
    def unusable(self) -> int:
        """Exchanges whose distribution cannot be drawn from; they keep their amounts."""
        parts = (self.system.technosphere, self.system.biosphere)
        return len(np.unique(np.concatenate([part.keys[part.invalid] for part in parts])))

    def supply(self, part: Part) -> Supply | None:
        """A part's product as an input; ``None`` where nothing behind it has a distribution.

        Raises:
            AssessmentError: TH-ASM-131 a part that this snapshot's product does not give.
        """
        said = part.provenance
        key = (said.id, said.names.get("en", ""), said.per, part.per_unit)
        if key not in self._supplies:
            index = column_of(self.snapshot, part, self.counted, self._columns)
            share = float(self.coverage[index])
            scores = hashlib.blake2b(self.moving.tobytes(), digest_size=8).hexdigest()
            name = f"{self.snapshot.name} {self.snapshot.digest} {index} {scores}"
            moves = float(self.footprints[index])
            self._supplies[key] = Supply(self, name, index, said.id, said.names, moves, share) if share > 0.0 else None
        return self._supplies[key]

    def sampler(self, seed: int) -> Sampler:
        """Draws of every product of the database, so that a product has the same bits whatever a study takes.

        It can be sent to other processes and machines.
        """
        every = np.arange(self.system.processes)
        return Sampler(plan(self.system, self.moving, products=every, seed=seed, order=self.snapshot.solver.order))

    @cached_property
    def _columns(self) -> Mapping[str, list[int]]:
        return columns_of(self.snapshot)


@dataclass(slots=True)
class BackgroundSpreads:
    """The background databases at hand; each is opened once, and scored once for each way of counting.

    Two snapshots of one database are two databases; an exchange that both have has the same random numbers in both.
    """

    backgrounds: Backgrounds
    _opened: dict[str, tuple[Snapshot, UncertainSystem]] = field(default_factory=dict)
    _scored: dict[tuple[str, bytes, bytes], Background] = field(default_factory=dict)

    def under(self, chosen: Regime, *, cancels: bool) -> Supplies:
        """What studies under a regime take.

        Args:
            cancels: as of :func:`tanheng.footprint.inputs.model_of`.
        """
        return Supplies(self, chosen, cancels)

    def scored(self, release: str, chosen: Regime, *, cancels: bool) -> Background:
        """The database of a release (``name digest``, as provenance has it), as a regime counts gases."""
        snapshot, system = self._open(release)
        counted = counted_by(snapshot, chosen)
        moving = counted - (_cancelled(snapshot, chosen, counted) if cancels else 0.0)
        key = release, counted.tobytes(), moving.tobytes()
        if key not in self._scored:
            self._scored[key] = Background(snapshot, system, counted, moving)
        return self._scored[key]

    def _open(self, release: str) -> tuple[Snapshot, UncertainSystem]:
        if release not in self._opened:
            snapshot = snapshot_of(self.backgrounds, release)
            self._opened[release] = snapshot, uncertain_system(snapshot)
        return self._opened[release]


@dataclass(frozen=True, slots=True)
class Supplies:
    """What the parts of studies under one regime take of background databases."""

    spreads: BackgroundSpreads
    chosen: Regime
    cancels: bool
    _scored: dict[str, Background] = field(default_factory=dict, repr=False, compare=False)

    def of(self, part: Part) -> Supply | None:
        """The input that a part's source is; ``None`` where its spread is that of its line's scores, or it has none.

        Raises:
            AssessmentError: TH-ASM-130 a snapshot that is not at hand, TH-ASM-131 a part that it does not give.
        """
        if part.provenance.kind != "process":
            return None
        release = part.provenance.release
        if release not in self._scored:
            self._scored[release] = self.spreads.scored(release, self.chosen, cancels=self.cancels)
        supply = self._scored[release].supply(part)
        if supply is None or (part.gsd2 is not None and supply.coverage < ENOUGH):
            return None
        return supply


def snapshot_of(backgrounds: Backgrounds, release: str) -> Snapshot:
    """The snapshot of a release (``name digest``, as provenance has it); TH-ASM-130 where it is not at hand."""
    name, _, digest = release.rpartition(" ")
    try:
        snapshot = backgrounds.release(digest)
    except (HomeError, InventoryError) as error:
        raise AssessmentError("TH-ASM-130", place="inputs.targets", database=name, digest=digest) from error
    if snapshot.digest != digest:
        raise AssessmentError("TH-ASM-130", place="inputs.targets", database=name, digest=digest)
    return snapshot


def counted_by(snapshot: Snapshot, chosen: Regime) -> Floats:
    """(g,) kg CO2e that one kg of each gas of a database counts under a regime."""
    return np.where([chosen.counts(*role) for role in snapshot.roles], snapshot.characterise(chosen.gwp), 0.0)


def columns_of(snapshot: Snapshot) -> Mapping[str, list[int]]:
    """Columns of a database by the id of their process."""
    found: dict[str, list[int]] = {}
    for index, process in enumerate(snapshot.products["process_id"]):
        found.setdefault(process, []).append(index)
    return found


def column_of(snapshot: Snapshot, part: Part, counted: Floats, columns: Mapping[str, list[int]]) -> int:
    """The column of the product that a part was computed with (TH-ASM-131 where there is none)."""
    said, products = part.provenance, snapshot.products
    same = [i for i in columns.get(said.id, ()) if products["unit"][i] == said.per]
    named = [i for i in same if products["name"][i] == said.names.get("en")] or same
    masses = np.asarray(snapshot.gas_footprints)
    for index in named:
        gross = float(np.abs(masses[index] * counted).sum())
        if abs(float(masses[index] @ counted) - part.per_unit) <= _SAME * gross:
            return index
    known = {"product": said.names.get("en", said.id), "database": snapshot.name, "digest": snapshot.digest}
    raise AssessmentError("TH-ASM-131", place="inputs.targets", id=said.id, value=f"{part.per_unit:.6g}", **known)


def _cancelled(snapshot: Snapshot, chosen: Regime, counted: Floats) -> Floats:
    """(g,) kg CO2e of each gas that does not move a total, because carbon kept in the product is added back (C06)."""
    found = np.zeros(len(counted))
    for at, (gas, origin) in enumerate(snapshot.roles):
        if not chosen.counts(gas, origin):
            continue
        if gas == "CO2" and origin in (Origin.REMOVAL, Origin.BIOGENIC):
            found[at] = counted[at]
        elif (gas, origin) == ("CH4", Origin.BIOGENIC):
            found[at] = CO2_OF_CH4
    return found

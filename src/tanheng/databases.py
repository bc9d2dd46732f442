"""What a person holds of a background database in a notebook: its products, links, mappings, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tanheng.database_views import AnalyticView, ReleaseView, WhatIfView, elasticity_table
from tanheng.inventory import Snapshot
from tanheng.inventory.footprinting import DatabaseFootprint
from tanheng.inventory.footprinting import footprint as _footprint
from tanheng.inventory.methods.model import ImpactMethod
from tanheng.inventory.search import find_product
from tanheng.inventory.search import search as _search
from tanheng.inventory.uncertainty.analytic import UncertaintyModel
from tanheng.inventory.uncertainty.elasticities import Elasticities
from tanheng.method_views import MappingView, ScoresView, scores_of
from tanheng.quantities import gwp_set
from tanheng.sample_views import SampledView
from tanheng.storage import Home
from tanheng.views import table

if TYPE_CHECKING:
    import polars as pl

    from tanheng import engine
    from tanheng.formats import Written
    from tanheng.inventory.validation import Validation


class ProductFootprint:
    """kg CO2e of one unit of a background product; shows itself as one line."""

    def __init__(self, found: DatabaseFootprint, models: dict[Any, UncertaintyModel] | None = None) -> None:
        self.value = found
        self._models: dict[Any, UncertaintyModel] = {} if models is None else models

    @property
    def total(self) -> float:
        """kg CO2e per unit of the product; at least that much where :attr:`complete` is false (C02)."""
        return self.value.total

    @property
    def complete(self) -> bool:
        """Whether nothing is open in the supply chain but what the authors declared as cut off."""
        return self.value.complete

    def tree(self, *, cutoff: float = 0.01, depth: int = 8) -> engine.Branch:
        """Contribution tree (C10)."""
        return self.value.tree(cutoff=cutoff, depth=depth)

    def sankey(self, *, cutoff: float = 0.01) -> pl.DataFrame:
        """Edges of the Sankey diagram: supplier, consumer, kg CO2e that goes from one to the other."""
        names = self.value.snapshot.products["name"]
        rows = [
            {"supplier": names[edge.supplier], "consumer": names[edge.consumer], "flow": edge.flow}
            for edge in self.value.sankey(cutoff=cutoff).edges
        ]
        return table(rows, {"supplier": str, "consumer": str, "flow": float})

    def uncertainty(self, *, default_gsd2: float | None = None, top: int = 10) -> AnalyticView:
        """Mean, deviation, 95 % interval and the ``top`` contributors to the variance, without samples (C18).

        Args:
            default_gsd2: GSD² of exchanges that have no distribution; by default they are certain.
        """
        return AnalyticView(self._model(default_gsd2).of(self.value.product.index, top=top))

    def sensitivities(self, *, top: int = 20) -> pl.DataFrame:
        """The amounts that move the footprint most: per cent for one per cent more of each (C10)."""
        return elasticity_table(Elasticities(self.value).largest(top))

    def probability_lower(self, other: ProductFootprint, *, default_gsd2: float | None = None) -> float | None:
        """P(this < other) of two products of one database, without samples; what both rest on counts for both (C19).

        ``None`` where neither varies, or one misses what the other has; TH-INV-061 for different units.
        """
        if (self.value.snapshot.digest, self.value.gwp) != (other.value.snapshot.digest, other.value.gwp):
            raise ValueError("two products of one database, under one GWP set")
        return self._model(default_gsd2).probability_lower(self.value.product.index, other.value.product.index)

    def _model(self, default_gsd2: float | None) -> UncertaintyModel:
        """What all products of the database have in common, prepared once."""
        key = (self.value.gwp.name, default_gsd2)
        if key not in self._models:
            self._models[key] = UncertaintyModel(self.value.snapshot, self.value.gwp, default_gsd2=default_gsd2)
        return self._models[key]

    def __float__(self) -> float:
        return self.value.total

    def __repr__(self) -> str:
        lead = "" if self.complete else "at least "
        return f"{lead}{self.total:.4g} kg CO2e / {self.value.product.unit}, {self.value.gwp.name}"


class Background:
    """A background database that is ready to calculate; samples are kept in ``home``, where there is one."""

    def __init__(self, snapshot: Snapshot, home: Home | None = None) -> None:
        self.snapshot = snapshot
        self.home = home
        self._models: dict[Any, UncertaintyModel] = {}

    def search(self, words: str, *, limit: int = 20) -> pl.DataFrame:
        """Products whose names hold all words."""
        return self.snapshot.products[_search(self.snapshot, words, limit=limit)]

    def footprint(self, product: str, *, report: str = "AR6", metric: str = "GWP100") -> ProductFootprint:
        """Footprint of one unit of a product, by name or process id (errors as of ``find_product``)."""
        index = find_product(self.snapshot, product)
        return ProductFootprint(_footprint(self.snapshot, index, gwp_set(report, metric)), self._models)

    def footprints(self, *, report: str = "AR6", metric: str = "GWP100") -> pl.DataFrame:
        """Every product of the database, with total and origins in kg CO2e per unit."""
        from tanheng.inventory.tables import footprint_table

        return footprint_table(self.snapshot, gwp_set(report, metric))

    def what_if(self, *changes: Any, report: str = "AR6", metric: str = "GWP100") -> WhatIfView:
        """All products with changes: ``"Steel <- Power * 0.8"``, ``"Gas -> Hydrogen = 0.3 kg"``, ``{"market": …, "shares": …}``.

        Changes are lines or mappings (:mod:`tanheng.inventory.whatif.reading`), or values of
        :mod:`tanheng.inventory.whatif.changes`.
        """
        from tanheng.inventory.whatif.computing import what_if
        from tanheng.inventory.whatif.reading import as_change

        return WhatIfView(what_if(self.snapshot, map(as_change, changes)), gwp_set(report, metric))

    def differences(self, newer: Background, *, report: str = "AR6", metric: str = "GWP100") -> ReleaseView:
        """Which products move from this release to a newer one, by how much, and which change caused it."""
        from tanheng.inventory.releases.difference import ReleaseDifference

        return ReleaseView(ReleaseDifference(self.snapshot, newer.snapshot, gwp=gwp_set(report, metric)))

    def uncertainty(
        self,
        products: str | Sequence[str] | None = None,
        *,
        samples: int = 1_000,
        seed: int = 1,
        report: str = "AR6",
        metric: str = "GWP100",
        threads: int | None = None,
        cluster: str | None = None,
        default_gsd2: float | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> SampledView:
        """Monte Carlo on one product, several, or all (C18); stopped work goes on where it stopped.

        Args:
            products: names or process ids; all products by default.
            threads, cluster: as of :func:`tanheng.compute.compute_at`.
            default_gsd2: GSD² of exchanges that have no distribution; by default they are certain.
            progress: told (samples done, samples in all).

        Raises:
            TanhengError: as of :func:`tanheng.inventory.uncertainty.montecarlo.monte_carlo` and ``find_product``.
        """
        from tanheng.compute import compute_at
        from tanheng.inventory.uncertainty.montecarlo import monte_carlo

        named = [products] if isinstance(products, str) else products
        every = range(self.snapshot.A.shape[1])
        chosen = every if named is None else [find_product(self.snapshot, name) for name in named]
        with compute_at(cluster, threads) as compute:
            found = monte_carlo(
                self.snapshot,
                chosen,
                compute=compute,
                gwp=gwp_set(report, metric),
                samples=samples,
                seed=seed,
                default_gsd2=default_gsd2,
                runs=None if self.home is None else self.home.runs,
                progress=progress,
            )
        return SampledView(found)

    def links(self, *, status: str = "") -> pl.DataFrame:
        """Every input with who serves it and how that was chosen; of one status, e.g. ``open``."""
        from tanheng.inventory.tables import link_report

        return link_report(self.snapshot, status=status)

    def worklist(self, *, status: str = "", each: Literal["flow", "input"] = "flow") -> pl.DataFrame:
        """Links to look at, with candidates; fill in the column ``choose`` and give it to :meth:`link`."""
        from tanheng.inventory.linking.worklist import worklist
        from tanheng.storage.linking import background_processes

        without = background_processes(self.home, self.snapshot.name) if self.home else frozenset[str]()
        return worklist(self.snapshot, status=status, each=each, without=without)

    def link(
        self,
        choices: pl.DataFrame | str | Path | None = None,
        *,
        backgrounds: Sequence[str] | None = None,
        allocation: str | None = None,
    ) -> Background:
        """Link anew, with choices and with the databases that this one stands on as they are now.

        Args:
            choices: a filled-in worklist, or a file of one (CSV, Excel).
            backgrounds: names of databases; as before where ``None``.
            allocation: of processes of several products: a method of the authors, a dimension, or ``reference-only``; empty as
                the authors say, ``None`` as before.

        Raises:
            ValueError: of a snapshot that is in no data directory. TanhengError: a choice that cannot be understood.
        """
        from tanheng.storage.linking import relink
        from tanheng.storage.worklists import choices_in, read_choices

        if self.home is None:
            raise ValueError("only a database of a data directory is linked anew: th.open(name)")
        if choices is None:
            chosen: tuple[Any, ...] = ()
        elif isinstance(choices, str | Path):
            chosen = read_choices(Path(choices), self.snapshot)
        else:
            chosen = choices_in(choices, self.snapshot)
        name = self.snapshot.name
        found = relink(self.home, name, choices=chosen, backgrounds=backgrounds, allocation=allocation)
        return Background(found.snapshot, self.home)

    def export(self, path: str | Path, *, format: str = "openlca-jsonld") -> Written:  # noqa: A002 - the field's word
        """Write the database as it was read in another format; what that cannot carry is told in ``.lines()``.

        Raises:
            ValueError: of a snapshot that is in no data directory. TanhengError: TH-FMT-032 a format that is not written.
        """
        from tanheng.formats import write_database

        if self.home is None:
            raise ValueError("only a database of a data directory is exported: th.open(name)")
        return write_database(self.home.inventory(self.snapshot.name), Path(path), format=format)

    def scores(self, method: str | Path | ImpactMethod, *, mapping: str | Path | None = None) -> ScoresView:
        """Every product by every category of an impact method.

        Args:
            method: its name in the data directory, the file that it is read from, or the method itself.
            mapping: a mapping file; by default the one that is kept for this database and method, if any.

        Raises:
            TanhengError: as of reading, TH-HOM-010 no such method, TH-MAP-… faults of the mapping file.
        """
        return ScoresView(scores_of(self.snapshot, method, mapping=mapping, home=self.home))

    def map(self, method: str | Path | ImpactMethod, *, mapping: str | Path | None = None) -> MappingView:
        """The elementary flows on those of a method: coverage, and what stands open; arguments as of :meth:`scores`."""
        return self.scores(method, mapping=mapping).mapping

    def __repr__(self) -> str:
        return repr(self.snapshot)


def open_database(name: str, *, home: str | Path | None = None) -> Background:
    """Open an imported database by name (TH-HOM-001 where there is none)."""
    home_ = Home.at(home)
    return Background(home_.snapshot(name), home_)


def import_database(path: str | Path, name: str, *, home: str | Path | None = None) -> Background:
    """Read, link and freeze a database from a file or folder, under ``name``; only what changed since is done again."""
    from tanheng.storage.importing import import_file

    home_ = Home.at(home)
    return Background(import_file(home_, path, name=name).snapshot, home_)


def validate(path: str | Path) -> Validation:
    """Read and link a database file without importing it: counts, and every fault met."""
    from tanheng.formats import read_database
    from tanheng.inventory.validation import validated

    return validated(read_database(Path(path), name=Path(path).stem))


def import_method(path: str | Path, name: str, *, home: str | Path | None = None) -> ImpactMethod:
    """Read an impact method from a file or folder and keep it under ``name``, for :meth:`Background.scores`."""
    return Home.at(home).methods.import_file(Path(path), name)

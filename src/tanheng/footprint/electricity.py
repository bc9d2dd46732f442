"""Electricity by source and place: which footprint factor, in which year (C07, C08).

The series that a source and geography have is data (``data/electricity_sources.csv``). The factor of the latest year that is
not after the study's period is taken, and a later one, with a gap that says so, where there is none; where a place has no
footprint factor, the next larger place is asked and the step is recorded. A plant's factor ends at the plant: power that
comes from it through the public network gets the network's factor once, or the losses that the study gives in its place; the
grid average and the residual mix hold the network already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from tanheng.factors import Release
from tanheng.files import shipped_rows
from tanheng.footprint.assessment import Gap
from tanheng.footprint.study import ElectricityShare, Supply
from tanheng.footprint.targets import NotFound, Resolver, Target, of_factor
from tanheng.quantities import Origin

GRID = "grid"
RESIDUAL = "residual"
NETWORK = "network"
_NO_PLANTS = (GRID, RESIDUAL, NETWORK)
_THROUGH_NETWORK = (Supply.CONTRACT, Supply.CERTIFICATE)


@cache
def sources() -> Mapping[tuple[str, str], str]:
    """Factor series by (geography, source)."""
    return {(row["geography"], row["source"]): row["factor_series"] for row in shipped_rows("electricity_sources")}


@cache
def parents() -> Mapping[str, str]:
    """The next larger place of each geography."""
    return {row["code"]: row["parent"] for row in shipped_rows("geographies")}


@dataclass(frozen=True, slots=True)
class Power:
    """Finds the target of one source of electricity."""

    resolver: Resolver
    release: Release
    site: str
    year: int

    def of(self, share: ElectricityShare) -> Target | NotFound:
        """Target per kWh of a share as it is procured."""
        if share.supply is Supply.GRID and not share.link:
            return self.grid(share.source or self.site)
        if share.supply is Supply.RESIDUAL and not share.link:
            return self.residual(share.source or self.site)
        if not share.link and share.source in _NO_PLANTS:
            # The mix and the network are no plants: they would bring the losses in twice (C08).
            return NotFound("missing-electricity", {"source": share.source, "geography": self.site})
        plant = self.resolver.resolve(share.link) if share.link else self._factor(self.site, share.source)
        own_losses = share.losses is not None
        if share.supply not in _THROUGH_NETWORK or own_losses or isinstance(plant, NotFound):
            return plant
        if share.link and not _ends_at_the_plant(plant.provenance.id):
            # Whether a foreign number has the network inside is not ours to guess (C08): it is said.
            return replace(plant, gaps=(*plant.gaps, Gap("network-not-added", "", False, {"link": share.link})))
        network = self._factor(self.site, NETWORK)
        return network if isinstance(network, NotFound) else _sum(plant, network)

    def grid(self, geography: str = "") -> Target | NotFound:
        """The consumption mix of a place, the site's by default."""
        return self._factor(geography or self.site, GRID)

    def residual(self, geography: str = "") -> Target | NotFound:
        """The residual mix of a place; the consumption mix, with a gap that says so, where none is known (C08)."""
        place = geography or self.site
        found = self._factor(place, RESIDUAL)
        if not isinstance(found, NotFound):
            return found
        grid = self.grid(place)
        if isinstance(grid, NotFound):
            return grid
        return replace(grid, gaps=(*grid.gaps, Gap("no-residual-mix", "", False, {"geography": place})))

    def _factor(self, geography: str, source: str) -> Target | NotFound:
        place = geography
        while place:
            series = sources().get((place, source))
            factor_id = self._release_of(series) if series else None
            if factor_id is not None:
                factor = self.release.factors[factor_id]
                method = "by-source" if place == geography else "parent-geography"
                target = of_factor(factor, self.release, method=method)
                if place != geography and isinstance(target, Target):
                    gap = Gap("parent-geography", "", False, {"asked": geography, "used": place})
                    target = replace(target, gaps=(*target.gaps, gap))
                if factor.year > self.year and isinstance(target, Target):
                    gap = Gap("other-year", "", False, {"asked": self.year, "used": factor.year, "factor": factor.id})
                    target = replace(target, gaps=(*target.gaps, gap))
                return target
            place = parents().get(place, "")
        return NotFound("missing-electricity", {"source": source, "geography": geography})

    def _release_of(self, series: str) -> str | None:
        """Id of the series' factor for the study's year: the latest not after it, else the first there is."""
        years = sorted(
            factor.year for factor_id, factor in self.release.factors.items() if factor_id == f"{series}-{factor.year}"
        )
        if not years:
            return None
        fitting = [y for y in years if y <= self.year]
        return f"{series}-{fitting[-1] if fitting else years[0]}"


def _sum(plant: Target, network: Target) -> Target:
    amounts: dict[tuple[str, Origin], float] = dict(plant.amounts)
    for role, mass in network.amounts.items():
        amounts[role] = amounts.get(role, 0.0) + mass
    called = network.provenance.names  # in one language or both
    other = next(iter(called.values()), network.provenance.id)
    names = {lang: f"{text} + {called.get(lang, other)}" for lang, text in plant.provenance.names.items()}
    years = [p.year for p in (plant.provenance, network.provenance) if p.year is not None]
    provenance = replace(
        plant.provenance,
        id=f"{plant.provenance.id} + {network.provenance.id}",
        names=names,
        year=min(years, default=None),
        source="; ".join(dict.fromkeys((plant.provenance.source, network.provenance.source))),
    )
    further = tuple(gap for gap in network.gaps if gap not in plant.gaps)
    return replace(plant, amounts=amounts, provenance=provenance, gaps=(*plant.gaps, *further))


def _ends_at_the_plant(factor_id: str) -> bool:
    """Whether a factor is one of ours for a kind of plant, without the network."""
    return any(
        factor_id.startswith(f"{series}-") and factor_id.removeprefix(f"{series}-").isdigit()
        for (_, source), series in sources().items()
        if source not in _NO_PLANTS
    )

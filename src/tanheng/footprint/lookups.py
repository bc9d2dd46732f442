"""Where a line's targets come from: looked up now, and remembered; or read from what an assessment remembers (C21)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tanheng.errors import AssessmentError
from tanheng.footprint import documents
from tanheng.footprint.electricity import Power
from tanheng.footprint.study import ElectricityShare, Supply
from tanheng.footprint.targets import NotFound, Resolver, Target
from tanheng.inventory.quality import Quality
from tanheng.quantities import Origin

Found = Target | NotFound


class Lookups(Protocol):
    """What linking asks for."""

    def link(self, text: str) -> Found:
        """The target of a link."""
        ...

    def power(self, share: ElectricityShare, site: str) -> Found:
        """The target of a source of electricity at a site, per kWh."""
        ...


@dataclass(frozen=True, slots=True)
class Live:
    """Looks everything up in factors and databases, and remembers it in ``seen``.

    Attributes:
        shared: what other assessments of the same call have looked up, by year; results of studies are not in it, because
            they depend on the regime.
    """

    resolver: Resolver
    year: int
    seen: dict[str, Found] = field(default_factory=dict)
    shared: dict[tuple[int, str], Found] = field(default_factory=dict)

    def link(self, text: str) -> Found:
        """See :class:`Lookups`."""
        return self._once(f"link {text}", lambda: self.resolver.resolve(text))

    def power(self, share: ElectricityShare, site: str) -> Found:
        """See :class:`Lookups`."""
        return self._once(
            _key(share, site), lambda: Power(self.resolver, self.resolver.release, site, self.year).of(share)
        )

    def _once(self, key: str, look_up: Callable[[], Found]) -> Found:
        if key not in self.seen:
            place = (self.year, key)
            self.seen[key] = self.shared[place] if place in self.shared else look_up()
            if not of_result(key):
                self.shared[place] = self.seen[key]
        return self.seen[key]


@dataclass(frozen=True, slots=True)
class Recorded:
    """Reads everything from the record of an assessment; nothing else is needed.

    Raises:
        AssessmentError: TH-ASM-005 where the record lacks what the study asks for.
    """

    record: Mapping[str, Mapping[str, Any]]

    def link(self, text: str) -> Found:
        """See :class:`Lookups`."""
        return self._read(f"link {text}")

    def power(self, share: ElectricityShare, site: str) -> Found:
        """See :class:`Lookups`."""
        return self._read(_key(share, site))

    def all(self) -> dict[str, Found]:
        """Everything that was looked up, by key."""
        return {key: self._read(key) for key in self.record}

    def _read(self, key: str) -> Found:
        if key not in self.record:
            raise AssessmentError("TH-ASM-005", place="inputs.targets", key=key)
        entry = self.record[key]
        if "not_found" in entry:
            return NotFound(entry["not_found"], dict(entry["params"]))
        rest = documents.build(Target, {**entry, "amounts": {}, "quality": {}})
        amounts = {(gas, Origin(origin)): mass for gas, origin, mass in entry["amounts"]}
        return Target(rest.per, amounts, rest.provenance, Quality(**entry["quality"]), rest.gsd2, rest.gaps)


def of_result(key: str) -> bool:
    """Whether the key of a look-up leads to the result of a study."""
    return "study:" in key or "assessment:" in key


def _key(share: ElectricityShare, site: str) -> str:
    """Everything that the answer depends on: a link by contract gets the network of the site, a plain link does not."""
    # Losses of its own take the place of the network; how great they are is arithmetic of the line.
    network = "" if share.losses is None else " without network"
    if share.link:
        return f"{share.supply} {share.link} @ {site}{network}"
    if share.supply in (Supply.GRID, Supply.RESIDUAL):
        return f"{share.supply} {share.source or site}"
    return f"{share.supply} {share.source} @ {site}{network}"


def record_of(seen: Mapping[str, Found]) -> dict[str, dict[str, Any]]:
    """What was looked up, as JSON that :class:`Recorded` reads."""
    return {key: _document(found) for key, found in sorted(seen.items())}


def _document(found: Found) -> dict[str, Any]:
    if isinstance(found, NotFound):
        return {"not_found": found.code, "params": documents.plain(found.params)}
    return {
        "per": found.per,
        "amounts": [[gas, origin.value, mass] for (gas, origin), mass in sorted(found.amounts.items())],
        "provenance": documents.plain(found.provenance),
        "quality": found.quality.scores,
        "gsd2": found.gsd2,
        "gaps": documents.plain(found.gaps),
    }

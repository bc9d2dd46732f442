"""What readers make of a data set, held against what the database says: every difference is a loss.

So nothing changes untold, whatever the database holds: the tree of a data set goes through the readers of the format before
it is packed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from tanheng.formats.ilcdmodel import flows as reading_flows
from tanheng.formats.ilcdmodel import processes as reading_processes
from tanheng.formats.ilcdmodel import quantities as reading_quantities
from tanheng.formats.ilcdmodel.models import Connections
from tanheng.formats.ilcdmodel.writing.identity import References
from tanheng.formats.ilcdmodel.writing.processes import Processes
from tanheng.formats.ilcdmodel.writing.tree import Made, plain
from tanheng.formats.losses import Losses
from tanheng.formats.notebook import Notebook
from tanheng.formats.values import scaled
from tanheng.formats.writing.identity import Ids
from tanheng.inventory.model import Exchange, Flow, Process, Uncertainty

_CLOSE = 1e-12  # what conversions and formulas may miss
FLOW_FIELDS = {
    "kind": "flow-facts-differ",
    "names": "names-differ",
    "unit": "flow-unit-differs",
    "category": "category-differs",
    "cas": "flow-facts-differ",
    "formula": "flow-facts-differ",
    "location": "location-differs",
    "synonyms": "synonyms-differ",
    "properties": "flow-properties-differ",
}
PROCESS_FIELDS = {
    "names": "names-differ",
    "location": "location-differs",
    "category": "category-differs",
    "parameters": "parameters-differ",
    "is_aggregated": "texts-differ",
    "valid_from": "dates-differ",
    "valid_until": "dates-differ",
    "comment": "comment-differs",
    "texts": "texts-differ",
    "sources": "sources-differ",
    "licence": "licence-differs",
}


class Comparing:
    """Reads data sets back.

    Args:
        groups, properties: trees of the unit groups and flow properties, by their ids.
    """

    def __init__(
        self,
        *,
        groups: Mapping[str, Made],
        properties: Mapping[str, Made],
        references: References,
        flow_ids: Ids,
        process_ids: Ids,
        losses: Losses,
    ) -> None:
        notes = Notebook()  # what is odd in the data was noted when they were read
        self._quantities = reading_quantities.Quantities(
            {key: plain(tree) for key, tree in groups.items()},
            {key: plain(tree) for key, tree in properties.items()},
            notes,
        )
        self._references = references
        self._flow_ids = flow_ids
        self._process_ids = process_ids
        self._losses = losses
        self._flows: dict[str, Flow] = {}

    def flow(self, flow: Flow, identifier: str, tree: Made) -> None:
        """Tell what differs in a flow."""
        reader = reading_flows.Flows({identifier: plain(tree)}, self._quantities, Notebook(), "")
        found = reader.close()[identifier]
        self._flows[identifier] = found
        for field, code in FLOW_FIELDS.items():
            if getattr(flow, field) != getattr(found, field):
                self._losses.count(code, flow.name)

    def process(self, process: Process, tree: Made, processes: Processes, flows: Mapping[str, Flow]) -> None:
        """Tell what differs in a process. Ids that were replaced are told elsewhere."""
        found = self._read(self._process_ids.of(process.id), tree)
        for field, code in PROCESS_FIELDS.items():
            if getattr(process, field) != getattr(found, field):
                self._losses.count(code, process.name)
        kept = [e for e in process.exchanges if e.flow in flows]
        numbers: dict[str, str] = {}
        for given, again in zip(kept, found.exchanges, strict=True):
            numbers.setdefault(given.id, again.id)
            factor = processes.factor(given, flows[given.flow])
            self._exchange(given, again, factor, f"{process.name}: {flows[given.flow].name}")
        if not self._same_allocation(process, found, numbers):
            self._losses.count("allocation-differs", process.name)

    def _read(self, identifier: str, tree: Made) -> Process:
        notes = Notebook()
        flows = reading_flows.Flows({}, self._quantities, notes, "")
        flows.by_id = self._flows
        reader = reading_processes.Processes(
            flows=flows,
            sources=self._references.sources,
            contacts=self._references.contacts,
            connections=Connections(notes),
            notes=notes,
        )
        return reader.build(identifier, plain(tree))

    def _exchange(self, given: Exchange, found: Exchange, factor: float, here: str) -> None:
        losses = self._losses
        if given.unit != found.unit:
            losses.count("exchange-in-flow-unit", here)
        if not _close(given.amount * factor, found.amount) and not math.isnan(found.amount):
            losses.count("amount-differs", here)  # one that became missing is told where it is written
        if given.formula and not found.formula:
            losses.count("formula-lost", here)
        if given.is_input != found.is_input or given.is_avoided != found.is_avoided:
            losses.count("direction-differs", here)
        provider = self._process_ids.of(given.provider) if given.provider else None
        if provider != found.provider:
            losses.count("provider-differs", here)
        if given.comment != found.comment:
            losses.count("exchange-comment-differs", here)
        if given.production_volume != found.production_volume:
            losses.count("production-volume-lost", here)
        wanted = given.uncertainty if math.isnan(factor) else scaled(given.uncertainty, factor)
        if not _same_spread(wanted, found.uncertainty):
            losses.count("uncertainty-differs", here)

    def _same_allocation(self, given: Process, found: Process, numbers: Mapping[str, str]) -> bool:
        wanted = tuple(
            replace(
                a,
                shares={self._flow_ids.of(f): s for f, s in a.shares.items()},
                by_exchange={
                    numbers.get(e, e): {self._flow_ids.of(f): s for f, s in shares.items()}
                    for e, shares in a.by_exchange.items()
                },
            )
            for a in given.allocations
        )
        return given.default_allocation is found.default_allocation and wanted == found.allocations


def _close(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    if math.isnan(first) or math.isnan(second):
        return math.isnan(first) and math.isnan(second)
    return abs(first - second) <= _CLOSE * max(abs(first), abs(second))


def _same_spread(given: Uncertainty | None, found: Uncertainty | None) -> bool:
    if given is None or found is None:
        return given is found
    if (given.kind, given.pedigree) != (found.kind, found.pedigree):
        return False
    return all(_close(getattr(given, name), getattr(found, name)) for name in ("loc", "scale", "minimum", "maximum"))

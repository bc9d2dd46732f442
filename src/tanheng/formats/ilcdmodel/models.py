"""Life cycle models: which process serves which, as a product system has it (eILCD, TIDAS)."""

from __future__ import annotations

from tanheng.formats.ilcdmodel.node import Node, node, nodes, reference, text
from tanheng.formats.notebook import Notebook

_Key = tuple[str, str]


class Connections:
    """Providers from the connections of models; where two models disagree, neither says anything."""

    def __init__(self, notes: Notebook) -> None:
        self._notes = notes
        self._upstream: dict[_Key, str] = {}
        self._downstream: dict[_Key, str] = {}
        self._contested: set[tuple[int, _Key]] = set()

    def add(self, data: Node, place: str) -> None:
        """Take the connections of a ``lifeCycleModelDataSet``."""
        technology = node(data, "lifeCycleModelInformation", "technology", "processes")
        instances = nodes(technology, "processInstance")
        processes = {text(i, "@dataSetInternalID"): reference(i, "referenceToProcess") for i in instances}
        for instance in instances:
            upstream = reference(instance, "referenceToProcess")
            for output in nodes(node(instance, "connections"), "outputExchange"):
                flow = text(output, "@flowUUID").lower()
                for target in nodes(output, "downstreamProcess"):
                    downstream = processes.get(text(target, "@id"), "")
                    if not (upstream and flow and downstream):
                        self._notes.count("connection-unusable", place, text(target, "@id") or flow or "–")
                        continue
                    taken = text(target, "@flowUUID").lower() or flow
                    self._keep(0, (downstream, taken), upstream, place)
                    self._keep(1, (upstream, flow), downstream, place)

    def _keep(self, side: int, key: _Key, process: str, place: str) -> None:
        known = (self._upstream, self._downstream)[side]
        if known.setdefault(key, process) != process:
            # A product may go to many; only an input with two providers is contested.
            self._contested.add((side, key))
            if side == 0:
                self._notes.count("connection-contested", place, key[1])

    def provider(self, process: str, flow: str) -> str | None:
        """The process that serves an input."""
        key = (process, flow)
        return None if (0, key) in self._contested else self._upstream.get(key)

    def treatment(self, process: str, flow: str) -> str | None:
        """The process that a waste goes to."""
        key = (process, flow)
        return None if (1, key) in self._contested else self._downstream.get(key)

"""Which data set is which: its reference product, its id, and who is meant by an activity link.

A system model cuts an activity of several products into as many data sets, all under the id of the activity. A data set
is therefore its activity and its reference product; where an activity has one data set only, its id alone will do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from msgspec.structs import replace

from tanheng.formats.ecospold2.dataset import REFERENCE, RawDataset, RawExchange
from tanheng.formats.ecospold2.flows import FlowRegister
from tanheng.formats.notebook import Notebook
from tanheng.formats.values import UniqueIds
from tanheng.inventory.model import FlowKind


def outline(dataset: RawDataset) -> tuple[RawDataset, list[int]]:
    """What has to be known of a data set to find its reference and to name it, and where its exchanges stood.

    Those that are marked as reference products, else all but the elementary ones.
    """
    chosen = [i for i, raw in enumerate(dataset.exchanges) if not raw.is_elementary and raw.group == REFERENCE]
    if not any(dataset.exchanges[i].flow for i in chosen):
        chosen = [i for i, raw in enumerate(dataset.exchanges) if not raw.is_elementary]
    meta = replace(dataset.meta, comment="", texts={}, sources=(), category=())
    exchanges = [dataset.exchanges[i] for i in chosen]
    return RawDataset(dataset.place, dataset.is_child, meta, exchanges, [], is_lean=dataset.is_lean), chosen


def find_reference(dataset: RawDataset, register: FlowRegister, notes: Notebook) -> RawExchange | None:
    """The quantitative reference; ``None`` where nothing that goes out could be one.

    Of several the one that the file is named after (``<activity>_<product>.spold``), else the first. Without any, the
    by-product that has the name of the activity, else the first; where nothing is made, the only waste that is taken in
    (openLCA exports the treatment of a waste as such).
    """
    marked = [raw for raw in dataset.exchanges if not raw.is_elementary and raw.group == REFERENCE and raw.flow]
    # Of an allocated activity the other products stay behind with the amount 0.
    references = [raw for raw in marked if raw.amount != 0] or marked
    if references:
        stem = PurePosixPath(dataset.place).stem
        chosen = next((raw for raw in references if stem.endswith(f"_{raw.flow}")), references[0])
        if other := next((raw for raw in references if raw is not chosen and raw.amount != 0), None):
            notes.add("several-references", dataset.name, flow=other.name)
        return chosen
    made = [r for r in dataset.exchanges if r.makes and r.flow and (r.amount or 0.0) > 0]
    made = [raw for raw in made if register.kind(raw.flow) is FlowKind.PRODUCT]
    if not made:
        made = [raw for raw in dataset.exchanges if raw.is_input and not raw.is_elementary and (raw.amount or 0.0) > 0]
        made = [raw for raw in made if raw.flow and register.kind(raw.flow) is FlowKind.WASTE]
        if len(made) != 1:
            notes.add("no-reference", dataset.name)
            return None
    found = min(made, key=lambda raw: raw.name.casefold() != dataset.name.casefold())
    notes.add("reference-assumed", dataset.name, flow=found.name)
    return found


class Identities:
    """The ids of data sets, in their order, and the way from activity links to them."""

    def __init__(self, datasets: Sequence[RawDataset], notes: Notebook) -> None:
        self._makers: dict[tuple[str, str], str] = {}
        self._activities: dict[str, list[str]] = {}
        counts = Counter(dataset.meta.activity for dataset in datasets)
        unique = UniqueIds()
        self.ids: list[str] = []
        for dataset in datasets:
            activity = dataset.meta.activity
            product = dataset.reference.flow if dataset.reference else ""
            wanted = activity or dataset.place
            if counts[activity] > 1 and activity and product:
                wanted = f"{activity}_{product}"
            identifier, changed = unique.take(wanted)
            if changed:
                notes.add("duplicate-id", dataset.place, id=wanted)
            self.ids.append(identifier)
            if activity:
                self._makers.setdefault((activity, product), identifier)
                self._activities.setdefault(activity, []).append(identifier)

    def provider(self, link: str, product: str) -> str | None:
        """Id of the data set of activity ``link`` that makes ``product``, else of its only one; ``None`` if not here."""
        if (found := self._makers.get((link, product))) is not None:
            return found
        others = self._activities.get(link, ())
        return others[0] if others else None

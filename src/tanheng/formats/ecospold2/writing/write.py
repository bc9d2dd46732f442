"""Writing a :class:`~tanheng.inventory.model.Database` into a zip of ``.spold`` files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from tanheng.formats.ecospold2.read import FORMAT
from tanheng.formats.ecospold2.writing.documentation import Documentation
from tanheng.formats.ecospold2.writing.exchanges import Exchanges
from tanheng.formats.ecospold2.writing.flows import Flows
from tanheng.formats.ecospold2.writing.identity import ids_of
from tanheng.formats.ecospold2.writing.markup import NAMESPACE, Scribe, add, rooted
from tanheng.formats.ecospold2.writing.numbers import Numbers, needed
from tanheng.formats.ecospold2.writing.plan import Piece, Plan
from tanheng.formats.losses import Losses, Written
from tanheng.formats.progress import Progress, Steps
from tanheng.formats.writing.numbers import settled
from tanheng.formats.writing.package import package as writing
from tanheng.inventory.model import Database, FlowKind


def write(database: Database, path: str | os.PathLike[str], *, progress: Progress | None = None) -> Written:
    """Write a database as EcoSpold 2 (zip of ``.spold`` files); read again it gives the same footprints.

    A process whose products share its burdens becomes a file for each of them, shared out as we compute it. The same
    database gives the same bytes. Data sets are made and packed one at a time.

    Args:
        database: what is written.
        path: of the zip; replaced whole, or left as it was.
        progress: called with data sets written and data sets in all.

    Raises:
        OSError: the file cannot be written.
    """
    losses = Losses()
    package = _Package(database, losses)
    steps = Steps(progress)
    steps.total = package.total
    target = Path(path)
    files = 0
    with writing(target) as add_file:
        for name, data in package.files():
            add_file(name, data)
            files += 1
            steps.step()
    counts = {"flows": package.flows, "processes": files, "exchanges": package.exchanges}
    return Written(target, FORMAT, counts, losses.close())


class _Package:
    """The files of a package."""

    def __init__(self, database: Database, losses: Losses) -> None:
        self._losses = losses
        self._scope, self._parameters = settled(database.parameters, None)
        self._plan = Plan(database, losses)
        scribe = Scribe(losses)
        self._ids = ids_of("Process", losses)
        self._flows = Flows(self._plan, ids_of("Flow", losses), scribe, losses)
        self._numbers = Numbers(scribe, losses)
        self._documentation = Documentation(database.licence, self._flows, scribe, losses)
        self._exchanges = Exchanges(
            self._plan, self._flows, process_ids=self._ids, numbers=self._numbers, scribe=scribe, losses=losses
        )
        self.total = len(self._plan)
        used = {e.flow for p in database.processes.values() for e in p.exchanges}
        self.flows = len(used & set(database.flows))
        if database.description:
            losses.count("description-lost", database.name)
        for before, after in zip(database.parameters, self._parameters, strict=True):
            if before.formula != after.formula:
                losses.count("formula-differs", before.name)

    @property
    def exchanges(self) -> int:
        """Exchanges written so far."""
        return self._exchanges.count

    def files(self) -> Iterator[tuple[str, bytes]]:
        """``(name, content)`` of each data set."""
        flows = self._plan.database.flows
        for piece in self._plan.pieces():
            known = [flows[e.flow] for e in piece.process.exchanges if e.flow in flows]
            if all(flow.kind is FlowKind.ELEMENTARY for flow in known):
                self._losses.count("process-left-out", piece.process.name)
                continue
            activity = self._ids.of(piece.process.id)
            product = f"_{self._flows.id_of(piece.column.flow)}" if piece.column is not None else ""
            yield f"{activity}{product}.spold", self._data_set(piece, activity)

    def _data_set(self, piece: Piece, activity: str) -> bytes:
        root = rooted("ecoSpold", NAMESPACE)
        process = piece.process
        scope, own = settled(process.parameters, self._scope) if process.parameters else (self._scope, ())
        for before, after in zip(process.parameters, own, strict=True):
            if before.formula != after.formula:
                self._losses.count("formula-differs", f"{process.name}: {before.name}")
        outer = needed((e.formula for e in process.exchanges if e.formula), self._parameters, own)
        for parameter in outer:
            self._losses.count("parameter-copied", f"{process.name}: {parameter.name}")
        data_set = add(root, "activityDataset")
        self._documentation.before(data_set, piece, activity)
        flow_data = add(data_set, "flowData")
        self._exchanges.write(flow_data, piece, scope)
        self._numbers.parameters(flow_data, (*outer, *own), activity, scope, process.name)
        self._documentation.after(data_set, piece)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

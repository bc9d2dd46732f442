"""One pass over a database: each data set is made, adapted to the format, read back, and packed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from tanheng.formats.ilcdmodel.writing.comparing import Comparing
from tanheng.formats.ilcdmodel.writing.dialect import Dialect
from tanheng.formats.ilcdmodel.writing.flows import flow_of
from tanheng.formats.ilcdmodel.writing.identity import Kind, References, ids_of
from tanheng.formats.ilcdmodel.writing.processes import Processes
from tanheng.formats.ilcdmodel.writing.quantities import Quantities
from tanheng.formats.ilcdmodel.writing.tree import Made
from tanheng.formats.losses import Losses, Written
from tanheng.formats.progress import Progress, Steps
from tanheng.formats.writing.package import package as writing
from tanheng.inventory.model import Database


def write_data_sets(
    database: Database, path: str | os.PathLike[str], *, dialect: Dialect, progress: Progress | None = None
) -> Written:
    """Write a database as a zip of data sets; the same database gives the same bytes.

    Data sets are made and packed one at a time.

    Args:
        database: what is written.
        path: of the zip; replaced whole, or left as it was.
        dialect: the format.
        progress: called with data sets written and data sets in all.

    Raises:
        OSError: the file cannot be written.
    """
    losses = Losses()
    package = _Package(database, dialect, losses)
    steps = Steps(progress)
    steps.total = len(database.flows) + len(database.processes)
    target = Path(path)
    with writing(target) as add:
        for kind, identifier, tree in package.data_sets():
            name = f"{dialect.folder}{kind.folder}/{identifier}{dialect.suffix}"
            add(name, dialect.written(kind, tree))
            if kind in (Kind.FLOW, Kind.PROCESS):
                steps.step()
    counts = {"flows": len(database.flows), "processes": len(database.processes), "exchanges": package.exchanges}
    return Written(target, dialect.format, counts, losses.close())


class _Package:
    """The data sets of a database in the order in which they are written."""

    def __init__(self, database: Database, dialect: Dialect, losses: Losses) -> None:
        self._database = database
        self._references = References()
        self._adapt: Callable[[Kind, Made, References], Made] = dialect.adapted
        self._losses = losses
        self._flow_ids = ids_of(Kind.FLOW, losses)
        self._process_ids = ids_of(Kind.PROCESS, losses)
        self._quantities = Quantities(database, losses)
        self._processes = Processes(
            database,
            flow_ids=self._flow_ids,
            process_ids=self._process_ids,
            quantities=self._quantities,
            references=self._references,
            losses=losses,
        )
        if database.description:
            losses.count("description-lost", database.name)

    @property
    def exchanges(self) -> int:
        """How many were written so far."""
        return self._processes.exchanges

    def data_sets(self) -> Iterator[tuple[Kind, str, Made]]:
        """``(kind, id, tree)``; sources and contacts come last, when all that is referred to is known."""
        database = self._database
        groups = {i: self._adapted(Kind.UNIT_GROUP, tree) for i, tree in self._quantities.groups.items()}
        properties = {i: self._adapted(Kind.FLOW_PROPERTY, tree) for i, tree in self._quantities.properties.items()}
        comparing = Comparing(
            groups=groups,
            properties=properties,
            references=self._references,
            flow_ids=self._flow_ids,
            process_ids=self._process_ids,
            losses=self._losses,
        )
        for key in sorted(database.flows):
            flow, identifier = database.flows[key], self._flow_ids.of(key)
            tree = self._adapted(Kind.FLOW, flow_of(flow, identifier, self._quantities))
            comparing.flow(flow, identifier, tree)
            yield Kind.FLOW, identifier, tree
        for key in sorted(database.processes):
            process = database.processes[key]
            tree = self._adapted(Kind.PROCESS, self._processes.of(process))
            comparing.process(process, tree, self._processes, database.flows)
            yield Kind.PROCESS, self._process_ids.of(key), tree
        for parameter in database.parameters:
            if parameter.name not in self._processes.copied:
                self._losses.count("global-parameter-unwritten", parameter.name)
        yield from ((Kind.FLOW_PROPERTY, i, properties[i]) for i in sorted(properties))
        yield from ((Kind.UNIT_GROUP, i, groups[i]) for i in sorted(groups))
        for kind, identifier, tree in self._references.data_sets():
            yield kind, identifier, self._adapted(kind, tree)

    def _adapted(self, kind: Kind, tree: Made) -> Made:
        return self._adapt(kind, tree, self._references)

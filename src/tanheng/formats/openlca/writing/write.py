"""Writing a :class:`~tanheng.inventory.model.Database` into a package."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import orjson

from tanheng.formats.losses import Losses, Written
from tanheng.formats.openlca.writing.documentation import Documentation
from tanheng.formats.openlca.writing.flows import flow_of
from tanheng.formats.openlca.writing.identity import Made, Places, ids_of, made_id, ref
from tanheng.formats.openlca.writing.numbers import parameter
from tanheng.formats.openlca.writing.processes import Processes
from tanheng.formats.openlca.writing.quantities import Quantities
from tanheng.formats.openlca.writing.schema1 import Schema1
from tanheng.formats.openlca.writing.schema2 import Schema2
from tanheng.formats.progress import Progress, Steps
from tanheng.formats.writing.numbers import settled
from tanheng.formats.writing.package import package as writing
from tanheng.inventory.model import Database


def write(database: Database, path: str | os.PathLike[str], *, progress: Progress | None = None) -> Written:
    """Write a database as an openLCA JSON-LD package (zip, schema 2); read again it gives the same footprints.

    The same database gives the same bytes. Data sets are made and packed one at a time.

    Args:
        database: what is written.
        path: of the zip; replaced whole, or left as it was.
        progress: called with data sets written and data sets in all.

    Raises:
        OSError: the file cannot be written.
    """
    return _write(database, Path(path), Schema2(), progress)


def write_schema1(database: Database, path: str | os.PathLike[str], *, progress: Progress | None = None) -> Written:
    """Write a database as a package of schema 1, for openLCA 1.x; otherwise as :func:`write`."""
    return _write(database, Path(path), Schema1(), progress)


def _write(database: Database, target: Path, schema: Schema1 | Schema2, progress: Progress | None) -> Written:
    losses = Losses()
    package = _Package(database, losses)
    steps = Steps(progress)
    steps.total = len(database.flows) + len(database.processes)
    with writing(target) as add:
        for name, data in schema.opening():
            add(name, orjson.dumps(data))
        for folder, data in package.data_sets():
            add(f"{folder}/{data['@id']}.json", orjson.dumps(schema.of(data)))
            if folder in ("flows", "processes"):
                steps.step()
        for name, data in schema.closing():
            add(name, orjson.dumps(data))
    counts = {"flows": len(database.flows), "processes": len(database.processes), "exchanges": package.exchanges}
    return Written(target, schema.format, counts, losses.close())


class _Package:
    """The data sets of a package, folder by folder."""

    def __init__(self, database: Database, losses: Losses) -> None:
        self._database = database
        self._losses = losses
        self._quantities = Quantities(database, losses)
        self._places = Places()
        self._documentation = Documentation(database.licence, losses)
        self._flow_ids = ids_of("Flow", losses)
        scope, self._parameters = settled(database.parameters, None)
        self._processes = Processes(
            database,
            scope=scope,
            flow_ids=self._flow_ids,
            process_ids=(process_ids := ids_of("Process", losses)),
            quantities=self._quantities,
            places=self._places,
            documentation=self._documentation,
            losses=losses,
        )
        self._process_ids = process_ids
        if database.description:
            losses.count("description-lost", database.name)

    @property
    def exchanges(self) -> int:
        """Exchanges written so far."""
        return self._processes.exchanges

    def data_sets(self) -> Iterator[tuple[str, Made]]:
        """``(folder, data set)``; what others refer to comes last, when all that is referred to is known."""
        database = self._database
        for identifier in sorted(database.flows):
            flow = database.flows[identifier]
            yield "flows", flow_of(flow, self._flow_ids, self._quantities, self._places, self._losses)
        for i, (original, kept) in enumerate(zip(database.parameters, self._parameters, strict=True)):
            yield "parameters", parameter(original, kept, "GLOBAL_SCOPE", self._losses, database.name, "", i)
        for identifier in sorted(database.processes):
            yield "processes", self._processes.of(database.processes[identifier])
        for data in self._quantities.flow_properties():
            yield "flow_properties", data
        for data in self._quantities.unit_groups():
            yield "unit_groups", data
        for code in sorted(self._places.codes):
            yield "locations", ref("Location", made_id("Location", code), code) | {"code": code}
        for folder, named, kind in (
            ("sources", self._documentation.sources, "Source"),
            ("actors", self._documentation.people, "Actor"),
        ):
            for name in sorted(named.names):
                yield folder, ref(kind, made_id(kind, name), name)

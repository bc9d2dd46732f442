"""Reading a package into a :class:`~tanheng.inventory.model.Database`."""

from __future__ import annotations

import os

from tanheng.formats.archive import Archive, Limits, open_archive
from tanheng.formats.notebook import Notebook
from tanheng.formats.openlca.documentation import source_texts
from tanheng.formats.openlca.fields import text
from tanheng.formats.openlca.flows import Flows, Places
from tanheng.formats.openlca.package import Package, note_methods, refuse_methods
from tanheng.formats.openlca.processes import Processes, parameter_of
from tanheng.formats.openlca.quantities import Quantities
from tanheng.formats.parameters import resolve
from tanheng.formats.progress import Progress, Steps
from tanheng.inventory.model import Database, Process

FORMAT = "openlca-jsonld"


def read(
    path: str | os.PathLike[str], *, name: str, progress: Progress | None = None, limits: Limits | None = None
) -> Database:
    """Read an openLCA JSON-LD package (zip or folder; schema 1 or 2).

    Amounts stay as written, formulas are evaluated, units become symbols of our table or local units. Faults of the
    content become notes; nothing is left out silently.

    Args:
        path: of the zip or folder.
        name: of the database.
        progress: called with files done and files in all.
        limits: what is refused as too large.

    Raises:
        FormatError: TH-FMT-001 to 010, 017, 018 as :func:`~tanheng.formats.archive.open_archive`; TH-FMT-015 for a
            broken JSON file, TH-FMT-016 for one that is no object; TH-FMT-030 where there are
            impact assessment methods and no processes.
    """
    notes = Notebook()
    with open_archive(path, limits=limits or Limits()) as archive:
        refuse_methods(archive)
        return _read(archive, name, notes, Steps(progress))


def _read(archive: Archive, name: str, notes: Notebook, steps: Steps) -> Database:
    package = Package(archive, notes, steps.step)
    steps.total = len(package)
    quantities = Quantities(package.all("unit_groups"), package.all("flow_properties"), notes)
    places = Places(package.all("categories"), package.all("locations"))
    sources = source_texts(package.all("sources"))
    flows = Flows(package.all("flows"), places, quantities, notes)
    parameters = [
        parameter_of(data)
        for _, data, _ in package.each("parameters")
        if text(data, "name") and text(data, "parameterScope") in ("", "GLOBAL_SCOPE")
    ]
    scope, global_parameters = resolve(parameters, notes=notes, place=archive.path.name)
    builder = Processes(flows=flows, places=places, quantities=quantities, sources=sources, scope=scope, notes=notes)
    processes: dict[str, Process] = {}
    for identifier, data, _ in package.each("processes"):
        processes[identifier] = builder.build(identifier, data)
    _note_dangling_providers(processes, notes)
    note_methods(archive, notes)
    return Database(
        name=name,
        format=FORMAT,
        flows=flows.close(),
        processes=processes,
        parameters=global_parameters,
        local_units=quantities.book.local,
        notes=notes.close(),
    )


def _note_dangling_providers(processes: dict[str, Process], notes: Notebook) -> None:
    for process in processes.values():
        for exchange in process.exchanges:
            if exchange.provider is not None and exchange.provider not in processes:
                notes.count("dangling-provider", process.name, exchange.provider)

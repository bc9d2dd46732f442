"""Reading SimaPro CSV files into a :class:`~tanheng.inventory.model.Database`."""

from __future__ import annotations

import os
from collections.abc import Iterator

from tanheng.errors import FormatError
from tanheng.formats.archive import Archive, Limits, Member, open_archive
from tanheng.formats.notebook import Notebook, without_nan
from tanheng.formats.parameters import Scope, resolve
from tanheng.formats.progress import Progress, Steps
from tanheng.formats.simapro.blocks import LISTED, PARAMETERS
from tanheng.formats.simapro.build import Builder, made_by
from tanheng.formats.simapro.content import Content, read_content
from tanheng.formats.simapro.flows import FlowRegister
from tanheng.formats.simapro.header import is_simapro
from tanheng.formats.simapro.parameters import parameters_of
from tanheng.formats.units import UnitBook
from tanheng.formats.values import UniqueIds
from tanheng.inventory.model import Database, Parameter, Process

FORMAT = "simapro-csv"
_HEAD = 256


def read(
    path: str | os.PathLike[str], *, name: str, progress: Progress | None = None, limits: Limits | None = None
) -> Database:
    """Read SimaPro process exports from a CSV file, a zip or a folder.

    Amounts stay as written, formulas are evaluated, units become symbols of our table or local units. Faults of the
    content become notes; nothing is left out silently.

    Args:
        path: of the file, zip or folder; files of other kinds in it are passed over with a note.
        name: of the database.
        progress: called with bytes done and bytes in all.
        limits: what is refused as too large.

    Raises:
        FormatError: TH-FMT-001 to 010, 017, 018 as :func:`~tanheng.formats.archive.open_archive`; TH-FMT-019 where
            there is no process, TH-FMT-030 where there are impact methods instead.

    Sources: the exports themselves, and the descriptions of the format in *bw_simapro_csv* and openLCA's *olca-simapro-csv*.
    """
    notes = Notebook()
    book = UnitBook(notes)
    with open_archive(path, limits=limits or Limits()) as archive:
        contents = list(contents_of(archive, book, notes, Steps(progress)))
        if not any(content.file.processes for content in contents):
            methods = [name for content in contents for name in content.file.methods]
            if methods or any(content.header.contents == "methods" for content in contents):
                raise FormatError(
                    "TH-FMT-030", place=archive.path.name, count=len(methods), method=next(filter(None, methods), "–")
                )
            raise FormatError("TH-FMT-019", place=archive.path.name)
    for content in contents:
        for method in content.file.methods:
            notes.count("methods-ignored", content.place, method or "–")
    register = FlowRegister(book)
    made = [(content, made_by(raw, content)) for content in contents for raw in content.file.processes]
    # References first, so that they set the units of their flows.
    for which in (slice(1), slice(1, None)):
        for content, all_of_it in made:
            for one, kind in all_of_it[which]:
                register.make(one.name, kind, content.measures.symbol(one.unit), one.category)
    processes: dict[str, Process] = {}
    parameters: list[Parameter] = []
    builder = Builder(register, UniqueIds(), notes)
    for content in contents:
        scope, known = _beside(content, notes)
        parameters += known
        for raw in content.file.processes:
            process = builder.build(raw, content, scope)
            if process is not None:
                processes[process.id] = process
    if not processes:
        raise FormatError("TH-FMT-019", place=archive.path.name)
    return Database(
        name=name,
        format=FORMAT,
        flows=register.flows,
        processes=processes,
        parameters=tuple(parameters),
        local_units=book.local,
        notes=without_nan(notes.close()),
        description=next((c.header.project for c in contents if c.header.project), ""),
    )


def contents_of(
    archive: Archive, book: UnitBook, notes: Notebook, steps: Steps, kept: frozenset[str] = LISTED
) -> Iterator[Content]:
    """The SimaPro exports of an archive one after the other; other files are noted. Steps are bytes."""
    members = [m for m in archive.members if m.name.lower().endswith((".csv", ".txt")) or len(archive.members) == 1]
    steps.total = sum(member.size for member in members)
    for member in members:
        if _is_read(archive, member):
            yield read_content(archive, member, book, notes, steps, kept)
        else:
            notes.add("file-other", archive.place(member))
            steps.step(member.size)


def _is_read(archive: Archive, member: Member) -> bool:
    with archive.open(member) as stream:
        return is_simapro(stream.read(_HEAD))


def _beside(content: Content, notes: Notebook) -> tuple[Scope, tuple[Parameter, ...]]:
    """Parameters of the database, and of the project, which hide them."""
    scope: Scope | None = None
    found: tuple[Parameter, ...] = ()
    for inputs, calculated in (PARAMETERS[:2], PARAMETERS[2:]):
        place = f"{content.place}: {inputs.split()[0]}"
        lists = content.file.lists
        given = parameters_of(lists.get(inputs, ()), lists.get(calculated, ()), content.numbers, notes, place)
        scope, known = resolve(given, outer=scope, notes=notes, place=place)
        found += known
    return scope or Scope(), found

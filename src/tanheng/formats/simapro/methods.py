"""Reading SimaPro method exports into an :class:`~tanheng.inventory.methods.model.ImpactMethod`."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace

from tanheng.formats.archive import Limits, open_archive
from tanheng.formats.characterising import FactorList, direction_of, filled
from tanheng.formats.notebook import Notebook
from tanheng.formats.progress import Progress, Steps
from tanheng.formats.simapro.blocks import LISTED, METHODS, Row
from tanheng.formats.simapro.content import Content
from tanheng.formats.simapro.flows import folded
from tanheng.formats.simapro.methodrows import RawCategory, RawMethod, sort_rows
from tanheng.formats.simapro.read import FORMAT, contents_of
from tanheng.formats.units import UnitBook
from tanheng.formats.values import UniqueIds, cas_number, named
from tanheng.inventory.methods.model import CharacterisationFactor, ImpactCategory, ImpactMethod
from tanheng.inventory.model import Flow, FlowKind

# As methods name compartments → as process exports do.
_COMPARTMENTS: Mapping[str, str] = {
    "raw": "resource",
    "air": "air",
    "water": "water",
    "soil": "soil",
    "waste": "final waste",
    "non mat.": "non-material emission",
    "social": "social issue",
    "economic": "economic issue",
}
_UNSPECIFIED = ("", "(unspecified)", "unspecified")
_NO_CAS = ("", "0", "-", "n.a.")


def read_method(
    path: str | os.PathLike[str], *, name: str, progress: Progress | None = None, limits: Limits | None = None
) -> ImpactMethod:
    """Read SimaPro method exports from a CSV file, a zip or a folder.

    Compartments are named as in the processes of the format. A damage category becomes a category of its own: the sum of
    its impact categories, each times its factor. Sets of normalisation and weighting are not used, with a note. Several
    methods are read as one, their names before those of their categories.

    Args:
        path: of the file, zip or folder; files of other kinds in it are passed over with a note.
        name: of the method.
        progress: called with bytes done and bytes in all.
        limits: what is refused as too large.

    Raises:
        FormatError: TH-FMT-001 to 010, 017, 018 as :func:`~tanheng.formats.archive.open_archive`; TH-FMT-055 where
            there is no factor.

    Sources: the exports themselves, and the description of the format in *bw_simapro_csv*.
    """
    notes = Notebook()
    book = UnitBook(notes)
    with open_archive(path, limits=limits or Limits()) as archive:
        place = archive.path.name
        contents = list(contents_of(archive, book, notes, Steps(progress), LISTED | METHODS))
    found = [(content, method) for content in contents for method in sort_rows(content.file.method_rows)]
    ids = UniqueIds()
    categories: list[ImpactCategory] = []
    for content, method in found:
        prefix = f"{method.name}: " if len(found) > 1 and method.name else ""
        categories += _Reader(content, notes, ids, prefix).read(method)
        for weighting in method.weightings:
            notes.count("weighting-ignored", method.name or content.place, weighting)
    if len(found) > 1:
        notes.add("methods-joined", place, names="; ".join(method.name for _, method in found))
    return ImpactMethod(
        name=name,
        format=FORMAT,
        categories=filled(categories, place),
        local_units=book.local,
        notes=notes.close(),
        description="\n\n".join(filter(None, (method.fields.get("comment", "") for _, method in found))),
        version=found[0][1].version if len(found) == 1 else "",
    )


class _Reader:
    """Turns the categories of one method into values."""

    def __init__(self, content: Content, notes: Notebook, ids: UniqueIds, prefix: str) -> None:
        self._content = content
        self._notes = notes
        self._ids = ids
        self._prefix = prefix

    def read(self, method: RawMethod) -> Iterator[ImpactCategory]:
        """Impact categories, then damage categories."""
        made: dict[str, ImpactCategory] = {}
        for raw in method.impacts:
            factors = FactorList(self._notes, self._prefix + raw.name)
            for row in raw.rows:
                self._add(factors, row)
            category = self._category(raw, factors.close())
            made.setdefault(folded(raw.name), category)
            yield category
        for raw in method.damages:
            if (added := self._sum(raw, made)) is not None:
                yield self._category(raw, added)

    def _category(self, raw: RawCategory, factors: tuple[CharacterisationFactor, ...]) -> ImpactCategory:
        name = self._prefix + raw.name
        if not raw.unit:
            self._notes.add("category-unit-unknown", name, said="–")
        identifier, _ = self._ids.take(name)
        return ImpactCategory(id=identifier, names=named(name), unit=raw.unit, factors=factors)

    def _add(self, factors: FactorList, row: Row) -> None:
        cells = row.cells
        if len(cells) < 5 or not cells[2]:
            self._notes.count("row-columns", self._content.place, str(row.line))
            return
        # Compartment, part; name, which may hold the separator; CAS number, factor, unit, which may be missing.
        number = self._content.numbers.number
        behind = 4 if len(cells) == 5 or (number(cells[-1]) is not None and number(cells[-2]) is None) else 3
        cells = cells if behind == 3 else [*cells, ""]
        name = " ".join(self._content.separator.join(cells[2:-3]).split())
        cas, written, unit = cells[-3:]
        compartment = _COMPARTMENTS.get(cells[0].casefold(), cells[0].casefold())
        if not cas_number(cas) and cas not in _NO_CAS:
            self._notes.count("cas-unreadable", self._content.place, f"{row.line}: {cas}")
        part = "" if cells[1].casefold() in _UNSPECIFIED else cells[1]
        symbol = self._content.measures.symbol(unit)
        flow = Flow(
            id="",
            kind=FlowKind.ELEMENTARY,
            names=named(name),
            unit=symbol,
            category=tuple(filter(None, (compartment, part))),
            cas=cas_number(cas) or cas_number(self._content.substances.cas(compartment, name)),
        )
        factors.add(flow, number(written), symbol, is_input=bool(direction_of(compartment)))

    def _sum(
        self, raw: RawCategory, impacts: Mapping[str, ImpactCategory]
    ) -> tuple[CharacterisationFactor, ...] | None:
        """The factors of a damage category; ``None`` where a part of it is not known, as half a sum would be wrong."""
        parts: dict[tuple[object, ...], list[float]] = {}
        first: dict[tuple[object, ...], CharacterisationFactor] = {}
        for row in raw.rows:
            impact = impacts.get(folded(self._content.separator.join(row.cells[:-1])))
            weight = self._content.numbers.number(row.cells[-1])
            if impact is None or weight is None:
                self._notes.count("damage-category-left", self._prefix + raw.name, "; ".join(row.cells))
                return None
            for factor in impact.factors:
                key = (folded(factor.flow.name), factor.flow.category, factor.unit)
                first.setdefault(key, factor)
                parts.setdefault(key, []).append(weight * factor.value)
        return tuple(replace(first[key], value=math.fsum(values)) for key, values in parts.items())

"""Reading a table of characterisation factors into an :class:`~tanheng.inventory.methods.model.ImpactMethod`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from tanheng.errors import Fault, FormatError
from tanheng.formats.archive import DEFAULT_LIMITS, Archive, Limits, open_archive
from tanheng.formats.characterising import FactorList, filled
from tanheng.formats.heads import Heads
from tanheng.formats.methodtable.columns import find_heads, head_of, missing_in
from tanheng.formats.methodtable.sheets import cell_place, holds_heads, tables_of
from tanheng.formats.notebook import Notebook
from tanheng.formats.numbers import Numbers
from tanheng.formats.progress import Progress, Steps
from tanheng.formats.sheets import Row, Sheet, is_blank, text_of
from tanheng.formats.units import UnitBook
from tanheng.formats.values import cas_number, named
from tanheng.inventory.methods.model import ImpactCategory, ImpactMethod
from tanheng.inventory.model import Flow, FlowKind

FORMAT = "method-table"
_INPUT = frozenset(("input", "in", "resource", "uptake", "from nature", "输入", "投入", "资源", "吸收"))
_OUTPUT = frozenset(("output", "out", "emission", "to nature", "输出", "产出", "排放"))
_MOST_FAULTS = 200  # that are told one by one
_STEP = 1000


def holds_table(archive: Archive) -> bool:
    """Whether a text file or workbook has a row of heads that names a category and a factor."""
    try:
        return holds_heads(archive)
    except FormatError:
        return False


def read_method(
    path: str | os.PathLike[str], *, name: str, progress: Progress | None = None, limits: Limits | None = None
) -> ImpactMethod:
    """Read a table, one row a factor, from a CSV file or an Excel workbook; heads in English or Chinese, in any order.

    Args:
        path: of the file. Of a workbook the first sheet with the heads is read.
        name: of the method.
        progress: called with rows done and rows in all.
        limits: what is refused as too large.

    Raises:
        FormatError: TH-FMT-001 to 010, 017, 018 as :func:`~tanheng.formats.archive.open_archive`; TH-FMT-054 for a file
            that cannot be read; TH-FMT-053 where heads are missing; all faults of cells at once: TH-FMT-050 a factor
            that is no number, 051 an empty cell, 052 an unknown direction, 057 a row wider than its heads, 058 a second
            unit for a category; TH-FMT-055 where there is no factor.
    """
    notes = Notebook()
    with open_archive(path, limits=limits or DEFAULT_LIMITS) as archive:
        place = archive.path.name
        sheets = tables_of(archive, notes)
    found = [(sheet, heads) for sheet in sheets if (heads := find_heads(sheet.rows))]
    if not found or missing_in(found[0][1]):
        missing = missing_in(found[0][1] if found else None)
        raise FormatError("TH-FMT-053", place=place, columns="; ".join(missing))
    table = _Table(place, *found[0], notes)
    table.read(Steps(progress))
    return ImpactMethod(
        name=name,
        format=FORMAT,
        categories=filled(table.close(), place),
        local_units=table.book.local,
        notes=notes.close(),
    )


class _Table:
    """Reads the rows below the heads; faults are collected and raised together."""

    def __init__(self, file: str, sheet: Sheet, heads: Heads, notes: Notebook) -> None:
        self.book = UnitBook(notes)
        self._file = file
        self._sheet = sheet
        self._heads = heads
        self._notes = notes
        self._faults: list[Fault] = []
        self._factors: dict[str, FactorList] = {}
        self._units: dict[str, tuple[str, int]] = {}
        self._numbers = Numbers(heads.cell(row, "factor") for row in sheet.rows[heads.row + 1 :])
        for head in heads.unknown:
            notes.add("column-ignored", file, head=head)

    def read(self, steps: Steps) -> None:
        """Read all rows.

        Raises:
            FormatError: the faults of all rows.
        """
        rows = self._sheet.rows
        steps.total = len(rows)
        steps.step(self._heads.row + 1)
        for number in range(self._heads.row + 1, len(rows)):
            if not is_blank(rows[number]):
                self._read_row(number, rows[number])
            if (number + 1) % _STEP == 0 or number + 1 == len(rows):
                steps.step(number + 1 - steps.done)
        for category, (unit, number) in self._units.items():
            if not unit:
                self._fault(number, "category_unit", _empty(head_of("category_unit"), category))
        if self._faults:
            raise FormatError.of(self._faults[:_MOST_FAULTS])

    def close(self) -> list[ImpactCategory]:
        """The categories in the order of their first rows."""
        return [
            ImpactCategory(id=category, names=named(category), unit=self._units[category][0], factors=factors.close())
            for category, factors in self._factors.items()
        ]

    def _text(self, row: Row, key: str) -> str:
        return " ".join(text_of(self._heads.cell(row, key)).split())

    def _fault(self, number: int, key: str, error: FormatError) -> None:
        position = self._heads.at.get(key, self._heads.width)
        place = f"{self._file}, {cell_place(self._sheet, number, position)}"
        self._faults.append(Fault(error.code, place, error.faults[0].params))

    def _read_row(self, number: int, row: Row) -> None:
        before = len(self._faults)
        # Even where nothing stands in the last cells, one separator too many has moved all behind it.
        if len(row) > len(self._sheet.rows[self._heads.row]) or not is_blank(row[self._heads.width :]):
            self._fault(number, "", FormatError("TH-FMT-057", cells=len(row), columns=self._heads.width))
            return
        category = self._text(row, "category")
        if not category:
            self._fault(number, "category", _empty(head_of("category"), ""))
        else:
            self._take_unit(number, row, category)
        flow = self._flow(number, row)
        unit = self._text(row, "unit")
        if not unit:
            self._fault(number, "unit", _empty(head_of("unit"), ""))
        value = self._numbers.number(cell := self._heads.cell(row, "factor"))
        if is_blank((cell,)):
            self._fault(number, "factor", _empty(head_of("factor"), ""))
        elif value is None:
            self._fault(number, "factor", FormatError("TH-FMT-050", value=str(cell)[:80]))
        is_input = self._direction(number, row)
        if len(self._faults) > before:
            return
        symbol = self.book.lone(unit, place=self._file)
        factors = self._factors.setdefault(category, FactorList(self._notes, category))
        location = self._text(row, "location")
        factors.add(replace(flow, unit=symbol), value, symbol, is_input=is_input, location=location)

    def _take_unit(self, number: int, row: Row, category: str) -> None:
        """The unit of a category, which one of its rows must give and no other may contradict."""
        unit = self._text(row, "category_unit")
        known, _ = self._units.setdefault(category, (unit, number))
        if unit and not known:
            self._units[category] = unit, number
        elif unit and unit != known:
            self._fault(number, "category_unit", FormatError("TH-FMT-058", category=category, unit=unit, known=known))

    def _flow(self, number: int, row: Row) -> Flow:
        name, chinese, identifier = (self._text(row, key) for key in ("name", "name_zh", "flow_id"))
        if not (name or chinese or identifier):
            self._fault(number, "name", _empty(head_of("name"), ""))
        names: Mapping[str, str] = named(name) if name else {}
        if chinese:
            names = {**names, "zh": chinese}
        cas = self._text(row, "cas")
        if cas and not cas_number(cas):
            position = self._heads.at["cas"]
            self._notes.count("cas-unreadable", self._file, f"{cell_place(self._sheet, number, position)}: {cas}")
        parts = (self._text(row, "compartment"), self._text(row, "subcompartment"))
        return Flow(
            id=identifier,
            kind=FlowKind.ELEMENTARY,
            names=names or {"en": identifier},
            unit="",
            category=tuple(filter(None, parts)),
            cas=cas_number(cas),
        )

    def _direction(self, number: int, row: Row) -> bool | None:
        written = self._text(row, "direction")
        if not written:
            return None
        if (plain := written.casefold()) not in _INPUT | _OUTPUT:
            self._fault(number, "direction", FormatError("TH-FMT-052", value=written[:80]))
        return plain in _INPUT


def _empty(column: str, category: str) -> FormatError:
    return FormatError("TH-FMT-051", column=column, category=category or "–")

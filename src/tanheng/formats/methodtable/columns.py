"""The columns of the table, and the heads that they are recognised by in either language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Cell = str | float | bool | None
Row = tuple[Cell, ...]
_LOOKED_AT = 20  # rows in which the heads are looked for
_PLAIN = re.compile(r"[\s_\-.()（）:：]+")
_PARTS = re.compile(r"[/\n|]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its heads in English and Chinese, and further spellings of them."""

    key: str
    en: str
    zh: str
    others: tuple[str, ...] = ()

    @property
    def head(self) -> str:
        """The head as the template writes it."""
        return f"{self.en} / {self.zh}"


COLUMNS = (
    Column("category", "impact category", "影响类别", ("category", "indicator", "类别", "影响评价类别")),
    Column("category_unit", "category unit", "类别单位", ("impact category unit", "indicator unit", "影响类别单位")),
    Column("name", "flow name", "流名称", ("flow", "name", "substance", "elementary flow", "名称", "物质", "基本流")),
    Column("name_zh", "chinese name", "中文名称", ("flow name zh", "name zh", "中文名", "流名称中文")),
    Column("compartment", "compartment", "环境介质", ("medium", "介质")),
    Column("subcompartment", "subcompartment", "子介质", ("sub compartment", "次级介质")),
    Column("cas", "CAS number", "CAS号", ("cas", "cas no", "casrn", "CAS编号", "CAS登记号")),
    Column("flow_id", "flow id", "流ID", ("flow uuid", "uuid", "流UUID", "流编号")),
    Column("unit", "flow unit", "流单位", ("unit", "单位")),
    Column(
        "factor", "factor", "特征化因子", ("characterisation factor", "characterization factor", "cf", "value", "因子")
    ),
    Column("direction", "direction", "方向"),
    Column("location", "location", "地点", ("region", "geography", "地区", "区域")),
)
_NEEDED = ("category", "category_unit", "unit", "factor")
_NAMING = ("name", "name_zh", "flow_id")


def _folded(text: str) -> str:
    return _PLAIN.sub("", text).casefold()


_BY_HEAD: Mapping[str, str] = {
    _folded(spelling): column.key for column in COLUMNS for spelling in (column.en, column.zh, *column.others)
}
_BY_KEY: Mapping[str, Column] = {column.key: column for column in COLUMNS}


def head_of(key: str) -> str:
    """The head of a column as the template writes it."""
    return _BY_KEY[key].head


@dataclass(frozen=True, slots=True)
class Heads:
    """Where the columns of a table stand.

    Attributes:
        row: of the heads, counted from 0.
        at: position by key of the column.
        unknown: heads that are none of ours.
        width: number of cells in the row of heads.
    """

    row: int
    at: Mapping[str, int]
    unknown: tuple[str, ...] = ()
    width: int = 0
    missing: tuple[str, ...] = field(default=())

    def cell(self, row: Sequence[Cell], key: str) -> Cell:
        """The cell of a column in a row; ``None`` where the table has no such column."""
        position = self.at.get(key)
        return row[position] if position is not None and position < len(row) else None


def find_heads(rows: Sequence[Row]) -> Heads | None:
    """The row of heads: that with a category and a factor; ``missing`` are heads of needed columns that it lacks."""
    for number, row in enumerate(rows[:_LOOKED_AT]):
        at: dict[str, int] = {}
        unknown: list[str] = []
        for position, cell in enumerate(row):
            if not isinstance(cell, str) or not cell.strip():
                continue
            # The template writes a head in both languages.
            keys = [_BY_HEAD.get(_folded(part)) for part in (cell, *_PARTS.split(cell))]
            if (key := next(filter(None, keys), None)) is not None:
                at.setdefault(key, position)
            else:
                unknown.append(cell.strip())
        if {"category", "factor"} <= at.keys():
            missing = [head_of(key) for key in _NEEDED if key not in at]
            if not any(key in at for key in _NAMING):
                missing.append(head_of("name"))
            width = max((i + 1 for i, cell in enumerate(row) if cell not in (None, "")), default=0)
            return Heads(number, at, tuple(unknown), width, tuple(missing))
    return None

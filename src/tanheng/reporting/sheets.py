"""One sheet of the workbook: rows written once and in order, so that a study of any size needs little memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from tanheng.errors import ReportError
from tanheng.files import SHEET_ROWS
from tanheng.reporting.lettering import BREAK
from tanheng.reporting.wordml import legal

MOST_ROWS = SHEET_ROWS
_LONGEST = 32_000
"""Letters that a cell is given; the format allows 32 767."""


class Page(Worksheet):  # type: ignore[misc]
    """A worksheet whose formulas are taken as they are.

    The library looks through each for some thirty functions of later Excel versions; ours are ``SUM``, ``SUMIFS``, ``IF`` and
    ``ABS``, and there may be a million of them.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
        return formula.removeprefix("=")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with the value that it has, for viewers that do not recalculate."""

    text: str
    value: float


Value = str | float | int | Formula | None


@dataclass(slots=True)
class Sheet:
    """A worksheet with a head; ``columns`` are title, width in letters, and format."""

    page: Any
    name: str
    formats: dict[str, Any]
    columns: Sequence[tuple[str, float, str]]
    row: int = field(default=0)

    def start(self, *, freeze: int = 0) -> None:
        """Write the head."""
        for i, (title, width, _) in enumerate(self.columns):
            self.page.set_column(i, i, width)
            self.page.write_string(0, i, title, self.formats["head"])
        self.page.freeze_panes(1, freeze)
        self.row = 1

    def add(self, *values: Value, style: str = "") -> int:
        """Write a row; its number as formulas name it."""
        if self.row >= MOST_ROWS:
            raise ReportError("TH-REP-007", limit=MOST_ROWS, count=self.row, what=self.name)
        for i, value in enumerate(values):
            look = self.formats[style or (self.columns[i][2] if i < len(self.columns) else "text")]
            self._write(i, value, look)
        self.row += 1
        return self.row

    def _write(self, column: int, value: Value, look: Any) -> None:
        # Never the library's guessing ``write``: a name that begins with "=" is a name.
        if isinstance(value, Formula):
            self.page.write_formula(self.row, column, value.text, look, value.value)
        elif isinstance(value, str):
            if not value:
                return
            text = legal(value.replace(BREAK, ""))
            self.page.write_string(self.row, column, text[:_LONGEST], look)
        elif value is not None:
            self.page.write_number(self.row, column, value, look)

    def ref(self, column: int, row: int | None = None, last: int | None = None) -> str:
        """``'Parts'!$K$2:$K$9``: a cell, a range of rows, or the whole column below the head."""
        letter = xl_col_to_name(column)
        sheet = "'" + self.name.replace("'", "''") + "'"
        if row is None:
            return f"{sheet}!${letter}$2:${letter}${max(last or MOST_ROWS, 2)}"
        return f"{sheet}!${letter}${row}" + (f":${letter}${last}" if last is not None and last != row else "")

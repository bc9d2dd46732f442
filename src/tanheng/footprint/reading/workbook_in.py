"""Workbook → nodes: the form, and the sheets of lines, co-products and cut-offs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from tanheng.errors import StudyError
from tanheng.footprint.reading.compact import is_compact, parse_cell
from tanheng.footprint.reading.fields import choice_spellings, flag_labels, fold
from tanheng.footprint.reading.layout import (
    FORM_COLUMNS,
    IGNORED,
    LINES,
    REPEATED,
    STUDY,
    TABLES,
    Column,
    Row,
    columns,
    find_column,
    find_row,
    form_rows,
)
from tanheng.footprint.reading.node import Faults, Node, near
from tanheng.footprint.reading.workbook_file import Sheet, is_error, open_sheets
from tanheng.formats.sheets import Cell
from tanheng.formats.sheets import Row as Cells

_HEADER_WITHIN = 20


def read_workbook(path: Path, name: str, faults: Faults) -> Node:
    """The root node of a workbook.

    Raises:
        StudyError: TH-STU-034 a damaged workbook, TH-STU-036 a missing sheet.
    """
    sheets = open_sheets(path, name)
    missing = [key for key in (STUDY, LINES) if key not in sheets]
    if missing:
        raise StudyError("TH-STU-036", place=name, sheet=", ".join(missing))
    root: dict[str, Node] = dict(_form(sheets[STUDY], faults))
    for key, (into, record) in TABLES.items():
        if key in sheets:
            items = tuple(read_items(sheets[key], record, faults))
            if items or key == LINES:
                root[into] = Node(items, key, name)
    return Node(root, "", name)


def _form(sheet: Sheet, faults: Faults) -> Mapping[str, Node]:
    """The form's values, nested as in YAML."""
    at = _form_columns(sheet)
    flat: dict[str, Node] = {}
    for number, cells in enumerate(sheet.rows):
        row, label = _row_of(cells, at)
        values = {lang: node for lang in ("zh", "en") if (node := _node(sheet, number, cells, at[lang], faults))}
        if row is None:
            if label and values and not label.startswith(IGNORED) and _header_matches(cells) < 2:
                known = [row.key for row in form_rows()]
                faults.add(
                    "TH-STU-015",
                    sheet.node(number, at["label"]),
                    key=label[:60],
                    near=near(label, known),
                    known=", ".join(known),
                )
            continue
        if values:
            _keep(flat, row, values, sheet.node(number, at["zh"]), faults)
    return _nested(flat, sheet.where)


def _form_columns(sheet: Sheet) -> dict[str, int]:
    at = {key: index for index, key in enumerate(FORM_COLUMNS)}
    for cells in sheet.rows[:_HEADER_WITHIN]:
        if _header_matches(cells) >= 2:
            found = {key: i for i, cell in enumerate(cells) if (key := _form_column(cell))}
            return {**at, **found}
    return at


def _form_column(cell: Cell) -> str | None:
    if not isinstance(cell, str):
        return None
    folded = fold(cell)
    return next(
        (k for k, label in FORM_COLUMNS.items() if folded in (fold(k), fold("".join(label)), *map(fold, label))), None
    )


def _header_matches(cells: Cells) -> int:
    return len({key for cell in cells if (key := _form_column(cell))})


def _row_of(cells: Cells, at: Mapping[str, int]) -> tuple[Row | None, str]:
    """The row of the form that a sheet's row is, by its key or else its label; and what it says it is."""
    said = ""
    for column in (at["key"], at["label"]):
        cell = cells[column] if column < len(cells) else None
        if isinstance(cell, str) and cell.strip():
            if row := find_row(cell):
                return row, cell
            said = said or cell.strip()
    return None, said


def _keep(flat: dict[str, Node], row: Row, values: Mapping[str, Node], at: Node, faults: Faults) -> None:
    bilingual = row.field.kind in ("names", "names_list")
    if not bilingual and "zh" not in values:
        faults.add("TH-STU-037", values["en"], key=row.key)
        return
    node = Node(values, at.path, at.where) if bilingual else _translated(values["zh"], row.field.type)
    if row.key in REPEATED:
        before = flat[row.key].items if row.key in flat else ()
        flat[row.key] = Node((*(before or ()), node), at.path, at.where)
    elif row.key in flat:
        faults.add("TH-STU-009", node, key=row.key, first=flat[row.key].path)
    else:
        flat[row.key] = node


def _nested(flat: Mapping[str, Node], where: str) -> dict[str, Node]:
    root: dict[str, Node] = {}
    for key in ("product", "product.codes", "allocation"):
        inside = {k.removeprefix(f"{key}."): n for k, n in flat.items() if k.rpartition(".")[0] == key}
        if inside:
            root[key] = Node(inside, next(iter(inside.values())).path, where)
    codes = root.pop("product.codes", None)
    if codes is not None:
        product = root.get("product", Node({}, codes.path, where))
        root["product"] = Node({**(product.table or {}), "codes": codes}, product.path, where)
    return {**{key: node for key, node in flat.items() if "." not in key}, **root}


def read_items(sheet: Sheet, record: str, faults: Faults) -> Iterator[Node]:
    """The rows of a sheet of items as mappings; blank rows are skipped."""
    header = find_header(sheet, record)
    if header is None:
        if record == "line" or any(any(cell is not None for cell in row) for row in sheet.rows):
            faults.add("TH-STU-038", sheet.node(0, 0), sheet=sheet.key)
        return
    first, at = header
    _check_header(sheet, record, first - 1, at, faults)
    for number in range(first, len(sheet.rows)):
        cells = sheet.rows[number]
        values = {
            column.key: (column, node)
            for index, column in at.items()
            if (node := _node(sheet, number, cells, index, faults)) is not None
        }
        if values:
            yield _item(values, sheet.node(number, 0), faults)


def find_header(sheet: Sheet, record: str) -> tuple[int, dict[int, Column]] | None:
    """First row below the header, and the column that stands at each index; a second header row is skipped."""
    best = 3 if record == "line" else 2
    for number, cells in enumerate(sheet.rows[:_HEADER_WITHIN]):
        at = _matched(cells, record)
        if len(at) >= best:
            below = _matched(sheet.rows[number + 1], record) if number + 1 < len(sheet.rows) else {}
            both = {**below, **at}
            return (number + 2, both) if len(below) >= max(best, len(at) // 2) else (number + 1, at)
    return None


def _matched(cells: Cells, record: str) -> dict[int, Column]:
    found = {}
    for index, cell in enumerate(cells):
        if isinstance(cell, str) and (column := find_column(record, cell)):
            found[index] = column
    return found


def _check_header(sheet: Sheet, record: str, row: int, at: Mapping[int, Column], faults: Faults) -> None:
    seen: dict[str, int] = {}
    for index, column in at.items():
        if column.key in seen:
            faults.add(
                "TH-STU-009", sheet.node(row, index), key=column.key, first=sheet.node(row, seen[column.key]).path
            )
        seen.setdefault(column.key, index)
    for key, index in seen.items():
        whole = key.partition(".")[0]
        if whole != key and whole in seen and at[seen[whole]].part == "" and at[index].field.kind == "names":
            faults.add("TH-STU-009", sheet.node(row, index), key=key, first=sheet.node(row, seen[whole]).path)
    for index, cell in enumerate(sheet.rows[row]):
        if index in at or cell is None or str(cell).strip() == "" or str(cell).strip().startswith(IGNORED):
            continue
        if any(index < len(cells) and cells[index] is not None for cells in sheet.rows[row + 1 :]):
            known = [column.label[0] for column in columns(record)]
            faults.add(
                "TH-STU-015",
                sheet.node(row, index),
                key=str(cell)[:60],
                near=near(str(cell), known),
                known=", ".join(known),
            )


def _node(sheet: Sheet, row: int, cells: Cells, index: int, faults: Faults) -> Node | None:
    """A cell as a node; ``None`` where it is blank. A spreadsheet error is a fault, not a blank."""
    value = cells[index] if index < len(cells) else None
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    node = sheet.node(row, index, value)
    if is_error(value):
        faults.add("TH-STU-039", node, value=str(value))
        return None
    return node


def _item(values: Mapping[str, tuple[Column, Node]], row: Node, faults: Faults) -> Node:
    """A row's cells as the mapping that YAML would have."""
    parts: dict[str, dict[str, Node]] = {}
    whole: dict[str, Node] = {}
    for key, (column, node) in values.items():
        into, _, part = key.partition(".")
        if column.part in ("value", "unit"):
            parts.setdefault(into, {})[column.part] = node
        elif part:
            parts.setdefault(into, {})[part] = node
        elif is_compact(column.field):
            parsed = parse_cell(key, node, faults, example=column.field.example)
            if parsed.value is not None:
                whole[key] = parsed
        else:
            whole[key] = _translated(node, column.field.type)
    nested = {key: Node(table, next(iter(table.values())).path, row.where) for key, table in parts.items()}
    return Node({**whole, **nested}, row.path, row.where)


def _translated(node: Node, type_: str) -> Node:
    """A choice in either language as its key; what is no known choice stays, and is judged later."""
    kind, _, choices = type_.partition(":")
    if kind == "flag" and isinstance(node.value, str):
        flags = {fold(label): label.split()[0] for label in flag_labels()}
        return Node(flags.get(fold(node.value), node.value), node.path, node.where)
    if kind != "choice" or not isinstance(node.value, str):
        return node
    return Node(choice_spellings(choices).get(fold(node.value), node.value), node.path, node.where)

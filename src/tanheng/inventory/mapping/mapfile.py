"""Mapping files: a table to edit and to apply again, read from CSV, written as CSV, Excel or Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tanheng.errors import Fault, MappingError
from tanheng.files import file_digest
from tanheng.inventory.mapping.cascade import Match, Status
from tanheng.inventory.mapping.factors import Factor
from tanheng.inventory.mapping.overrides import IGNORE, MappingFile, MappingRow, checked_conversion
from tanheng.inventory.tables import write_table
from tanheng.inventory.words import fold

if TYPE_CHECKING:
    import polars as pl

    from tanheng.inventory.mapping.mapping import FlowMapping

_TEXTS = ("flow_id", "flow", "compartment", "category", "target_id", "target", "target_compartment")
COLUMNS = (*_TEXTS[:3], "unit", *_TEXTS[3:], "target_unit", "conversion", "status", "step", "assumed", "candidates")
"""Columns that are written; of these ``unit``, ``target_unit`` and what follows ``conversion`` are only to be read."""
_MOST_BYTES = 256 * 2**20
_SHOWN = 8


def read_mapping(path: Path | str, *, name: str = "") -> MappingFile:
    """A mapping file: CSV in UTF-8 (or GB 18030), separated by commas, semicolons or tabs.

    Rows without a target leave their flow to the cascade; ``ignore`` as target leaves the flow out.

    Args:
        name: that people know it by; that of ``path`` by default.

    Raises:
        MappingError: TH-MAP-001 no such table, TH-MAP-008 conversions that are none, every one at once.
    """
    file = Path(path)
    rows: list[MappingRow] = []
    faults: list[Fault] = []
    for line, cells in _rows(file, name or str(file)):
        place = f"{name or file.name}: {line}"
        try:
            conversion = checked_conversion(cells.get("conversion", ""), place)
            rows.append(MappingRow(**{key: cells.get(key, "") for key in _TEXTS}, conversion=conversion, place=place))
        except MappingError as error:
            faults.extend(error.faults)
    if faults:
        raise MappingError.of(faults)
    return MappingFile(tuple(rows), name or file.name, file_digest(file))


def _rows(file: Path, name: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Line number and cells by column of every row that is not empty."""

    def refuse(reason: str) -> MappingError:
        return MappingError("TH-MAP-001", place=name, reason=reason)

    try:
        if file.stat().st_size > _MOST_BYTES:
            raise refuse(f"> {_MOST_BYTES >> 20} MiB")
        content = file.read_bytes()
    except OSError as error:
        raise refuse(str(error.strerror or error)) from error
    text = _decoded(content)
    if text is None:
        raise refuse("no text in UTF-8")
    lines = text.splitlines()
    head = lines[0] if lines else ""
    separator = max(",;\t", key=head.count)
    reader = csv.reader(lines, delimiter=separator)
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        if not ({"flow_id", "flow"} & set(names) and {"target_id", "target"} & set(names)):
            raise refuse("flow_id | flow, target_id | target")
        for cells in reader:
            row = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
            if row.get("flow_id") or row.get("flow"):
                yield reader.line_num, row
    except csv.Error as error:
        raise refuse(str(error)) from error


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def mapping_table(mapping: FlowMapping) -> pl.DataFrame:
    """What became of each flow, as a table that :func:`read_mapping` takes again.

    One row a flow where it is the same flow of the method in all categories, else one a category that has a factor; with
    :data:`COLUMNS`.
    """
    import polars as pl

    rows = [row for number in range(len(mapping.flows)) for row in _rows_of(mapping, number)]
    return pl.DataFrame(rows, schema={name: pl.Float64 if name == "conversion" else pl.String for name in COLUMNS})


def write_mapping(mapping: FlowMapping, path: Path) -> None:
    """Write :func:`mapping_table` as .csv, .xlsx or .parquet; only CSV is read again."""
    write_table(mapping_table(mapping), path)


def _rows_of(mapping: FlowMapping, number: int) -> Iterator[dict[str, str | float | None]]:
    flow = mapping.flows[number]
    head = {"flow_id": flow.id, "flow": flow.name, "compartment": flow.path, "unit": flow.unit}
    matches = [column[number] for column in mapping.matches]
    taken = [(n, m) for n, m in enumerate(matches) if m.status in (Status.MAPPED, Status.IGNORED)]
    if not taken:
        yield {**head, **_told(mapping.overall()[number] if matches else None)}
    elif _is_one(mapping, matches):
        yield {**head, **_told(min((m for _, m in taken), key=lambda m: len(m.assumed)))}
    else:
        names = [category.id or category.name for category in mapping.method.categories]
        for n, match in taken:
            yield {**head, "category": names[n], **_told(match)}


def _is_one(mapping: FlowMapping, matches: Sequence[Match]) -> bool:
    """Whether one row for all categories says the same: each one that knows the target takes it."""
    taken = [m for m in matches if m.status in (Status.MAPPED, Status.IGNORED)]
    if any(m.status is Status.IGNORED for m in taken):
        return all(m.status is Status.IGNORED for m in matches)
    targets = {_name_of(m.factors[0]) for m in taken}
    if len(targets) > 1:
        return False
    return all(
        match.status is Status.MAPPED or not any(_name_of(f) in targets for f in listed)
        for match, listed in zip(matches, mapping.factors, strict=True)
    )


def _name_of(factor: Factor) -> tuple[str, ...]:
    """What a row names a flow of the method by; one that is taken and one that is given off may share it."""
    return (factor.flow.id,) if factor.flow.id else (fold(factor.flow.name), fold(factor.flow.path))


def _told(match: Match | None) -> dict[str, str | float | None]:
    if match is None:
        return {}
    found: dict[str, str | float | None] = {
        "status": match.status.value,
        "step": match.step.value if match.step else "",
    }
    if match.status is Status.IGNORED:
        return {**found, "target": IGNORE}
    if match.status is Status.MAPPED:
        factor = match.factors[0]
        found |= {"target_id": factor.flow.id, "target": factor.flow.name, "target_compartment": factor.flow.path}
        return found | {
            "target_unit": factor.unit,
            "conversion": match.conversion,
            "assumed": "|".join(match.assumed),
        }
    return found | {"candidates": listed(match.factors)}


def listed(factors: Sequence[Factor]) -> str:
    """Candidates by name and compartment, the first few."""
    names = list(dict.fromkeys(f"{f.flow.name} [{f.flow.path or '–'}]" for f in factors))
    return "; ".join(names[:_SHOWN]) + (f"; … +{len(names) - _SHOWN}" if len(names) > _SHOWN else "")

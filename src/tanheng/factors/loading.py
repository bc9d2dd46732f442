"""Reading factor tables: the release that ships inside, and tables of the same columns, CSV or workbook."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from tanheng.errors import FactorError
from tanheng.factors.columns import find_heads
from tanheng.factors.model import Factor, Level, Release
from tanheng.factors.rows import Rows, factors_of
from tanheng.quantities import gwp_set

EMBEDDED = "tanheng-embedded"
ENDINGS = (".csv", ".xlsx", ".ods", ".xls")


def read_table(text: str, *, place: str) -> tuple[Factor, ...]:
    """Factors of a CSV table (columns as in ``data/factors/*.csv``); reports every wrong cell at once.

    Raises:
        FactorError: TH-FAC-001 … with file, row and column.
    """
    rows = tuple(csv.reader(io.StringIO(text)))
    return factors_of(Rows(rows, place, lambda row, _: f"{place}:{row + 1}"))


def release_of(factors: Iterable[Factor], *, name: str, version: str, content: bytes) -> Release:
    """A release of ``factors``; its digest is the SHA-256 of ``content``.

    Raises:
        FactorError: TH-FAC-005 where an id occurs twice.
    """
    by_id: dict[str, Factor] = {}
    for factor in factors:
        if factor.id in by_id:
            raise FactorError("TH-FAC-005", place=name, id=factor.id)
        by_id[factor.id] = factor
    return Release(name, version, by_id, "sha256:" + hashlib.sha256(content).hexdigest())


def read_release(path: Path) -> Release:
    """The factors of a table, CSV or workbook, or of all tables of a folder, under the name of the file or folder.

    Raises:
        FactorError: TH-FAC-001 … wrong cells; TH-FAC-007 a folder without tables, or a file that is none.
            FormatError: a file that is damaged or too large.
    """
    if not path.is_dir():
        factors, content = _read_file(path)
        return release_of(factors, name=path.stem, version=_version(factors), content=content)
    tables = sorted(f for f in path.iterdir() if f.suffix.lower() in ENDINGS and f.is_file())
    if not tables:
        raise FactorError("TH-FAC-007", place=str(path))
    read = [_read_file(table) for table in tables]
    factors = tuple(factor for found, _ in read for factor in found)
    content = b"\n".join(table.name.encode() + b"\n" + raw for table, (_, raw) in zip(tables, read, strict=True))
    return release_of(factors, name=path.resolve().name, version=_version(factors), content=content)


def _read_file(path: Path) -> tuple[tuple[Factor, ...], bytes]:
    """The factors of a file, and what its digest is taken of: the text of a CSV file without its mark, else the bytes."""
    # Only tables of one's own need the room where files that nobody vouches for are opened; it is slow to load.
    from tanheng.formats.archive import open_archive
    from tanheng.formats.workbooks import is_workbook, sheets_of

    with open_archive(path) as archive:
        sheets = sheets_of(archive, knows=lambda rows: find_heads(rows) is not None)
        is_text = not is_workbook(archive)
    raw = path.read_bytes()
    if any(sheet.is_garbled for sheet in sheets) or (is_text and len(sheets) != 1):
        raise FactorError("TH-FAC-007", place=path.name)
    if is_text:
        text = raw.decode(sheets[0].encoding, errors="replace").removeprefix("\ufeff")
        return factors_of(Rows(sheets[0].rows, path.name, lambda row, _: f"{path.name}:{row + 1}")), text.encode()
    held = [sheet for sheet in sheets if find_heads(sheet.rows) is not None]
    if not held:
        raise FactorError("TH-FAC-007", place=path.name)
    return tuple(factor for sheet in held for factor in factors_of(Rows(sheet.rows, sheet.place, sheet.at))), raw


@cache
def embedded() -> Release:
    """The factors that ship with the product; read once."""
    return _release_in(files("tanheng").joinpath("data/factors"), EMBEDDED)


def _release_in(folder: Traversable, name: str) -> Release:
    tables = sorted((f for f in folder.iterdir() if f.name.endswith(".csv")), key=lambda f: f.name)
    texts = [(table.name, table.read_text(encoding="utf-8")) for table in tables]
    factors = [_levelled(factor) for table, text in texts for factor in read_table(text, place=table)]
    content = "\n".join(f"{table}\n{text}" for table, text in texts).encode()
    return release_of(factors, name=name, version=_version(factors), content=content)


def _levelled(factor: Factor) -> Factor:
    """What a ministry of China published is national; everything else that ships is a reference."""
    host = factor.source.url.partition("://")[2].partition("/")[0]
    return replace(factor, level=Level.NATIONAL if host.endswith(".gov.cn") else Level.REFERENCE)


def _version(factors: Iterable[Factor]) -> str:
    return max((f.source.date[:7] for f in factors if f.source.date), default="0").replace("-", ".")


def per_unit(factor: Factor, report: str = "AR6", metric: str = "GWP100") -> float:
    """kg CO2e per ``factor.per`` under a GWP set.

    >>> round(per_unit(embedded().factors["cn-electricity-footprint-2024"]), 4)
    0.5777
    """
    gwp = gwp_set(report, metric)
    return sum(mass * gwp.factor(gas, origin) for (gas, origin), mass in factor.amounts.items())

"""A table of factors to fill in: the columns of the tables that ship, and an example that is valid."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from tanheng.errors import FactorError
from tanheng.files import replacing

_EXAMPLE = {
    "id": "my-steel-sheet-2024",
    "kind": "footprint",
    "name_en": "EXAMPLE: steel sheet of our supplier (replace this row)",
    "name_zh": "示例：供应商钢板（请替换本行）",
    "value": "2.1",
    "unit": "kgCO2e",
    "per": "kg",
    "gases": "",
    "origin": "",
    "year": "2024",
    "geography": "CN",
    "valid_from": "2024-01-01",
    "valid_until": "",
    "category": "materials",
    "source_title": "Environmental product declaration of the supplier",
    "source_number": "",
    "source_date": "2024-06-01",
    "source_url": "",
    "licence": "",
    "te": "2",
    "ge": "1",
    "ti": "1",
    "pr": "2",
    "gsd2": "1.2",
    "boundary": "cradle-to-gate",
    "note": "",
}


def write_template(path: str | os.PathLike[str]) -> Path:
    """Write a CSV table of factors with one example row, which spreadsheet programs open with its Chinese intact.

    Raises:
        FactorError: TH-FAC-008 where a file is there already. OSError: it cannot be written.
    """
    target = Path(path)
    if target.exists():
        raise FactorError("TH-FAC-008", place=str(target))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(_EXAMPLE), lineterminator="\r\n")
    writer.writeheader()
    writer.writerow(_EXAMPLE)
    with replacing(target) as work:
        work.write_bytes(text.getvalue().encode("utf-8-sig"))
    return target

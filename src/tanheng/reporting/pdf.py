"""Report document → PDF, and charts → pictures, set by typst in the fonts that ship with Tanheng, and no others."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal, cast

import orjson
import typst

from tanheng.errors import ReportError
from tanheng.files import replacing
from tanheng.footprint.assessment import Assessment
from tanheng.reporting.blocks import Block
from tanheng.reporting.document import report_document

_DATA = "report"


def write_pdf(
    assessment: Assessment, path: Path | str, *, lang: Literal["zh", "en"] = "zh", date: date | None = None
) -> Path:
    """Write the carbon footprint study report of ``assessment`` as PDF, whole or not at all.

    Args:
        date: the day on the report; without it the report bears none. Nothing else in the file depends on the clock.

    Raises:
        ReportError: TH-REP-001 where typst fails, TH-REP-002 where ``path`` cannot be written, TH-REP-003 for an unknown
            language.
    """
    content = set_pdf(report_document(assessment, lang, date), date)
    return put(Path(path), content)


def put(target: Path, content: bytes) -> Path:
    """Write a report whole or not at all.

    Raises:
        ReportError: TH-REP-002 where it cannot be written.
    """
    try:
        with replacing(target) as work:
            work.write_bytes(content)
    except OSError as error:
        raise ReportError("TH-REP-002", path=str(target), reason=error.strerror or str(error)) from error
    return target


def set_pdf(document: Mapping[str, Any], day: date | None) -> bytes:
    """The bytes of the PDF of a report document.

    Raises:
        ReportError: TH-REP-001 with what typst says.
    """
    # The time stamp of the file is the report's day, or the epoch: the same result gives the same bytes.
    stamp = calendar.timegm(day.timetuple()) if day else 0
    return cast(bytes, compiled("report.typ", document, format="pdf", timestamp=stamp))


def set_pictures(charts: Sequence[Block], lang: str, *, dots: float = 200.0) -> list[bytes]:
    """Charts as PNG pictures, 168 mm wide, for documents that cannot draw them; ``dots`` are to an inch.

    Raises:
        ReportError: TH-REP-001 with what typst says.
    """
    if not charts:
        return []
    made = compiled("figures.typ", {"lang": lang, "charts": list(charts)}, format="png", ppi=dots)
    return made if isinstance(made, list) else [made]


def compiled(template: str, values: Mapping[str, Any], **options: Any) -> bytes | list[bytes]:
    """What typst makes of one of our templates.

    Raises:
        ReportError: TH-REP-001 with what typst says.
    """
    inputs = {_DATA: orjson.dumps(values).decode()}
    with as_file(files("tanheng.reporting") / "templates") as root:
        try:
            compiler = typst.Compiler(
                root / template, root=root, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs
            )
            return cast("bytes | list[bytes]", compiler.compile(**options))
        except RuntimeError as error:
            raise ReportError("TH-REP-001", reason=str(error)) from error


@cache
def _fonts() -> typst.Fonts:
    with as_file(files("tanheng") / "data" / "fonts") as folder:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])

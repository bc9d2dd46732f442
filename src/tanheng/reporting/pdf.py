"""Report document → PDF, set by typst in the fonts that ship with Tanheng, and no others."""

from __future__ import annotations

import calendar
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
    target = Path(path)
    content = set_pdf(report_document(assessment, lang, date), date)
    try:
        with replacing(target) as work:
            work.write_bytes(content)
    except OSError as error:
        raise ReportError("TH-REP-002", path=str(target), reason=error.strerror or str(error)) from error
    return target


def set_pdf(document: dict[str, Any], day: date | None) -> bytes:
    """The bytes of the PDF of a report document.

    Raises:
        ReportError: TH-REP-001 with what typst says.
    """
    inputs = {_DATA: orjson.dumps(document).decode()}
    # The time stamp of the file is the report's day, or the epoch: the same result gives the same bytes.
    stamp = calendar.timegm(day.timetuple()) if day else 0
    with as_file(files("tanheng.reporting") / "templates") as root:
        try:
            compiler = typst.Compiler(
                root / "report.typ", root=root, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs
            )
            content = compiler.compile(format="pdf", timestamp=stamp)
        except RuntimeError as error:
            raise ReportError("TH-REP-001", reason=str(error)) from error
    return cast(bytes, content)


@cache
def _fonts() -> typst.Fonts:
    with as_file(files("tanheng") / "data" / "fonts") as folder:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])

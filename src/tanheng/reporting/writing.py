"""The report of an assessment in the format that the file's ending asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tanheng.errors import ReportError
from tanheng.footprint.assessment import Assessment
from tanheng.reporting.document import report_document
from tanheng.reporting.html import set_html
from tanheng.reporting.pdf import put, set_pdf
from tanheng.texts import LANGUAGES

ENDINGS = (".pdf", ".docx", ".xlsx", ".html")
"""Endings of the formats that there are reports in."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What a format needs to be written."""

    assessment: Assessment
    path: Path
    lang: str
    day: date | None
    others: Sequence[Assessment]
    template: Path | None


def write_report(
    assessment: Assessment,
    path: Path | str,
    *,
    lang: str = "zh",
    template: Path | str | None = None,
    day: date | None = None,
    others: Sequence[Assessment] = (),
) -> Path:
    """Write the carbon footprint study report of ``assessment``, whole or not at all; the ending of ``path`` says how.

    Args:
        path: ``.pdf``, ``.docx``, ``.xlsx`` or ``.html``.
        lang: ``zh`` or ``en``.
        template: a Word template in place of the shipped one, for ``.docx`` only.
        day: the day on the report; without it the report bears none. Nothing else in the file depends on the clock.
        others: the same product under other scenarios or regimes, set beside this result.

    Raises:
        ReportError: TH-REP-001 where it cannot be set, TH-REP-002 where ``path`` cannot be written, TH-REP-003 for an unknown
            language, TH-REP-004 for another ending, TH-REP-005 for a broken template, TH-REP-006 for ``others`` of another
            unit, TH-REP-007 where the workbook has too few rows, TH-REP-008 for a template with another format.
    """
    target = Path(path)
    check_ending(target, has_template=template is not None)
    if lang not in LANGUAGES:
        raise ReportError("TH-REP-003", lang=lang, langs=", ".join(LANGUAGES))
    order = _Order(assessment, target, lang, day, tuple(others), Path(template) if template is not None else None)
    return _FORMATS[target.suffix.lower()](order)


def check_ending(path: Path, *, has_template: bool = False) -> None:
    """Refuse a file that no report can be written to, before any work is done.

    Raises:
        ReportError: TH-REP-004 for an unknown ending, TH-REP-008 for a template with anything but Word.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise ReportError("TH-REP-004", path=str(path), endings=", ".join(ENDINGS))
    if has_template and ending != ".docx":
        raise ReportError("TH-REP-008", path=str(path))


def _pdf(order: _Order) -> Path:
    document = report_document(order.assessment, order.lang, order.day, order.others)
    return put(order.path, set_pdf(document, order.day))


def _html(order: _Order) -> Path:
    document = report_document(order.assessment, order.lang, order.day, order.others)
    return put(order.path, set_html(document).encode())


def _word(order: _Order) -> Path:
    from tanheng.reporting.word import set_word  # the libraries of Word and Excel are loaded for their reports only

    document = report_document(order.assessment, order.lang, order.day, order.others)
    return put(order.path, set_word(order.assessment, document, day=order.day, template=order.template))


def _excel(order: _Order) -> Path:
    from tanheng.reporting.excel import write_excel

    return write_excel(order.assessment, order.path, lang=order.lang, day=order.day, others=order.others)


_FORMATS: Mapping[str, Callable[[_Order], Path]] = {".pdf": _pdf, ".docx": _word, ".xlsx": _excel, ".html": _html}

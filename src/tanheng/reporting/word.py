"""Report document → Word, from a template that the user may replace (docxtpl).

The template is a Word document with Jinja fields. Its keys:

=====================  ==============================================================================================
``title``              title of the report
``product``            name; ``other_name`` in the other language; ``maker``, ``author``, ``date`` (may be empty)
``figure_name``        carbon footprint, or partial carbon footprint
``total``              the figure as it is printed, with “at least” where incomplete; ``unit``, ``per``, ``unit_text``
``warning``            a sentence where the result is incomplete, else empty
``facts``              rows with ``label`` and ``value``: boundary, unit, period, place, regime, quality …
``stages``             rows with ``name``, ``total``, ``share``
``lines``              rows with ``number``, ``name``, ``stage``, ``total``, ``share``, largest first (500 at most)
``findings``           rows with ``severity``, ``code``, ``message``, ``question``
``status``, ``follows``  what the report is and is not; ``digest`` and ``digest_label``; ``tool``
``contents``           as ``{{p contents }}``: the table of contents
``body``               as ``{{p body }}``: all sections and the annex, headings, tables and charts
``section``            as ``{{p section.results }}``: one section by name: general, goal, scope, data, electricity, allocation,
                       results, quality, uncertainty, interpretation, limits, comparison, method, annex
=====================  ==============================================================================================

Fields are evaluated in Jinja's sandbox; an unknown key is an error. Every text is escaped.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Mm
from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from tanheng.errors import ReportError
from tanheng.footprint.assessment import Assessment
from tanheng.reporting.blocks import CHARTS, Block
from tanheng.reporting.description import description
from tanheng.reporting.frame import MOST_LINES, Frame
from tanheng.reporting.lettering import BREAK, pretty
from tanheng.reporting.numbers import percent
from tanheng.reporting.pdf import set_pictures
from tanheng.reporting.wordml import block_xml, legal, paragraph, run, shipped_template
from tanheng.reporting.words import Words

KEYS = (
    "title", "product", "other_name", "maker", "author", "date", "figure_name", "total", "unit", "per", "unit_text", "warning",
    "facts", "stages", "lines", "findings", "status", "follows", "digest", "digest_label", "tool", "contents", "body", "section",
)  # fmt: skip
"""What a template may use."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_WIDTH = Mm(168)


def set_word(
    assessment: Assessment, document: Mapping[str, Any], *, day: date | None = None, template: Path | None = None
) -> bytes:
    """The bytes of the Word file of a report document.

    Raises:
        ReportError: TH-REP-005 where the template is no Word file, is broken, or asks for an unknown key.
    """
    name = str(template) if template else "report.docx"
    try:
        sheet = DocxTemplate(io.BytesIO(template.read_bytes() if template else shipped_template()))
        sheet.init_docx()
    except (OSError, PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise _broken(name, error) from error
    context = _context(assessment, document, sheet, day)
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        sheet.render(context, environment, autoescape=True)
    except Exception as error:  # a template is a program of somebody else: whatever it raises is its own fault
        raise _broken(name, error) from error
    _properties(sheet, document, day)
    written = io.BytesIO()
    sheet.save(written)
    return repacked(written.getvalue())


def repacked(content: bytes) -> bytes:
    """A zip file with its entries in order and without the time at which they were written."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            new.writestr(zipfile.ZipInfo(entry, _EPOCH), old.read(entry), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _broken(name: str, error: Exception) -> ReportError:
    reason = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    return ReportError("TH-REP-005", path=name, reason=reason, keys=", ".join(KEYS))


def _properties(sheet: DocxTemplate, document: Mapping[str, Any], day: date | None) -> None:
    known = sheet.docx.core_properties
    known.title = _plain(document["title"])[:250]
    known.author = _plain(document["author"])[:250]
    known.language = "zh-CN" if document["lang"] == "zh" else "en-GB"
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime(1980, 1, 1, tzinfo=UTC)
    known.created = known.modified = moment
    known.last_modified_by = ""
    known.revision = 1


def _context(
    assessment: Assessment, document: Mapping[str, Any], sheet: DocxTemplate, day: date | None
) -> dict[str, Any]:
    cover, words = document["cover"], Words(document["lang"])
    frame = Frame(assessment, words)
    sections = [*document["sections"], document["annex"]]
    pictures = _Pictures.of(sheet, sections, document["lang"])
    numbers = [*(str(i + 1) for i in range(len(document["sections"]))), document["annex"]["label"]]
    bodies = {
        section["id"]: Markup(pictures.section(number, section))  # noqa: S704 - our own XML, every text in it escaped
        for number, section in zip(numbers, sections, strict=True)
    }
    contents = [f"{number}\u2002{section['title']}" for number, section in zip(numbers, sections, strict=True)]
    prefix = f"{cover['prefix']} " if cover["prefix"] else ""
    texts = {
        "title": document["title"],
        "product": cover["name"],
        "other_name": cover["other_name"],
        "maker": cover["maker"],
        "author": document["author"],
        "date": day.isoformat() if day else "",
        "figure_name": cover["label"],
        "total": prefix + cover["figure"],
        **{key: cover[key] for key in ("unit", "per", "unit_text", "warning", "status", "follows", "digest", "tool")},
        "digest_label": cover["digest_label"],
    }
    findings = [
        {
            "severity": words.term("severity", f.severity),
            "code": f.code,
            "message": pretty(words.name(f.message)),
            "question": pretty(words.name(f.question)),
        }
        for f in assessment.findings
    ]
    return {
        **{key: _plain(text) for key, text in texts.items()},
        "facts": _plain_rows(cover["facts"]),
        "stages": _plain_rows(
            {"name": frame.stage(s.stage), "total": frame.scale(s.total), "share": percent(s.share)}
            for s in assessment.stages
        ),
        "lines": _plain_rows(
            {
                "number": str(line.index + 1),
                "name": frame.name(line),
                "stage": frame.stage(line.stage),
                "total": frame.scale(line.total),
                "share": percent(line.share),
            }
            for line in frame.ranked[:MOST_LINES]
        ),
        "findings": _plain_rows(findings),
        "contents": Markup(_contents(contents)),  # noqa: S704 - as above
        "body": Markup("".join(bodies.values())),  # noqa: S704 - as above
        "section": bodies,
    }


def _plain(text: str) -> str:
    return legal(text.replace(BREAK, ""))


def _plain_rows(rows: Any) -> list[dict[str, str]]:
    return [{key: _plain(value) for key, value in r.items()} for r in rows]


def _contents(entries: list[str]) -> str:
    """A table of contents as a field: filled with the titles now, and with pages when the reader updates it."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    start = f'{mark.format("begin")}<w:r><w:instrText xml:space="preserve"> TOC \\o "1-1" \\h \\z </w:instrText></w:r>'
    start += mark.format("separate")
    rows = [paragraph((start if i == 0 else "") + run(entry), "TanhengText") for i, entry in enumerate(entries)]
    return "".join(rows) + paragraph(mark.format("end"), "TanhengSpace")


@dataclass(frozen=True, slots=True)
class _Pictures:
    """The charts of a document as pictures in its Word file, in the order of the sections."""

    sheet: DocxTemplate
    images: Iterator[bytes]

    @classmethod
    def of(cls, sheet: DocxTemplate, sections: list[Mapping[str, Any]], lang: str) -> _Pictures:
        charts = [b for section in sections for b in section["blocks"] if b["kind"] in CHARTS]
        return cls(sheet, iter(set_pictures(charts, lang)))

    def section(self, number: str, section: Mapping[str, Any]) -> str:
        """Heading and blocks of a section."""
        parts = [paragraph(run(f"{number}\u2002{section['title']}"), "Heading1")]
        counter = 0
        for block, following in zip_longest(section["blocks"], section["blocks"][1:]):
            if block["kind"] == "heading":
                counter += 1
                block = {**block, "text": f"{number}.{counter}\u2002{block['text']}"}  # noqa: PLW2901 - numbered
            leads = block["kind"] == "paragraph" and following is not None and following["kind"] in CHARTS
            if leads:
                parts.append(paragraph(run(block["text"]), more="<w:keepNext/>"))
            else:
                parts.append(self._chart(block) if block["kind"] in CHARTS else block_xml(block))
        return "".join(parts)

    def _chart(self, block: Block) -> str:
        picture = self.sheet.docx.part.new_pic_inline(io.BytesIO(next(self.images)), _WIDTH, None)
        picture.docPr.set("descr", _plain(description(block)))
        xml = etree.tostring(picture, encoding="unicode")
        return paragraph(f"<w:r><w:drawing>{xml}</w:drawing></w:r>", "TanhengText")

"""A document of titled sections of blocks, without a cover and without an assessment, as PDF and as Word file."""

from __future__ import annotations

import calendar
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal, cast

import docx
from docx.oxml import parse_xml

from tanheng.reporting.blocks import Block
from tanheng.reporting.pdf import compiled
from tanheng.reporting.word import repacked
from tanheng.reporting.wordml import block_xml, legal, paragraph, run, shipped_template
from tanheng.reporting.words import Words

Ending = Literal["pdf", "docx"]
_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A document; no text in it is markup, and its blocks are none that are drawn.

    Attributes:
        day: that it bears; nothing else in the file depends on the clock. sections: titles with their blocks.
    """

    lang: str
    title: str
    subtitle: str
    day: date
    sections: Sequence[tuple[str, Sequence[Block]]]


def set_plain(document: Plain, ending: Ending) -> bytes:
    """The bytes of a document; the same document gives the same.

    Raises:
        ReportError: TH-REP-001 with what typst says.
    """
    return _pdf(document) if ending == "pdf" else _word(document)


def _pdf(document: Plain) -> bytes:
    day = document.day
    told: Mapping[str, Any] = {
        "lang": document.lang,
        "title": document.title,
        "subtitle": document.subtitle,
        "date": [day.year, day.month, day.day],
        "page": Words(document.lang)("document.page", page="{page}", pages="{pages}"),
        "sections": [{"title": title, "blocks": list(blocks)} for title, blocks in document.sections],
    }
    return cast(bytes, compiled("plain.typ", told, format="pdf", timestamp=calendar.timegm(day.timetuple())))


def _word(document: Plain) -> bytes:
    """In the styles of the template that ships, whose fields are left out."""
    sheet = docx.Document(io.BytesIO(shipped_template()))
    body = sheet.element.body
    for part in list(body)[:-1]:  # the last one tells the size of the page
        body.remove(part)
    for line in sheet.sections[0].header.paragraphs:
        line.text = legal(document.title)
    xml = paragraph(run(document.title, size=40, bold=True)) + paragraph(run(document.subtitle))
    for title, blocks in document.sections:
        xml += paragraph(run(title), "Heading1") + "".join(block_xml(block) for block in blocks)
    for part in parse_xml(f'<w:body xmlns:w="{_SPACE}">{xml}</w:body>'):
        body.insert(len(body) - 1, part)
    known, moment = sheet.core_properties, datetime.combine(document.day, datetime.min.time(), UTC)
    known.title, known.author, known.last_modified_by, known.revision = legal(document.title)[:250], "", "", 1
    known.language = "zh-CN" if document.lang == "zh" else "en-GB"
    known.created = known.modified = moment
    written = io.BytesIO()
    sheet.save(written)
    return repacked(written.getvalue())

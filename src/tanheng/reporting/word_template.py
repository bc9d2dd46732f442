"""Builds the Word template that ships, ``templates/report.docx``: ``python -m tanheng.reporting.word_template [FILE]``.

The same bytes each time, so that a change of the template is a change of this file.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from tanheng.reporting.word import repacked
from tanheng.reporting.wordml import ACCENT, HAIR, SOFT, TINT, WARN

_LATIN, _HAN = "Arial", "Microsoft YaHei"
_INK = "1C2529"


def build() -> bytes:
    """The bytes of the template."""
    document: Any = Document()
    _page(document)
    _styles(document)
    _cover(document)
    document.add_page_break()
    _text(document, "{{ title }}", size=15, colour=ACCENT, bold=True)
    _text(document, "{{p contents }}")
    _text(document, "{{p body }}")
    _running(document)
    known = document.core_properties
    known.created = known.modified = datetime(1980, 1, 1, tzinfo=UTC)
    known.author = known.title = known.comments = ""
    written = io.BytesIO()
    document.save(written)
    return repacked(written.getvalue())


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(21)
    section.top_margin, section.bottom_margin = Mm(25), Mm(21)
    section.different_first_page_header_footer = True


def _styles(document: Any) -> None:
    styles = document.styles
    _look(styles["Normal"], 9.5, _INK)
    _look(styles["Heading 1"], 15, ACCENT, bold=True, before=22, after=8)
    _look(styles["Heading 2"], 11, _INK, bold=True, before=14, after=6)
    added = (
        ("Tanheng Text", 9.5, 0, 6),
        ("Tanheng Bullet", 9.5, 0, 3),
        ("Tanheng Cell", 8, 1.5, 1.5),
        ("Tanheng Space", 4, 0, 2),
    )
    for name, size, before, after in added:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _look(style, size, _INK, before=before, after=after)
    styles["Tanheng Bullet"].paragraph_format.left_indent = Mm(4)
    styles["Tanheng Bullet"].paragraph_format.first_line_indent = Mm(-4)


def _look(style: Any, size: float, colour: str, *, bold: bool = False, before: float = 0, after: float = 0) -> None:
    font = style.font
    font.name, font.size, font.bold = _LATIN, Pt(size), bold
    font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{key}"), None)
    fonts.set(qn("w:eastAsia"), _HAN)
    fonts.set(qn("w:hAnsi"), _LATIN)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _text(
    where: Any, text: str, *, size: float = 0, colour: str = "", bold: bool = False, before: float = 0, after: float = 0
) -> Any:
    paragraph = where.add_paragraph(style="Tanheng Text")
    run = paragraph.add_run(text)
    if size:
        run.font.size = Pt(size)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    run.font.bold = bold or None
    if before:
        paragraph.paragraph_format.space_before = Pt(before)
    if after:
        paragraph.paragraph_format.space_after = Pt(after)
    return paragraph


def _cover(document: Any) -> None:
    _text(document, "{{ tool }}", colour=ACCENT, bold=True, after=60)
    _text(document, "{{ product }}", size=26, bold=True, after=4)
    _text(document, "{{ other_name }}", size=14, colour=SOFT, after=4)
    _text(document, "{{ maker }}", size=11, after=40)
    panel = document.add_table(rows=1, cols=1).cell(0, 0)
    _fill(panel, TINT)
    panel.paragraphs[0].style = document.styles["Tanheng Text"]
    panel.paragraphs[0].add_run("{{ figure_name }}").font.color.rgb = RGBColor.from_string(SOFT)
    figure = _text(panel, "{{ total }}", size=34, colour=ACCENT, bold=True)
    for words, colour in ((" {{ unit }} ", ACCENT), ("{{ per }}", SOFT)):
        run = figure.add_run(words)
        run.font.size, run.font.color.rgb = Pt(14), RGBColor.from_string(colour)
    _text(panel, "{{ unit_text }}", colour=SOFT)
    _text(panel, "{%p if warning %}")
    _text(panel, "{{ warning }}", colour=WARN, bold=True)
    _text(panel, "{%p endif %}")
    _text(document, "", after=10)
    _rows(document, "facts", ("label", "value"), (46, 122))
    _text(document, "{{ status }}", bold=True, before=40)
    _text(document, "{{ follows }}", size=8, colour=SOFT)
    _text(document, "{{ digest_label }}  {{ digest }}", size=7, colour=SOFT)


def _rows(document: Any, name: str, keys: tuple[str, ...], sizes: tuple[float, ...]) -> None:
    """A table with a row for every entry of a list."""
    table = document.add_table(rows=3, cols=len(keys))
    table.rows[0].cells[0].text = f"{{%tr for row in {name} %}}"
    table.rows[2].cells[0].text = "{%tr endfor %}"
    for i, (key, size) in enumerate(zip(keys, sizes, strict=True)):
        cell = table.rows[1].cells[i]
        cell.width = Mm(size)
        cell.paragraphs[0].style = document.styles["Tanheng Cell"]
        run = cell.paragraphs[0].add_run(f"{{{{ row.{key} }}}}")
        if i == 0:
            run.font.color.rgb = RGBColor.from_string(SOFT)
        borders = OxmlElement("w:tcBorders")
        bottom = OxmlElement("w:bottom")
        for attribute, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", HAIR)):
            bottom.set(qn(f"w:{attribute}"), value)
        borders.append(bottom)
        cell._element.get_or_add_tcPr().append(borders)
    for i, size in enumerate(sizes):
        table.columns[i].width = Mm(size)


def _fill(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for attribute, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{attribute}"), value)
    cell._element.get_or_add_tcPr().append(shade)


def _running(document: Any) -> None:
    section = document.sections[0]
    head = section.header.paragraphs[0]
    run = head.add_run("{{ product }}")
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    number = foot.add_run()
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        number._element.append(element)
    for made in (run, number):
        made.font.size, made.font.color.rgb = Pt(7.5), RGBColor.from_string(SOFT)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "templates" / "report.docx"
    target.write_bytes(build())

"""Report blocks as WordprocessingML: paragraphs and tables as text that stands in the body of a Word document.

Styles are named by id (``Heading1``, ``TanhengText`` …); a template without one shows the text in its normal style. Measures:
twentieths of a point (``dxa``), eighths of a point for lines, half points for letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any
from xml.sax.saxutils import escape

from tanheng.reporting.blocks import Block
from tanheng.reporting.html import widths

TEXT_WIDTH = 9526
"""Width of the text, dxa: 168 mm."""
ACCENT, SOFT, WARN, HAIR, TINT, WARN_TINT = "0F5A50", "5C686D", "9A4A12", "CFD8D6", "F1F6F4", "FBF3EA"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WEB = ("https://", "http://")


def shipped_template() -> bytes:
    """The Word template that ships; save it to a file to make one's own from it."""
    return files("tanheng.reporting").joinpath("templates/report.docx").read_bytes()


def legal(text: str) -> str:
    """``text`` without the characters that no XML file may hold."""
    return _ILLEGAL.sub("\ufffd", text)


def run(text: str, *, size: int = 0, colour: str = "", bold: bool = False) -> str:
    """A run of letters; ``size`` in half points, 0 for the style's."""
    look = "<w:b/>" if bold else ""
    look += f'<w:color w:val="{colour}"/>' if colour else ""
    look += f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in legal(text).split("\n"))
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{lines}</w:r>"


def paragraph(runs: str, style: str = "TanhengText", *, align: str = "", more: str = "") -> str:
    """A paragraph of ready runs."""
    side = f'<w:jc w:val="{align}"/>' if align else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}{side}</w:pPr>{runs}</w:p>'


def link(address: str, runs: str) -> str:
    """A link to the web as a field, which needs no entry in the list of relations."""
    code = escape(f' HYPERLINK "{address}" ', {'"': "&quot;"}) if '"' not in address else ""
    if not code:
        return runs
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return (
        f'{mark.format("begin")}<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>'
        f"{mark.format('separate')}{runs}{mark.format('end')}"
    )


def grid(shares: Sequence[float], rows: str) -> str:
    """A table of ready rows, its columns by share of the text's width."""
    columns = "".join(f'<w:gridCol w:w="{round(share * TEXT_WIDTH)}"/>' for share in shares)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        '<w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>" + paragraph("", "TanhengSpace")
    )


def cell(content: str, share: float, *, span: int = 1, fill: str = "", lines: str = "") -> str:
    """A cell of ready paragraphs."""
    look = f'<w:tcW w:w="{round(share * TEXT_WIDTH)}" w:type="dxa"/>'
    look += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    look += f"<w:tcBorders>{lines}</w:tcBorders>" if lines else ""
    look += f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{content}</w:tc>"


def line(side: str, size: int = 4, colour: str = HAIR) -> str:
    """A border of a cell."""
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'


def row(cells: str, *, head: bool = False) -> str:
    """A row that is not broken over pages; ``head`` is repeated on each."""
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{cells}</w:tr>"


def block_xml(block: Block) -> str:
    """The body XML of a block that is text.

    Raises:
        KeyError: a chart, or an unknown kind.
    """
    return _WRITERS[block["kind"]](block)


def _heading(block: Block) -> str:
    return paragraph(run(block["text"]), "Heading2")


def _paragraph(block: Block) -> str:
    return paragraph(run(block["text"]))


def _bullets(block: Block) -> str:
    return "".join(paragraph(run("•\u2002" + item), "TanhengBullet") for item in block["items"])


def _facts(block: Block) -> str:
    shares = (0.26, 0.74)
    rows = "".join(
        row(
            cell(paragraph(run(r["label"], colour=SOFT), "TanhengCell"), shares[0], lines=line("bottom"))
            + cell(paragraph(run(r["value"]), "TanhengCell"), shares[1], lines=line("bottom"))
        )
        for r in block["rows"]
    )
    return grid(shares, rows) if rows else ""


def _tiles(block: Block) -> str:
    items = block["items"]
    share = 1.0 / len(items)
    cells = "".join(
        cell(
            paragraph(run(i["label"], colour=SOFT), "TanhengCell")
            + paragraph(run(i["figure"], size=26, colour=ACCENT, bold=True), "TanhengCell")
            + paragraph(run(i["note"], colour=SOFT), "TanhengCell"),
            share,
            fill=TINT,
            lines=line("right", 24, "FFFFFF"),
        )
        for i in items
    )
    return grid([share] * len(items), row(cells))


def _callout(block: Block) -> str:
    colour, fill = (WARN, WARN_TINT) if block["tone"] == "warn" else (ACCENT, TINT)
    content = paragraph(run(block["title"], colour=colour, bold=True), "TanhengCell") + _bullets(block)
    return grid([1.0], row(cell(content, 1.0, fill=fill, lines=line("left", 18, colour))))


def _formula(block: Block) -> str:
    content = "".join(paragraph(run(text), "TanhengCell") for text in block["lines"])
    return grid([1.0], row(cell(content, 1.0, fill=TINT)))


def _table(block: Block) -> str:
    columns = block["columns"]
    shares = widths(columns)
    sides = ["right" if c["align"] == "right" else "" for c in columns]
    head = "".join(
        cell(
            paragraph(run(c["title"], colour=ACCENT, bold=True), "TanhengCell", align=side),
            share,
            lines=line("bottom", 8, ACCENT),
        )
        for c, share, side in zip(columns, shares, sides, strict=True)
    )
    rows = [row(head, head=True)]
    for r in block["rows"]:
        if r["role"] == "group":
            first = r["cells"][0]
            runs = run(first["text"], colour=ACCENT, bold=True) + run("  " + first.get("sub", ""), colour=SOFT)
            content = paragraph(runs, "TanhengCell", more="<w:keepNext/>")
            rows.append(row(cell(content, 1.0, span=len(columns), fill=TINT)))
            continue
        lines = line("top", 8, "1C2529") + line("bottom", 8, "1C2529") if r["role"] == "total" else line("bottom")
        strong = r["role"] == "total"
        rows.append(
            row(
                "".join(
                    cell(_cell(c, side, strong=strong), share, lines=lines)
                    for c, share, side in zip(r["cells"], shares, sides, strict=True)
                )
            )
        )
    note = paragraph(run(block["note"], size=14, colour=SOFT)) if block["note"] else ""
    return grid(shares, "".join(rows)) + note


def _cell(c: Mapping[str, Any], side: str, *, strong: bool) -> str:
    tone = {"warn": WARN, "muted": SOFT}.get(str(c.get("tone", "")), "")
    runs = run(c["text"], colour=tone, bold=strong or bool(c.get("strong")))
    if str(c.get("link", "")).startswith(_WEB):
        runs = link(str(c["link"]), runs)
    indent = f'<w:ind w:left="{140 * min(int(c.get("indent", 0)), 6)}"/>' if c.get("indent") else ""
    content = paragraph(runs, "TanhengCell", align=side, more=indent)
    for key, colour in (("sub", SOFT), ("warn", WARN)):
        if c.get(key):
            content += paragraph(run(c[key], size=13, colour=colour), "TanhengCell", align=side, more=indent)
    return content


_WRITERS: Mapping[str, Callable[[Block], str]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "bullets": _bullets,
    "facts": _facts,
    "tiles": _tiles,
    "callout": _callout,
    "formula": _formula,
    "table": _table,
}

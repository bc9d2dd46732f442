"""Report document → one HTML page that stands alone: style and drawings inside, no script, nothing fetched.

Every text is escaped; links lead to the web by ``http`` only, or to rows of the page itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from tanheng.reporting.blocks import Block
from tanheng.reporting.description import description
from tanheng.reporting.lettering import BREAK
from tanheng.reporting.svg import TONES, legend, svg, written

_PAGE_MM = 168.0
"""Width of the printed page that column sizes in mm are meant for."""
_NARROW = 3
"""A table with more columns may be wider than a phone and is moved sideways."""
_WEB = ("https://", "http://")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def set_html(document: Mapping[str, Any]) -> str:
    """The page of a report document.

    >>> from tanheng.reporting.blocks import paragraph
    >>> block_html(paragraph("1 < 2"))
    '<p>1 &lt; 2</p>'
    """
    lang = "zh-CN" if document["lang"] == "zh" else "en-GB"
    sections = [*document["sections"], document["annex"]]
    numbers = [*(str(i + 1) for i in range(len(document["sections"]))), document["annex"]["label"]]
    body = "".join(_section(number, section) for number, section in zip(numbers, sections, strict=True))
    contents = "".join(
        f'<li><a href="#{section["id"]}"><span>{_text(number)}</span> {_text(section["title"])}</a></li>'
        for number, section in zip(numbers, sections, strict=True)
    )
    names = document["header"]
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="author" content="{written(document["author"])}">\n'
        f"<title>{written(document['title'])}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
        f"{_cover(document['cover'])}\n"
        f'<nav aria-label="{written(names["contents"])}"><p>{_text(names["contents"])}</p><ol>{contents}</ol></nav>\n'
        f"<main>\n{body}</main>\n<footer>{_text(names['right'])} · {_text(names['digest'])}</footer>\n</body>\n</html>\n"
    )


@cache
def _style() -> str:
    return files("tanheng.reporting").joinpath("templates/report.css").read_text(encoding="utf-8")


def _text(text: str) -> str:
    """A text as it stands in the page: escaped, with places to break, line ends kept."""
    shown = escape(_CONTROL.sub("\ufffd", text), quote=True)
    return shown.replace(BREAK, "<wbr>").replace("\n", "<br>")


def _section(number: str, section: Mapping[str, Any]) -> str:
    counter = 0
    parts = []
    for block in section["blocks"]:
        if block["kind"] == "heading":
            counter += 1
            parts.append(f"<h3><span>{_text(number)}.{counter}</span> {_text(block['text'])}</h3>")
        else:
            parts.append(block_html(block))
    head = f"<h2><span>{_text(number)}</span> {_text(section['title'])}</h2>"
    return f'<section id="{section["id"]}">\n{head}\n{"".join(parts)}\n</section>\n'


def _cover(c: Mapping[str, Any]) -> str:
    prefix = f'<span class="warn">{_text(c["prefix"])}</span> ' if c["prefix"] else ""
    rest = [
        f'<p class="soft">{_text(c["unit_text"])}</p>' if c["unit_text"] else "",
        f'<p class="warn strong">{_text(c["warning"])}</p>' if c["warning"] else "",
        f'<p class="soft small">{_text(c["stages_title"])}</p>{block_html(c["stages"])}' if c["stages"] else "",
    ]
    facts = "".join(f"<div><dt>{_text(r['label'])}</dt><dd>{_text(r['value'])}</dd></div>" for r in c["facts"])
    return (
        f'<header class="cover"><p class="kicker"><b>{_text(c["tool"])}</b><span>{_text(c["kicker"])}</span></p>'
        f'<h1>{_text(c["name"])}</h1><p class="soft">{_text(c["other_name"])}</p><p>{_text(c["maker"])}</p>'
        f'<div class="panel"><p class="soft">{_text(c["label"])}</p><p class="figure">{prefix}<strong>{_text(c["figure"])}'
        f"</strong> <em>{_text(c['unit'])}</em> <span>{_text(c['per'])}</span></p>{''.join(rest)}</div>"
        f'<dl class="facts two">{facts}</dl><p class="small"><b>{_text(c["status"])}</b> {_text(c["follows"])}</p>'
        f'<p class="small soft">{_text(c["digest_label"])} <code>{_text(c["digest"])}</code></p></header>'
    )


def block_html(block: Block) -> str:
    """The mark-up of one block.

    Raises:
        KeyError: a kind that no page can show.
    """
    return _WRITERS[block["kind"]](block)


def _heading(block: Block) -> str:
    return f"<h3>{_text(block['text'])}</h3>"


def _paragraph(block: Block) -> str:
    return f"<p>{_text(block['text'])}</p>"


def _bullets(block: Block) -> str:
    return f"<ul>{''.join(f'<li>{_text(item)}</li>' for item in block['items'])}</ul>"


def _facts(block: Block) -> str:
    rows = "".join(f"<div><dt>{_text(r['label'])}</dt><dd>{_text(r['value'])}</dd></div>" for r in block["rows"])
    return f'<dl class="facts">{rows}</dl>'


def _tiles(block: Block) -> str:
    items = "".join(
        f"<div><dt>{_text(i['label'])}</dt><dd><strong>{_text(i['figure'])}</strong><span>{_text(i['note'])}</span></dd></div>"
        for i in block["items"]
    )
    return f'<dl class="tiles">{items}</dl>'


def _callout(block: Block) -> str:
    items = _bullets(block) if block["items"] else ""
    tone = "warning" if block["tone"] == "warn" else "note"
    return f'<aside class="callout {tone}"><p><strong>{_text(block["title"])}</strong></p>{items}</aside>'


def _formula(block: Block) -> str:
    return f'<div class="formula">{"".join(f"<p>{_text(line)}</p>" for line in block["lines"])}</div>'


def widths(columns: Sequence[Mapping[str, str]]) -> list[float]:
    """Share of the table's width that each column takes; mm are of the printed page, fractions share the rest.

    >>> widths([{"size": "42mm"}, {"size": "1fr"}, {"size": "2fr"}])
    [0.25, 0.25, 0.5]
    """
    fixed = sum(float(c["size"][:-2]) for c in columns if c["size"].endswith("mm"))
    fractions = sum(float(c["size"][:-2]) for c in columns if c["size"].endswith("fr"))
    left = max(_PAGE_MM - fixed, 0.25 * _PAGE_MM) if fractions else 0.0
    whole = fixed + left
    return [float(c["size"][:-2]) * (left / fractions if c["size"].endswith("fr") else 1.0) / whole for c in columns]


def _table(block: Block) -> str:
    columns = block["columns"]
    cols = "".join(f'<col style="width:{share:.2%}">' for share in widths(columns))
    sides = ["num" if c["align"] == "right" else "" for c in columns]
    head = "".join(
        f'<th scope="col"{_class(side)}>{_text(c["title"])}</th>' for c, side in zip(columns, sides, strict=True)
    )
    bodies, opened = [], False
    for r in block["rows"]:
        if r["role"] == "group":
            cell = r["cells"][0]
            sub = f" <small>{_text(cell['sub'])}</small>" if cell.get("sub") else ""
            group = f'<th scope="rowgroup" colspan="{len(columns)}">{_text(cell["text"])}{sub}</th>'
            bodies.append(f'{"</tbody>" if opened else ""}<tbody><tr class="group">{group}</tr>')
            opened = True
            continue
        if not opened:
            bodies.append("<tbody>")
            opened = True
        cells = "".join(f"<td{_class(side)}>{_cell(c)}</td>" for c, side in zip(r["cells"], sides, strict=True))
        anchor = f' id="{escape(r["anchor"], quote=True)}"' if "anchor" in r else ""
        bodies.append(f"<tr{anchor}{_class(r['role'] if r['role'] != 'normal' else '')}>{cells}</tr>")
    end = "</tbody>" if opened else ""
    wide = " wide" if len(columns) > _NARROW else ""
    note = f'<p class="small soft">{_text(block["note"])}</p>' if block["note"] else ""
    titles = " · ".join(c["title"] for c in columns if c["title"])
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{written(titles)}"><table class="data{wide}">'
        f"<colgroup>{cols}</colgroup><thead><tr>{head}</tr></thead>{''.join(bodies)}{end}</table></div>{note}"
    )


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def _cell(cell: Mapping[str, Any]) -> str:
    shown = _text(cell["text"])
    link = str(cell.get("link", ""))
    if link.startswith(_WEB):
        shown = f'<a href="{escape(link, quote=True)}" rel="noopener noreferrer">{shown}</a>'
    elif cell.get("to"):
        shown = f'<a href="#{escape(str(cell["to"]), quote=True)}">{shown}</a>'
    style = " ".join(filter(None, ("strong" if cell.get("strong") else "", str(cell.get("tone", "")))))
    if style:
        shown = f'<span class="{style}">{shown}</span>'
    if cell.get("sub"):
        shown += f"<small>{_text(cell['sub'])}</small>"
    if cell.get("warn"):
        shown += f'<small class="warn">{_text(cell["warn"])}</small>'
    level = int(cell.get("indent", 0))
    return f'<div style="padding-left:{min(level, 6) * 0.9:g}em">{shown}</div>' if level else shown


def _drawn(chart: Block, body: str, kind: str = "") -> str:
    """A chart with its description; what is inside is for the eye only."""
    caption = f"<figcaption>{_text(chart['caption'])}</figcaption>" if chart.get("caption") else ""
    label = written(description(chart))
    return (
        f'<figure><div class="{kind or chart["kind"]}" role="img" aria-label="{label}">{body}</div>{caption}</figure>'
    )


def _share(value: float) -> str:
    return f"{100.0 * value:.3f}%"


def _bar(start: float, length: float, tone: int) -> str:
    return f'<b class="t{tone % TONES}" style="left:{_share(start)};width:max({_share(length)},1px)"></b>'


def _bars(chart: Block) -> str:
    zero = f'<u style="left:{_share(chart["zero"])}"></u>'
    rows = "".join(
        f'<div class="bar"><span>{_text(r["label"])}</span><span class="track">{_bar(r["start"], r["length"], r["tone"])}'
        f'{zero}</span><span class="num">{_text(r["value"])} <small>{_text(r["share"])}</small></span></div>'
        for r in chart["rows"]
    )
    return _drawn(chart, rows)


def _stacked(chart: Block) -> str:
    pieces = "".join(
        f'<b class="t{r["tone"] % TONES}" style="flex:{max(r["length"], 0.002):.5f}"></b>' for r in chart["rows"]
    )
    return _drawn(chart, f'<div class="strip">{pieces}</div>{legend(chart["rows"])}')


def _scores(chart: Block) -> str:
    head = "".join(f"<span>{_text(h)}</span>" for h in chart["head"])
    rows = "".join(
        f'<div class="bar"><span>{_text(r["label"])}</span><span class="track line"><s style="left:'
        f'{_share((r["score"] - 1.0) / 4.0)}"></s></span><span class="num">{_text(r["value"])}</span></div>'
        for r in chart["rows"]
    )
    return _drawn(chart, f'<div class="bar head">{head}</div>{rows}')


def _interval(chart: Block) -> str:
    ends = "".join(
        f"<span><small>{_text(chart[key]['label'])}</small>{_text(chart[key]['value'])}</span>"
        for key in ("low", "point", "high")
    )
    return _drawn(
        chart, f'<div class="ends">{ends}</div><div class="rail"><s style="left:{_share(chart["at"])}"></s></div>'
    )


def _tornado(chart: Block) -> str:
    base = chart["base"]
    rows = "".join(
        f'<div class="bar"><span>{_text(r["label"])}</span><span class="track">{_bar(r["low"], base - r["low"], 2)}'
        f'{_bar(base, r["high"] - base, 0)}<u style="left:{_share(base)}"></u></span>'
        f'<span class="num">{_text(r["low_text"])} – {_text(r["high_text"])}</span></div>'
        for r in chart["rows"]
    )
    return _drawn(chart, rows, "bars")


def _compared(chart: Block) -> str:
    zero = f'<u style="left:{_share(chart["zero"])}"></u>'
    rows = "".join(
        f'<div class="bar"><span>{_text(r["label"])}</span><span class="track tall">'
        f"{''.join(_bar(p['start'], p['length'], p['tone']) for p in r['pieces'])}{zero}</span>"
        f'<span class="num">{_text(r["value"])}</span></div>'
        for r in chart["rows"]
    )
    return _drawn(chart, rows + legend(chart["legend"]), "bars")


def _boundary(chart: Block) -> str:
    def listed(title: str, items: Sequence[str]) -> str:
        rows = "".join(f"<li>{_text(item)}</li>" for item in items)
        return f"<div><small>{_text(title)}</small><ul>{rows}</ul></div>" if items else "<div></div>"

    boxes = "".join(
        f'<div class="stage {s["state"]}">{listed(chart["inputs"], s["inputs"])}<div class="box"><strong>{_text(s["name"])}'
        + (
            f"</strong><em>{_text(s['total'])}</em><small>{_text(s['unit'])}</small><span>{_text(s['share'])}</span>"
            if s["state"] == "inside"
            else f"</strong><small>{_text(s['note'])}</small>"
        )
        + f"</div>{listed(chart['outputs'], s['outputs'])}</div>"
        for s in chart["stages"]
    )
    return _drawn(chart, boxes)


def _drawing(chart: Block) -> str:
    """A chart as SVG, which carries its own description."""
    keys = legend(chart["legend"]) if "legend" in chart else ""
    caption = f"<figcaption>{_text(chart['caption'])}</figcaption>" if chart.get("caption") else ""
    return f'<figure><div class="scroll" tabindex="0">{svg(chart)}</div>{keys}{caption}</figure>'


_WRITERS: Mapping[str, Callable[[Block], str]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "bullets": _bullets,
    "facts": _facts,
    "tiles": _tiles,
    "callout": _callout,
    "table": _table,
    "formula": _formula,
    "bars": _bars,
    "stacked": _stacked,
    "scores": _scores,
    "interval": _interval,
    "boundary": _boundary,
    "tornado": _tornado,
    "compared": _compared,
    "flows": _drawing,
    "distribution": _drawing,
    "treemap": _drawing,
}

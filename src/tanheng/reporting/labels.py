"""Labels as artwork: SVG in a design of our own, or in one that a scheme brings; PNG and PDF of it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal

import segno

from tanheng.errors import ReportError
from tanheng.reporting.pdf import compiled
from tanheng.reporting.stillness import still
from tanheng.reporting.templating import rendered

_TITLE = {"zh": "产品碳足迹", "en": "Product carbon footprint"}
_BEST, _WORST = (25, 132, 92), (190, 62, 48)
_MIDDLE = (214, 158, 36)
_UNFIT = re.compile("[^\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML has no letters for, and breaks of lines."""
_WIDE, _BESIDE_CODE = 292, 128
"""Room for a line over the whole label, and beside its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelArt:
    """What stands on a label.

    Attributes:
        value: as it is printed, ``12 480``. unit: ``kg CO2e/t``. per: the declared or functional unit in both languages.
        grade, classes: the class and all classes of its scheme, the best first; both empty where there are none.
        code: text of the QR code. scheme: name in both languages. valid_until: ``2027-12-31``.
        boundary: name in both languages.
    """

    number: str
    value: str
    unit: str
    per: Mapping[str, str]
    boundary: Mapping[str, str]
    scheme: Mapping[str, str]
    valid_until: str
    code: str
    grade: str = ""
    classes: tuple[str, ...] = ()


CODE_SHARE = 148 / 320
"""Width of the code, of that of the label, in our own design."""
WIDTH = 64.0
"""Millimetres that our own design is wide."""


def modules_of(code: str) -> int:
    """Modules that a code has from edge to edge, without the quiet zone."""
    return len(segno.make(code, error="m", micro=False).matrix)


def draw_label(art: LabelArt, template: str = "") -> str:
    """The label as SVG.

    Args:
        template: artwork of a scheme, SVG with the fields of ours (Jinja); ours where it is empty.

    Raises:
        ReportError: TH-REP-010 the artwork asks for a field that there is none of, or is broken. TH-REP-012 it holds what runs or
            what is elsewhere. TH-REP-013 the class is none of its scheme.
    """
    if art.grade and art.grade not in art.classes:
        raise ReportError("TH-REP-013", grade=art.grade, classes=", ".join(art.classes) or "–")
    drawn = rendered(template or _ours(), _fields(_fit(art)))
    if template:
        still(drawn)
    return drawn


def _fit(art: LabelArt) -> LabelArt:
    """Without letters that no picture can hold."""

    def clean(told: Any) -> Any:
        if isinstance(told, str):
            return _UNFIT.sub("", told)
        if isinstance(told, Mapping):
            return {name: clean(one) for name, one in told.items()}
        return tuple(map(clean, told))

    return LabelArt(**{one.name: clean(getattr(art, one.name)) for one in fields(art)})


def set_label(drawn: str, form: Literal["png", "pdf"], *, dots: float = 600.0) -> bytes:
    """The artwork as PNG, ``dots`` to an inch, or as PDF of its size; letters are of the fonts that ship.

    Raises:
        ReportError: TH-REP-001 it cannot be set.
    """
    options: dict[str, Any] = {"ppi": dots} if form == "png" else {"timestamp": 0}
    made = compiled("label.typ", {"drawn": drawn}, format=form, **options)
    return made[0] if isinstance(made, list) else made


@cache
def _ours() -> str:
    return (files("tanheng.reporting") / "templates" / "label.svg.j2").read_text(encoding="utf-8")


def _fields(art: LabelArt) -> dict[str, Any]:
    told = [
        ("证书编号 Certificate", [art.number]),
        ("系统边界 Boundary", [art.boundary["zh"], art.boundary["en"]]),
        ("有效期至 Valid until", [art.valid_until]),
    ]
    per, scheme = (f"每 {art.per['zh']}", f"per {art.per['en']}"), (art.scheme["zh"], art.scheme["en"])
    return {
        "title": _TITLE,
        "number": art.number,
        "value": art.value,
        "value_size": _fitting(art.value, 62, _WIDE),
        "unit": art.unit,
        "unit_size": _fitting(art.unit, 19, _WIDE),
        "per": " · ".join(per),
        "per_lines": list(_centred(per, " · ", 200, 13, 11)),
        "grade": art.grade,
        "bands": _bands(art.classes, art.grade),
        "lines": list(_lines(told)),
        "scheme": "  ".join(scheme),
        "scheme_lines": list(_centred(scheme, "  ", 441, 9, 8)),
        "valid_until": art.valid_until,
        "boundary": art.boundary,
        "code": drawn_code(art.code),
    }


def _lines(told: Sequence[tuple[str, Sequence[str]]]) -> Iterator[dict[str, Any]]:
    """Names and values beside the code, each with its place and size."""
    y = 288.0
    for name, values in told:
        yield {"text": name, "y": y, "size": 10, "is_name": True}
        for value in values:
            size = _fitting(value, 13, _BESIDE_CODE)
            y += size + 3
            yield {"text": value, "y": round(y, 1), "size": size, "is_name": False}
        y += 22


def _centred(told: Sequence[str], between: str, y: float, size: float, least: float) -> Iterator[dict[str, Any]]:
    """Both languages on one line, or each on its own where that would be smaller than ``least``."""
    whole = between.join(one for one in told if one.strip())
    if (fits := _fitting(whole, size, _WIDE)) >= least:
        yield {"text": whole, "y": y, "size": fits}
        return
    for number, one in enumerate(told):
        yield {"text": one, "y": round(y + (number - 0.5) * (least + 1), 1), "size": _fitting(one, least, _WIDE)}


def _fitting(text: str, size: float, room: float) -> float:
    """A size at which a text has room, whatever the fonts of the reader: bold figures and capitals of some are wide."""
    width = sum(
        1.0 if ord(letter) > 0x2E80 else 0.72 if letter.isupper() or letter.isdigit() else 0.58 for letter in text
    )
    return math.floor(10 * min(size, room / max(1.0, width))) / 10


def _bands(classes: Sequence[str], own: str) -> list[dict[str, Any]]:
    """The classes side by side, from green to red; the own one is larger."""
    if not classes or not own:
        return []
    width = 272 / len(classes)
    made = []
    for number, name in enumerate(classes):
        is_own = name == own
        height = 46 if is_own else 32
        made.append(
            {
                "name": name,
                "own": is_own,
                "x": round(24 + number * width, 2),
                "y": 240 - height / 2,
                "width": round(width - 2, 2),
                "height": height,
                "size": _fitting(name, 26 if is_own else 16, width - 11),  # the arrow's point has none
                "colour": _colour(number / max(1, len(classes) - 1)),
            }
        )
    return made


def _colour(at: float) -> str:
    """From the best (0) over the middle to the worst (1)."""
    first, second, share = (_BEST, _MIDDLE, 2 * at) if at < 0.5 else (_MIDDLE, _WORST, 2 * at - 1)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(first, second, strict=True))


@lru_cache(maxsize=256)  # the same few labels are asked for again and again, and making a code takes long
def drawn_code(text: str) -> dict[str, Any]:
    """The QR code as one path: a run of dark modules is one stroke. Level M mends 15 % of damage."""
    rows = segno.make(text, error="m", micro=False).matrix
    strokes = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = next((n for n, dark in enumerate(row[x:]) if not dark), len(row) - x)
            if run:
                strokes.append(f"M{x} {y}h{run}v1h-{run}z")
            x += run + 1
    return {"path": "".join(strokes), "size": len(rows)}

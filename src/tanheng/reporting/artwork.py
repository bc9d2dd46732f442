"""Artwork that a scheme brings for its labels: looked at before it is taken."""

from __future__ import annotations

import re

from lxml import etree

from tanheng.errors import FormatError, ReportError
from tanheng.formats import xmlsafe
from tanheng.reporting.labels import LabelArt, draw_label, drawn_code, set_label

_SVG = "http://www.w3.org/2000/svg"
_STILL = frozenset(
    ("svg", "g", "defs", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text")
) | frozenset(("tspan", "image", "use", "clipPath", "mask", "linearGradient", "radialGradient", "stop", "pattern"))
"""Elements that neither run nor move nor bring in what is elsewhere."""
_PROBE = LabelArt(
    number="PROBE-2026-000001",
    value="12 345",
    unit="kg CO2e/probe",
    per={"zh": "1 t", "en": "1 t"},
    boundary={"zh": "摇篮到大门", "en": "cradle-to-gate"},
    scheme={"zh": "方案", "en": "Scheme"},
    valid_until="2027-12-31",
    code="https://cfp.example.org/c/PROBE-2026-000001#1." + "A" * 170 + "." + "B" * 86,
    grade="B",
    classes=("A", "B", "C"),
)


def require_artwork(template: str) -> None:
    """Look at artwork of a scheme before it is taken: it must tell what a label is for, and do nothing else.

    Raises:
        ReportError: TH-REP-010 it cannot be drawn, TH-REP-011 it leaves out what a label must tell, TH-REP-012 it holds what
            runs or what is elsewhere. TH-REP-001 it cannot be set.
    """
    drawn = draw_label(_PROBE, template)
    try:
        root = xmlsafe.parsed(drawn.encode(), "artwork")
    except (etree.XMLSyntaxError, FormatError) as error:
        raise ReportError("TH-REP-010", reason=str(error)) from error
    if (xmlsafe.namespace(root), xmlsafe.local_name(root)) != (_SVG, "svg"):
        raise ReportError("TH-REP-010", reason="<svg>")
    for element in root.iter():
        _require_still(element)
    told = "".join(map(str, root.itertext()))
    missing = [name for name in ("number", "value", "unit") if getattr(_PROBE, name) not in told]
    code = drawn_code(_PROBE.code)["path"]
    if not any(element.get("d") == code for element in root.iter()):
        missing.append("code.path")
    if missing:
        raise ReportError("TH-REP-011", fields=", ".join(missing))
    set_label(drawn, "png", dots=40)


def _require_still(element: etree._Element) -> None:
    name = xmlsafe.local_name(element)
    if xmlsafe.namespace(element) != _SVG or name not in _STILL:
        raise ReportError("TH-REP-012", what=f"<{name}>")
    for attribute, value in element.attrib.items():
        bare, text = str(attribute).rpartition("}")[2].lower(), str(value).strip()
        is_elsewhere = bare == "href" and not text.startswith(("#", "data:image/png;", "data:image/jpeg;"))
        links = re.findall(r"url\(\s*['\"]?\s*(.)", text, re.IGNORECASE)
        if bare.startswith("on") or is_elsewhere or any(first != "#" for first in links):
            raise ReportError("TH-REP-012", what=f"{bare}=“{text[:40]}”")

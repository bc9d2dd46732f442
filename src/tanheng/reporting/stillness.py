"""What a drawn label may hold: elements and attributes that neither run nor move nor bring in what is elsewhere."""

from __future__ import annotations

import base64
import binascii
import re

from lxml import etree

from tanheng.errors import FormatError, ReportError
from tanheng.formats import xmlsafe

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_NAMES = (
    "svg g defs title desc path rect circle ellipse line polyline polygon text tspan image clipPath"
    " linearGradient radialGradient stop"
)
_ELEMENTS = frozenset(_NAMES.split())
"""Not ``use``, ``pattern`` and ``mask``: what is drawn by them may grow with each that names another."""
_LOOKS = (
    "id d x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy rotate width height viewBox points transform version role"
    " aria-label aria-hidden preserveAspectRatio fill fill-opacity fill-rule stroke stroke-width"
    " stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset"
    " opacity color display visibility font-family font-size font-weight font-style font-stretch font-variant"
    " letter-spacing word-spacing text-anchor dominant-baseline alignment-baseline baseline-shift textLength"
    " lengthAdjust text-decoration writing-mode offset stop-color stop-opacity gradientUnits"
    " gradientTransform spreadMethod clip-path clip-rule clipPathUnits href shape-rendering text-rendering"
    " image-rendering paint-order vector-effect lang space"
)
_ATTRIBUTES = frozenset(_LOOKS.split())
_PICTURE = "data:image/png;base64,"
_MOST_DOTS, _MOST_MM = 16_000_000, 200.0
_LENGTH = re.compile(r"([0-9]+(?:\.[0-9]+)?)mm", re.ASCII)


def still(drawn: str) -> etree._Element:
    """The root of a drawing that may be shown.

    Raises:
        ReportError: TH-REP-010 it is no SVG, or of no size in millimetres up to 200. TH-REP-012 it holds what runs, moves, grows
            or is elsewhere.
    """
    try:
        root = xmlsafe.parsed(drawn.encode(), "artwork")
    except (etree.XMLSyntaxError, FormatError, UnicodeError) as error:
        raise ReportError("TH-REP-010", reason=str(error)) from error
    if (xmlsafe.namespace(root), xmlsafe.local_name(root)) != (_SVG, "svg"):
        raise ReportError("TH-REP-010", reason="<svg>")
    for side in ("width", "height"):
        found = _LENGTH.fullmatch(root.get(side, ""))
        if found is None or not 0 < float(found[1]) <= _MOST_MM:
            raise ReportError("TH-REP-010", reason=f"{side}: 1mm–{_MOST_MM:g}mm")
    for element in root.iter():
        _require_still(element)
    return root


def _require_still(element: etree._Element) -> None:
    name = xmlsafe.local_name(element)
    if xmlsafe.namespace(element) != _SVG or name not in _ELEMENTS:
        raise ReportError("TH-REP-012", what=f"<{name}>")
    is_clip = name == "clipPath" or any(xmlsafe.local_name(one) == "clipPath" for one in element.iterancestors())
    for attribute, value in element.attrib.items():
        space, _, bare = str(attribute).rpartition("}")
        text = str(value).strip()
        is_known = bare in _ATTRIBUTES and space.lstrip("{") in ("", _XLINK, _XML)
        if not is_known or not _is_here(bare, text) or (is_clip and bare == "clip-path"):
            raise ReportError("TH-REP-012", what=f"{bare}=“{text[:40]}”")


def _is_here(name: str, text: str) -> bool:
    """Whether a value names nothing that is elsewhere, and no picture that is too large."""
    if name == "href":
        return text.startswith("#") or (text.startswith(_PICTURE) and _dots(text) <= _MOST_DOTS)
    links = re.findall(r"url\(\s*['\"]?\s*(.)", text, re.IGNORECASE)
    return "\\" not in text and all(first == "#" for first in links)


def _dots(text: str) -> int:
    """Of a picture inside, as its head tells; more than is allowed where it tells nothing."""
    try:
        head = base64.b64decode(text.removeprefix(_PICTURE)[:64], validate=False)
    except binascii.Error:
        return _MOST_DOTS + 1
    if head[:8] != b"\x89PNG\r\n\x1a\n" or head[12:16] != b"IHDR":
        return _MOST_DOTS + 1
    return int.from_bytes(head[16:20]) * int.from_bytes(head[20:24])

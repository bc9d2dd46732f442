"""Artwork that a scheme brings for its labels: looked at before it is taken."""

from __future__ import annotations

from tanheng.errors import ReportError
from tanheng.reporting.labels import LabelArt, draw_label, drawn_code, set_label
from tanheng.reporting.stillness import still

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


def require_artwork(template: str) -> bytes:
    """Look at artwork of a scheme before it is taken: it must tell what a label is for, and do nothing else.

    Returns:
        how it looks, PNG.

    Raises:
        ReportError: TH-REP-010 it cannot be drawn, TH-REP-011 it leaves out what a label must tell, TH-REP-012 it holds what
            runs or what is elsewhere. TH-REP-001 it cannot be set.
    """
    drawn = draw_label(_PROBE, template)
    root = still(drawn)
    told = "".join(map(str, root.itertext()))
    missing = [name for name in ("number", "value", "unit") if getattr(_PROBE, name) not in told]
    code = drawn_code(_PROBE.code)["path"]
    if not any(element.get("d") == code for element in root.iter()):
        missing.append("code.path")
    if missing:
        raise ReportError("TH-REP-011", fields=", ".join(missing))
    return set_label(drawn, "png", dots=40)

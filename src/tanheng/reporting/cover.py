"""The cover: what was computed, for which unit, under which rule, and how sure it is."""

from __future__ import annotations

from datetime import date
from typing import Any

from tanheng.reporting.blocks import facts, stacked
from tanheng.reporting.frame import Frame
from tanheng.reporting.lettering import pretty, width
from tanheng.reporting.numbers import fixed, percent, significant


def cover(frame: Frame, day: date | None) -> dict[str, Any]:
    """The values of the cover."""
    a, words = frame.assessment, frame.words
    return {
        "kicker": words("document.title"),
        "tool": words("document.tool"),
        "name": words.name(a.product),
        "name_width": width(words.name(a.product)),
        "other_name": words.other_name(a.product),
        "maker": words.name(a.maker),
        "label": frame.figure_name,
        "prefix": "" if a.complete or not frame.computed else words("at-least", value="").strip(),
        "figure": significant(a.total) if frame.computed else frame.total,
        "unit": words("unit.kg"),
        "per": words("per-unit", unit=frame.unit),
        "unit_text": words.name(a.unit_text),
        "warning": "" if a.complete else words("cover.incomplete" if frame.computed else "results.nothing"),
        "stages_title": words("cover.stages"),
        "stages": stage_bar(frame),
        "facts": _facts(frame, day)["rows"],
        "status": words("cover.status"),
        "follows": words("cover.follows", standard=frame.standard),
        "digest_label": words("label.digest"),
        "digest": a.digest,
    }


def stage_bar(frame: Frame) -> dict[str, Any] | None:
    """The stages as one bar."""
    return stacked(
        [
            {"label": frame.stage(s.stage), "size": s.total, "share": percent(s.share), "tone": frame.tone(s.stage)}
            for s in frame.assessment.stages
        ]
    )


def findings_in_short(frame: Frame) -> str:
    """``1 error · 2 warnings``."""
    words = frame.words
    counts = [
        (words.term("severity", severity), sum(f.severity == severity for f in frame.assessment.findings))
        for severity in ("error", "warning", "info")
    ]
    return " · ".join(f"{name} {count}" for name, count in counts if count) or words("answer.none")


def _facts(frame: Frame, day: date | None) -> dict[str, Any]:
    a, words = frame.assessment, frame.words
    return facts(
        [
            (words("label.boundary"), words.term("boundary", a.boundary)),
            (words.term("unit_kind", a.unit_kind), frame.unit),
            (words("label.period"), words.period(a.period)),
            (words("label.site"), words.place(a.site)),
            (words("label.regime"), f"{a.regime} · {a.method}"),
            (words("label.rules"), words.name(a.rule_pack_names) or a.rule_pack),
            (words("label.claim"), f"{a.claim.text} {pretty(a.claim.unit)}" if a.claim else ""),
            (words("label.completeness"), words.term("complete", "yes" if a.complete else "no")),
            (words("label.findings"), findings_in_short(frame)),
            (words("label.quality"), fixed(a.quality.rating, 1)),
            (words("label.primary"), percent(a.quality.primary_share)),
            (words("cover.date"), day.isoformat() if day else ""),
        ]
    )

"""Assessment → report document: plain JSON values with every text and figure ready to be set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from tanheng.errors import ReportError
from tanheng.footprint.assessment import Assessment
from tanheng.reporting import judgement, method, results, scope, sharing, sources
from tanheng.reporting.blocks import Block
from tanheng.reporting.cover import cover
from tanheng.reporting.frame import Frame
from tanheng.reporting.lettering import breakable, short_digest, shorten
from tanheng.reporting.scenarios import check_comparable, comparison
from tanheng.reporting.words import Words
from tanheng.texts import LANGUAGES

_HEADER_COLUMNS = 70
_SECTIONS: tuple[tuple[str, Callable[[Frame], list[Block]]], ...] = (
    ("general", scope.general),
    ("goal", scope.goal),
    ("scope", scope.scope),
    ("data", sources.data),
    ("electricity", sources.electricity),
    ("allocation", sharing.allocation),
    ("results", results.results),
    ("quality", judgement.quality),
    ("uncertainty", judgement.uncertainty),
    ("interpretation", judgement.interpretation),
    ("limits", judgement.limits),
    ("method", method.method),
)
_LAST = 1
"""Sections that stand behind the comparison, so that the numbers of the others do not depend on it."""
_KEPT = ("link", "to", "anchor", "id")
"""Texts that are addresses: nothing is put into them."""


def report_document(
    assessment: Assessment, lang: str, day: date | None = None, others: Sequence[Assessment] = ()
) -> dict[str, Any]:
    """The report of ``assessment`` in ``lang`` as JSON values: cover, sections of blocks, annex.

    The same arguments give the same document. No text in it is markup.

    Args:
        others: the same product under other scenarios or regimes; they get a section of their own.

    Raises:
        ReportError: TH-REP-003 for a language that there is no report in, TH-REP-006 for others of another unit.
    """
    if lang not in LANGUAGES:
        raise ReportError("TH-REP-003", lang=lang, langs=", ".join(LANGUAGES))
    check_comparable(assessment, others)
    words = Words(lang)
    frame = Frame(assessment, words, others)
    name = words.name(assessment.product)
    document = {
        "lang": lang,
        "title": f"{words('document.title')} · {name}",
        "author": assessment.author or words.name(assessment.maker),
        "date": [day.year, day.month, day.day] if day else None,
        "header": {
            "left": shorten(name, _HEADER_COLUMNS),
            "right": words("document.title"),
            "digest": f"{words('document.digest')} {short_digest(assessment.digest)}",
            "page": words("document.page", page="{page}", pages="{pages}"),
            "contents": words("document.contents"),
        },
        "cover": cover(frame, day),
        "sections": _sections(frame, others),
        "annex": {
            "id": "annex",
            "label": words("annex.name"),
            "title": words("annex.title"),
            "blocks": method.annex(frame),
        },
    }
    opened: dict[str, Any] = _opened(document)
    return opened


def _sections(frame: Frame, others: Sequence[Assessment]) -> list[dict[str, Any]]:
    made = [(key, make(frame)) for key, make in _SECTIONS]
    if others:
        made.insert(len(made) - _LAST, ("comparison", comparison(frame, others)))
    return [{"id": key, "title": frame.words(f"{key}.title"), "blocks": blocks} for key, blocks in made]


def _opened(value: Any) -> Any:
    """All texts with places to break in words that are too long; addresses of links stay whole."""
    if isinstance(value, str):
        return breakable(value)
    if isinstance(value, list):
        return [_opened(entry) for entry in value]
    if isinstance(value, dict):
        return {key: entry if key in _KEPT else _opened(entry) for key, entry in value.items()}
    return value

"""The page behind the code of a label: what the number means, how it compares, and whether all of it is genuine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Any

from fastapi import Path, Response

from tanheng.api.files import NO_NUL
from tanheng.certification.procedure import Machine, step_of
from tanheng.errors import StoreError, TanhengError
from tanheng.exchange.credentials.checks import Check
from tanheng.exchange.credentials.presenting import Verified
from tanheng.exchange.credentials.telling import name_of, outcome_of, reason_of
from tanheng.registry.disclosure import View
from tanheng.reporting.certificates import VALID, Sheet, facts, named, notice_of, state_of
from tanheng.reporting.lettering import pretty
from tanheng.services.certification import certificates, proving, showing
from tanheng.services.certification.certificates import Taken
from tanheng.services.registry import categories, comparing, disclosing, products
from tanheng.services.registry.products import Compared, Product
from tanheng.storage.sql import Work
from tanheng.web import drawing
from tanheng.web.rendering import STILL, page
from tanheng.web.routing import pages
from tanheng.web.visitors import Visitor, VisitorNeed

router = pages()
Number = Annotated[str, Path(max_length=40, pattern=NO_NUL)]
_FOR_NOW = 60
_STAGES = ("raw-materials", "production", "distribution", "use", "end-of-life")


@router.get("/c/{number}")
def product(number: Number, visitor: VisitorNeed) -> Response:
    """Product, footprint, state, and checks made just now; without a script."""
    try:
        told = visitor.look(_seen, visitor, number)
    except StoreError as error:
        if error.code != "TH-STO-001":
            raise
        return page(visitor, "product/missing.html.j2", 404, cache_for=_FOR_NOW, further=STILL, number=number)
    stages = _stages(visitor, number)
    return page(visitor, "product/product.html.j2", cache_for=_FOR_NOW, further=STILL, stages=stages, **told)


def told_checks(found: Verified, lang: str) -> list[dict[str, str]]:
    """Checks in words."""
    return [_told(check, lang) for check in found.checks]


def _told(check: Check, lang: str) -> dict[str, str]:
    return {
        "name": name_of(check, lang),
        "outcome": check.outcome.value,
        "told": outcome_of(check.outcome, lang),
        "reason": reason_of(check, lang),
    }


def _seen(work: Work, visitor: Visitor, number: str) -> dict[str, Any]:
    lang = visitor.lang
    sheet, found, whole = showing.sheet(work, number), proving.checked(work, number), products.of(work, number)
    one = whole.certificate
    peers = comparing.peers_of(work, one)
    base = certificates.base_of(work)
    return {
        "sheet": sheet,
        "one": one,
        "product": named(sheet.names, lang),
        "other": sheet.names.get("en" if lang == "zh" else "zh", ""),
        "maker": named(sheet.maker, lang) or named(sheet.holder, lang),
        "category": categories.name_of(categories.names(work), one.category, lang),
        "state": state_of(sheet, lang),
        "notice": notice_of(sheet, lang),
        "begins_later": one.valid_from > work.today,
        "holds": sheet.state == VALID and whole.counts,
        "facts": _facts(sheet, lang),
        "counted": _counted(sheet),
        "checks": told_checks(found, lang),
        "outcome": found.outcome.value,
        "verdict": outcome_of(found.outcome, lang, is_whole=True),
        "peers": peers,
        "place": peers.tenth_of(one.value) if peers else None,
        "spread": drawing.histogram(peers.bars, one.value) if peers else None,
        "classes": list(_classes(whole.compared)) if whole.compared else [],
        "history": [(step, _step(step, lang)) for step in whole.history],
        "corrections": whole.corrections,
        "issued": whole.certificate.created_at,
        "page": f"{base}/c/{number}",
        "label": certificates.address_of(base, number, "label"),
        "reference": _reference(whole),
    }


def _facts(sheet: Sheet, lang: str) -> list[tuple[str, str]]:
    """What stands in the table; the number stands above it already."""
    return list(facts(sheet, lang))[1:]


def _counted(sheet: Sheet) -> dict[str, str]:
    """The value in a sentence: of how much, and in which unit of mass."""
    mass, _, per = sheet.unit.partition("/")
    return {"value": sheet.value, "unit": pretty(mass.strip()), "per": pretty(f"1 {per.strip()}" if per else sheet.per)}


def _classes(compared: Compared) -> Iterator[dict[str, Any]]:
    """Classes with the values between which they lie, the best first."""
    ends: list[float | None] = [None, *compared.limits, None]
    for name, (above, up_to) in zip(compared.classes, pairwise(ends), strict=True):
        yield {"name": name, "above": above, "up_to": up_to, "own": name == compared.grade}


def _reference(whole: Product) -> str:
    return whole.compared.reference if whole.compared else ""


def _step(step: Taken, lang: str) -> str:
    try:
        return step_of(Machine.CERTIFICATE, step.before, step.step).texts[lang]
    except TanhengError:
        return step.step


def _stages(visitor: Visitor, number: str) -> list[tuple[str, float]]:
    """Shares of the life-cycle stages, as everybody may know them; nothing where they are withheld."""
    found = disclosing.of(visitor.platform, visitor.actor, number, View.PUBLIC)
    told: Any = next((one.value for one in found.fields if one.field == "stage_shares"), None)
    shares: Mapping[str, float] = told or {}
    return [(stage, shares[stage]) for stage in _STAGES if shares.get(stage)]

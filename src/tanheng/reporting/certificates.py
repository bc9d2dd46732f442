"""A certificate as a document, and the words that its page shares with it."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

import segno

from tanheng.reporting.lettering import breakable, pretty, width
from tanheng.reporting.pdf import compiled
from tanheng.reporting.words import Words, place_name
from tanheng.texts import text

_TOPIC = "certificate"
_OTHER = {"zh": "en", "en": "zh"}
VALID = "valid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a certificate tells everybody; no person is named.

    Attributes:
        names, holder, maker, body, scheme, rules, follows: in both languages where there are both.
        codes: of the product. place: code of the geography. value: as it is printed. per: declared or functional unit.
        boundary, assurance, state: as they are kept. grade: class, empty where there is none.
        rule_pack: reference. holder_code: number in its register. successor: number of what replaced it.
        recognised: names of those elsewhere who recognise it.
        page: address behind the code. code: text of the QR code. assessment, credential: digests.
    """

    number: str
    state: str
    names: Mapping[str, str]
    codes: Mapping[str, str]
    holder: Mapping[str, str]
    holder_code: str
    maker: Mapping[str, str]
    body: Mapping[str, str]
    place: str
    value: str
    unit: str
    per: str
    boundary: str
    scheme: Mapping[str, str]
    scheme_version: str
    follows: Mapping[str, str]
    rules: Mapping[str, str]
    rule_pack: str
    assurance: str
    valid_from: date
    valid_until: date
    grade: str
    successor: str
    recognised: tuple[Mapping[str, str], ...]
    page: str
    code: str
    assessment: str
    credential: str


def named(names: Mapping[str, str], lang: str) -> str:
    """A name in a language, else in the other one."""
    return names.get(lang) or names.get(_OTHER[lang]) or ""


def facts(sheet: Sheet, lang: str) -> Iterator[tuple[str, str]]:
    """Names and values of what is told, in a language; what there is none of is left out."""
    rules = named(sheet.rules, lang)
    told = {
        "number": sheet.number,
        "holder": " ".join(part for part in (named(sheet.holder, lang), sheet.holder_code) if part),
        "maker": named(sheet.maker, lang),
        "place": place_name(sheet.place, lang),
        "codes": ", ".join(f"{kind.upper()} {code}" for kind, code in sheet.codes.items()),
        "boundary": Words(lang).term("boundary", sheet.boundary),
        "rules": f"{rules} ({sheet.rule_pack})" if rules and rules != sheet.rule_pack else sheet.rule_pack,
        "scheme": f"{named(sheet.scheme, lang)} {sheet.scheme_version}",
        "assurance": text(_TOPIC, f"assurance.{sheet.assurance}", lang),
        "body": named(sheet.body, lang),
        "from": sheet.valid_from.isoformat(),
        "until": sheet.valid_until.isoformat(),
        "recognised": ", ".join(named(one, lang) for one in sheet.recognised),
        "successor": sheet.successor,
    }
    return ((text(_TOPIC, f"fact.{name}", lang), value) for name, value in told.items() if value)


def state_of(sheet: Sheet, lang: str) -> str:
    """The state in words."""
    return text(_TOPIC, f"state.{sheet.state}", lang)


def notice_of(sheet: Sheet, lang: str) -> str:
    """What a reader must know of a certificate that does not hold; empty where it does."""
    return "" if sheet.state == VALID else text(_TOPIC, f"notice.{sheet.state}", lang)


def set_certificate(sheet: Sheet, lang: str, day: date) -> bytes:
    """The certificate as PDF; the same state on the same day gives the same bytes.

    Args:
        day: as of which its state is told.

    Raises:
        ReportError: TH-REP-001 it cannot be set.
    """
    other = _OTHER[lang]
    product, second = named(sheet.names, lang), sheet.names.get(other, "")
    told = {
        "lang": lang,
        "date": [day.year, day.month, day.day],
        "title": text(_TOPIC, "title", lang),
        "title_other": text(_TOPIC, "title", other),
        "number": sheet.number,
        "body": named(sheet.body, lang),
        "certifies": text(_TOPIC, "certifies", lang),
        "product": breakable(product),
        "product_width": width(product),
        "product_other": breakable(second) if second != product else "",
        "figure_label": text(_TOPIC, "footprint", lang),
        "figure": sheet.value,
        "unit": pretty(sheet.unit),
        "per": text(_TOPIC, "per", lang, per=pretty(sheet.per)),
        "grade": sheet.grade,
        "grade_label": text(_TOPIC, "class", lang),
        "facts": [{"label": label, "value": breakable(value)} for label, value in facts(sheet, lang)],
        "notice": notice_of(sheet, lang),
        "state": state_of(sheet, lang),
        "as_of": text(_TOPIC, "as_of", lang, day=day.isoformat(), state=state_of(sheet, lang)),
        "follows": named(sheet.follows, lang),
        "look": text(_TOPIC, "look", lang),
        "page": breakable(sheet.page),
        "code": segno.make(sheet.code, error="m", micro=False).svg_inline(border=0, dark="#1c2529"),
        "digests": [
            {"label": text(_TOPIC, "digest", lang), "value": sheet.credential},
            {"label": text(_TOPIC, "assessment", lang), "value": sheet.assessment},
        ],
    }
    return cast(bytes, compiled("certificate.typ", told, format="pdf", timestamp=calendar.timegm(day.timetuple())))

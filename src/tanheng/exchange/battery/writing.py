"""Declarations of batteries as JSON, and as documents to print."""

from __future__ import annotations

from collections.abc import Iterator

from tanheng import texts
from tanheng.errors import ExchangeError
from tanheng.exchange.battery.checking import check
from tanheng.exchange.battery.declaring import Form, document, fields, values
from tanheng.exchange.battery.model import Document, encoded
from tanheng.exchange.battery.section import NAME
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.protocols import Loss, Written
from tanheng.exchange.supplement import Supplement
from tanheng.exchange.wording import one_of
from tanheng.reporting.blocks import Block, callout, column, facts, formula, row, table
from tanheng.reporting.numbers import percent, plain
from tanheng.reporting.plain import Ending, Plain, set_plain

MEDIA = {
    "json": "application/json",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
LANGUAGE = {"eu": "en", "cn": "zh"}
_LOST = ("allocation", "cut_off", "quality", "gsd2", "sources", "codes")


def write(declaration: Declaration, supplement: Supplement, *, form: Form) -> Written:
    """A declaration as JSON.

    Raises:
        ExchangeError: as of :func:`~tanheng.exchange.battery.declaring.document`.
    """
    made = document(declaration, supplement, form)
    return _written(declaration, made, encoded(made), "json")


def write_document(declaration: Declaration, supplement: Supplement, *, form: Form, ending: Ending) -> Written:
    """A declaration to print: the European form in English, the Chinese one in Chinese.

    Raises:
        ExchangeError: TH-EXC-010 the day is not given; and as of :func:`write`. ReportError: TH-REP-001 it cannot be set.
    """
    made = document(declaration, supplement, form)
    if made.day is None:
        raise ExchangeError(
            "TH-EXC-010", place=supplement.file or NAME, field=f"{NAME}.day", remedy=f"{NAME}: {{day: 2026-11-30}}"
        )
    lang = LANGUAGE[form]
    sheet = Plain(
        lang=lang,
        title=texts.text("battery", f"title.{form}", lang),
        subtitle=" · ".join(filter(None, (one_of(made.battery.names, lang), made.battery.model, made.number))),
        day=made.day,
        sections=list(_sections(made, form, lang)),
    )
    return _written(declaration, made, set_plain(sheet, ending), ending)


def _written(declaration: Declaration, made: Document, content: bytes, ending: str) -> Written:
    return Written(
        content=content,
        name=f"battery-{made.form}-{made.battery.model}.{ending}".replace("/", "-"),
        media_type=MEDIA[ending],
        losses=tuple(Loss("no-field", name) for name in _LOST if getattr(declaration, name)),
        objections=check(made),
    )


def _sections(made: Document, form: Form, lang: str) -> Iterator[tuple[str, list[Block]]]:
    def say(key: str) -> str:
        return texts.text("battery", key, lang)

    told = values(made, lang)
    listed = [(one.names[lang], told[one.key] or say("unknown")) for one in fields(form) if one.needed or told[one.key]]
    yield say("section.declaration"), [callout("note", say(f"note.{form}"), [made.follows]), facts(listed)]
    yield say("section.stages"), [_stages(made, lang)]
    yield say("section.unit"), [formula(made.functional_unit.formula)]
    yield say("section.class"), [_grade(made, lang)]
    if made.limits:
        yield say("section.limits"), [callout("note", one_of(one, lang)) for one in made.limits]
    yield say("section.behind"), [facts([(say("digest"), made.digest or say("unknown"))])]


def _stages(made: Document, lang: str) -> Block:
    columns = [
        column(texts.text("battery", "stage", lang), "2.4fr"),
        column("kg CO2e/kWh", "1fr", "right"),
        column("%", "0.8fr", "right"),
    ]
    rows = [
        row(texts.text("battery", f"stage.{one.stage}", lang), plain(one.value), percent(one.share))
        for one in made.footprint.stages
    ]
    total = texts.text("battery", "total", lang)
    rows.append(row(total, plain(made.footprint.total), percent(1.0), role="total"))
    return table(columns, rows)


def _grade(made: Document, lang: str) -> Block:
    if made.grade is None:
        return callout("note", texts.text("battery", "class.unknown", lang))
    limits = [f"{one.name}: {'≤ ' + plain(one.upper) if one.upper is not None else '—'}" for one in made.grade.limits]
    return callout(
        "note", texts.text("battery", "class.known", lang, name=made.grade.name, source=made.grade.source), limits
    )

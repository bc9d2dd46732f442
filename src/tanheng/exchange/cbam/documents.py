"""Operator's emissions report and monitoring plan, as documents ((EU) 2025/2547, Articles 5 and 10).

The acts ask for English. Both hold what the study and the supplement tell; what they do not tell stands there as missing (C02).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tanheng.errors import ExchangeError
from tanheng.exchange.cbam import reportparts
from tanheng.exchange.cbam.checking import secondary
from tanheng.exchange.cbam.embedding import embedded_good
from tanheng.exchange.cbam.reportparts import Frame
from tanheng.exchange.cbam.section import NAME, Cbam
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.protocols import Written
from tanheng.exchange.supplement import Supplement
from tanheng.reporting.blocks import Block, callout, facts, paragraph
from tanheng.reporting.plain import Ending, Plain, set_plain

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_PLAN = ("measuring", "factors", "heat", "gaps", "control")


def write_report(declaration: Declaration, supplement: Supplement, *, ending: Ending, lang: str = "en") -> Written:
    """The operator's emissions report.

    Raises:
        ExchangeError: TH-EXC-010 the day is not given; and as of
            :func:`~tanheng.exchange.cbam.embedding.embedded_good`, :func:`~tanheng.exchange.cbam.comparing.compare` and
            :func:`~tanheng.exchange.cbam.costing.costs`. ReportError: TH-REP-001 it cannot be set.
    """
    frame = _frame(declaration, supplement, lang)
    return _written(frame, "report", list(_report(frame)), ending)


def write_plan(declaration: Declaration, supplement: Supplement, *, ending: Ending, lang: str = "en") -> Written:
    """The skeleton of a monitoring plan.

    Raises:
        ExchangeError: as of :func:`write_report`.
    """
    frame = _frame(declaration, supplement, lang)
    return _written(frame, "plan", list(_plan(frame)), ending)


report_pdf, report_word = partial(write_report, ending="pdf"), partial(write_report, ending="docx")
plan_pdf, plan_word = partial(write_plan, ending="pdf"), partial(write_plan, ending="docx")


def _frame(declaration: Declaration, supplement: Supplement, lang: str) -> Frame:
    given = supplement.section(NAME, Cbam)
    if given.day is None:
        raise ExchangeError(
            "TH-EXC-010", place=supplement.file or NAME, field="cbam.day", remedy="cbam: {day: 2026-01-20}"
        )
    good = embedded_good(declaration, given.inputs, origin=given.origin)
    return Frame(declaration, given, good, given.day, lang)


def _written(frame: Frame, kind: str, sections: list[tuple[str, list[Block]]], ending: Ending) -> Written:
    told, say = frame.told, frame.say
    document = Plain(
        lang=frame.lang,
        title=say(f"title.{kind}"),
        subtitle=say("subtitle", product=frame.name(told.names), cn=frame.good.cn, period=frame.period),
        day=frame.day,
        sections=sections,
    )
    return Written(
        content=set_plain(document, ending),
        name=f"cbam-{kind}-{frame.good.cn}.{ending}",
        media_type=MEDIA[ending],
        objections=secondary(frame.good),
    )


def _report(frame: Frame) -> Iterator[tuple[str, list[Block]]]:
    say = frame.say
    yield say("section.installation"), [callout("note", say("note.report")), reportparts.installation(frame)]
    yield say("section.process"), [reportparts.process(frame)]
    yield say("section.embedded"), reportparts.embedded(frame)
    if frame.told.assessment is None:
        yield say("section.sources"), [paragraph(say("none.assessment"))]
    else:
        yield say("section.sources"), [reportparts.sources(frame)]
        yield say("section.left_out"), [reportparts.left_out(frame)]
    yield say("section.precursors"), reportparts.precursors(frame)
    yield say("section.electricity"), [reportparts.electricity(frame)]
    yield say("section.default"), reportparts.default(frame, frame.last.year)
    if frame.given.scenario is not None:
        yield say("section.cost"), reportparts.cost(frame)
    yield say("section.price"), reportparts.prices(frame)
    yield say("section.verification"), [reportparts.verification(frame)]
    yield say("section.findings"), reportparts.findings(frame)
    yield say("section.acts"), [reportparts.acts(frame)]


def _plan(frame: Frame) -> Iterator[tuple[str, list[Block]]]:
    say, plan = frame.say, frame.given.monitoring
    head = facts([(say("label.version"), plan.version), (say("label.responsible"), plan.responsible)])
    yield (
        say("section.installation"),
        [
            callout("note", say("note.plan")),
            reportparts.installation(frame),
            head,
            *_missing(frame, "version", "responsible"),
        ],
    )
    yield say("section.process"), [reportparts.process(frame)]
    yield say("section.boundary"), [*_text(plan.diagram), *_missing(frame, "diagram")]
    streams = [] if frame.told.assessment is None else [reportparts.streams(frame)]
    yield say("section.streams"), [*_text(plan.sources), *_missing(frame, "sources"), *streams]
    yield say("section.precursors"), reportparts.precursors(frame)
    yield say("section.electricity"), [reportparts.electricity(frame)]
    for name in _PLAN:
        yield say(f"section.{name}"), [*_text(getattr(plan, name)), *_missing(frame, name)]
    yield say("section.acts"), [reportparts.acts(frame)]


def _text(written: str) -> list[Block]:
    return [paragraph(written)] if written else []


def _missing(frame: Frame, *names: str) -> list[Block]:
    """A mark for each text of the plan that is still to be written."""
    left = [name for name in names if not getattr(frame.given.monitoring, name)]
    return [callout("warn", frame.say("missing", field=f"cbam.monitoring.{name}")) for name in left]

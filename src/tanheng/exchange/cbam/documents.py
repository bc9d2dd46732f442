"""Operator's emissions report and monitoring plan, as documents ((EU) 2025/2547, Articles 5 and 10).

The acts ask for English. Both hold what the study and the supplement tell; what they do not tell stands there as missing (C02).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    return write_installation([(declaration, supplement)], ending=ending, lang=lang)


def write_installation(items: Sequence[tuple[Declaration, Supplement]], *, ending: Ending, lang: str = "en") -> Written:
    """The operator's emissions report of all goods of an installation, each with its supplement.

    Raises:
        ExchangeError: TH-EXC-207 there are no goods, TH-EXC-208 they are of several installations, TH-EXC-203 one of several
            processes under one code has no activity level; and as of :func:`write_report`.
    """
    frames = [_frame(told, supplement, lang) for told, supplement in items]
    if not frames:
        raise ExchangeError("TH-EXC-207")
    if len(places := {frame.given.installation.id for frame in frames}) > 1:
        raise ExchangeError("TH-EXC-208", places=", ".join(sorted(places)))
    return _written(frames, "report", list(_reports(frames)), ending)


def write_plan(declaration: Declaration, supplement: Supplement, *, ending: Ending, lang: str = "en") -> Written:
    """The skeleton of a monitoring plan.

    Raises:
        ExchangeError: as of :func:`write_report`.
    """
    frame = _frame(declaration, supplement, lang)
    return _written([frame], "plan", list(_plan(frame)), ending)


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


def _written(frames: Sequence[Frame], kind: str, sections: list[tuple[str, list[Block]]], ending: Ending) -> Written:
    frame, codes = frames[0], list(dict.fromkeys(frame.good.cn for frame in frames))
    names = ", ".join(dict.fromkeys(frame.name(frame.told.names) for frame in frames))
    document = Plain(
        lang=frame.lang,
        title=frame.say(f"title.{kind}"),
        subtitle=frame.say("subtitle", product=names, cn=", ".join(codes), period=frame.period),
        day=frame.day,
        sections=sections,
    )
    return Written(
        content=set_plain(document, ending),
        name=f"cbam-{kind}-{'-'.join(codes)}.{ending}",
        media_type=MEDIA[ending],
        objections=tuple(found for one in frames for found in secondary(one.good)),
    )


def _reports(frames: Sequence[Frame]) -> Iterator[tuple[str, list[Block]]]:
    frame = frames[0]
    say = frame.say
    yield say("section.installation"), [callout("note", say("note.report")), reportparts.installation(frame)]
    if len(frames) > 1:
        yield say("section.codes"), [reportparts.codes(frames)]
    for number, one in enumerate(frames, 1):
        for title, blocks in _good(one):
            yield (f"{number} · {title}" if len(frames) > 1 else title), blocks
    yield say("section.acts"), [reportparts.acts(frame)]


def _good(frame: Frame) -> Iterator[tuple[str, list[Block]]]:
    say = frame.say
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

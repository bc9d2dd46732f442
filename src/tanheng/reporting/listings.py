"""The sheets of the workbook that are lists: findings, gaps, parameters, allocation, uncertainty, comparison, method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from tanheng.footprint.assessment import Assessment
from tanheng.reporting.frame import Frame
from tanheng.reporting.scenarios import scenario_name
from tanheng.reporting.sensitivity import driver
from tanheng.reporting.sheets import Formula, Sheet
from tanheng.reporting.words import Words


class Book(Protocol):
    """What the lists need of a workbook."""

    frame: Frame
    words: Words

    def sheet(self, key: str, columns: Sequence[tuple[str, float, str]]) -> Sheet:
        """A new sheet."""
        ...


def write_listings(book: Book, others: Sequence[Assessment]) -> None:
    """All of them, in the order of the printed report."""
    _findings(book)
    _gaps(book)
    _parameters(book)
    _allocation(book)
    _uncertainty(book)
    if others:
        _comparison(book, others)
    _method(book)


def _findings(book: Book) -> None:
    words, frame = book.words, book.frame
    columns = ("severity", 10), ("code", 16), ("clause", 30), ("where", 30), ("quote", 36), ("message", 50)
    tail = ("question", 50), ("waiver", 36), ("person", 16), ("day", 12)
    sheet = book.sheet("findings", [(key, width, "wrap") for key, width in (*columns, *tail)])
    for f in frame.assessment.findings:
        waiver: Mapping[str, Any] = f.waiver or {}
        sheet.add(
            words.term("severity", f.severity),
            f.code,
            words.name(f.clause),
            words.where(f.path, frame.line_names),
            f.quote,
            words.name(f.message),
            words.name(f.question),
            words.name(waiver.get("reason")),
            str(waiver.get("person") or ""),
            str(waiver.get("day") or ""),
        )


def _gaps(book: Book) -> None:
    words, frame = book.words, book.frame
    columns = (("where", 40, "wrap"), ("code", 22, "text"), ("message", 80, "wrap"), ("effect", 18, "text"))
    sheet = book.sheet("gaps", columns)
    for gap in sorted(frame.assessment.gaps, key=lambda g: not g.blocks):
        effect = words("interpretation.blocks" if gap.blocks else "interpretation.assumed")
        sheet.add(frame.where(gap), gap.code, words.gap(gap), effect)


def _parameters(book: Book) -> None:
    words, a = book.words, book.frame.assessment
    columns = (
        ("id", 22, "text"),
        ("name", 40, "wrap"),
        ("value", 18, "number"),
        ("unit", 12, "text"),
        ("formula", 60, "text"),
    )
    sheet = book.sheet("parameters", columns)
    sheet.add(words("scenarios.name"), scenario_name(a, words))
    for p in a.parameters:
        sheet.add(p.id, words.name(p.names), p.value, p.unit, p.formula or words("parameters.given"))


def _allocation(book: Book) -> None:
    words, a = book.words, book.frame.assessment
    columns = (("label", 50, "wrap"), ("value", 18, "share"), ("reason", 60, "wrap"), ("arithmetic", 50, "text"))
    sheet = book.sheet("allocation", columns)
    basis = words.term("allocation", a.allocation.basis or "none")
    sheet.add(basis, a.allocation.share, words.name(a.allocation.reason), a.allocation.formula)
    for share in a.allocation.co_products:
        sheet.add(words.name(share.names), share.share, "", share.weight)
    for c in a.cut_offs:
        known = c.get("share")
        label = words("labelled", label=words("cutoff.heading"), value=words.name(c.get("names")))
        sheet.add(label, words("cutoff.unknown") if known is None else float(known), words.name(c.get("reason")))


def _uncertainty(book: Book) -> None:
    words, frame, a = book.words, book.frame, book.frame.assessment
    columns = (("label", 60, "wrap"), ("analytic", 20, "number"), ("sampled", 20, "number"))
    sheet = book.sheet("uncertainty", columns)
    one, two = a.uncertainty, a.monte_carlo
    figures = (
        ("uncertainty.low", one.low, two.low if two else None),
        ("sampling.median", None, two.median if two else None),
        ("sampling.mean", one.mean, two.mean if two else None),
        ("uncertainty.high", one.high, two.high if two else None),
        ("sampling.deviation", one.deviation, two.deviation if two else None),
        ("excel.coverage", one.coverage, two.coverage if two else None),
    )
    for key, analytic, sampled in figures:
        sheet.add(words(key), analytic, sampled)
    sheet.add("GSD²", one.gsd2)
    if two:
        sheet.add(words("excel.samples"), None, two.samples)
        sheet.add(words("excel.seed"), None, two.seed)
    shares = (dict(one.shares), dict(two.shares) if two else {})
    for key in dict.fromkeys([*shares[0], *shares[1]]):
        label = words("labelled", label=words("head.variance"), value=driver(frame, key))
        sheet.add(label, shares[0].get(key), shares[1].get(key))
    for p, value in two.quantiles if two else ():
        sheet.add(words("excel.quantile", p=f"{100 * p:g} %"), None, value)


def _comparison(book: Book, others: Sequence[Assessment]) -> None:
    words, own = book.words, book.frame.assessment
    columns = [("regime", 16, "text"), ("scenario", 30, "text"), ("method", 16, "text"), ("boundary", 20, "text")]
    columns += [("total", 18, "mass"), ("change", 12, "share"), ("complete", 14, "text")]
    sheet = book.sheet("comparison", columns)
    for other in (own, *others):
        row = sheet.row + 1
        change = (other.total - own.total) / abs(own.total) if own.total else 0.0
        known = own.complete and other.complete  # the difference of lower bounds says nothing (C02)
        made = Formula(f"=IF($E$2=0,0,(E{row}-$E$2)/ABS($E$2))", change) if known else ""
        complete = words.term("complete", "yes" if other.complete else "no")
        boundary = words.term("boundary", other.boundary)
        scenario = scenario_name(other, words)
        sheet.add(other.regime, scenario, other.method, boundary, other.total, made, complete)


def _method(book: Book) -> None:
    words, a = book.words, book.frame.assessment
    sheet = book.sheet("method", (("label", 34, "text"), ("value", 90, "wrap")))
    for step in ("amount", "gas", "co2e", "total"):
        sheet.add("", words(f"method.chain-{step}"))
    inputs: Mapping[str, Any] = a.inputs
    rows = (
        ("label.digest", a.digest),
        ("label.study-digest", inputs.get("study_digest")),
        ("label.engine", inputs.get("engine")),
        *(
            (f"label.{label}", entry.get("digest") if isinstance(entry := inputs.get(key), Mapping) else "")
            for label, key in (
                ("factors-digest", "factors"),
                ("regime-digest", "regime"),
                ("rules-digest", "rule_pack"),
            )
        ),
    )
    for key, value in rows:
        if value:
            sheet.add(words(key), str(value))
    for limit in a.limits:
        sheet.add(words("excel.limit"), words.name(limit))
    for source in a.sources:
        sheet.add(words("data.documents"), source)

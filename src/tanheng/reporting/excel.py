"""Assessment → workbook in which every number is traceable (C21): formulas from the total down to gas amounts × GWP.

total = Σ stages; stage = SUMIFS of its parts; line = SUM of its parts; part = amount × factor; factor = Σ its counted gases
(kg per unit × GWP). Every formula carries its value, so that viewers that do not recalculate show the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from tanheng.errors import ReportError
from tanheng.files import replacing
from tanheng.footprint.assessment import Assessment
from tanheng.inventory.climate import CO2_OF_CH4
from tanheng.quantities import Origin
from tanheng.reporting.frame import Frame
from tanheng.reporting.listings import write_listings
from tanheng.reporting.scenarios import check_comparable
from tanheng.reporting.sheets import MOST_ROWS, Formula, Page, Sheet, Value
from tanheng.reporting.tracing import Trace, trace
from tanheng.reporting.words import Words

MOST_LOOKUPS = 400_000_000
"""Parts × factors up to which the activity of each factor is a formula; beyond, recalculating would take minutes."""
_STYLES: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "font_color": "#0F5A50", "bottom": 2, "bottom_color": "#0F5A50", "text_wrap": True},
    "text": {"valign": "top"},
    "wrap": {"valign": "top", "text_wrap": True},
    "number": {"valign": "top", "num_format": "General"},
    "mass": {"valign": "top", "num_format": "#,##0.000;[Red]-#,##0.000"},
    "share": {"valign": "top", "num_format": "0.0%"},
    "integer": {"valign": "top", "num_format": "0"},
    "total": {"bold": True, "top": 1, "num_format": "#,##0.000;[Red]-#,##0.000"},
    "result": {"bold": True, "font_size": 14, "font_color": "#0F5A50", "num_format": "#,##0.000", "align": "left"},
    "strong": {"bold": True},
    "value": {"valign": "top", "align": "left"},
    "soft": {"font_color": "#5C686D", "valign": "top", "text_wrap": True},
}  # fmt: skip


def write_excel(
    assessment: Assessment, path: Path, *, lang: str, day: date | None = None, others: Sequence[Assessment] = ()
) -> Path:
    """Write the workbook, whole or not at all.

    Raises:
        ReportError: TH-REP-002 where it cannot be written, TH-REP-006 for others of another unit, TH-REP-007 where a sheet
            would have more rows than the format allows.
    """
    check_comparable(assessment, others)
    parts = sum(len(line.parts) for line in assessment.lines)
    words = Words(lang)
    for count, what in ((parts, "sheet.parts"), (len(assessment.lines), "sheet.lines")):
        if count >= MOST_ROWS:
            raise ReportError("TH-REP-007", limit=MOST_ROWS, count=count, what=words(what))
    try:
        # Rows go to disk as they are written, so that millions of cells need a few megabytes.
        with replacing(path) as work, xlsxwriter.Workbook(str(work), {"constant_memory": True}) as book:
            _Workbook(book, Frame(assessment, words), day).write(others)
    except (OSError, XlsxWriterException) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReportError("TH-REP-002", path=str(path), reason=reason) from error
    return path


class _Workbook:
    """The sheets of one workbook; formulas point from one to the other."""

    def __init__(self, book: Any, frame: Frame, day: date | None) -> None:
        self.frame, self.words, self.day = frame, frame.words, day
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime(1980, 1, 1, tzinfo=UTC)
        names = {"title": frame.words("document.title"), "author": frame.assessment.author or "Tanheng"}
        book.set_properties({**names, "created": moment.replace(tzinfo=None)})
        self.formats = {key: book.add_format(look) for key, look in _STYLES.items()}
        self.book = book
        self.summary = self.sheet("summary", (("label", 34, "text"), ("value", 28, "value"), ("note", 70, "soft")))
        self.stages = self.sheet("stages", (("stage", 26, "text"), ("total", 18, "mass"), ("share", 12, "share")))
        self.lines = self.sheet("lines", _LINES)
        self.parts = self.sheet("parts", _PARTS)
        self.factors = self.sheet("factors", _FACTORS)
        self.amounts = self.sheet("amounts", _AMOUNTS)
        self.weights = self.sheet("gwp", (("gas", 12, "text"), ("origin", 26, "text"), ("gwp", 16, "number")))
        self.gases = self.sheet("gases", _GASES)

    def sheet(self, key: str, columns: Sequence[tuple[str, float, str]]) -> Sheet:
        """A new sheet; titles of columns are keys ``excel.KEY``."""
        name = self.words(f"sheet.{key}")
        told = [(self.words(f"excel.{title}"), width, look) for title, width, look in columns]
        page = self.book.add_worksheet(name, Page)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        made = Sheet(page, name, self.formats, told)
        made.start(freeze=0)
        return made

    def write(self, others: Sequence[Assessment]) -> None:
        """All sheets, those first that others point to."""
        found = trace(self.frame.assessment.lines)
        self._lines_and_parts(found)
        self._factors(found)
        self._stages()
        self._gases(found)
        self._summary()
        write_listings(self, others)

    def _lines_and_parts(self, found: Trace) -> None:
        frame, words = self.frame, self.words
        used = iter(found.used)
        bottom = 1 + sum(len(line.parts) for line in frame.assessment.lines)
        self.last_part = max(bottom, 2)
        total = self.summary.ref(1, _TOTAL_ROW)
        for line in frame.assessment.lines:
            first = self.parts.row + 1
            for part in line.parts:
                factor = next(used)
                row = self.parts.row + 1
                counts = 0 if part.excluded else 1
                self.parts.add(
                    line.index + 1,
                    words.term("what", part.what),
                    words.name(part.provenance.names) or part.provenance.id,
                    frame.stage(part.stage),
                    part.amount,
                    part.unit,
                    factor + 1,
                    Formula(f"={self.factors.ref(4, factor + 2)}", part.per_unit),
                    Formula(f"=E{row}*H{row}", part.total),
                    counts,
                    Formula(f"=I{row}*J{row}", part.total * counts),
                    frame.left_out(part),
                    part.formula,
                )
            known = line.total is not None
            share = line.share if line.share is not None else 0.0
            row = self.lines.row + 1
            self.lines.add(
                line.index + 1,
                line.level,
                "" if line.parent is None else line.parent + 1,
                frame.stage(line.stage),
                words.term("type", line.type.value),
                frame.name(line),
                line.amount,
                line.unit,
                Formula(f"=SUM({self.parts.ref(10, first, self.parts.row)})", line.total or 0.0)
                if known and line.parts
                else line.total
                if known
                else self._empty(line),
                Formula(f"=IF({total}=0,0,I{row}/{total})", share) if known else "",
                words.term("data", line.data.value) if line.data else "",
                *(line.quality.get(key) for key in ("te", "ge", "ti", "pr")),
                line.rating,
                "; ".join(words.gap(gap) for gap in line.gaps),
                line.source,
                words.listing(line.evidence),
                line.formula,
                line.note,
            )
        for sheet in (self.lines, self.parts):
            sheet.page.autofilter(0, 0, max(sheet.row - 1, 1), len(sheet.columns) - 1)

    def _empty(self, line: Any) -> str:
        below = line.index in self.frame.children
        return self.words("excel.assembly") if below else self.words("diagram.unknown")

    def _factors(self, found: Trace) -> None:
        words = self.words
        live = len(found.factors) * len(found.used) <= MOST_LOOKUPS
        activity = [0.0] * len(found.factors)
        parts = (part for line in self.frame.assessment.lines for part in line.parts)
        for number, part in zip(found.used, parts, strict=True):
            activity[number] += 0.0 if part.excluded else part.amount
        keys, flags, amounts = (self.parts.ref(c, 2, self.last_part) for c in (6, 9, 4))
        for number, factor in enumerate(found.factors):
            row, source = number + 2, factor.provenance
            first = self.amounts.row + 1
            for g in factor.gases:
                at = self.amounts.row + 1
                value = found.weights[g.weight][2]
                co2e = g.mass * value
                self.amounts.add(
                    number + 1,
                    g.gas,
                    words.term("origin", g.origin.value),
                    g.mass,
                    Formula(f"={self.weights.ref(2, g.weight + 2)}", value),
                    Formula(f"=D{at}*E{at}", co2e),
                    int(g.counted),
                    Formula(f"=F{at}*G{at}", co2e if g.counted else 0.0),
                    Formula(f"=D{at}*{self.factors.ref(5, row)}", g.mass * activity[number]),
                    Formula(f"=I{at}*E{at}", co2e * activity[number]),
                )
            made = Formula(f"=SUM({self.amounts.ref(7, first, self.amounts.row)})", factor.per_unit)
            self.factors.add(
                number + 1,
                source.id,
                words.name(source.names) or source.id,
                factor.unit,
                made if factor.gases else factor.per_unit,
                Formula(f"=SUMIFS({amounts},{keys},A{row},{flags},1)", activity[number]) if live else activity[number],
                words.term("kind", source.kind),
                source.covers,
                words.place(source.geography) if source.geography else "",
                source.year,
                source.source,
                source.source_url,
                source.licence,
                source.release,
                words.term("method", source.method),
            )
        for gas, origin, value in found.weights:
            self.weights.add(gas, words.term("origin", origin.value), value)

    def _stages(self) -> None:
        a, total = self.frame.assessment, self.summary.ref(1, _TOTAL_ROW)
        names, sums = (self.parts.ref(c, 2, self.last_part) for c in (3, 10))
        for stage in a.stages:
            row = self.stages.row + 1
            made = Formula(f"=SUMIFS({sums},{names},A{row})", stage.total)
            share = Formula(f"=IF({total}=0,0,B{row}/{total})", stage.share or 0.0)
            self.stages.add(self.frame.stage(stage.stage), made, share)
        last = self.stages.row
        whole = math.fsum(stage.total for stage in a.stages)
        summed: Value = Formula(f"=SUM({self.stages.ref(1, 2, last)})", whole) if last > 1 else 0.0
        self.sum_of_stages = self.stages.add(self.words("head.total"), summed, style="total")

    def _gases(self, found: Trace) -> None:
        names, origins, masses, effects = (self.amounts.ref(c, 2, max(self.amounts.row, 2)) for c in (1, 2, 8, 9))
        counted: dict[tuple[str, Origin], float] = {}
        for number, part in zip(found.used, (p for x in self.frame.assessment.lines for p in x.parts), strict=True):
            for g in part.gases:
                if found.factors[number].gases and not part.excluded:
                    counted[(g.gas, g.origin)] = counted.get((g.gas, g.origin), 0.0) + g.mass
        self.gas_rows: dict[tuple[str, Origin], int] = {}
        for g in self.frame.assessment.gases:
            row = self.gases.row + 1
            # Where a factor stands for itself, its gases are not in the sheet of amounts, and the sum is a number.
            whole = abs(counted.get((g.gas, g.origin), 0.0) - g.mass) <= 1e-12 * abs(g.mass)
            mass: Value = Formula(f"=SUMIFS({masses},{names},A{row},{origins},B{row})", g.mass) if whole else g.mass
            co2e: Value = Formula(f"=SUMIFS({effects},{names},A{row},{origins},B{row})", g.co2e) if whole else g.co2e
            answer = self.words("answer.yes" if g.counted else "answer.no")
            self.gas_rows[(g.gas, g.origin)] = self.gases.add(
                g.gas, self.words.term("origin", g.origin.value), mass, co2e, answer
            )

    def _summary(self) -> None:
        a, words, frame, sheet = self.frame.assessment, self.words, self.frame, self.summary
        whole = math.fsum(stage.total for stage in a.stages)
        back = frame.added_back
        stages = self.stages.ref(1, self.sum_of_stages)
        total = Formula(f"={stages}" + (f"+B{_TOTAL_ROW + 1}" if back else ""), a.total)
        rows = self.lines.ref(8, 2, max(self.lines.row, 2))
        sheet.add(words("label.product"), words.name(a.product), words.other_name(a.product))
        sheet.page.write_string(sheet.row, 0, frame.figure_name, self.formats["strong"])
        note = f"{frame.result_unit} · " + ("" if a.complete else words("cover.incomplete"))
        sheet.page.write_formula(sheet.row, 1, total.text, self.formats["result"], a.total)
        sheet.page.write_string(sheet.row, 2, note.rstrip(" ·"), self.formats["soft"])
        sheet.row += 1
        if back:
            sheet.add(words("excel.added-back"), self._stored(back), words("excel.added-back-note"), style="mass")
        check = Formula(f"=SUM({rows})-{stages}", math.fsum(x.total or 0.0 for x in a.lines) - whole)
        sheet.add(words("excel.check"), check, words("excel.check-note"), style="number")
        for label, value in self._facts():
            if value not in ("", None):
                sheet.add(label, value)
        for key in ("reading", "formulas"):
            sheet.add("", "", words(f"excel.{key}"))
        sheet.page.activate()

    def _stored(self, back: float) -> Value:
        """Carbon kept in the product as a formula of the gases, where they give it (C06)."""
        terms = (("CO2", Origin.REMOVAL, 1.0), ("CO2", Origin.BIOGENIC, -1.0), ("CH4", Origin.BIOGENIC, -CO2_OF_CH4))
        masses = {(g.gas, g.origin): g.mass for g in self.frame.assessment.gases}
        kept = sum(weight * masses.get((gas, origin), 0.0) for gas, origin, weight in terms)
        if abs(kept - back) > 1e-9 * abs(back):
            return back
        named = [
            f"{weight!r}*{self.gases.ref(2, self.gas_rows[(gas, origin)])}"
            for gas, origin, weight in terms
            if (gas, origin) in self.gas_rows
        ]
        return Formula("=" + "+".join(named), back)

    def _facts(self) -> list[tuple[str, Value]]:
        a, words, frame = self.frame.assessment, self.words, self.frame
        return [
            (words.term("unit_kind", a.unit_kind), frame.unit),
            (words("label.unit-text"), words.name(a.unit_text)),
            (words("label.boundary"), words.term("boundary", a.boundary)),
            (words("label.period"), words.period(a.period)),
            (words("label.site"), words.place(a.site)),
            (words("label.maker"), words.name(a.maker)),
            (words("label.author"), a.author),
            (words("label.regime"), f"{a.regime} · {frame.standard}"),
            (words("label.method"), a.method),
            (words("label.rules"), " · ".join(filter(None, (a.rule_pack, words.name(a.rule_pack_names))))),
            (words("label.completeness"), words.term("complete", "yes" if a.complete else "no")),
            (words("label.quality"), a.quality.rating),
            (words("label.primary"), a.quality.primary_share),
            (words("leftout.total"), a.excluded if a.excluded else None),
            (words("results.stored"), a.stored_carbon if a.stored_carbon else None),
            (words("label.digest"), a.digest),
            (words("label.status"), words("cover.status")),
            (words("cover.date"), self.day.isoformat() if self.day else ""),
        ]


_TOTAL_ROW = 3
"""Row of the total on the first sheet."""
_LINES = (
    ("number", 6, "integer"), ("level", 6, "integer"), ("parent", 8, "integer"), ("stage", 16, "text"), ("type", 14, "text"),
    ("name", 40, "wrap"), ("amount", 14, "number"), ("unit", 10, "text"), ("total", 16, "mass"), ("share", 9, "share"),
    ("data", 11, "text"), ("te", 6, "number"), ("ge", 6, "number"), ("ti", 6, "number"), ("pr", 6, "number"),
    ("rating", 8, "number"), ("gaps", 30, "text"), ("source", 24, "text"), ("evidence", 24, "text"), ("formula", 30, "text"),
    ("note", 24, "text"),
)  # fmt: skip
_PARTS = (
    ("line", 6, "integer"), ("what", 16, "text"), ("name", 40, "text"), ("stage", 16, "text"), ("amount", 16, "number"),
    ("unit", 10, "text"), ("factor", 8, "integer"), ("per-unit", 16, "number"), ("computed", 16, "mass"),
    ("counts", 8, "integer"), ("total", 16, "mass"), ("reason", 30, "text"), ("arithmetic", 80, "text"),
)  # fmt: skip
_FACTORS = (
    ("number", 6, "integer"), ("id", 34, "text"), ("name", 40, "text"), ("unit", 10, "text"), ("per-unit", 16, "number"),
    ("activity", 16, "number"), ("kind", 16, "text"), ("covers", 12, "text"), ("place", 20, "text"), ("year", 8, "integer"),
    ("citation", 40, "text"), ("address", 40, "text"), ("licence", 24, "text"), ("release", 40, "text"), ("found", 20, "text"),
)  # fmt: skip
_AMOUNTS = (
    ("factor", 8, "integer"), ("gas", 10, "text"), ("origin", 26, "text"), ("mass-per-unit", 18, "number"), ("gwp", 12, "number"),
    ("co2e-per-unit", 18, "number"), ("counts", 8, "integer"), ("in-factor", 18, "number"), ("mass", 18, "number"),
    ("co2e", 18, "mass"),
)  # fmt: skip
_GASES = (
    ("gas", 12, "text"),
    ("origin", 28, "text"),
    ("mass", 18, "number"),
    ("co2e", 18, "mass"),
    ("counts", 12, "text"),
)

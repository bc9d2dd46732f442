"""Parts that the documents are put together from: tables and facts, as blocks of a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tanheng import texts
from tanheng.exchange.cbam.comparing import compare
from tanheng.exchange.cbam.costing import FIRST_YEAR, Cost, path
from tanheng.exchange.cbam.embedding import EmbeddedGood, averaged
from tanheng.exchange.cbam.section import Address, Cbam
from tanheng.exchange.cbam.tables import functional_unit, in_force, routes, versions
from tanheng.exchange.declaration import Declaration
from tanheng.footprint.assessment import LineResult, Part
from tanheng.footprint.study import Names
from tanheng.reporting.blocks import Block, callout, column, facts, formula, paragraph, row, table
from tanheng.reporting.numbers import fixed, plain
from tanheng.reporting.words import Words

_KG = 1000.0
_COST_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Frame:
    """What a document is made of, and its words in a language."""

    told: Declaration
    given: Cbam
    good: EmbeddedGood
    day: date
    lang: str

    def say(self, key: str, **params: object) -> str:
        """A text of ``cbam.yaml``."""
        return texts.text("cbam", key, self.lang, **params)

    def name(self, names: Names) -> str:
        """A name in the language, else in any."""
        return names.get(self.lang) or next(iter(names.values()), "")

    @property
    def last(self) -> date:
        """Last day of the reporting period; that of the document where it is not known."""
        return self.told.last or self.day

    @property
    def tonnes(self) -> float | None:
        """Activity level."""
        level = self.given.process.level
        return level.to("t", "cbam.process.level") if level else None

    @property
    def period(self) -> str:
        """The reporting period."""
        return " – ".join(day.isoformat() for day in (self.told.first, self.told.last) if day is not None)

    @property
    def parts(self) -> Iterator[tuple[LineResult, Part]]:
        """Steps of the calculation."""
        if self.told.assessment is not None:
            for line in self.told.assessment.lines:
                for part in line.parts:
                    yield line, part


def installation(frame: Frame) -> Block:
    """Who and where."""
    say, operator, plant = frame.say, frame.given.operator, frame.given.installation
    place = plant.address
    return facts(
        [
            (say("label.operator"), operator.name or frame.name(frame.told.maker.names)),
            (say("label.operator_id"), operator.id),
            (say("label.address"), _address(operator.address)),
            *((say("label.contact"), ", ".join(filter(None, (c.name, c.phone, c.email)))) for c in operator.contacts),
            (say("label.installation"), plant.name),
            (say("label.installation_id"), plant.id),
            (say("label.address"), _address(place)),
            (say("label.unlocode"), place.unlocode),
            (say("label.coordinates"), ", ".join(filter(None, (place.latitude, place.longitude)))),
        ]
    )


def process(frame: Frame) -> Block:
    """What is made, and how."""
    say, good, given = frame.say, frame.good, frame.given.process
    unit, route = functional_unit(good.cn), routes().get(given.route, {})
    boundary = frame.told.boundary
    return facts(
        [
            (say("label.good"), frame.name(good.names)),
            (say("label.cn"), good.cn),
            (say("label.origin"), good.origin),
            (say("label.route"), f"{given.route} {frame.name(route)}".strip()),
            (say("label.method"), given.name),
            (say("label.period"), frame.period),
            (say("label.level"), str(given.level.quantity) if given.level else say("unknown")),
            (say("label.unit"), say(f"unit.{unit.substance if unit else 'tonne'}")),
            (say("label.boundary"), Words(frame.lang).term("boundary", boundary.value) if boundary else ""),
        ]
    )


def codes(frames: Sequence[Frame]) -> Block:
    """All goods by CN code: processes under one code are averaged by their activity levels.

    Raises:
        ExchangeError: TH-EXC-203 a process of several under one code has no activity level.
    """
    say = frames[0].say
    columns = [
        column(say("label.cn"), "1fr"),
        column(say("label.good"), "2fr"),
        *(column(f"{say(f'label.{name}')}, t CO2e/t", "1fr", "right") for name in ("direct", "indirect", "total")),
        column(f"{say('label.level')}, t", "1fr", "right"),
    ]
    rows = []
    for cn in dict.fromkeys(frame.good.cn for frame in frames):
        goods = [(frame, frame.tonnes) for frame in frames if frame.good.cn == cn]
        found = goods[0][0].good.total
        if len(goods) > 1:
            found = averaged([(frame.good, tonnes or 0.0) for frame, tonnes in goods])
        level = None if None in (levels := [tonnes for _, tonnes in goods]) else sum(filter(None, levels))
        names = ", ".join(frame.name(frame.good.names) for frame, _ in goods)
        rows.append(row(cn, names, *map(plain, (found.direct, found.indirect, found.total)), plain(level)))
    return table(columns, rows)


def verification(frame: Frame) -> Block:
    """Who verified the footprint."""
    say, found = frame.say, frame.told.verified
    if found is None:
        return paragraph(say("none.verified"))
    return facts(
        [
            (say("label.verifier"), frame.name(found.body)),
            (say("label.assurance"), found.level),
            (say("label.certificate"), found.certificate),
            (say("label.day"), found.day.isoformat() if found.day else ""),
        ]
    )


def embedded(frame: Frame) -> list[Block]:
    """The result, with the arithmetic."""
    say, good = frame.say, frame.good
    columns = [
        column("", "2fr"),
        *(column(f"{say(f'label.{name}')}, t CO2e/t", "1fr", "right") for name in ("direct", "indirect", "total")),
    ]
    parts = [(say("label.own"), good.process), *((frame.name(one.names), one.embedded) for one in good.precursors)]
    rows = [row(name, plain(one.direct), plain(one.indirect), plain(one.total)) for name, one in parts]
    whole = good.total
    rows.append(row(say("label.total"), *map(plain, (whole.direct, whole.indirect, whole.total)), role="total"))
    tonnes = frame.tonnes
    more = [
        (say("label.all"), plain(whole.total * tonnes) if tonnes is not None else say("unknown")),
        (say("label.shown"), "" if good.counts_indirect else f"{plain(good.indirect)} t CO2e/t"),
    ]
    return [table(columns, rows), formula([good.formula]), facts(more)]


def sources(frame: Frame) -> Block:
    """Steps of the own process that count."""
    say = frame.say
    columns = [
        column(say("label.source"), "2fr"),
        column(say("label.amount"), "1.2fr", "right"),
        column(say("label.factor"), "1.6fr"),
        column(say("label.emissions"), "1fr", "right"),
    ]
    return table(columns, [_step(frame, line, part) for line, part in frame.parts if not part.excluded])


def left_out(frame: Frame) -> Block:
    """Steps that do not count, and why."""
    say = frame.say
    columns = [
        column(say("label.source"), "2fr"),
        column(say("label.reason"), "2.4fr"),
        column(say("label.emissions"), "1fr", "right"),
    ]
    rows = [
        row(frame.name(line.names), texts.text("excluded", part.excluded, frame.lang), _tonnes(frame, part))
        for line, part in frame.parts
        if part.excluded
    ]
    return table(columns, rows)


def streams(frame: Frame) -> Block:
    """What is monitored: amount, data, evidence."""
    say = frame.say
    columns = [
        column(say("label.monitored"), "2fr"),
        column(say("label.amount"), "1.2fr", "right"),
        column(say("label.data"), "1fr"),
        column(say("label.factor"), "1.6fr"),
        column(say("label.evidence"), "1.4fr"),
    ]
    rows = [
        row(
            {"text": frame.name(line.names), "sub": line.source},
            f"{plain(part.amount)} {part.unit}",
            say(f"data.{line.data.value}") if line.data else say("unknown"),
            frame.name(part.provenance.names) or part.provenance.id,
            ", ".join(line.evidence) or say("unknown"),
        )
        for line, part in frame.parts
        if not part.excluded
    ]
    return table(columns, rows)


def precursors(frame: Frame) -> list[Block]:
    """Goods of Annex I that go into it."""
    say = frame.say
    if frame.told.assessment is None:
        return [paragraph(say("none.assessment"))]
    if not frame.good.precursors:
        return [paragraph(say("none.precursors"))]
    columns = [
        column(say("label.precursor"), "2fr"),
        column(say("label.country"), "0.8fr"),
        column(say("label.mass"), "0.8fr", "right"),
        column(say("label.see"), "1fr", "right"),
        column(say("label.kind"), "1.4fr"),
    ]
    rows = [
        row(
            {"text": frame.name(one.names), "sub": f"CN {one.cn}"},
            one.country or say("unknown"),
            plain(one.mass),
            plain(one.specific.total),
            say(f"kind.{one.source}"),
        )
        for one in frame.good.precursors
    ]
    return [table(columns, rows)]


def electricity(frame: Frame) -> Block:
    """Power of the process."""
    say, power, good = frame.say, frame.given.electricity, frame.good
    return facts(
        [
            (say("label.consumed"), plain(good.electricity) if good.electricity is not None else say("unknown")),
            (say("label.indirect"), f"{plain(good.indirect)} t CO2e/t"),
            (say("label.power_factor"), plain(power.factor) if power.factor is not None else say("unknown")),
            (say("label.source"), power.factor_text or power.other_source),
        ]
    )


def default(frame: Frame, year: int) -> list[Block]:
    """Actual beside default, in the first year of the mark-up where the period is before it."""
    say = frame.say
    found = compare(frame.good, max(year, FIRST_YEAR), frame.given.process, day=frame.day)
    warned = [
        callout("warn", say("replaced", number=one.number, published=one.published.isoformat()))
        for one in found.replaced
    ]
    if found.default is None:
        return [paragraph(say("none.default")), *warned]
    unit = f"t CO2e/{found.per}"
    told = [
        (say("label.year"), str(found.year)),
        (say("label.actual"), f"{plain(found.actual)} {unit}"),
        (say("label.default"), f"{plain(found.default)} {unit} ({found.source})"),
        (say("label.marked"), f"{plain(found.marked)} {unit}"),
        (say("label.difference"), f"{plain(found.difference)} {unit}"),
        (say("label.favourable"), say(f"favourable.{found.favourable}")),
    ]
    return [facts(told), formula([found.formula]), *warned]


def cost(frame: Frame) -> list[Block]:
    """What the good costs by year, on actual and default values."""
    say = frame.say
    found = path(frame.good, frame.given)
    columns = [
        column(say("label.year"), "0.7fr"),
        column(say("label.kind"), "1.2fr"),
        *(column(say(f"label.{name}"), "1fr", "right") for name in ("see_short", "sefa", "price", "cost")),
    ]
    every: list[Cost] = [one for year in found for one in year]
    rows = [
        row(
            str(one.year),
            say(f"label.{one.basis}"),
            plain(one.see),
            plain(one.allocation.total),
            plain(one.price),
            fixed(one.per_tonne, _COST_DIGITS),
        )
        for one in every
    ]
    lines = [line for one in found[0] for line in (f"SEFA = {one.allocation.formula}", one.formula)]
    notes = [say(name) for name in ("assumed", "alone") if any(getattr(one.allocation, name) for one in every)]
    return [table(columns, rows), formula(lines), *(callout("warn", note) for note in notes)]


def prices(frame: Frame) -> list[Block]:
    """Carbon prices due in the country of origin."""
    say = frame.say
    if not frame.given.carbon_prices:
        return [paragraph(say("none.price"))]
    columns = [
        column(say("label.instrument"), "2fr"),
        column(say("label.country")),
        column(say("label.paid"), "1fr", "right"),
    ]
    rows = [row(one.act, one.country, f"{plain(one.amount)} {one.currency}") for one in frame.given.carbon_prices]
    return [table(columns, rows)]


def findings(frame: Frame) -> list[Block]:
    """What the rule check found."""
    found = frame.told.assessment.findings if frame.told.assessment is not None else ()
    if not found:
        return [paragraph(frame.say("none.findings"))]
    columns = [column("", "1fr"), column("", "4fr")]
    return [table(columns, [row(one.code, {"text": frame.name(one.message), "sub": one.path}) for one in found])]


def acts(frame: Frame) -> Block:
    """Acts that stood behind it on the document's day, and those of the reporting period."""
    say = frame.say
    tables = list(dict.fromkeys(one.table for one in versions()))
    columns = [
        column(say("label.table"), "1fr"),
        column(say("label.act"), "2.4fr"),
        column(say("label.from"), "1fr"),
        column(say("label.ships"), "0.8fr"),
    ]
    rows = [
        row(
            say(f"table.{one.table}"),
            {"text": one.number, "sub": frame.name(one.titles), "link": one.url},
            one.first.isoformat() if one.first else say("unknown"),
            say("yes" if one.ships else "no"),
        )
        for name in tables
        for one in in_force(name, frame.day)
    ]
    return table(columns, rows)


def _step(frame: Frame, line: LineResult, part: Part) -> dict[str, object]:
    factor = frame.name(part.provenance.names) or part.provenance.id
    return row(
        {"text": frame.name(line.names), "sub": frame.name(part.names)},
        f"{plain(part.amount)} {part.unit}",
        {"text": factor, "sub": part.provenance.source},
        _tonnes(frame, part),
    )


def _tonnes(frame: Frame, part: Part) -> str:
    return plain(part.total / _KG / frame.told.unit.to("t").value)


def _address(address: Address) -> str:
    street = " ".join(filter(None, (address.street, address.number)))
    town = " ".join(filter(None, (address.postcode, address.city)))
    return ", ".join(filter(None, (street, town, address.subdivision, address.country)))

"""From a declaration and its supplement to a declaration of a battery, in the European or the Chinese form.

EU: Regulation (EU) 2023/1542, Article 7(1) and Annex II, with the draft delegated act of 30 April 2024, which is not adopted.
China: 工信厅通装函〔2025〕551号: emissions of four stages over the energy that the pack gives in its life. Its form is not public
here, so its fields are data (``data/battery_declarations.csv``) and may be changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tanheng.errors import ExchangeError, Fault
from tanheng.exchange.battery.classes import Class, classify
from tanheng.exchange.battery.model import (
    SCHEMA,
    Document,
    Footprint,
    Grade,
    Limit,
    Maker,
    Model,
    StageValue,
    Unit,
    Verification,
)
from tanheng.exchange.battery.section import NAME, BatteryDeclaration
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.lifetime import SECTION, Battery, PerDelivered, per_delivered
from tanheng.exchange.needs import missing
from tanheng.exchange.supplement import Supplement
from tanheng.exchange.wording import one_of
from tanheng.files import shipped_rows
from tanheng.footprint.study import Names, Stage

Form = Literal["eu", "cn"]
FOLLOWS: Mapping[str, str] = {
    "eu": "Regulation (EU) 2023/1542, Article 7(1) and Annex II; draft delegated act of 30 April 2024, not adopted",
    "cn": "工信厅通装函〔2025〕551号",
}
UNIT = "kg CO2e/kWh delivered over life"
_DIGITS, _FEWER = 9, 7


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form. ``field`` is where a supplement has it; ``clause`` what asks for it."""

    key: str
    needed: bool
    field: str
    names: Names
    clause: str


def fields(form: Form) -> tuple[Field, ...]:
    """The fields of a form, in order."""
    return tuple(
        Field(
            row["key"],
            row["needed"] == "yes",
            row["field"],
            {"en": row["name_en"], "zh": row["name_zh"]},
            row["clause"],
        )
        for row in shipped_rows("battery_declarations")
        if row["form"] == form
    )


def document(declaration: Declaration, supplement: Supplement, form: Form) -> Document:
    """The declaration of a battery.

    Raises:
        ExchangeError: TH-EXC-010 every field that the form needs and nobody gave; TH-EXC-303 stages that the study does not
            reach, TH-EXC-304 the use stage is in the total; TH-EXC-305 limits of classes that do not rise; and as of
            :func:`~tanheng.exchange.lifetime.per_delivered`.
    """
    battery, given = supplement.section(SECTION, Battery), supplement.section(NAME, BatteryDeclaration)
    found = per_delivered(declaration, supplement)
    if found.missing:
        raise ExchangeError("TH-EXC-303", stages=", ".join(found.missing))
    if declaration.stage(Stage.USE):
        raise ExchangeError("TH-EXC-304")
    day = given.day or declaration.last or date.max
    made = _made(declaration, battery, given, found, classify(found.total, given, battery.category, day), form)
    if faults := tuple(_faults(made, form, supplement.file)):
        raise ExchangeError.of(faults)
    return made


def _made(
    told: Declaration,
    battery: Battery,
    given: BatteryDeclaration,
    found: PerDelivered,
    grade: Class | None,
    form: Form,
) -> Document:
    maker, life = told.maker, found.lifetime
    verifier = given.verifier
    return Document(
        schema=SCHEMA,
        form=form,
        follows=FOLLOWS[form],
        maker=Maker(
            name=dict(maker.names),
            ids=maker.ids,
            country=maker.country,
            region=maker.region,
            city=maker.city,
            street=maker.street,
            postcode=maker.postcode,
            contact=maker.contact,
            email=maker.email,
            website=maker.website,
        ),
        battery=Model(
            names=dict(told.names),
            model=battery.model,
            capacity=life.capacity,
            plant=battery.plant,
            brand=given.brand,
            batch=battery.batch,
            category=battery.category,
            chemistry=battery.chemistry,
            mass=battery.mass.to("kg", f"{SECTION}.mass") if battery.mass else None,
        ),
        footprint=Footprint(
            unit=UNIT,
            total=_rounded(found.total),
            stages=tuple(
                StageValue(stage=stage.value, value=_rounded(value), share=_rounded(value / found.total, 6))
                for stage, value in found.stages
                if value is not None
            ),
            battery=_rounded(found.battery, _FEWER),
        ),
        functional_unit=Unit(
            capacity=life.capacity,
            cycles=life.cycles,
            years=life.years,
            delivered=_rounded(life.delivered),
            formula=found.formula,
        ),
        regime=told.regime,
        number=given.number,
        day=given.day,
        conformity=given.conformity,
        study=battery.study,
        grade=None
        if grade is None
        else Grade(
            name=grade.name,
            adopted=grade.adopted,
            limits=tuple(Limit(name=name, upper=upper) for name, upper in grade.limits),
            source=grade.source,
        ),
        verification=Verification(name=verifier.name, report=verifier.report, day=verifier.day)
        if verifier.name
        else None,
        first=told.first,
        last=told.last,
        geography=told.geography,
        rules=told.rules,
        gwp=told.gwp,
        primary_share=None if told.primary_share is None else _rounded(told.primary_share),
        limits=tuple(dict(one) for one in told.limits),
        digest=told.digest,
    )


def values(made: Document, lang: str = "en") -> dict[str, str]:
    """What a document tells, by the keys of its form; empty where it is not known."""
    maker, battery, check = made.maker, made.battery, made.verification
    street = ", ".join(filter(None, (maker.street, f"{maker.postcode} {maker.city}".strip(), maker.country)))
    days = [day.isoformat() for day in (made.first, made.last) if day is not None]
    return {
        "manufacturer": one_of(maker.name, lang),
        "address": street if maker.city else "",
        "contact": ", ".join(filter(None, (maker.contact, maker.email, maker.website))),
        "brand": battery.brand,
        "model": battery.model,
        "batch": battery.batch,
        "category": battery.category,
        "chemistry": battery.chemistry,
        "capacity": f"{battery.capacity:g} kWh",
        "mass": f"{battery.mass:g} kg" if battery.mass is not None else "",
        "plant": battery.plant,
        "footprint": f"{made.footprint.total:.4g} kg CO2e/kWh",
        "conformity": made.conformity,
        "study": made.study,
        "class": made.grade.name if made.grade is not None else "",
        "verifier": ", ".join(filter(None, (check.name, check.report))) if check is not None else "",
        "period": " – ".join(days),
        "method": ", ".join(filter(None, (made.regime, made.gwp, made.rules))),
        "primary": f"{100 * made.primary_share:.1f} %" if made.primary_share is not None else "",
    }


def _faults(made: Document, form: Form, file: str) -> Iterator[Fault]:
    told = values(made)
    for one in fields(form):
        if one.needed and not told[one.key]:
            section, _, name = one.field.partition(".")
            yield missing(one.field, f"{section}: {{{name}: …}}", file or section)


def _rounded(value: float, digits: int = _DIGITS) -> float:
    """At so many significant digits: what is read back gives the same file."""
    return float(f"{value:.{digits}g}")

"""The data model of the Battery Pass consortium: ``io.BatteryPass.CarbonFootprint:1.2.0``, as JSON.

Its description calls the carbon footprint of a stage a "share of total"; values are kg CO2e per kWh delivered over life, so that
they add up to the total (DIN DKE SPEC 99100, 6.3.3 to 6.3.6).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

from tanheng.errors import ExchangeError
from tanheng.exchange.aas.checking import CLOSE
from tanheng.exchange.aas.section import Passport
from tanheng.exchange.aas.writing import computed, passport_missing
from tanheng.exchange.declaration import Declaration, Flow, Party
from tanheng.exchange.lifetime import SECTION, STAGES, Battery
from tanheng.exchange.protocols import Loss, Objection, Received, Written
from tanheng.exchange.supplement import Supplement
from tanheng.footprint.study import Boundary, Stage
from tanheng.quantities import Origin, Quantity

_CLAUSE = "io.BatteryPass.CarbonFootprint:1.2.0"
_NAMES: Mapping[Stage, str] = {
    Stage.RAW_MATERIALS: "RawMaterialExtraction",
    Stage.PRODUCTION: "MainProduction",
    Stage.DISTRIBUTION: "Distribution",
    Stage.END_OF_LIFE: "Recycling",
}
_STAGES = {name: stage for stage, name in _NAMES.items()}
_MOST = 1e9
"""kg CO2e per kWh that no battery comes near; larger numbers are slips."""
_KNOWN = frozenset(
    {
        *("batteryCarbonFootprint", "carbonFootprintPerLifecycleStage", "carbonFootprintPerformanceClass"),
        *("carbonFootprintStudy", "absoluteCarbonFootprint"),
    }
)
_LOST = (
    *("names", "maker", "codes", "ids", "first", "last", "geography", "regime", "rules", "gwp", "primary_share"),
    *("rating", "gsd2", "low", "high", "stored_carbon", "cut_off", "verified", "valid_from", "valid_until", "sources"),
)


def write(declaration: Declaration, supplement: Supplement) -> Written:
    """The carbon footprint of a battery.

    Raises:
        ExchangeError: TH-EXC-010 without performance class or the address of the public study, TH-EXC-011 under another regime;
            faults of the section ``battery`` as of :func:`~tanheng.exchange.lifetime.per_delivered`.
    """
    passport, battery = supplement.section("passport", Passport), supplement.section(SECTION, Battery)
    missing = [*passport_missing(passport)]
    if not battery.study:
        missing.append((f"{SECTION}.study", f"{SECTION}: {{study: https://…}}"))
    found = computed(declaration, supplement, missing)
    made = {
        "batteryCarbonFootprint": found.total,
        "carbonFootprintPerLifecycleStage": [
            {"lifecycleStage": _NAMES[stage], "carbonFootprint": value}
            for stage, value in found.stages
            if value is not None
        ],
        "carbonFootprintPerformanceClass": passport.performance_class,
        "carbonFootprintStudy": battery.study,
        "absoluteCarbonFootprint": found.battery,
    }
    lost = [Loss("no-field", name) for name in _LOST if getattr(declaration, name) not in (None, "", (), {})]
    name = f"battery-pass-{declaration.digest[-12:] or 'footprint'}.json"
    content = orjson.dumps(made, option=orjson.OPT_INDENT_2)
    return Written(content, name, "application/json", (*lost, Loss("origins", "flows")), tuple(objections(made)))


def read(content: bytes) -> tuple[Received, ...]:
    """What a file tells, per kWh delivered over life; it names no battery but by the address of its public study.

    Raises:
        ExchangeError: TH-EXC-020 it is none of the model, TH-EXC-021 a value is no number.
    """
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ExchangeError("TH-EXC-020", protocol="Battery Pass", reason=str(error)) from error
    if not isinstance(found, dict) or "batteryCarbonFootprint" not in found:
        raise ExchangeError("TH-EXC-020", protocol="Battery Pass", reason="no batteryCarbonFootprint")
    total = _number(found["batteryCarbonFootprint"])
    stages = list(_told(found))
    known = [(stage, value) for stage, value in stages if stage is not None]
    told_apart = len(known) == len(stages) and len(dict(known)) == len(known) and known
    study = str(found.get("carbonFootprintStudy") or "")
    told = Declaration(
        names={"en": study} if study else {},
        maker=Party(names={}),
        unit=Quantity(1.0, "kWh"),
        boundary=Boundary.CRADLE_TO_GRAVE if {stage for stage, _ in stages} >= set(STAGES) else None,
        total=total,
        flows=tuple(_flow(stage, value) for stage, value in known) if told_apart else (_flow(None, total),),
    )
    lost = [Loss("not-taken", name) for name in sorted(set(found) - _KNOWN)]
    lost += [
        Loss("not-taken", name)
        for name in ("carbonFootprintPerformanceClass", "absoluteCarbonFootprint")
        if name in found
    ]
    return (Received(study, told, tuple(lost), tuple(objections(found))),)


def objections(made: Mapping[str, Any]) -> Iterator[Objection]:
    """What the schema lets pass: TH-EXC-611 to TH-EXC-614."""
    stages = list(_told(made))
    values = [value for _, value in stages]
    total = _number(made["batteryCarbonFootprint"])
    path = "carbonFootprintPerLifecycleStage"
    told = [stage for stage, _ in stages]
    if missing := [_NAMES[stage] for stage in STAGES if stage not in told]:
        yield Objection("TH-EXC-611", "error", "(EU) 2023/1542, Annex II", path, ", ".join(missing))
    if values and abs(math.fsum(values) - total) > CLOSE * max(abs(total), *map(abs, values)):
        quote = f"{math.fsum(values):.6g} ≠ {total:.6g}"
        yield Objection("TH-EXC-612", "error", _CLAUSE, path, quote)
    grade = str(made.get("carbonFootprintPerformanceClass", ""))
    if not (len(grade) == 1 and "A" <= grade <= "Z"):
        clause = "(EU) 2023/1542, Article 7(2): class A is the best"
        yield Objection("TH-EXC-613", "warning", clause, "carbonFootprintPerformanceClass", grade)
    study = str(made.get("carbonFootprintStudy", ""))
    if urlsplit(study).scheme not in {"https", "http"} or not urlsplit(study).netloc:
        yield Objection("TH-EXC-614", "error", "(EU) 2023/1542, Article 7(1)(e)", "carbonFootprintStudy", study)


def _told(made: Mapping[str, Any]) -> Iterator[tuple[Stage | None, float]]:
    rows = made.get("carbonFootprintPerLifecycleStage")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, Mapping):
            yield _STAGES.get(str(row.get("lifecycleStage"))), _number(row.get("carbonFootprint"))


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _MOST:
        raise ExchangeError("TH-EXC-021", found=str(value)[:60], wanted="kg CO2e/kWh")
    return float(value)


def _flow(stage: Stage | None, value: float) -> Flow:
    return Flow(stage=stage, what="sum", source="", gas="CO2e", origin=Origin.UNSPLIT, mass=value, co2e=value)

"""From what is told of a product to the submodel Carbon Footprint, as JSON or in a package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from uuid import NAMESPACE_URL, uuid5

import orjson

from tanheng.errors import ExchangeError, Fault
from tanheng.exchange.aas import codes
from tanheng.exchange.aas.checking import objections
from tanheng.exchange.aas.environment import environment, shortened
from tanheng.exchange.aas.model import Entry, Footprints, Rules
from tanheng.exchange.aas.package import write_package
from tanheng.exchange.aas.section import Passport, Shell
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.lifetime import PerDelivered, per_delivered
from tanheng.exchange.needs import missing
from tanheng.exchange.protocols import Loss, Written
from tanheng.exchange.supplement import Supplement

REGIME = "eu-battery"
"""Battery passports tell the value of the carbon footprint declaration: (EU) 2023/1542, Article 7 and Annex II."""
LOST = ("maker", "codes", "first", "last", "cut_off", "allocation", "verified", "sources", "limits")
"""Fields of a declaration that the submodel has no place for."""
ITEMS = ("boundary", "geography", "gwp", "primary_share", "rating", "gsd2", "low", "high", "stored_carbon")
"""Fields that stand among the free items of rules, where rules can be told."""


def as_json(declaration: Declaration, supplement: Supplement) -> Written:
    """The shell as JSON.

    Raises:
        ExchangeError: TH-EXC-010 the asset's id, day of publication or stages are not known; TH-EXC-013 a unit that it has not.
    """
    told = of_declaration(declaration, supplement)
    content = orjson.dumps(environment(told), option=orjson.OPT_INDENT_2)
    name = f"{_stem(declaration)}.aas.json"
    return Written(content, name, "application/json", _losses(declaration, told), objections(told))


def as_package(declaration: Declaration, supplement: Supplement) -> Written:
    """The shell in a package; as :func:`as_json`."""
    return _packed(declaration, of_declaration(declaration, supplement))


def as_battery(declaration: Declaration, supplement: Supplement) -> Written:
    """The battery passport's submodel in a package.

    Raises:
        ExchangeError: as of :func:`as_json`, and TH-EXC-010 without performance class or public study, TH-EXC-011 under
            another regime; faults of the section ``battery`` as of :func:`~tanheng.exchange.lifetime.per_delivered`.
    """
    return _packed(declaration, of_battery(declaration, supplement))


def of_declaration(declaration: Declaration, supplement: Supplement) -> Footprints:
    """The submodel; its first entry is the total, others are of single stages where they are told apart."""
    given = supplement.section("aas", Shell)
    _require(_missing(declaration, given), supplement)
    unit, quantity = _unit(declaration)
    methods = _methods(declaration)
    stages = declaration.boundary.stages if declaration.boundary is not None else ()
    published, expires = _moment(_published(declaration, given)), _moment(declaration.valid_until)
    values = [(stage, declaration.stage(stage)) for stage in stages]
    rows = [(tuple(code for stage in stages for code in codes.OF_STAGE[stage]), declaration.total)]
    if len(stages) > 1:
        rows += [(codes.OF_STAGE[stage], value) for stage, value in values if value is not None]
    entries = tuple(
        Entry(
            co2e=value,
            unit=unit,
            quantity=quantity,
            methods=methods,
            phases=phases,
            published=published,
            expires=expires,
            explanation=given.explanation,
        )
        for phases, value in rows
    )
    return _footprints(declaration, given, entries)


def of_battery(declaration: Declaration, supplement: Supplement) -> Footprints:
    """The submodel of a battery passport: per kWh delivered over life, as a whole and by stage, and of one battery."""
    given, passport = supplement.section("aas", Shell), supplement.section("passport", Passport)
    faults = [one for one in _missing(declaration, given) if one[0] != "aas.published"] + [*passport_missing(passport)]
    if not passport.documents:
        faults.append(("passport.documents", "passport: {documents: [XF90-884]}"))
    found = computed(declaration, supplement, faults)
    known = [(stage, value) for stage, value in found.stages if value is not None]
    every = tuple(code for stage, _ in known for code in codes.OF_BATTERY[stage])
    rows = [(every, "kWh", found.total)]
    rows += [(codes.OF_BATTERY[stage], "kWh", value) for stage, value in known]
    rows.append((every, "piece", found.battery))
    entries = tuple(
        Entry(
            co2e=value,
            unit=unit,
            quantity=1.0,
            methods=_methods(declaration),
            phases=phases,
            performance=passport.performance_class,
            documents=passport.documents,
        )
        for phases, unit, value in rows
    )
    return _footprints(declaration, given, entries, is_battery=True)


def passport_missing(passport: Passport) -> Iterator[tuple[str, str]]:
    """The performance class, which no study tells: classes are set by delegated acts, by model and plant."""
    if not passport.performance_class:
        yield "passport.performance_class", "passport: {performance_class: A}"


def computed(declaration: Declaration, supplement: Supplement, missing: Iterable[tuple[str, str]]) -> PerDelivered:
    """Per kWh delivered; every fault of it and of what else is missing is told at once.

    Raises:
        ExchangeError: TH-EXC-011 an assessment under another regime than the one of the Union's batteries; TH-EXC-010 what is
            missing; faults of :func:`~tanheng.exchange.lifetime.per_delivered`.
    """
    if declaration.regime != REGIME:
        raise ExchangeError("TH-EXC-011", found=declaration.regime or "–", wanted=REGIME)
    faults = list(_faults(missing, supplement))
    try:
        found = per_delivered(declaration, supplement)
    except ExchangeError as error:
        raise ExchangeError.of([*error.faults, *faults]) from error
    if faults:
        raise ExchangeError.of(faults)
    return found


def _footprints(
    declaration: Declaration, given: Shell, entries: tuple[Entry, ...], *, is_battery: bool = False
) -> Footprints:
    kind = "battery" if is_battery else "footprint"
    return Footprints(
        shell=given.shell or _urn(declaration, f"{kind} shell"),
        submodel=given.submodel or _urn(declaration, f"{kind} submodel"),
        asset=_asset(declaration, given),
        names=declaration.names,
        description=declaration.description,
        entries=entries,
        rules=() if is_battery else _rules(declaration, given),
        is_battery=is_battery,
    )


def _rules(declaration: Declaration, given: Shell) -> tuple[Rules, ...]:
    if not declaration.rules or not given.rule_operator:
        return ()
    pack, _, version = declaration.rules.partition("@")
    items = {key: getattr(declaration, key) for key in ITEMS}
    told = {"RulePack": declaration.rules, "Regime": declaration.regime}
    told |= {_item(key): str(value) for key, value in items.items() if value not in (None, "")}
    return (
        Rules(
            operator=given.rule_operator,
            name=declaration.rules_names.get("en") or pack,
            version=version,
            link=given.rule_link,
            methods=_methods(declaration),
            items={key: value for key, value in told.items() if value},
        ),
    )


def _item(key: str) -> str:
    """The name of a free item: ``PrimaryShare``."""
    return key.title().replace("_", "")


def _methods(declaration: Declaration) -> tuple[str, ...]:
    known = codes.REGIMES.get(declaration.regime)
    return (known,) if known else tuple(dict.fromkeys(declaration.standards)) or (declaration.regime,)


def _unit(declaration: Declaration) -> tuple[str, float]:
    """The unit of the value list, and the amount in it."""
    unit = declaration.unit
    ours = {codes.OURS.get(name, name): name for name in codes.UNITS}
    if unit.unit in ours:
        return ours[unit.unit], unit.value
    wanted = codes.BY_DIMENSION.get(unit.dimension)
    if wanted is None:
        raise ExchangeError("TH-EXC-013", unit=unit.unit, known=", ".join(codes.UNITS))
    return wanted, unit.to(codes.OURS.get(wanted, wanted)).value


def _missing(declaration: Declaration, given: Shell) -> Iterator[tuple[str, str]]:
    if not _asset(declaration, given):
        yield "aas.asset", "product: {ids: [urn:gtin:…]} / aas: {asset: https://…}"
    if _published(declaration, given) is None:
        yield "aas.published", "aas: {published: 2026-01-31} / product: {valid_from: …}"
    if declaration.boundary is None:
        yield "boundary", "boundary: cradle-to-gate"


def _require(needed: Iterable[tuple[str, str]], supplement: Supplement) -> None:
    if faults := tuple(_faults(needed, supplement)):
        raise ExchangeError.of(faults)


def _faults(needed: Iterable[tuple[str, str]], supplement: Supplement) -> Iterator[Fault]:
    return (missing(name, remedy, supplement.file) for name, remedy in needed)


def _asset(declaration: Declaration, given: Shell) -> str:
    gtin = declaration.codes.get("gtin", "").replace(" ", "")
    return given.asset or next(iter(declaration.ids), "") or (f"urn:gtin:{gtin}" if gtin else "")


def _published(declaration: Declaration, given: Shell) -> date | None:
    return given.published or declaration.valid_from


def _moment(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)


def _urn(declaration: Declaration, kind: str) -> str:
    told = declaration.digest or f"{sorted(declaration.names.items())} {declaration.total!r} {declaration.unit}"
    return uuid5(NAMESPACE_URL, f"{kind} {told}").urn


def _stem(declaration: Declaration) -> str:
    return f"carbon-footprint-{_urn(declaration, 'file')[-12:]}"


def _packed(declaration: Declaration, told: Footprints) -> Written:
    kind = "application/asset-administration-shell-package"
    try:
        content = write_package(environment(told), told.shell)
    except ValueError as error:
        raise ExchangeError("TH-EXC-021", found=told.asset[:60], wanted=str(error)[:200]) from error
    return Written(content, f"{_stem(declaration)}.aasx", kind, _losses(declaration, told), objections(told))


def _losses(declaration: Declaration, told: Footprints) -> tuple[Loss, ...]:
    lost = [Loss("no-field", name) for name in LOST if getattr(declaration, name)]
    if not told.rules:
        told_apart = ("rules", *(key for key in ITEMS if key != "boundary"))
        lost += [Loss("no-field", key) for key in told_apart if getattr(declaration, key) not in (None, "")]
    if told.is_battery:
        lost += [Loss("no-field", name) for name in ("valid_from", "valid_until") if getattr(declaration, name)]
    lost += [Loss("shortened", name, {"length": length}) for name, length in shortened(told)]
    if any(flow.gas for flow in declaration.flows):
        lost.append(Loss("origins", "flows"))
    return tuple(lost)

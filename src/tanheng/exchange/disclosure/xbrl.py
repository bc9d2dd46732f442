"""Facts in xBRL-JSON: concept, entity, period, unit, decimals; with a note on what a figure covers.

Follows xBRL-JSON 1.0 and the Open Information Model 1.0 (https://specifications.xbrl.org/). Concepts are those that volumes and
footprints of products can fill; others are left out and named. Of the namespaces of the taxonomies we know the entry points; that
concepts stand in the namespace of the folder of the entry point is their habit, and can be set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import orjson

from tanheng import texts
from tanheng.errors import ExchangeError, Fault
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.disclosure.scopes import BIOGENIC, SCOPE_1, UNDETERMINED, Scopes, of_buyer, of_maker
from tanheng.exchange.disclosure.section import Disclosure
from tanheng.exchange.needs import missing
from tanheng.exchange.protocols import Loss, Objection, Written
from tanheng.exchange.supplement import Amount, Supplement
from tanheng.exchange.wording import one_of
from tanheng.footprint.study import Boundary

DOCUMENT = "https://xbrl.org/2021/xbrl-json"
NAMESPACES = {
    "lei": "http://standards.iso.org/iso/17442",
    "utr": "http://www.xbrl.org/2009/utr",
    "xbrl": "https://xbrl.org/2021",
}
UNIT = "utr:tCO2e"
_LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """The section ``disclosure`` with all that is needed in it."""

    entity: str
    role: str
    volume: Amount
    first: date
    last: date
    decimals: int
    taxonomy: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A taxonomy: prefix, entry point, and concepts by scope; ``others`` are concepts of emissions that no product fills."""

    prefix: str
    entry: str
    concepts: Mapping[str, str]
    others: tuple[str, ...]


_SCOPES = {"1": "GrossScope1GreenhouseGasEmissions", "3": "GrossScope3GreenhouseGasEmissions"}
_OTHERS = ("GrossLocationBasedScope2GreenhouseGasEmissions", "GrossMarketBasedScope2GreenhouseGasEmissions")
VSME = Taxonomy(
    "vsme",
    "https://xbrl.efrag.org/taxonomy/vsme/2025-07-30/vsme-all.xsd",
    _SCOPES,
    (*_OTHERS, "TotalEnergyConsumption", "Scope1AndScope2GreenhouseGasEmissionsIntensityValueLocationBased"),
)
ESRS = Taxonomy("esrs", "https://xbrl.efrag.org/taxonomy/esrs/2023-12-22/esrs_all.xsd", _SCOPES, _OTHERS)


def write(declaration: Declaration, supplement: Supplement, *, taxonomy: Taxonomy) -> Written:
    """Figures of one volume of a product.

    Raises:
        ExchangeError: TH-EXC-010 entity, role, volume, period or stages are not known; TH-EXC-006 a volume of another kind than
            the declared unit; TH-EXC-801 an entity that is no LEI, TH-EXC-802 a period that ends before it begins.
    """
    given = _reporting(supplement.section("disclosure", Disclosure), supplement.file)
    units = _units(declaration, given)
    scopes = of_buyer(declaration) if given.role == "buyer" else of_maker(declaration)
    figures = _figures(scopes, units)
    content = orjson.dumps(_document(declaration, given, taxonomy, scopes, figures), option=orjson.OPT_INDENT_2)
    lost = tuple(_losses(declaration, taxonomy, scopes, figures, units))
    name = f"{taxonomy.prefix}-{given.first}-{declaration.digest[-8:] or 'footprint'}.xbrl.json"
    return Written(content, name, "application/json", lost, tuple(objections(declaration, given, scopes, figures)))


def objections(
    declaration: Declaration, given: Reporting, scopes: Scopes, figures: Mapping[str, float]
) -> Iterator[Objection]:
    """TH-EXC-811 to TH-EXC-814: what the taxonomy lets pass."""
    for scope, value in figures.items():
        concept = _SCOPES[scope]
        covered = ", ".join(scopes.categories) if scope == "3" else "1"
        yield Objection("TH-EXC-811", "warning", "GHG Protocol, completeness", concept, covered)
        if value < 0:
            yield Objection("TH-EXC-812", "error", "ESRS E1-6, gross emissions", concept, f"{value:.6g} t")
    if declaration.last is not None and declaration.last < given.first:
        yield Objection("TH-EXC-813", "warning", "GHG Protocol, relevance", "period", declaration.last.isoformat())
    if given.role == "buyer" and declaration.boundary is Boundary.GATE_TO_GATE:
        clause = "Scope 3 Standard, table 5.3: cradle-to-gate"
        yield Objection("TH-EXC-814", "error", clause, "boundary", declaration.boundary.value)


def _figures(scopes: Scopes, units: float) -> dict[str, float]:
    """Tonnes CO2e by scope, of what is known."""
    known: dict[str, float] = {}
    if SCOPE_1 in scopes.amounts:
        known["1"] = scopes.amounts[SCOPE_1] * units / 1000
    if scopes.categories:
        known["3"] = scopes.scope_3 * units / 1000
    return known


def _document(
    declaration: Declaration, given: Reporting, taxonomy: Taxonomy, scopes: Scopes, figures: Mapping[str, float]
) -> dict[str, Any]:
    entry = given.taxonomy or taxonomy.entry
    namespace = given.namespace or (taxonomy.entry if not given.taxonomy else entry).rpartition("/")[0]
    period = f"{given.first}T00:00:00/{given.last + timedelta(days=1)}T00:00:00"
    facts: dict[str, Any] = {}
    for scope, value in figures.items():
        fact = f"scope{scope}"
        notes = {lang: f"{fact}-{lang}" for lang in texts.LANGUAGES}
        facts[fact] = {
            "value": rounded(value, given.decimals),
            "decimals": given.decimals,
            "dimensions": {
                "concept": f"{taxonomy.prefix}:{taxonomy.concepts[scope]}",
                "entity": f"lei:{given.entity}",
                "period": period,
                "unit": UNIT,
            },
            "links": {"footnote": {"_": list(notes.values())}},
        }
        for lang, note in notes.items():
            facts[note] = {
                "value": _note(declaration, given, scopes, scope, lang),
                "dimensions": {"concept": "xbrl:note", "noteId": note, "language": lang},
            }
    return {
        "documentInfo": {
            "documentType": DOCUMENT,
            "namespaces": {**NAMESPACES, taxonomy.prefix: namespace},
            "linkTypes": {"footnote": "http://www.xbrl.org/2003/arcrole/fact-footnote"},
            "linkGroups": {"_": "http://www.xbrl.org/2003/role/link"},
            "taxonomy": [entry],
        },
        "facts": facts,
    }


def rounded(value: float, decimals: int) -> str:
    """A number at as many decimals, half to even, without an exponent."""
    step = Decimal(1).scaleb(-decimals)
    made = Decimal(repr(value)).quantize(step, ROUND_HALF_EVEN)
    return format(made + 0, "f")  # no negative zero


def _note(declaration: Declaration, given: Reporting, scopes: Scopes, scope: str, lang: str) -> str:
    covered = ", ".join(scopes.categories) if scope == "3" else "1"
    return texts.text(
        "exchange/notes",
        "scope",
        lang,
        product=one_of(declaration.names, lang),
        volume=str(given.volume.quantity),
        footprint=f"{declaration.total:.6g} kg CO2e/{declaration.unit}",
        covered=covered,
        standard=next(iter(declaration.standards), declaration.regime),
    )


def _units(declaration: Declaration, given: Reporting) -> float:
    """Declared units in the volume."""
    return given.volume.to(declaration.unit.unit, "disclosure.volume") / declaration.unit.value


def _reporting(given: Disclosure, file: str) -> Reporting:
    faults = tuple(_faults(given, file))
    if faults or given.role is None or given.volume is None or given.first is None or given.last is None:
        raise ExchangeError.of(faults)
    return Reporting(
        entity=given.entity,
        role=given.role,
        volume=given.volume,
        first=given.first,
        last=given.last,
        decimals=given.decimals,
        taxonomy=given.taxonomy,
        namespace=given.namespace,
    )


def _faults(given: Disclosure, file: str) -> Iterator[Fault]:
    needed: Mapping[str, tuple[object, str]] = {
        "entity": (given.entity, "5493001KJTIIGC8Y1R12"),
        "role": (given.role, "buyer"),
        "volume": (given.volume, "1200 t"),
        "first": (given.first, "2025-01-01"),
        "last": (given.last, "2025-12-31"),
    }
    place = f"{file}: disclosure" if file else "disclosure"
    for name, (value, example) in needed.items():
        if value in (None, ""):
            yield missing(f"disclosure.{name}", f"disclosure: {{{name}: {example}}}", place)
    if given.entity and not is_lei(given.entity):
        yield Fault("TH-EXC-801", f"{place}.entity", {"found": given.entity[:40]})
    if given.first and given.last and given.last < given.first:
        yield Fault("TH-EXC-802", f"{place}.last", {"found": given.last.isoformat(), "first": given.first.isoformat()})


def is_lei(text: str) -> bool:
    """Whether a text is an LEI: 20 characters, check digits by ISO/IEC 7064 MOD 97-10.

    >>> is_lei("5493001KJTIIGC8Y1R12")
    True
    """
    return bool(_LEI.fullmatch(text)) and int("".join(str(int(one, 36)) for one in text)) % 97 == 1


def _losses(
    declaration: Declaration, taxonomy: Taxonomy, scopes: Scopes, figures: Mapping[str, float], units: float
) -> Iterator[Loss]:
    for key in (UNDETERMINED, BIOGENIC):
        if value := scopes.amounts.get(key):
            yield Loss(f"scope-{key}", "flows", {"amount": f"{value * units / 1000:.6g}"})
    for scope, concept in taxonomy.concepts.items():
        if scope not in figures:
            yield Loss("concept", f"{taxonomy.prefix}:{concept}")
    for concept in taxonomy.others:
        yield Loss("concept", f"{taxonomy.prefix}:{concept}")
    for name in ("primary_share", "quality", "gsd2", "stored_carbon", "verified"):
        if getattr(declaration, name) not in (None, {}, 0.0):
            yield Loss("no-field", name)

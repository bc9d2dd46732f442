"""What a certificate is made of, kept when it is issued: from the parts of its frozen assessment, nothing is computed anew.

The total is own + Σ amount × value. A part counts as a use of a factor where the release that the assessment names holds the very
value that was counted; what is from a database, emitted directly or not known so stays in ``own``, and does not move.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import rfc8785
from sqlalchemy import select

from tanheng.errors import QuantityError
from tanheng.factors import Factor
from tanheng.footprint import totals as sums
from tanheng.footprint.assessment import Assessment, Part
from tanheng.footprint.claiming import claim
from tanheng.footprint.rulebook import recorded_rules
from tanheng.quantities import CO2E, Origin, Quantity
from tanheng.quantities.units import convert
from tanheng.rules import Regime, Rounding
from tanheng.services.factors import releases
from tanheng.services.factors.releases import Opened, Release
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import factors as factor_tables
from tanheng.storage.sql.tables import impact as tables
from tanheng.storage.sql.types import new_id

EXACT = 1e-9
FACTOR, ASSESSMENT = "factor", "assessment"
_RESULTS = ("study", "assessment")


@dataclass(slots=True)
class Use:
    """A factor or result that a result uses: kg CO2e = ``amount`` in ``per`` × ``value``."""

    kind: str
    collection: str | None
    source: str
    per: str
    value: float
    amount: float = 0.0


def keep(work: Work, certificate: str, *, assessment: str, holder: str, result: Assessment) -> None:
    """Write down what a certificate is made of; the digest of its assessment holds it all.

    Args:
        assessment: id of the assessment, by which the use of factors is logged. holder: whose factors are seen whole.
    """
    chosen = recorded_rules(result.inputs).effective
    measure, weights = measure_of(chosen)
    table = tables.measures
    if work.sql.execute(select(table.c.id).where(table.c.id == measure)).first() is None:
        name = f"{result.regime} {chosen.gwp.name}"[:64]
        work.add_missing(table, [{"id": measure, "name": name, "weights": weights}])
    uses, own, is_exact = made_of(result, _factors(work, assessment, holder), chosen)
    rounding = chosen.method.rounding
    work.keep(
        tables.totals,
        certificate=certificate,
        assessment=result.digest,
        measure=measure,
        total=result.total,
        own=own,
        scale=_scale(result),
        significant=rounding.significant if rounding.decimals is None else None,
        decimals=rounding.decimals,
        exact=is_exact,
        at=work.now,
    )
    rows = [{**asdict(use), "source": use.source[:120], "id": new_id(), "certificate": certificate} for use in uses]
    work.keep_all(tables.certificate_uses, rows)


def made_of(
    result: Assessment, known: Mapping[str, tuple[str, Factor]], chosen: Regime
) -> tuple[list[Use], float, bool]:
    """The uses of a result, what of its total they do not tell, and whether the total is the sum of its parts.

    Args:
        known: factors by id, each with its collection. chosen: the regime of the result.
    """
    uses: dict[tuple[str, str, str], Use] = {}
    parts = [part for line in result.lines for part in line.parts if not part.excluded]
    for part in parts:
        for one in _uses(part, known, chosen):
            held = uses.setdefault((one.kind, one.source, repr(one.value)), one)
            held.amount += one.amount if held is not one else 0.0
    counted = math.fsum(part.total for part in parts)
    own = result.total - math.fsum(use.amount * use.value for use in uses.values())
    is_exact = abs(counted - result.total) <= EXACT * max(abs(result.total), abs(counted))
    return list(uses.values()), own, is_exact


def measure_of(chosen: Regime) -> tuple[str, list[list[Any]]]:
    """How a regime counts gases, as a list of weights, and the digest of the list."""
    found: list[list[Any]] = []
    for gas in sorted({CO2E, *(gas for gas, _ in chosen.gwp.values)}):
        for origin in Origin:
            try:
                weight = chosen.gwp.factor(gas, origin) if chosen.counts(gas, origin) else 0.0
            except QuantityError:  # no value for an origin
                continue
            if weight:
                found.append([gas, origin.value, weight])
    return hashlib.sha256(rfc8785.dumps(found)).hexdigest(), found


def counted_value(factor: Factor, weights: Mapping[tuple[str, str], float]) -> float:
    """kg CO2e of one unit of a factor by the weights of a measure."""
    return math.fsum(mass * weights.get((gas, origin.value), 0.0) for (gas, origin), mass in factor.amounts.items())


def _uses(part: Part, known: Mapping[str, tuple[str, Factor]], chosen: Regime) -> Iterator[Use]:
    """The uses that a part is; its amounts are in units of the factors."""
    told = part.provenance
    if told.kind in _RESULTS and told.release:
        yield Use(ASSESSMENT, None, told.release, part.unit, part.per_unit, part.amount)
        return
    names = told.id.split(" + ")
    named = [name for name in names if name in known]
    if told.kind not in (FACTOR, "process") or not named or (told.kind == FACTOR and len(named) < len(names)):
        return
    found: list[Use] = []
    whole = 0.0
    for name in named:
        collection, factor = known[name]
        try:
            units = convert(1.0, part.unit, factor.per)
        except QuantityError:  # another factor of that id
            return
        value = sums.counted_total(sums.characterise(factor.amounts, chosen))
        whole += value * units
        found.append(Use(FACTOR, collection, name, factor.per, value, part.amount * units))
    if told.kind == FACTOR and abs(whole - part.per_unit) > EXACT * max(abs(whole), abs(part.per_unit)):
        return
    yield from found


def _factors(work: Work, assessment: str, holder: str) -> dict[str, tuple[str, Factor]]:
    """Factors that an assessment uses by id, each with its collection, as the holder saw them."""
    uses, table, owners = factor_tables.uses, factor_tables.releases, factor_tables.collections
    query = select(uses.c.factor, owners.c.name, owners.c.organisation, table)
    query = query.join(table, (table.c.collection == uses.c.collection) & (table.c.digest == uses.c.release))
    query = query.join(owners, owners.c.id == uses.c.collection).where(uses.c.assessment == assessment)
    found: dict[str, tuple[str, Factor]] = {}
    for row in work.sql.execute(query):
        told = row._mapping
        release = Release(**{name: told[table.c[name]] for name in Release.__slots__})
        opened = Opened(told[owners.c.name], release, told[owners.c.organisation] == holder)
        held = releases.factors(work.platform, opened).factors.get(told[uses.c.factor])
        if held is not None:
            found[held.id] = (release.collection, held)
    return found


def _scale(result: Assessment) -> float:
    """Value on the label ÷ total, before rounding."""
    assert result.claim is not None  # noqa: S101 - a certificate has one
    number, _, per = result.declared_unit.partition(" ")
    return claim(1.0, Quantity(float(number), per), result.claim.unit, Rounding(None)).value

"""What a release of factors or new limits move among a million certificates, on the platform's own tables.

    python benchmarks/impact.py [--products 1000000] [--engines sqlite postgresql] [--json FILE]

Certificates are made here: of 2,000 holders in ten categories, each with about three of 5,000 factors, Zipf-popular, and every
other one with a reference to an earlier one. They are written to the tables directly, as issuing leaves them but for signatures.
Timed are: reading the graph cold, opening it again, growing it by 1,000; a release that changes 200 factors; deriving, trying
and publishing limits; and giving new classes. The candidate of the release is in memory; reading its records is not timed.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Table, insert, select

from tanheng.accounts import system
from tanheng.accounts.model import OrganisationKind
from tanheng.factors import Factor, FactorKind, Release, Source
from tanheng.grading.grading import grades
from tanheng.grading.model import Thresholds, Tie
from tanheng.quantities import Origin
from tanheng.rules import regime
from tanheng.services.accounts import organisations
from tanheng.services.furnishing import furnish
from tanheng.services.grading import regrading, schemes, thresholds, trying
from tanheng.services.impact import snapshot
from tanheng.services.impact.previewing import Asked, impact
from tanheng.services.impact.uses import measure_of
from tanheng.storage import installing
from tanheng.storage.platform import Platform
from tanheng.storage.sql.tables import certification, factors, studies
from tanheng.storage.sql.tables import impact as tables
from tanheng.storage.sql.types import new_id

ROOT = Path(__file__).resolve().parents[1]
ACTOR = system("benchmark")
FACTORS, CHANGED, HOLDERS, CATEGORIES, USES = 5_000, 200, 2_000, 10, 3
PORTION = 20_000
CLASSES = ("A", "B", "C", "D", "E")
NOW = datetime.now(UTC)


class Register:
    """A platform filled with certificates."""

    def __init__(self, platform: Platform, seed: int = 1) -> None:
        self.platform, self.rng, self.count = platform, np.random.default_rng(seed), 0
        self.values = self.rng.lognormal(0, 1, FACTORS)
        self.popular = np.cumsum(1 / np.arange(1, FACTORS + 1))
        self.totals = np.empty(0)
        do = platform.do

        def organisation(kind: OrganisationKind, name: str) -> str:
            return do(ACTOR, organisations.create, kind=kind, names={"en": name}).id

        self.regulator = organisation(OrganisationKind.REGULATOR, "Regulator")
        self.body = organisation(OrganisationKind.CERTIFICATION_BODY, "Body")
        self.holders = [organisation(OrganisationKind.ENTERPRISE, f"Holder {n}") for n in range(HOLDERS)]
        self.measure, weights = measure_of(regime("gbt24067"))
        self.ids = self._base(weights)

    def _base(self, weights: list[Any]) -> dict[str, str]:
        """The rows that certificates name: one study, assessment, statement; a collection; a scheme."""
        ids = {name: new_id() for name in ("study", "assessment", "case", "statement", "collection")}
        with self.platform.engine.begin() as sql:
            ids["scheme"] = sql.execute(select(certification.schemes.c.id)).scalars().first() or ""
            self._row(sql, tables.measures, id=self.measure, name="AR6", weights=weights)
            self._row(sql, factors.collections, id=ids["collection"], organisation=self.regulator, name="bench")
            self._row(sql, studies.studies, id=ids["study"], organisation=self.holders[0])
            given = {"organisation": self.holders[0], "study": ids["study"]}
            self._row(sql, studies.assessments, id=ids["assessment"], digest="sha256:0", **given)
            self._row(sql, certification.cases, **self._case(ids, ids["case"], self.holders[0]))
            self._row(
                sql, certification.statements, id=ids["statement"], case=ids["case"], assessment=ids["assessment"]
            )
        return ids

    def add(self, products: int, limits: Thresholds, since: datetime) -> None:
        """Further certificates with classes, issued from a moment on, one after the other."""
        for first in range(0, products, PORTION):
            self._add(min(PORTION, products - first), limits, since)

    def _add(self, n: int, limits: Thresholds, since: datetime) -> None:
        rng, first = self.rng, self.count
        user = np.repeat(np.arange(n), np.maximum(1, rng.poisson(USES, n)))
        node = np.searchsorted(self.popular / self.popular[-1], rng.random(len(user)))
        amount = rng.gamma(2.0, 1.0, len(user)) / self.values[node] * 100
        total = np.bincount(user, amount * self.values[node], n)
        refers = (np.arange(n) % 2 == 1) & (first > 0)
        supplier = rng.integers(0, max(first, 1), n)
        bought = np.where(refers, 0.3, 0.0)
        part = bought * (self.totals[supplier] if first else 0.0)
        total = total + np.where(refers, part, 0.0)
        value = np.array([float(f"{one:.4g}") for one in total])
        grade = np.array(CLASSES)[grades(value, limits)]
        ids = [new_id() for _ in range(n)]
        cases = [new_id() for _ in range(n)]
        holders = [self.holders[at] for at in rng.integers(0, HOLDERS, n)]
        certificates = [
            self._certificate(first + at, ids[at], cases[at], holders[at], float(value[at]), str(grade[at]))
            for at in range(n)
        ]
        rows = [
            {
                "certificate": ids[at],
                "assessment": f"sha256:{first + at}",
                "measure": self.measure,
                "total": float(total[at]),
                "own": 0.0,
                "scale": 1.0,
                "significant": 4,
                "decimals": None,
                "exact": True,
                "at": since + timedelta(seconds=50 * (first + at)),
            }
            for at in range(n)
        ]
        uses = [
            self._use(ids[u], "factor", f"f{f}", float(a), float(self.values[f]))
            for u, f, a in zip(user.tolist(), node.tolist(), amount.tolist(), strict=True)
        ]
        uses += [
            self._use(
                ids[at], "assessment", f"sha256:{supplier[at]}", float(bought[at]), float(self.totals[supplier[at]])
            )
            for at in np.flatnonzero(refers).tolist()
        ]
        with self.platform.engine.begin() as sql:
            made = [self._case(self.ids, case, holder) for case, holder in zip(cases, holders, strict=True)]
            sql.execute(insert(certification.cases), [self._whole(certification.cases, one) for one in made])
            sql.execute(insert(certification.certificates), certificates)
            sql.execute(insert(tables.totals), rows)
            sql.execute(insert(tables.certificate_uses), uses)
        self.totals, self.count = np.concatenate((self.totals, total)), first + n

    def _use(self, certificate: str, kind: str, source: str, amount: float, value: float) -> dict[str, Any]:
        collection = self.ids["collection"] if kind == "factor" else None
        told = {"kind": kind, "collection": collection, "source": source, "per": "kg", "amount": amount, "value": value}
        return {"id": new_id(), "certificate": certificate, **told}

    def _case(self, ids: dict[str, str], case: str, holder: str) -> dict[str, Any]:
        named = {"scheme": ids["scheme"], "study": ids["study"], "body": self.body, "applicant": holder}
        return {"id": case, "number": case, "state": "certified", "assessment": None, **named}

    def _certificate(self, at: int, id_: str, case: str, holder: str, value: float, grade: str) -> dict[str, Any]:
        given = {
            "id": id_,
            "number": f"B-{at:08d}",
            "case": case,
            "scheme": self.ids["scheme"],
            "holder": holder,
            "body": self.body,
            "assessment": self.ids["assessment"],
            "statement": self.ids["statement"],
            "names": {"zh": "产品", "en": f"Product {at}"},
            "geography": "CN-53",
            "codes": {},
            "maker": {"zh": "厂", "en": "Maker"},
            "category": f"cn-bench-{at % CATEGORIES}@1",
            "boundary": "cradle-to-gate",
            "grade": grade,
            "value": value,
            "printed": f"{value:g}",
            "unit": "kg CO2e/t",
            "per": "1 t",
            "valid_from": NOW.date(),
            "valid_until": NOW.date() + timedelta(days=700),
            "state": "valid",
            "position": at,
            "code": "x" * 500,
        }
        return self._whole(certification.certificates, given)

    def _row(self, sql: Any, table: Table, **given: Any) -> None:
        sql.execute(insert(table).values(**self._whole(table, given)))

    def _whole(self, table: Table, given: dict[str, Any]) -> dict[str, Any]:
        """A row with something in every column that must have a value."""
        return {
            column.name: given[column.name] if column.name in given else None if column.nullable else _filler(column)
            for column in table.columns
        }

    def release(self, changed: int) -> Asked:
        """The factors as they are, and with ``changed`` of them a tenth higher."""
        found = {f"f{at}": _factor(f"f{at}", value) for at, value in enumerate(self.values)}
        other = dict(found)
        for at in self.rng.choice(FACTORS, changed, replace=False).tolist():
            other[f"f{at}"] = _factor(f"f{at}", self.values[at] * 1.1)
        old, new = Release("bench", "1", found, "sha256:1"), Release("bench", "2", other, "sha256:2")
        return Asked(self.ids["collection"], self.regulator, {True: (old, new), False: (old, new)})


def _filler(column: Any) -> Any:
    kind = column.type.python_type
    if column.name.endswith("_at") or column.name == "at":
        return NOW
    fillers = {str: "", int: 1, float: 0.0, bool: False, dict: {}, date: NOW.date()}
    return new_id() if type(column.type).__name__ == "Id" else fillers.get(kind, "")


def _factor(id_: str, value: float) -> Factor:
    return Factor(
        id=id_,
        kind=FactorKind.FOOTPRINT,
        names={"en": id_},
        per="kg",
        amounts={("CO2", Origin.FOSSIL): float(value)},
        year=2026,
        geography="CN",
        source=Source("bench"),
    )


SCHEME = """tanheng: class-scheme/1
id: bench-{number}
version: {version}
names: {{zh: 基准, en: Bench}}
owner: {{zh: 基准, en: Bench}}
follows: {{zh: 无, en: nothing}}
category: cn-bench-{number}@1
boundary: cradle-to-gate
unit: kg CO2e/t
region: CN
classes: [A, B, C, D, E]
method: {method}
steps: {steps}
"""


def measure(platform: Platform, products: int) -> dict[str, Any]:
    """Fill, and time every question once."""
    found: dict[str, Any] = {}

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        found[name] = round(time.perf_counter() - begun, 3)
        sys.stderr.write(f"{name:28} {found[name]:10.3f} s\n")

    first = Thresholds("bench", CLASSES, (200.0, 400.0, 600.0, 1000.0), Tie.BETTER, NOW.date())
    with timed("fill"):
        register = Register(platform)
        register.add(products, first, NOW - timedelta(days=730))
    with timed("graph cold"):
        made = platform.look(ACTOR, snapshot.current)
    found |= {"certificates": made.certificates, "uses": len(made.user), "references": len(made.buyer)}
    with timed("graph opened again"):
        platform.look(ACTOR, snapshot.current)
    register.add(1_000, first, NOW)
    with timed("graph grown by 1,000"):
        platform.look(ACTOR, snapshot.current)
    with timed("release, 200 factors"):
        told, _ = impact(platform, ACTOR, register.release(CHANGED), whole=True)
    found |= {"moved by the release": told.moved}
    fixed = {"version": "1.0.0", "method": "limits", "steps": "[200, 400, 600, 1000]"}
    for number in range(CATEGORIES):
        one = _published(platform, register, fixed, number)
        platform.do(ACTOR, thresholds.publish, one.id, effective=platform.today())
    with timed("nobody moves"):
        found["moved by the same limits"] = sum(regrading.regrade(platform, ACTOR).values())
    with timed("release with classes"):
        told, _ = impact(platform, ACTOR, register.release(CHANGED), whole=True)
    found |= {"reclassed by the release": told.reclassed}
    other = {"version": "1.1.0", "method": "percentiles", "steps": "[0.1, 0.3, 0.6, 0.9]"}
    with timed("limits derived, one category"):
        one = _published(platform, register, other, 0)
    with timed("limits tried, one category"):
        trial = platform.look(ACTOR, trying.of_draft, one.id)
    found |= {"would move": trial.moved}
    near = {"version": "1.2.0", "method": "limits", "steps": "[205, 410, 610, 1010]"}
    for number in range(CATEGORIES):
        one = _published(platform, register, near, number)
        platform.do(ACTOR, thresholds.publish, one.id, effective=platform.today())
    with timed("classes given anew"):
        found["moved by limits"] = sum(regrading.regrade(platform, ACTOR).values())
    found["peak MB"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return found


def _published(platform: Platform, register: Register, told: dict[str, str], number: int) -> thresholds.Drafted:
    content = SCHEME.format(number=number, **told).encode()
    scheme = platform.do(ACTOR, schemes.publish, content, organisation=register.regulator)
    return thresholds.derive(platform, ACTOR, scheme.id)


@contextmanager
def _fresh(engine: str, folder: Path) -> Iterator[Platform]:
    if engine == "sqlite":
        made = installing.initialise(folder)
        furnish(made)
        yield made
        made.close()
        return
    sys.path.insert(0, str(ROOT / "tests"))
    from platforms import fresh_database, postgresql_server

    with postgresql_server("") as server, fresh_database(server) as url:
        made = installing.initialise(folder, database_url=url)
        furnish(made)
        yield made
        made.close()


def main() -> None:
    """Measure, and print it as JSON."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--products", type=int, default=1_000_000)
    asked.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    asked.add_argument("--json", type=Path)
    given = asked.parse_args()
    results = {}
    for engine in given.engines:
        sys.stderr.write(f"{engine}, {given.products:,} certificates\n")
        with (
            tempfile.TemporaryDirectory(prefix="tanheng-") as folder,
            _fresh(engine, Path(folder) / "home") as platform,
        ):
            results[engine] = measure(platform, given.products)
    text = json.dumps(results, indent=2)
    sys.stdout.write(text + "\n")
    if given.json:
        given.json.write_text(text)


if __name__ == "__main__":
    main()

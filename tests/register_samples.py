"""A register of many products, made of rows alone: what its tests and its benchmark search in."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import insert, select

from certification_samples import House
from tanheng.accounts import system
from tanheng.accounts.model import OrganisationKind
from tanheng.services.accounts import organisations
from tanheng.services.registry import entries
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.types import new_id

KINDS = (
    ("cn-cement", "水泥", "cement", "1 t", 600.0),
    ("cn-flat-glass", "平板玻璃", "flat glass", "1 t", 900.0),
    ("cn-lithium-battery", "锂电池", "lithium battery", "1 kWh", 80.0),
    ("cn-textile", "棉布", "cotton cloth", "1 kg", 12.0),
)
PLACES = ("CN-44", "CN-33", "CN-37", "CN-53", "DE")
STATES = ("valid",) * 16 + ("expired", "suspended", "withdrawn", "replaced")


@dataclass
class Registered:
    """Certificates in a register, all of one case's likeness, since rows are all that is read of them.

    Attributes:
        makers: organisations that hold them. rows: of ``certificates``, in the order in which they were issued.
    """

    platform: object
    rows: list = field(default_factory=list)
    makers: list = field(default_factory=list)

    @property
    def unit(self):
        """Of all values."""
        return self.rows[0]["unit"]

    def fill(self, count, seed=1):
        """Add so many certificates."""
        house = House(self.platform)
        model = house.certified()
        self.makers = [
            self.platform.do(
                system("init"),
                organisations.create,
                kind=OrganisationKind.ENTERPRISE,
                names={"zh": f"甲{number}厂", "en": f"Works {number}"},
                code=f"9144{number:06}",
            )
            for number in range(8)
        ]
        chosen = random.Random(seed)  # noqa: S311 - the same products every time
        with self.platform.engine.begin() as sql:
            first = dict(sql.execute(select(tables.certificates)).mappings().one())
            case = dict(sql.execute(select(tables.cases)).mappings().one())
            made = [self._row(first, number, chosen) for number in range(count - 1)]
            sql.execute(insert(tables.cases), [{**case, "id": r["case"], "number": f"C-{r['number']}"} for r in made])
            sql.execute(insert(tables.certificates), made)
        self.platform.do(system("init"), entries.write, [row["id"] for row in made])
        self.rows = [first, *made]
        assert model.number == first["number"]
        return self

    def _row(self, first, number, chosen):
        category, zh, en, per, typical = chosen.choice(KINDS)
        maker = self.makers[min(number % 11, 7)]
        begun = date(2025, 1, 1) + timedelta(days=7 * number)
        model = f"{chosen.choice('PMQXZ')}{chosen.randrange(32, 53)}.{number % 10}"
        return {
            **first,
            "id": new_id(),
            "case": new_id(),
            "number": f"test-label-2027-{number:06}",
            "holder": maker.id,
            "names": {"zh": f"{zh} {model}", "en": f"{en} {model}"},
            "maker": dict(maker.names),
            "codes": {"hs": f"25{number % 7:02}.{number % 90 + 10}"},
            "geography": chosen.choice(PLACES),
            "category": category,
            "rule_pack": f"{category}@1.0.0",
            "grade": chosen.choice(("", "A", "B", "C")),
            "value": round(chosen.lognormvariate(0, 0.3) * typical, 1),
            "unit": first["unit"],
            "per": per,
            "valid_from": begun,
            "valid_until": begun + timedelta(days=730),
            "state": chosen.choice(STATES),
            "position": number + 1,
        }

"""What the tests of the impact share: a maker whose studies use factors of a collection of its own."""

from __future__ import annotations

from factor_samples import Desk, document
from tanheng.factors import FactorKind, embedded

AMOUNTS = [["CO2", "fossil", 0.5], ["CH4", "fossil", 0.001], ["CO2", "biogenic", 0.1]]
STEEL = '  - {stage: raw-materials, name: Steel, amount: 200 kg, from: "factor:steel"}\n'


def power():
    """The factor that the study of the tests uses."""
    return next(f.id for f in embedded().factors.values() if f.per == "kWh" and f.kind is not FactorKind.GENERATION_CO2)


def desk(house, name="house-factors", **changed):
    """A collection of the maker with the factors that its studies use, published."""
    made = Desk(house.platform, house.maker, name=name)
    made.entries = {id_: made.add(**told) for id_, told in factors(**changed).items()}
    for entry in made.entries.values():
        made.accepted(entry)
    made.publish("1")
    return made


def factors(power_amounts=None, steel_amounts=None):
    """Records by id."""
    own = {
        "power": {"id": power(), "per": "kWh", "amounts": power_amounts or AMOUNTS},
        "steel": {"id": "steel", "per": "t", "amounts": steel_amounts or [["CO2", "fossil", 2000.0]]},
    }
    return {key: document(names={"en": f"A {key}"}, **told) for key, told in own.items()}


def lines():
    """Words of the study that are replaced, so that it uses steel, too."""
    head = "lines:\n"
    return {head: head + STEEL}


def with_steel(house):
    """A certificate of a study that uses both factors."""
    house.accredit()
    made, assessment = house.assessed(**lines())
    given = {"study": made.id, "scheme": house.scheme.id, "body": house.body.id}
    from tanheng.services.certification import cases

    case = house.platform.do(house.engineer, cases.open_case, **given)
    return house.go_on(case, assessment.id), assessment

"""What the tests of studies share: organisations, people, a small study."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tanheng.accounts import Actor, Membership, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.formats import write_method_template
from tanheng.services.accounts import organisations

STUDY = """
tanheng: study/1
product: {name: {zh: 铝锭, en: Ingot}, maker: Maker, codes: {hs: "7601.10"}}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-53
goal: test
lines:
  - {stage: production, name: Power, amount: 100 kWh, type: electricity, from: "factor:FACTOR", evidence: [meter.csv]}
"""


def study(**changed):
    """The text of the study; ``amount`` and so on replace words of it."""
    from tanheng.factors import FactorKind, embedded

    found = next(
        f.id for f in embedded().factors.values() if f.per == "kWh" and f.kind is not FactorKind.GENERATION_CO2
    )
    words = STUDY.replace("FACTOR", found)
    for old, new in changed.items():
        words = words.replace(old, new)
    return words.encode()


def organisation(platform, name="某铝业"):
    kind = OrganisationKind.ENTERPRISE
    return platform.do(system("init"), organisations.create, kind=kind, names={"zh": name})


def member(of, *roles, id="p"):  # noqa: A002
    own = Membership(of.id, of.kind, frozenset(roles or {Role.ENGINEER}))
    return Actor(ActorKind.PERSON, id, memberships={of.id: own})


def one_product(kg):
    """An EcoSpold 2 file of one product that emits so much fossil CO2 a kg."""
    from tests.formats.spold2 import activity, nature, product, spold

    emitted = nature("co2", amount=kg).replace("co2 name", "Carbon dioxide, fossil")
    return spold(activity("a0", product("p0", "o0") + emitted)).encode()


def impact_method(category="Climate change"):
    """A table of one impact category with factors of three greenhouse gases."""
    with tempfile.TemporaryDirectory() as folder:
        words = write_method_template(Path(folder) / "method.csv").read_text(encoding="utf-8-sig")
    return words.replace("Climate change", category).encode()

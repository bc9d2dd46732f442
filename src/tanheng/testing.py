"""Small databases by hand, for tests and for trying things out.

>>> from tanheng.inventory import compile_database
>>> coal = process("Coal", "1 kg", emits={"CO2": "0.1 kg"})
>>> power = process("Electricity", "1 kWh", takes={"Coal": "0.5 kg"}, emits={"CO2": "0.9 kg"})
>>> compiled = compile_database(database("mini", coal, power))
>>> [round(float(mass), 9) for mass in compiled.footprints[:, 0]]
[0.1, 0.95]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tanheng.inventory.model import Allocation, Database, Exchange, Flow, FlowKind, FlowProperty, Process, Uncertainty
from tanheng.quantities import Quantity, find_gas

_GAS_NAMES = {"CO2": "Carbon dioxide", "CH4": "Methane", "N2O": "Dinitrogen monoxide"}


@dataclass(frozen=True, slots=True)
class Recipe:
    """A process as a person writes it down; amounts are texts like ``"0.5 kg"``.

    Attributes:
        makes: products by name; the first is the reference.
        takes, avoids: products by name, made elsewhere.
        discards: wastes by name that need treatment.
        treats: a waste by name that this process takes in as its reference, instead of making something.
        emits: gases to air, by key, or ``"CO2 biogenic"``, ``"CH4 fossil"``; ``absorbs`` the same from air.
        providers: product name → process name, where the authors name one.
        uncertainty: product or gas → distribution.
    """

    name: str
    makes: Mapping[str, str]
    takes: Mapping[str, str] = field(default_factory=dict)
    avoids: Mapping[str, str] = field(default_factory=dict)
    discards: Mapping[str, str] = field(default_factory=dict)
    treats: Mapping[str, str] = field(default_factory=dict)
    emits: Mapping[str, str] = field(default_factory=dict)
    absorbs: Mapping[str, str] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)
    uncertainty: Mapping[str, Uncertainty] = field(default_factory=dict)
    allocations: tuple[Allocation, ...] = ()
    location: str = "GLO"
    valid_until: str = ""


def process(name: str, amount: str = "1 kg", **more: object) -> Recipe:
    """A recipe that makes ``amount`` of a product of its own name, unless ``makes`` or ``treats`` says otherwise."""
    makes = {} if "treats" in more else {name: amount}
    return Recipe(name, **{"makes": makes, **more})  # type: ignore[arg-type]


def database(name: str, *recipes: Recipe, properties: Mapping[str, tuple[FlowProperty, ...]] | None = None) -> Database:
    """A database of these recipes. A product's reference unit is the one in which it is first made or, else, taken."""
    flows: dict[str, Flow] = {}
    for recipe in recipes:
        _declare(recipe.makes, FlowKind.PRODUCT, flows)
        _declare(recipe.treats, FlowKind.WASTE, flows)
    for recipe in recipes:
        _declare(recipe.takes, FlowKind.PRODUCT, flows)
        _declare(recipe.avoids, FlowKind.PRODUCT, flows)
        _declare(recipe.discards, FlowKind.WASTE, flows)
        for gas in recipe.emits:
            flows.setdefault(f"air {gas}", _gas_flow(f"air {gas}", gas, ("air",)))
        for gas in recipe.absorbs:
            flows.setdefault(f"from air {gas}", _gas_flow(f"from air {gas}", gas, ("resource", "in air")))
    for key, known in (properties or {}).items():
        flows[key] = replace(flows[key], properties=known)
    processes = {recipe.name: _process(recipe) for recipe in recipes}
    return Database(name=name, format="testing", flows=flows, processes=processes)


def _declare(amounts: Mapping[str, str], kind: FlowKind, flows: dict[str, Flow]) -> None:
    for name, amount in amounts.items():
        flows.setdefault(name, Flow(name, kind, {"en": name}, Quantity.parse(amount).unit))


def _gas_flow(flow_id: str, spelling: str, category: tuple[str, ...]) -> Flow:
    key, _, origin = spelling.partition(" ")
    gas = find_gas(key)
    name = _GAS_NAMES.get(key, gas.name_en if gas else key)
    return Flow(flow_id, FlowKind.ELEMENTARY, {"en": f"{name}, {origin}" if origin else name}, "kg", category)


def _process(recipe: Recipe) -> Process:
    exchanges: list[Exchange] = []

    def add(amounts: Mapping[str, str], *, prefix: str = "", **more: bool) -> None:
        for name, text in amounts.items():
            amount = Quantity.parse(text)
            exchanges.append(
                Exchange(
                    id=str(len(exchanges)),
                    flow=f"{prefix}{name}",
                    amount=amount.value,
                    unit=amount.unit,
                    is_input=more.get("is_input", False),
                    is_reference=more.get("first_is_reference", False) and not exchanges,
                    is_avoided=more.get("is_avoided", False),
                    provider=recipe.providers.get(name),
                    uncertainty=recipe.uncertainty.get(name),
                )
            )

    add(recipe.makes, first_is_reference=True)
    add(recipe.treats, is_input=True, first_is_reference=True)
    add(recipe.takes, is_input=True)
    add(recipe.avoids, is_input=True, is_avoided=True)
    add(recipe.discards)
    add(recipe.emits, prefix="air ")
    add(recipe.absorbs, prefix="from air ", is_input=True)
    return Process(
        id=recipe.name,
        names={"en": recipe.name},
        exchanges=tuple(exchanges),
        location=recipe.location,
        allocations=recipe.allocations,
        valid_until=recipe.valid_until,
    )

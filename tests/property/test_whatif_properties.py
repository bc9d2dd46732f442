"""What-if on any small database equals importing the changed database, for every product and gas."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tanheng.inventory import compile_database, freeze
from tanheng.inventory.model import Allocation, AllocationMethod
from tanheng.inventory.whatif.changes import EmissionChange, ExchangeChange, MarketChange, Replacement, SupplierChange
from tanheng.inventory.whatif.computing import what_if
from tanheng.testing import Recipe, database

pytestmark = pytest.mark.fuzz
amounts = st.sampled_from([0.01, 0.05, 0.1, 0.25, 0.3])
GASES = ("CO2", "CH4 fossil", "N2O")


@dataclass(frozen=True)
class Plain:
    """A process as numbers: outputs, inputs and gases in kg."""

    name: str
    makes: dict[str, float]
    takes: dict[str, float]
    emits: dict[str, float]

    def recipe(self) -> Recipe:
        def kg(amounts: dict[str, float]) -> dict[str, str]:
            return {name: f"{amount!r} kg" for name, amount in amounts.items() if amount}

        # What users take decides on shares that nobody gives (C12); given ones stay, whatever changes.
        given = (Allocation(AllocationMethod.PHYSICAL, {"P0": 0.75, "B0": 0.25}),) if "B0" in self.makes else ()
        return Recipe(self.name, kg(self.makes), takes=kg(self.takes), emits=kg(self.emits), allocations=given)


@st.composite
def plains(draw):
    """Processes P0 … that take from one another, in loops too; some make a by-product, some take what nobody makes."""
    count = draw(st.integers(3, 8))
    products = [f"P{i}" for i in range(count)] + ["B0"]
    made = []
    for i in range(count):
        others = [p for p in products if p != f"P{i}"]
        taken = draw(st.lists(st.sampled_from([*others, "Ghost"]), max_size=3, unique=True))
        output = draw(st.sampled_from([1.0, 4.0]))
        makes = {f"P{i}": output} | ({"B0": draw(st.sampled_from([1.0, 2.0]))} if i == 0 else {})
        if i == 0:
            taken = [name for name in taken if name != "B0"]
        takes = {name: output * draw(amounts) for name in taken}
        emits = {gas: draw(st.sampled_from([0.0, 0.5, 2.0])) for gas in GASES}
        made.append(Plain(f"P{i}", makes, takes, emits))
    return made


def compiled(processes):
    return compile_database(database("any", *(p.recipe() for p in processes)))


def by_product(columns, roles, masses):
    """(product, gas) → kg."""
    return {(name, gas): float(masses[j, k]) for j, name in enumerate(columns) for k, (gas, _) in enumerate(roles)}


def same(found, expected, scale=1.0):
    keys = {*found, *expected}
    for key in keys:
        a, b = found.get(key, 0.0), expected.get(key, 0.0)
        assert abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1e-6 * scale), key


def check(processes, change, changed):
    """``change`` on the snapshot of ``processes`` gives what importing ``changed`` gives."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot = freeze(compiled(processes), Path(folder))
        found = what_if(snapshot, [change])
        expected = compiled(changed)
        names = snapshot.products["name"].to_list()
        assert sorted(names) == sorted(c.flow.name for c in expected.columns)
        same(
            by_product(names, found.roles, found.masses[1]),
            by_product([c.flow.name for c in expected.columns], expected.roles, expected.footprints),
        )
        gaps = np.asarray(abs(expected.O).sum(axis=0)).ravel()
        complete = dict(zip(names, found.complete()[1], strict=True))
        for column, lost in zip(expected.columns, gaps, strict=True):
            assert not (lost and complete[column.flow.name])


def changed_in(processes, name, **values):
    return [replace(p, **values) if p.name == name else p for p in processes]


@given(st.data(), plains(), st.sampled_from([0.0, 0.3, 1.0, 2.5]))
@settings(max_examples=25, deadline=None)
def test_an_exchange(data, processes, factor):
    users = [p for p in processes if p.takes]
    assume(users)
    who = data.draw(st.sampled_from(users))
    what = data.draw(st.sampled_from(sorted(who.takes)))
    new = changed_in(processes, who.name, takes={**who.takes, what: who.takes[what] * factor})
    check(processes, ExchangeChange(who.name, what, factor=factor), new)
    share = 0.75 if "B0" in who.makes else 1.0
    per_unit = who.takes[what] * factor * share / who.makes[who.name]
    check(processes, ExchangeChange(who.name, what, amount=f"{1000 * per_unit!r} g"), new)


@given(st.data(), plains())
@settings(max_examples=25, deadline=None)
def test_another_supplier_of_one_process(data, processes):
    users = [p for p in processes if p.takes]
    assume(users)
    who = data.draw(st.sampled_from(users))
    what = data.draw(st.sampled_from(sorted(who.takes)))
    supplier = data.draw(st.sampled_from([p.name for p in processes if p.name not in (who.name, what)]))
    takes = {name: amount for name, amount in who.takes.items() if name != what}
    takes[supplier] = takes.get(supplier, 0.0) + who.takes[what]
    check(processes, SupplierChange(what, supplier, who.name), changed_in(processes, who.name, takes=takes))


@given(st.data(), plains())
@settings(max_examples=25, deadline=None)
def test_another_supplier_of_all(data, processes):
    names = [p.name for p in processes]
    what, supplier = data.draw(st.permutations(names).map(lambda order: order[:2]))
    new = []
    for p in processes:
        takes = dict(p.takes)
        if p.name not in (what, supplier) and what in takes:
            takes[supplier] = takes.get(supplier, 0.0) + takes.pop(what)
        new.append(replace(p, takes=takes))
    check(processes, SupplierChange(what, supplier), new)


@given(st.data(), plains())
@settings(max_examples=25, deadline=None)
def test_a_data_set_stands_for_another(data, processes):
    names = [p.name for p in processes if p.name != "P0"]  # P0 has a co-product, whose column stays
    what = data.draw(st.sampled_from(names))
    by = data.draw(st.sampled_from([name for name in [p.name for p in processes] if name != what]))
    output = next(p.makes[what] for p in processes if p.name == what)
    new = changed_in(processes, what, takes={by: output}, emits={})
    check(processes, Replacement(what, by), new)


@given(st.data(), plains(), st.sampled_from([0.0, 0.2, 0.7]))
@settings(max_examples=25, deadline=None)
def test_a_market(data, processes, share):
    markets = [p for p in processes if len(p.takes) > 1]
    assume(markets)
    who = data.draw(st.sampled_from(markets))
    what = data.draw(st.sampled_from(sorted(who.takes)))
    whole = sum(who.takes.values())
    others = whole - who.takes[what]
    takes = {name: amount * whole * (1 - share) / others for name, amount in who.takes.items()} | {what: whole * share}
    check(processes, MarketChange(who.name, {what: share}), changed_in(processes, who.name, takes=takes))


@given(st.data(), plains(), st.sampled_from([0.0, 0.5, 3.0]))
@settings(max_examples=25, deadline=None)
def test_an_emission(data, processes, factor):
    who = data.draw(st.sampled_from(processes))
    gas = data.draw(st.sampled_from(GASES))
    assume(who.emits[gas])
    new = changed_in(processes, who.name, emits={**who.emits, gas: who.emits[gas] * factor})
    check(processes, EmissionChange(who.name, gas, factor=factor), new)

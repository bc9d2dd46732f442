"""Links of what is written: an input that several serve becomes an exchange from each, in every format."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tanheng.formats import WRITABLE, read_database, write_database
from tanheng.formats.losses import Losses
from tanheng.formats.writing.links import DECIDED, linked
from tanheng.inventory import compile_database
from tanheng.inventory.model import Allocation, AllocationMethod
from tanheng.testing import database, process


@pytest.fixture
def mixed():
    """Two mills serve one works by their volumes; the works makes two products, shared out exchange by exchange."""
    mills = [
        process(name, makes={"steel": "1 kg"}, emits={"CO2": co2}, location="CN")
        for name, co2 in (("blast", "2 kg"), ("arc", "0.5 kg"))
    ]
    causal = {"2": {"car": 0.25, "bus": 0.75}, "3": {"car": 1.0, "bus": 0.0}}
    works = process(
        "works",
        makes={"car": "1 pcs", "bus": "1 pcs"},
        takes={"steel": "10 kg"},
        emits={"CO2": "1 kg"},
        location="CN",
        allocations=(Allocation(AllocationMethod.CAUSAL, by_exchange=causal),),
    )
    made = database("d", *mills, works)
    volumes = {"blast": 900.0, "arc": 100.0}
    processes = {
        key: dataclasses.replace(p, exchanges=tuple(_with_volume(e, volumes.get(key)) for e in p.exchanges))
        for key, p in made.processes.items()
    }
    return dataclasses.replace(made, processes=processes)


def _with_volume(exchange, volume):
    return dataclasses.replace(exchange, production_volume=volume) if exchange.is_reference else exchange


def by_name(data):
    compiled = compile_database(data)
    return {
        c.flow.name + c.process.name: float(row.sum())
        for c, row in zip(compiled.columns, compiled.footprints, strict=True)
    }


def test_the_parts_of_an_input_keep_its_shares_and_have_ids_of_their_own(mixed):
    expected = 10 * (0.9 * 2 + 0.1 * 0.5)
    before = by_name(mixed)
    assert before["busworks"] == pytest.approx(0.75 * expected)
    works = mixed.processes["works"]
    odd = dataclasses.replace(works.exchanges[-1], id="2-1")  # an id that the second part would get
    causal = {"2": {"car": 0.25, "bus": 0.75}, "2-1": {"car": 1.0, "bus": 0.0}}
    works = dataclasses.replace(
        works,
        exchanges=(*works.exchanges[:-1], odd),
        allocations=(Allocation(AllocationMethod.CAUSAL, by_exchange=causal),),
    )
    given = dataclasses.replace(mixed, processes={**mixed.processes, "works": works})
    losses = Losses()
    found = linked(given, losses, DECIDED)
    exchanges = found.processes["works"].exchanges
    assert len({e.id for e in exchanges}) == len(exchanges) == len(works.exchanges) + 1
    assert [(e.provider, e.amount) for e in exchanges if e.flow == "steel"] == [("blast", 9.0), ("arc", 1.0)]
    assert [note.code for note in losses.close()] == ["supply-split"]
    assert by_name(found) == pytest.approx(by_name(given))


@pytest.mark.parametrize("form", WRITABLE)
def test_the_footprints_come_back(mixed, tmp_path, form):
    path = tmp_path / ("d.xlsx" if form == "brightway-excel" else "d.zip")
    found = read_database(write_database(mixed, path, format=form).path, name="d")
    assert np.array(sorted(by_name(found).values())) == pytest.approx(sorted(by_name(mixed).values()), rel=1e-9)

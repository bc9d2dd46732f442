"""Whatever changes from one release to the next, what each process did adds up to the difference of every product."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.inventory import compile_database, freeze
from tanheng.inventory.releases.difference import ReleaseDifference
from tanheng.testing import Recipe, database

pytestmark = pytest.mark.fuzz
NAMES = [f"P{i}" for i in range(7)]
amounts = st.sampled_from([0.01, 0.05, 0.1, 0.25])
UNITS = {"kg": 1.0, "t": 1000.0}


@st.composite
def recipes(draw, name):
    """A process that takes from others, in loops too, from itself and from nobody; P0 has a by-product."""
    output = draw(st.sampled_from([1.0, 4.0]))
    others = [n for n in [*NAMES, "B0", "Ghost"] if not (name == "P0" and n == "B0")]
    taken = draw(st.lists(st.sampled_from(others), max_size=3, unique=True))
    unit = draw(st.sampled_from(sorted(UNITS))) if name == "P1" else "kg"  # P1 may be sold by the tonne
    return Recipe(
        name,
        {name: f"{output / UNITS[unit]!r} {unit}", **({"B0": "2 kg"} if name == "P0" else {})},
        takes={other: f"{output * draw(amounts)!r} kg" for other in taken},
        emits={
            gas: f"{draw(st.sampled_from([0.1, 2.0]))!r} kg" for gas in draw(st.sets(st.sampled_from(["CO2", "N2O"])))
        },
        absorbs={"CO2": "1 kg"} if draw(st.booleans()) else {},
    )


@st.composite
def releases(draw):
    """Two databases: some processes are the same, some changed, some come, some go."""
    old = {name: draw(recipes(name)) for name in draw(st.lists(st.sampled_from(NAMES), min_size=2, unique=True))}
    new = {}
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=2, unique=True)):
        new[name] = old[name] if name in old and draw(st.booleans()) else draw(recipes(name))
    kept = draw(st.sampled_from(sorted(old)))
    new.setdefault(kept, old[kept])
    return list(old.values()), list(new.values())


@given(releases())
@settings(max_examples=100, deadline=None)
def test_causes_add_up_to_the_difference_and_items_to_their_causes(made):
    with tempfile.TemporaryDirectory() as folder:
        old, new = (freeze(compile_database(database("any", *side)), Path(folder)) for side in made)
        found = ReleaseDifference(old, new)
        moves = found.causes(found.paired, most=3)
        before, after = found.totals
        for move in moves:
            size = 1e-9 * max(abs(move.before), abs(move.after), *(abs(c.amount) for c in move.causes), 1e-12)
            told = math.fsum([c.amount for c in move.causes] + [move.rest, move.stored])
            assert told == pytest.approx(move.after - move.before, abs=size)
            for cause in move.causes:
                parts = [item.amount for item in cause.items]
                whole = 1e-9 * max(map(abs, parts))
                assert math.fsum(parts) == pytest.approx(cause.amount, abs=whole)
            assert (move.before, move.after) == (before[move.product], after[move.product])
        main = found.main_causes(found.paired)
        for move, cause in zip(moves, main, strict=True):
            assert (cause is None) == (not move.causes)
            assert cause is None or abs(cause[1]) == pytest.approx(abs(move.causes[0].amount))


@given(releases())
@settings(max_examples=30, deadline=None)
def test_a_release_does_not_differ_from_itself(made):
    with tempfile.TemporaryDirectory() as folder:
        (snapshot,) = (freeze(compile_database(database("any", *side)), Path(folder)) for side in made[:1])
        found = ReleaseDifference(snapshot, snapshot)
        assert found.moved().size == 0
        assert not found.differences.any()
        assert found.pairing.count("id") == snapshot.products.height

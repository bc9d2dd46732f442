"""Sampling plans and changes of certified footprints."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.certification.changing import drift
from tanheng.certification.model import Assurance, Scheme
from tanheng.certification.sampling import CONFIDENCE, Item, Why, plan

ITEMS = st.lists(
    st.builds(Item, st.just("x"), st.floats(-1e6, 1e6), st.booleans(), st.booleans()), min_size=1, max_size=60
).map(lambda items: [Item(f"lines[{n}]", i.amount, i.is_primary, i.has_evidence) for n, i in enumerate(items)])


def places(found, why=None):
    return [one.place for one in found if why in (None, one.why)]


def test_key_lines_and_unsupported_ones_are_always_followed():
    items = [Item("big", -60), Item("half", 30, True, True), Item("bare", 1, True), Item("small", 9)]
    found = plan(items, materiality=0.1, assurance=Assurance.LIMITED, seed="d")
    assert places(found, Why.KEY) == ["big", "half"]
    assert places(found, Why.UNSUPPORTED) == ["bare"]
    # −ln 0.2 · 0.09 / 0.1 = 1.4 → 2 draws of one line that is left
    assert places(found, Why.DRAWN) == ["small"]


@pytest.mark.parametrize(("assurance", "count"), [(Assurance.REASONABLE, 60), (Assurance.LIMITED, 33)])
def test_as_many_are_drawn_as_the_assurance_takes(assurance, count):
    # all of 1,000 equal lines remain: −ln(1 − c) / 0.05 = 59.9 or 32.2
    items = [Item(f"lines[{n}]", 1.0, True, True) for n in range(1000)]
    found = plan(items, materiality=0.05, assurance=assurance, seed="d")
    assert len(found) == count == math.ceil(-math.log(1 - CONFIDENCE[assurance]) / 0.05)
    numbers = [int(one.place[6:-1]) for one in found]
    gaps = {b - a for a, b in pairwise(numbers)}
    assert gaps <= {1000 // count, 1000 // count + 1}


@given(ITEMS, st.sampled_from(Assurance), st.floats(0.01, 0.5), st.text(max_size=5))
def test_a_plan_is_the_same_for_everybody_and_holds_what_it_must(items, assurance, materiality, digest):
    found = plan(items, materiality=materiality, assurance=assurance, seed=digest)
    assert found == plan(items, materiality=materiality, assurance=assurance, seed=digest)
    assert len(places(found)) == len({*places(found)})
    whole = math.fsum(abs(item.amount) for item in items)
    for item in items:
        if whole and abs(item.amount) / whole >= materiality:
            assert item.place in places(found, Why.KEY)
        elif item.is_primary and not item.has_evidence:
            assert item.place in places(found, Why.UNSUPPORTED)
    assert all(one.share > 0 for one in found if one.why is Why.DRAWN)


def test_chances_are_in_proportion_to_shares():
    items = [Item("large", 4.0, True, True), *(Item(f"s{n}", 1.0, True, True) for n in range(96))]
    hits = sum(
        "large" in places(plan(items, materiality=0.05, assurance=Assurance.LIMITED, seed=str(seed)))
        for seed in range(400)
    )
    # 33 steps of 100/33 = 3.03: a line of 4 is always met, one of 1 in a third of all plans
    assert hits == 400
    other = sum(
        "s5" in places(plan(items, materiality=0.05, assurance=Assurance.LIMITED, seed=str(seed)))
        for seed in range(400)
    )
    assert 95 <= other <= 170


SCHEME = Scheme(id="label", version="1", names={}, change=0.1)


@pytest.mark.parametrize(
    ("certified", "now", "share", "is_material"),
    [
        (100.0, 110.0, 0.1, False),
        (100.0, 110.1, 0.101, True),
        (100.0, 90.0, -0.1, False),
        (-10.0, -11.5, -0.15, True),
        (0.0, 0.0, 0.0, False),
        (0.0, 0.1, None, True),
        (None, 1.0, None, True),
        (1.0, None, None, True),
    ],
)
def test_a_change_counts_from_what_the_scheme_allows(certified, now, share, is_material):
    found = drift(certified, now, SCHEME)
    assert found.share == (pytest.approx(share) if share is not None else None)
    assert found.is_material == is_material


def test_what_is_no_number_counts():
    assert drift(1.0, math.nan, SCHEME).is_material

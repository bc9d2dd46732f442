"""Whatever flows and methods there are: a mapping never crosses media or origins of carbon, and units only scale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.inventory.methods_by_hand import factor, flow, method

from tanheng.inventory.mapping.cascade import Status
from tanheng.inventory.mapping.describing import describe
from tanheng.inventory.mapping.mapfile import mapping_table
from tanheng.inventory.mapping.mapping import map_flows
from tanheng.inventory.mapping.overrides import MappingFile, MappingRow
from tanheng.inventory.model import FlowKind

NAMES = [
    "Carbon dioxide",
    "Methane",
    "Carbon monoxide",
    "Dinitrogen monoxide",
    "Nitrous oxide",
    "二氧化碳",
    "R-744",
    "X",
]
ORIGINS = ["", ", fossil", ", biogenic", " (land use change)", ", non-fossil", " (biogenic-100yr)", "（生物成因）"]
PLACES = [
    "",
    "air",
    "air/urban",
    "Emissions to air, indoor",
    "water",
    "water/river",
    "soil/forestry",
    "resource/in air",
]
PLACES += ["Renewable material resources from air", "resource/in ground", "elsewhere"]
CAS = ["", "124-38-9", "74-82-8", "10024-97-2"]

flows = st.builds(
    flow,
    st.builds("".join, st.tuples(st.sampled_from(NAMES), st.sampled_from(ORIGINS))),
    st.sampled_from(PLACES),
    id=st.sampled_from(["", "a", "b"]),
    cas=st.sampled_from(CAS),
    synonyms=st.lists(st.sampled_from(NAMES), max_size=2),
)
factors = st.builds(
    lambda f, value, taken: factor(
        f.name, value, "/".join(f.category), id=f.id, cas=f.cas, synonyms=f.synonyms, is_input=taken
    ),
    flows,
    st.sampled_from([-1.0, 0.0, 1.0, 27.0]),
    st.sampled_from([None, True, False]),
)


@given(st.lists(flows, min_size=1, max_size=4), st.lists(factors, max_size=8))
def test_a_mapping_never_crosses_media_or_origins_and_never_guesses(given_flows, given_factors):
    found = map_flows([describe(f) for f in given_flows], method(*given_factors))
    for one, match in zip(found.flows, found.matches[0], strict=True):
        assert (match.value is not None) == (match.status is Status.MAPPED)
        if match.status is not Status.MAPPED:
            continue
        target = match.factors[0].flow
        if one.compartment.medium and target.compartment.medium:
            assert one.compartment.medium == target.compartment.medium
        if one.origin and target.origin:
            assert one.origin == target.origin
        if target.origin and not one.origin:
            assert target.origin in ("fossil", "biogenic")
            assert target.origin == "fossil" or one.compartment.medium == "resource"


@given(st.lists(flows, min_size=1, max_size=4), st.lists(factors, min_size=1, max_size=8), st.randoms())
def test_the_order_of_factors_changes_no_value(given_flows, given_factors, random):
    described = [describe(f) for f in given_flows]
    shuffled = list(given_factors)
    random.shuffle(shuffled)
    first, second = map_flows(described, method(*given_factors)), map_flows(described, method(*shuffled))
    assert (first.values == second.values).all()
    statuses = [[m.status for m in c] for c in first.matches]
    assert statuses == [[m.status for m in c] for c in second.matches]


MASSES = {"kg": 1.0, "g": 1e-3, "mg": 1e-6, "t": 1e3, "lb": 0.45359237}


@given(st.sampled_from(list(MASSES)), st.sampled_from(list(MASSES)), st.floats(-1e6, 1e6))
def test_units_only_scale(ours, theirs, value):
    one = flow("X", unit=ours)
    assert one.kind is FlowKind.ELEMENTARY
    found = map_flows([describe(one)], method(factor("X", value, unit=theirs))).matches[0][0]
    assert found.value == pytest.approx(value * MASSES[ours] / MASSES[theirs], rel=1e-12)


@given(
    st.lists(flows, min_size=1, max_size=4), st.lists(factors, min_size=1, max_size=6), st.lists(factors, max_size=6)
)
def test_a_mapping_written_out_and_applied_again_has_the_same_factors(given_flows, one, other):
    described = [replace(describe(f), id=f"f{n}") for n, f in enumerate(given_flows)]
    nameless = [[replace(f, flow=replace(f.flow, id="")) for f in listed] for listed in (one, other)]
    known = method(A=nameless[0], B=nameless[1])
    first = map_flows(described, known)
    texts = ("flow_id", "flow", "compartment", "category", "target_id", "target", "target_compartment")
    rows = [MappingRow(**{key: row[key] or "" for key in texts}) for row in mapping_table(first).to_dicts()]
    again = map_flows(described, known, file=MappingFile(tuple(rows)))
    np.testing.assert_array_equal(again.values, first.values)

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from tanheng.engine import Solver, sankey
from tanheng.errors import EngineError


@pytest.fixture
def loop():
    """Coal and electricity (see test_golden), 9 kWh: s = 10, 5; p = 7/6, 1/3."""
    A = sparse.csc_array(np.array([[1, -0.2], [-0.5, 1]]))
    q, f = np.array([1.0, 0.1]), np.array([9.0, 0.0])
    solver = Solver(A)
    return {
        "A": A,
        "demand": f,
        "supply": solver.supply(f).values,
        "footprints": solver.footprints(q).values,
        "burdens": q,
    }


def test_flows_by_hand(loop):
    """Coal to electricity: 0.5·10·1/3 = 5/3; electricity to coal: 0.2·5·7/6 = 7/6; out: 9·7/6 = 10.5.

    Electricity: in 10 direct + 5/3 = 35/3 = out 10.5 + 7/6. Coal: in 0.5 + 7/6 = 5/3 = out.
    """
    found = sankey(**loop)
    assert found.total == pytest.approx(10.5)
    assert [(edge.supplier, edge.consumer) for edge in found.edges] == [(1, 0), (0, 1)]
    assert [edge.flow for edge in found.edges] == pytest.approx([5 / 3, 7 / 6])
    power, coal = found.nodes
    assert (power.index, power.throughput, power.direct) == (0, pytest.approx(35 / 3), pytest.approx(10))
    assert (power.demand, power.hidden_in, power.hidden_out) == (pytest.approx(10.5), 0, 0)
    assert (coal.index, coal.throughput, coal.direct) == (1, pytest.approx(5 / 3), pytest.approx(0.5))


def test_what_is_cut_off_stays_at_its_nodes(loop):
    found = sankey(**loop, cutoff=0.15)  # least: 1.575
    assert [(edge.supplier, edge.consumer) for edge in found.edges] == [(1, 0)]
    assert found.nodes[0].hidden_out == pytest.approx(7 / 6)
    assert found.nodes[1].hidden_in == pytest.approx(7 / 6)
    one = sankey(**loop, max_edges=1)
    assert one.edges == found.edges


def test_the_demand_is_shown_even_if_no_edge_is(loop):
    found = sankey(**loop, cutoff=0.9)
    assert found.edges == ()
    assert [node.index for node in found.nodes] == [0]
    assert found.nodes[0].hidden_in == pytest.approx(5 / 3)


def test_refuses_a_negative_cutoff(loop):
    with pytest.raises(EngineError, match="TH-ENG-012"):
        sankey(**loop, cutoff=-1)

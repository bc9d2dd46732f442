from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from tanheng.engine import Solver, System
from tanheng.errors import EngineError


def test_shares_the_memory_of_canonical_arrays():
    A = sparse.csc_array(np.array([[1.0, -0.5], [0.0, 1.0]]))
    B = sparse.csc_array(np.array([[2.0, 3.0]]))
    system = System(A, B)
    assert np.shares_memory(system.A.data, A.data)
    assert np.shares_memory(system.A.indices, A.indices)
    assert np.shares_memory(system.B.data, B.data)


def test_memory_maps_stay_unwritten(tmp_path):
    """A snapshot is opened read-only; building, solving and diagnosing must not write into it."""
    source = sparse.csc_array(np.array([[1.0, -0.5, 0], [-0.2, 1.0, -0.1], [0, -0.3, 1.0]]))
    parts = {}
    for name in ("data", "indices", "indptr"):
        np.save(tmp_path / f"{name}.npy", getattr(source, name))
        parts[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r")
    A = sparse.csc_array((parts["data"], parts["indices"], parts["indptr"]), shape=(3, 3))
    system = System(A, A)
    assert np.shares_memory(system.A.data, parts["data"])
    assert not system.A.data.flags.writeable
    answers = [Solver(system.A, strategy=name).footprints(np.ones(3)).values for name in ("direct", "sweep")]
    np.testing.assert_allclose(answers[0], answers[1], rtol=1e-12)


def test_unsorted_and_duplicate_entries_are_put_in_order_on_a_copy():
    data, indices = np.array([-0.5, 0.5, 0.5, 1.0]), np.array([1, 0, 0, 1], dtype=np.int32)
    A = sparse.csc_array((data, indices, np.array([0, 3, 4], dtype=np.int32)), shape=(2, 2))
    system = System(A, np.ones((1, 2)))
    assert system.A.toarray().tolist() == [[1.0, 0.0], [-0.5, 1.0]]
    assert indices.tolist() == [1, 0, 0, 1]


def test_burdens_of_one_and_of_several_methods():
    system = System(np.eye(2), np.array([[1.0, 2.0], [0.0, 3.0]]))
    assert system.burdens(np.array([1.0, 10.0])).tolist() == [1.0, 32.0]
    assert system.burdens(np.array([[1.0, 0.0], [10.0, 1.0]])).tolist() == [[1.0, 0.0], [32.0, 3.0]]
    with pytest.raises(EngineError, match="TH-ENG-003"):
        system.burdens(np.ones(3))


@pytest.mark.parametrize(
    ("A", "B", "code"),
    [
        (np.ones((2, 3)), np.ones((1, 3)), "TH-ENG-001"),
        (np.eye(2), np.ones((1, 3)), "TH-ENG-004"),
        (np.array([[1, np.nan], [0, 1]]), np.ones((1, 2)), "TH-ENG-002"),
        (np.eye(2), np.array([[1, np.inf]]), "TH-ENG-002"),
    ],
)
def test_refuses_what_is_no_system(A, B, code):
    with pytest.raises(EngineError) as caught:
        System(A, B)
    assert caught.value.code == code
    assert caught.value.text("zh") != caught.value.text("en")


def test_names_the_place_of_a_value_that_is_not_finite():
    A = np.eye(4)
    A[1, 3] = np.nan
    with pytest.raises(EngineError) as caught:
        System(A, np.ones((1, 4)))
    params = caught.value.faults[0].params
    assert (params["rows"], params["columns"]) == ((1,), (3,))

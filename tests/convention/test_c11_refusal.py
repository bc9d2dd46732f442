"""C11: a database whose matrix is not square, or singular, is refused with the processes at fault."""

from __future__ import annotations

import numpy as np
import pytest

from tanheng.engine import Solver, check
from tanheng.errors import EngineError


def refused(A):
    with pytest.raises(EngineError) as caught:
        check(A)
    return caught.value.faults


def test_c11_not_square():
    (fault,) = refused(np.ones((3, 2)))
    assert (fault.code, fault.params["rows"], fault.params["columns"]) == ("TH-ENG-001", 3, 2)


def test_c11_empty_row_or_column_is_named():
    A = np.eye(4)
    A[2, 2], A[2, 1] = 0, -1
    (fault,) = refused(A)
    assert (fault.code, fault.params["rows"], fault.params["columns"]) == ("TH-ENG-005", (), (2,))


def test_c11_structurally_singular_names_what_has_no_partner():
    """Three processes make two products between them."""
    A = np.array([[1.0, 0, 1, -1], [0, 1, 1, 0], [0, 0, 0, -1], [0, 0, 0, 1]])
    (fault,) = refused(A)
    assert fault.code == "TH-ENG-007"
    assert fault.params["rows"][0] in (2, 3)
    assert fault.params["columns"][0] in (0, 1, 2)


def test_c11_numerically_singular_names_the_processes():
    """Two joint processes with the same proportions, by credits."""
    A = np.eye(5)
    A[1, 3] = A[3, 1] = 1.0
    (fault,) = refused(A)
    assert (fault.code, fault.params["rows"], fault.params["columns"]) == ("TH-ENG-006", (1, 3), (1, 3))


@pytest.mark.parametrize("gain", [1.0, 3.0, 1.8e8**2])
def test_c11_a_loop_that_does_not_pay_is_named(gain):
    A = np.eye(6)
    A[4, 2], A[2, 4] = -1.0, -gain
    (fault,) = refused(A)
    assert (fault.code, fault.params["columns"]) == ("TH-ENG-008", (2, 4))
    assert float(fault.params["radius"]) == pytest.approx(gain**0.5, rel=1e-5)


def test_c11_a_solver_does_not_answer_for_a_singular_matrix():
    with pytest.raises(EngineError) as caught:
        Solver(np.array([[1.0, 1.0], [1.0, 1.0]])).footprints([1.0, 2.0])
    assert caught.value.faults[0].params["columns"] == (0, 1)

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from tanheng.engine import check, diagnose
from tanheng.errors import EngineError


def test_a_sound_system_has_no_faults():
    found = diagnose(np.array([[1.0, -0.2], [-0.5, 1.0]]))
    assert found.sound
    assert found.faults() == ()
    assert len(found.loops) == 1
    assert check(np.eye(3)) == diagnose(np.eye(3))


def test_empty_rows_and_columns_stored_zeros_included():
    A = sparse.csc_array(np.array([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]))
    A.data[[2, 5, 8]] = 0  # row 2
    A.data[[0, 1]] = 0  # column 0 has only the stored zero of row 2 left
    found = diagnose(A)
    assert (found.empty_rows, found.empty_columns) == ((2,), (0,))
    assert [fault.code for fault in found.faults()] == ["TH-ENG-005"]


def test_products_and_processes_that_cannot_be_paired():
    """Processes 1, 2 and 3 make only products 0 and 1 between them; products 2 and 3 are left with process 0."""
    A = np.array([[1.0, 1, 1, 1], [1, 1, 1, 1], [1, 0, 0, 0], [1, 0, 0, 0]])
    found = diagnose(A)
    assert len(found.unmatched_rows) == len(found.unmatched_columns) == 1
    assert found.unmatched_rows[0] in (2, 3)
    assert found.unmatched_columns[0] in (1, 2, 3)
    assert [fault.code for fault in found.faults()] == ["TH-ENG-007"]


def test_a_permuted_pairing_is_no_fault_of_structure():
    found = diagnose(np.array([[0.0, 1.0], [1.0, 0.0]]))
    assert not found.unmatched_rows


def test_linear_dependence_names_the_rows_and_columns():
    """Process 2 is process 1 again, by amounts and with credits; 0 and 3 are innocent."""
    A = np.array([[1.0, 0.1, 0.1, 0], [-0.2, 1.0, 1.0, -0.3], [-0.2, 0.5, 0.5, 0], [-0.1, 0, 0, 1.0]])
    A[0] *= 1e-7  # units
    A[:, 3] *= 1e5
    assert np.linalg.matrix_rank(A / np.abs(A).max(axis=0)) == 3
    found = diagnose(A)
    assert found.dependent_columns == (1, 2)
    assert len(found.dependent_rows) >= 2
    assert [fault.code for fault in found.faults()] == ["TH-ENG-006"]


def test_strong_credits_alone_are_no_dependence():
    """ρ(|Z|) is 3 here, so the proof by radius fails and the block is factorised: regular."""
    found = diagnose(np.array([[1.0, 3.0], [-3.0, 1.0]]))
    assert found.sound


def test_a_loop_that_eats_what_it_makes_is_refused_with_its_members():
    A = np.eye(5)
    A[3, 1], A[1, 3] = -2.0, -0.5
    with pytest.raises(EngineError) as caught:
        check(A)
    (fault,) = caught.value.faults
    assert fault.code == "TH-ENG-008"
    assert fault.params["columns"] == (1, 3)
    assert fault.params["radius"] == "1"
    assert "1, 3" in fault.message("en")
    assert "1, 3" in fault.message("zh")


def test_every_fault_is_reported_at_once():
    A = np.eye(6)
    A[1, 0] = A[0, 1] = -1.5
    A[2, 2] = -0.5
    A[4, 5], A[5, 4] = 1.0, 1.0  # credits both ways: 1 − 1·1 = 0
    codes = sorted(fault.code for fault in diagnose(A).faults())
    assert codes == ["TH-ENG-006", "TH-ENG-008", "TH-ENG-008"]


def test_a_rectangle_is_refused():
    with pytest.raises(EngineError, match="2 rows and 3 columns"):
        check(np.ones((2, 3)))


def test_long_lists_are_shortened_in_the_sentence_and_whole_in_the_parameters():
    A = sparse.lil_array(sparse.eye_array(40))
    for i in range(20):
        A[i, i] = 0
    (fault,) = diagnose(A).faults()
    assert fault.params["rows"] == tuple(range(20))
    assert "… (20)" in fault.message()

from __future__ import annotations

import numpy as np
import pytest

from tanheng.errors import EngineError
from tanheng.inventory import compile_database, freeze
from tanheng.inventory.vectors import score_vectors
from tanheng.testing import database, process


@pytest.fixture
def snapshot(tmp_path):
    """1 kg of steel: 2 kg CO2 and 0.1 kg CH4 by itself, and 0.5 kWh with 1 kg CO2 each."""
    power = process("Power", "1 kWh", emits={"CO2": "1 kg"})
    steel = process("Steel", takes={"Power": "0.5 kWh"}, emits={"CO2": "2 kg", "CH4": "0.1 kg"})
    return freeze(compile_database(database("mini", power, steel)), tmp_path)


def test_scores_of_any_factors_for_all_products(snapshot):
    flows = snapshot.table("flows")["name"].to_list()
    assert flows == ["Carbon dioxide", "Methane"]
    found = score_vectors(snapshot, [[1.0, 0.0], [10.0, 1.0]])
    np.testing.assert_allclose(found.values, [[1.0, 0.0], [3.5, 0.1]], rtol=1e-14)
    assert found.residual < 1e-14


def test_solved_once_and_kept(snapshot, monkeypatch):
    first = score_vectors(snapshot, [1.0, 10.0])
    assert not first.stored
    monkeypatch.setattr("tanheng.engine.Solver.footprints", lambda *_: pytest.fail("solved again"))
    again = score_vectors(type(snapshot).open(snapshot.path), [1.0, 10.0])
    assert again.stored
    assert again.residual == first.residual
    assert np.array_equal(again.values, first.values)


def test_what_was_damaged_is_solved_again(snapshot):
    first = score_vectors(snapshot, [1.0, 10.0])
    (path,) = (snapshot.path / "vectors").glob("*.npy")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    again = score_vectors(snapshot, [1.0, 10.0])
    assert not again.stored
    assert np.array_equal(again.values, first.values)
    assert score_vectors(snapshot, [1.0, 10.0]).stored


def test_a_folder_in_the_way_keeps_nothing_and_hides_nothing(snapshot):
    (snapshot.path / "vectors").write_text("in the way")
    for _ in range(2):
        assert not score_vectors(snapshot, [1.0, 10.0]).stored
    snapshot.verify()


def test_other_factors_are_other_vectors(snapshot):
    assert score_vectors(snapshot, [1.0, 10.0]).values[1] == pytest.approx(3.5)
    assert score_vectors(snapshot, [1.0, 20.0]).values[1] == pytest.approx(4.5)
    with pytest.raises(EngineError, match="TH-ENG-003"):
        score_vectors(snapshot, [1.0])


def test_the_same_database_is_solved_once(tmp_path, monkeypatch):
    mini = database("mini", process("Steel", emits={"CO2": "2 kg"}))
    first = freeze(compile_database(mini), tmp_path)
    monkeypatch.setattr("tanheng.engine.Solver.footprints", lambda *_: pytest.fail("solved again"))
    assert freeze(compile_database(mini), tmp_path).path == first.path

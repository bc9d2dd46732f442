from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from tanheng.errors import InventoryError
from tanheng.inventory import Snapshot, compile_database, freeze
from tanheng.inventory.footprinting import footprint
from tanheng.inventory.search import find_product, search
from tanheng.inventory.tables import footprint_table, write_table
from tanheng.quantities import gwp_set
from tanheng.testing import database, process


@pytest.fixture
def compiled():
    return compile_database(
        database(
            "mini",
            process("Coal, at mine", emits={"CO2": "0.1 kg", "CH4 fossil": "0.01 kg"}, takes={"Ghost": "1 kg"}),
            process("Electricity, at grid", "1 kWh", takes={"Coal, at mine": "0.4 kg"}, emits={"CO2": "0.8 kg"}),
            process("Steel, at plant", takes={"Electricity, at grid": "2 kWh", "Coal, at mine": "0.5 kg"}),
        )
    )


@pytest.fixture
def snapshot(compiled, tmp_path):
    return freeze(compiled, tmp_path / "snapshots")


def test_what_is_opened_is_what_was_frozen(snapshot, compiled):
    again = Snapshot.open(snapshot.path)
    np.testing.assert_array_equal(again.A.toarray(), compiled.A.toarray())
    np.testing.assert_array_equal(again.B.toarray(), compiled.B.toarray())
    np.testing.assert_array_equal(again.gas_footprints, compiled.footprints)
    assert again.roles == compiled.roles
    again.verify()


def test_arrays_are_mapped_and_read_only(snapshot):
    assert isinstance(snapshot.gas_footprints, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        snapshot.gas_footprints[0, 0] = 1.0


def test_the_same_content_has_the_same_digest_and_one_folder(snapshot, compiled, tmp_path):
    assert freeze(compiled, tmp_path / "snapshots").digest == snapshot.digest
    assert freeze(compiled, tmp_path / "other").digest == snapshot.digest
    assert [p.name for p in (tmp_path / "snapshots").iterdir()] == [snapshot.path.name]


def test_a_changed_file_is_found(snapshot):
    path = snapshot.path / "A.data.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    with pytest.raises(InventoryError) as caught:
        snapshot.verify()
    assert caught.value.code == "TH-INV-012"
    assert "A.data.npy" in caught.value.text()


def test_a_failed_write_leaves_nothing_behind(compiled, tmp_path, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tanheng.inventory.importing.freezing._manifest", full)
    with pytest.raises(OSError, match="No space"):
        freeze(compiled, tmp_path / "snapshots")
    assert list((tmp_path / "snapshots").iterdir()) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "TH-INV-010"),
        ("{", "TH-INV-010"),
        ("{}", "TH-INV-011"),
        ('{"format": "tanheng-snapshot/1"}', "TH-INV-011"),
    ],
)
def test_what_is_no_snapshot_is_refused(tmp_path, content, code):
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(InventoryError) as caught:
        Snapshot.open(tmp_path)
    assert caught.value.code == code


def test_footprint_by_origin_with_what_is_missing(snapshot):
    found = footprint(snapshot, find_product(snapshot, "steel, AT plant"))
    # coal 2 kWh × 0.4 + 0.5 = 1.3 kg; CO2 1.3 × 0.1 + 2 × 0.8 = 1.73; CH4 0.013 × 29.8 = 0.3874
    assert found.total == pytest.approx(1.73 + 0.013 * 29.8)
    assert not found.complete
    assert [(i.flow, i.amount) for i in found.gaps.open] == [("Ghost", pytest.approx(1.3))]
    assert json.dumps(found.document(tree=found.tree()))


def test_the_tree_adds_up(snapshot):
    tree = footprint(snapshot, find_product(snapshot, "Steel, at plant")).tree(cutoff=0.0)
    assert tree.direct + tree.rest + sum(c.total for c in tree.children) == pytest.approx(tree.total)
    assert {snapshot.product(c.index).name for c in tree.children} == {"Electricity, at grid", "Coal, at mine"}


class TestFindProduct:
    def test_words_in_any_order(self, snapshot):
        assert [snapshot.product(i).name for i in search(snapshot, "grid electricity")] == ["Electricity, at grid"]

    def test_several_matches_list_the_candidates(self, snapshot):
        with pytest.raises(InventoryError) as caught:
            find_product(snapshot, "at")
        assert caught.value.code == "TH-INV-021"
        assert "Steel, at plant" in caught.value.text()

    def test_no_match_names_near_ones(self, snapshot):
        with pytest.raises(InventoryError) as caught:
            find_product(snapshot, "Steal, at plant")
        assert caught.value.code == "TH-INV-020"
        assert "Steel, at plant" in caught.value.text()


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".xlsx"])
def test_all_footprints_as_a_file(snapshot, tmp_path, suffix):
    import polars as pl

    path = tmp_path / f"all{suffix}"
    write_table(footprint_table(snapshot, gwp_set()), path)
    read = {".parquet": pl.read_parquet, ".csv": pl.read_csv, ".xlsx": lambda p: pl.read_excel(p, engine="openpyxl")}[
        suffix
    ]
    table = read(path)
    assert table.height == 3
    assert table.filter(name="Coal, at mine")["total"][0] == pytest.approx(0.1 + 0.01 * 29.8)
    assert [p.name for p in tmp_path.glob("*all*")] == [path.name]


def test_another_ending_is_refused(snapshot, tmp_path):
    with pytest.raises(InventoryError) as caught:
        write_table(footprint_table(snapshot, gwp_set()), tmp_path / "all.doc")
    assert caught.value.code == "TH-INV-030"


@pytest.mark.parametrize(("rows", "columns"), [(1_048_576, 1), (0, 16_385)])
def test_a_table_that_no_worksheet_holds_is_refused_before_anything_is_written(tmp_path, rows, columns):
    table = pl.DataFrame({f"c{column}": pl.zeros(rows, pl.Int8, eager=True) for column in range(columns)})
    with pytest.raises(InventoryError, match="TH-INV-122"):
        write_table(table, tmp_path / "all.xlsx")
    assert list(tmp_path.iterdir()) == []
    write_table(table, tmp_path / "all.parquet")
    assert pl.read_parquet(tmp_path / "all.parquet").shape == (rows, columns)

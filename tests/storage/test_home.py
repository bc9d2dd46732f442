from __future__ import annotations

import pytest

from tanheng.errors import HomeError
from tanheng.storage import Home
from tanheng.testing import database, process


def test_the_directory_is_the_option_s_else_the_environment_s(monkeypatch, tmp_path):
    monkeypatch.setenv("TANHENG_HOME", str(tmp_path / "env"))
    assert Home.at(tmp_path / "given").path == tmp_path / "given"
    assert Home.at().path == tmp_path / "env"
    monkeypatch.delenv("TANHENG_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert Home.at().path.name == "tanheng"


@pytest.mark.parametrize("name", ["", "../x", "a/b", "factor", "study", "x" * 65, "-x", "中文"])
def test_names_that_no_database_may_have(tmp_path, name):
    with pytest.raises(HomeError) as caught:
        Home.at(tmp_path).check_name(name)
    assert caught.value.code == "TH-HOM-002"


def test_a_second_import_moves_the_name_and_keeps_the_old_snapshot(tmp_path):
    home = Home.at(tmp_path)
    first = home.add(database("data", process("A", emits={"CO2": "1 kg"})), source="one")
    second = home.add(database("data", process("A", emits={"CO2": "2 kg"})), source="two")
    assert first.digest != second.digest
    assert home.snapshot("data").digest == second.digest
    assert home.names() == ("data",)
    assert first.path.exists()


def test_a_failed_import_changes_nothing(tmp_path, monkeypatch):
    home = Home.at(tmp_path)
    before = home.add(database("data", process("A", emits={"CO2": "1 kg"})), source="one")

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="No space"):
        home.add(database("data", process("A", emits={"CO2": "2 kg"})), source="two")
    monkeypatch.undo()
    assert home.snapshot("data").digest == before.digest
    assert [p.name for p in (tmp_path / "databases").iterdir()] == ["data.json"]


def test_an_unknown_database_lists_the_known_ones(tmp_path):
    home = Home.at(tmp_path)
    home.add(database("known", process("A")), source="one")
    with pytest.raises(HomeError) as caught:
        home.snapshot("other")
    assert "known" in caught.value.text()

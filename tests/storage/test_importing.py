"""An import of what has not changed reads nothing and gives the same snapshot."""

from __future__ import annotations

import shutil

import pytest
from tests.formats.spold2 import activity, nature, product, spold

from tanheng.errors import FormatError
from tanheng.storage import Home
from tanheng.storage.importing import Done, import_file
from tanheng.storage.linking import behind, relink


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "source"
    made.mkdir()
    for i in range(3):
        text = spold(activity(f"a{i}", product(f"p{i}", "o0") + nature("co2", amount=i + 1)))
        made.joinpath(f"{i}.spold").write_text(text, encoding="utf-8")
    return made


def test_an_unchanged_source_is_not_read_again(tmp_path, folder):
    home, steps = Home.at(tmp_path / "home"), []

    def again(name="n"):
        steps.clear()
        return import_file(home, folder, name=name, progress=lambda *step: steps.append(step))

    first = again()
    assert not first.unchanged
    assert steps
    second = again()
    assert second.unchanged
    assert not steps  # no byte was read for a data set
    assert second.snapshot.digest == first.snapshot.digest
    assert not again("other").unchanged  # another name is another database
    text = folder.joinpath("1.spold").read_text(encoding="utf-8")
    folder.joinpath("1.spold").write_text(text.replace('amount="2"', 'amount="3"'), encoding="utf-8")
    third = again()
    assert not third.unchanged
    assert third.snapshot.digest != first.snapshot.digest
    assert home.snapshot("n").digest == third.snapshot.digest


def test_a_lost_snapshot_is_made_anew(tmp_path, folder):
    home = Home.at(tmp_path / "home")
    first = import_file(home, folder, name="n")
    shutil.rmtree(first.snapshot.path)
    again = import_file(home, folder, name="n")
    assert again.done is Done.LINKED  # from what was read then
    assert again.snapshot.digest == first.snapshot.digest


def test_a_source_that_cannot_be_read_leaves_the_database(tmp_path, folder):
    home = Home.at(tmp_path / "home")
    first = import_file(home, folder, name="n")
    for path in folder.iterdir():
        path.write_text("<ecoSpold><broken", encoding="utf-8")
    with pytest.raises(FormatError):
        import_file(home, folder, name="n")
    assert home.snapshot("n").digest == first.snapshot.digest


def test_a_database_it_stands_on_that_changed_is_linked_to_without_reading(tmp_path):
    home, steps = Home.at(tmp_path / "home"), []
    power, works = tmp_path / "power.spold", tmp_path / "works.spold"
    text = spold(activity("plant", product("power", "o0") + nature("co2", amount=2)))
    power.write_text(text, encoding="utf-8")
    taken = product("power", "i5", 3, activityLinkId="plant")
    works.write_text(spold(activity("works", product("steel", "o0") + taken)), encoding="utf-8")

    def again():
        steps.clear()
        return import_file(home, works, name="works", progress=lambda *step: steps.append(step))

    import_file(home, power, name="power")
    import_file(home, works, name="works")
    relink(home, "works", backgrounds=["power"])
    first = again()
    assert first.unchanged
    power.write_text(text.replace('amount="2"', 'amount="4"'), encoding="utf-8")
    assert import_file(home, power, name="power").done is Done.READ
    second = again()
    assert second.done is Done.LINKED
    assert not steps
    assert second.snapshot.digest != first.snapshot.digest
    assert home.snapshot("works").digest == second.snapshot.digest
    assert behind(home, "works") == ()
    assert again().unchanged


def test_a_lost_inventory_is_read_again(tmp_path, folder):
    home = Home.at(tmp_path / "home")
    first = import_file(home, folder, name="n")
    assert import_file(home, folder, name="n").unchanged
    shutil.rmtree(first.snapshot.path)
    (kept,) = (home.path / "inventories").iterdir()
    kept.write_bytes(b"damaged")
    again = import_file(home, folder, name="n")
    assert again.done is Done.READ
    assert again.snapshot.digest == first.snapshot.digest
    assert home.inventory("n").name == "n"

"""Impact methods and mapping files in the data directory."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from tests.inventory.methods_by_hand import factor, method

from tanheng.errors import HomeError, MappingError
from tanheng.inventory.model import Distribution, LocalUnit, Note, Uncertainty
from tanheng.storage import Home


@pytest.fixture
def home(tmp_path):
    return Home.at(tmp_path / "home")


@pytest.fixture
def whole():
    """A method that has everything that a method can have."""
    spread = Uncertainty(Distribution.LOGNORMAL, scale=1.2, pedigree="(1;2;3;4;5)")
    rich = replace(factor("Methane", 29.8, cas="74-82-8", synonyms=["CH4"], location="CN"), uncertainty=spread)
    made = method(
        A=[rich, factor("Copper", 2.0, "resource", is_input=True)],
        B=[rich],
        local_units={"bag": LocalUnit("bag", "kg", 50.0)},
    )
    category = replace(made.categories[0], comment="c", texts={"scope": "世界"})
    more = {"notes": (Note("unit-factor", "file", {"count": 2.0, "unit": "bag"}),), "version": "1", "licence": "free"}
    return replace(made, categories=(category, made.categories[1]), description="d", **more)


def test_a_method_comes_back_as_it_was(home, whole):
    digest = home.methods.add(whole, "ef", source="ef.zip")
    assert home.methods.open("ef") == whole
    entry = home.methods.entry("ef")
    assert (entry["digest"], entry["categories"], entry["factors"], entry["source"]) == (digest, 2, 3, "ef.zip")
    assert home.methods.names() == ("ef",)
    assert home.methods.add(whole, "again", source="x") == digest  # the same content, the same digest


def test_a_factor_without_a_number_is_not_made_one(home):
    home.methods.add(method(factor("X", math.nan)), "nan", source="x")
    assert math.isnan(home.methods.open("nan").categories[0].factors[0].value)


def test_a_name_stands_for_what_came_last(home, whole):
    home.methods.add(whole, "ef", source="1")
    home.methods.add(method(factor("X", 1.0)), "ef", source="2")
    assert home.methods.open("ef").categories[0].factors[0].value == 1.0
    assert len(list((home.path / "methods" / "ef").glob("*.msgpack"))) == 1


def test_removed_is_gone(home, whole):
    home.methods.add(whole, "ef", source="1")
    home.methods.remove("ef")
    assert home.methods.names() == ()
    with pytest.raises(HomeError, match="TH-HOM-010"):
        home.methods.open("ef")


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "x" * 65])
def test_a_name_never_leads_out_of_the_folder(home, whole, name):
    with pytest.raises(HomeError, match="TH-HOM-011"):
        home.methods.add(whole, name, source="x")


def test_damage_is_told(home, whole):
    home.methods.add(whole, "ef", source="x")
    (path,) = (home.path / "methods" / "ef").glob("*.msgpack")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(HomeError, match=r"TH-HOM-012.*SHA-256"):
        home.methods.open("ef")
    path.unlink()
    with pytest.raises(HomeError, match="TH-HOM-012"):
        home.methods.open("ef")
    (home.path / "methods" / "ef" / "entry.json").write_text("{")
    with pytest.raises(HomeError, match="TH-HOM-012"):
        home.methods.entry("ef")


def test_mapping_files_are_kept_for_a_pair(home, tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("flow,target\nX,ignore\n")
    assert home.mappings.find("db", "ef") is None
    kept = home.mappings.keep(file, "db", "ef")
    assert kept.rows[0].is_ignored
    assert home.mappings.find("db", "ef").digest == kept.digest
    file.write_text("no table")
    with pytest.raises(MappingError, match="TH-MAP-001"):
        home.mappings.keep(file, "db", "ef")
    assert home.mappings.find("db", "ef").digest == kept.digest
    home.mappings.remove("db", "ef")
    with pytest.raises(HomeError, match="TH-HOM-013"):
        home.mappings.remove("db", "ef")

"""Two sets of factors: what came, what went, what changed and in what."""

from __future__ import annotations

import pytest

from tanheng.errors import FactorError
from tanheng.factors import embedded, read_release
from tanheng.factors.differing import differences

HEADER = (
    "id,kind,name_en,name_zh,value,unit,per,gases,origin,year,geography,valid_from,valid_until,category,source_title,"
    "source_number,source_date,source_url,licence,te,ge,ti,pr,gsd2,boundary,note"
)


@pytest.fixture
def release(tmp_path):
    def make(name, *rows):
        base = {"kind": "footprint", "name_en": "X", "value": "2", "unit": "kgCO2e", "per": "kg", "year": "2024"}
        lines = [",".join({**base, **given}.get(key, "") for key in HEADER.split(",")) for given in rows]
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
        return read_release(path)

    return make


def test_what_comes_what_goes_and_what_stays(release):
    found = differences(release("old", {"id": "a"}, {"id": "b"}), release("new", {"id": "b"}, {"id": "c"}))
    assert ([f.id for f in found.added], [f.id for f in found.removed]) == (["c"], ["a"])
    assert (found.changed, found.same) == ((), 1)


def only(release, before, after):
    found = differences(release("old", {"id": "a", **before}), release("new", {"id": "a", **after}))
    (change,) = found.changed
    return change


def test_another_value(release):
    change = only(release, {"value": "2"}, {"value": "2.5"})
    assert (change.values, change.relative, change.what, change.fields) == ((2.0, 2.5), 0.25, ("value",), ())


def test_another_unit_of_the_same_dimension_is_compared_in_the_old_one(release):
    change = only(release, {"value": "2", "per": "kg"}, {"value": "1500", "per": "t"})
    assert change.values == (2.0, pytest.approx(1.5))
    assert change.relative == pytest.approx(-0.25)
    assert change.what == ("value", "unit")
    same = only(release, {"value": "2", "per": "kg"}, {"value": "2000", "per": "t"})
    assert (same.relative, same.what) == (0.0, ("unit",))


def test_c01_another_dimension_has_no_value_to_compare(release):
    change = only(release, {"per": "kg"}, {"per": "m3"})
    assert (change.values, change.relative, change.what) == ((2.0, None), None, ("value", "unit"))


def test_another_split_of_the_same_value(release):
    change = only(release, {"value": "3"}, {"value": "", "gases": "CO2=3"})
    assert (change.relative, change.what) == (0.0, ("gases",))
    both = only(release, {"value": "", "gases": "CO2=3"}, {"value": "", "gases": "CO2=4;N2O=0.001"})
    assert both.what == ("value", "gases")
    twice = only(release, {"value": "", "gases": "CO2=3;N2O=0.001"}, {"value": "", "gases": "CO2=6;N2O=0.002"})
    assert twice.what == ("value",)


def test_another_kind_source_or_text(release):
    change = only(
        release,
        {"source_title": "Book", "te": "1", "note": "old"},
        {"kind": "emission", "source_title": "Paper", "source_date": "2025-01-01", "te": "2", "note": "new"},
    )
    assert change.what == ("kind", "source", "other")
    assert {(f.name, f.before, f.after) for f in change.fields} == {
        ("kind", "footprint", "emission"),
        ("source.title", "Book", "Paper"),
        ("source.date", "", "2025-01-01"),
        ("quality", "te: 1.0", "te: 2.0"),
        ("note", "old", "new"),
    }


def test_the_largest_difference_comes_first_and_what_cannot_be_compared_before_it(release):
    old = release("old", *({"id": name, "value": "10"} for name in "abcd"))
    new = release(
        "new",
        {"id": "a", "value": "11"},
        {"id": "b", "value": "5"},
        {"id": "c", "value": "10", "note": "n"},
        {"id": "d", "value": "10", "per": "m3"},
    )
    assert [change.before.id for change in differences(old, new).changed] == ["d", "b", "a", "c"]


def test_the_embedded_factors_do_not_differ_from_themselves():
    found = differences(embedded(), embedded())
    assert (found.added, found.removed, found.changed) == ((), (), ())
    assert found.same == len(embedded().factors)


def test_a_folder_is_a_release_and_one_without_tables_is_none(release, tmp_path):
    release("one", {"id": "a"})
    release("two", {"id": "b"})
    made = read_release(tmp_path)
    assert (sorted(made.factors), made.name) == (["a", "b"], tmp_path.name)
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "empty", tmp_path / "bad.csv"):
        with pytest.raises(FactorError) as caught:
            read_release(path)
        assert caught.value.code == "TH-FAC-007"

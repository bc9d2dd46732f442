"""``tanheng method``, ``tanheng db map``, ``tanheng db scores``, and the same in Python."""

from __future__ import annotations

import pytest
from tests.inventory.methods_by_hand import factor, method

import tanheng as th
from tanheng.storage import Home

GASES = (factor("Carbon dioxide", 1.0), factor("Water", 2.0, "water"))
WITHOUT_CO2 = (factor("Carbon dioxide, biogenic", 1.0), factor("SF6", 25200.0))


@pytest.fixture
def home(mini):
    found = Home.at(mini)
    found.methods.add(method(*GASES), "gwp", source="gwp.csv")
    found.methods.add(method(*WITHOUT_CO2), "odd", source="odd.csv")
    return found


def test_methods_are_listed_shown_and_removed(tanheng, home):
    assert [row["name"] for row in tanheng("method", "list", "--json").json] == ["gwp", "odd"]
    assert "by hand" in tanheng("method", "list").out
    shown = tanheng("method", "show", "gwp", "--json").json
    assert shown["categories"][0] == {
        "id": "Climate",
        "name": "Climate",
        "names": {"en": "Climate"},
        "unit": "kg CO2e",
        "factors": 2,
    }
    assert "影响类别" in tanheng("method", "show", "gwp", "--lang", "zh").out
    assert tanheng("method", "remove", "odd").code == 0
    missing = tanheng("method", "show", "odd")
    assert (missing.code, "TH-HOM-010" in missing.err, "gwp" in missing.err) == (1, True, True)


def test_a_map_shows_its_coverage_and_writes_itself(tanheng, home, tmp_path):
    found = tanheng("db", "map", "mini", "gwp", "--out", "map.csv", "--json").json
    counts = {step["key"]: step["flows"] for step in found["coverage"][0]["steps"] if step["flows"]}
    assert counts == {"name": 1}
    assert found["open"] == []
    assert (tmp_path / "map.csv").read_text().splitlines()[1].startswith("air CO2,Carbon dioxide,air,kg,,")
    assert "no flow stands open" in tanheng("db", "map", "mini", "gwp").out
    odd = tanheng("db", "map", "mini", "odd", "--json").json["open"]
    assert [(row["why"], row["estimate"], row["share"]) for row in odd] == [("near", 1.0, None)]
    assert "可能影响" in tanheng("db", "map", "mini", "odd", "--lang", "zh").out


def test_a_mapping_file_is_applied_kept_and_used(tanheng, home, tmp_path):
    (tmp_path / "own.csv").write_text('flow,compartment,target\nCarbon dioxide,air,"Carbon dioxide, biogenic"\n')
    before = tanheng("db", "scores", "mini", "odd", "Power, at grid", "--json").json
    assert before["categories"][0] | {"id": ""} == {
        "id": "",
        "category": "Climate",
        "score": 0.0,
        "unit": "kg CO2e",
        "complete": False,
        "at_least": True,
        "likely_missing": 0.9,
    }
    assert "at least" in tanheng("db", "scores", "mini", "odd", "Power, at grid").out
    assert tanheng("db", "map", "mini", "odd", "--mapping", "own.csv", "--keep").code == 0
    after = tanheng("db", "scores", "mini", "odd", "Power, at grid", "--json").json
    assert (after["categories"][0]["score"], after["categories"][0]["complete"]) == (0.9, True)
    assert after["mapping_file"]["digest"].startswith("sha256:")
    assert tanheng("db", "map", "mini", "odd", "--keep").code == 2


def test_scores_of_all_products_go_to_a_file(tanheng, home, tmp_path):
    assert tanheng("db", "scores", "mini", "gwp", "--out", "scores.csv").code == 0
    lines = (tmp_path / "scores.csv").read_text().splitlines()
    assert lines[0].endswith("category,score,score_unit,complete,at_least,likely_missing")
    assert len(lines) == 4
    assert "open input" in tanheng("db", "scores", "mini", "gwp", "Steel, at plant").out
    assert tanheng("db", "scores", "mini", "gwp").code == 2
    assert tanheng("db", "scores", "mini", "gwp", "--out", "scores.txt").code == 1
    assert tanheng("db", "scores", "nowhere", "gwp", "P").code == 1


def test_the_same_in_python(home, tmp_path):
    background = th.open("mini", home=home.path)
    found = background.scores("gwp")
    assert repr(found) == "mini by by hand: 3 products, 1 categories; complete: 2"
    assert found.of("Power, at grid")["score"].to_list() == [0.9]
    assert found.table()["score"].to_list() == pytest.approx([0.9, 2.8, 1.9])
    assert background.scores(method(*GASES)).of("Steel, at works")["score"][0] == pytest.approx(1.9)
    odd = background.map("odd")
    assert odd.open()["why"].to_list() == ["near"]
    assert background.scores("odd").missing("Power, at grid")["effect"].to_list() == [0.9]
    assert odd.coverage().filter(step="near")["flows"].to_list() == [1, 1]
    assert "1 near" in repr(odd)
    path = odd.save(tmp_path / "m.csv")
    assert background.scores("odd", mapping=path).of("Power, at grid")["score"].to_list() == [0.0]
    with pytest.raises(th.TanhengError, match="TH-HOM-010"):
        background.scores("nothing")

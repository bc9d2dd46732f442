"""``tanheng compare``, ``what-if`` and ``levers`` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

ALUMINIUM = str(Path(__file__).resolve().parents[2] / "examples" / "aluminium" / "aluminium.yaml")
BATTERY = str(Path(__file__).resolve().parents[2] / "examples" / "battery" / "lfp-pack.yaml")


@pytest.fixture
def greener(tanheng):
    done = tanheng("what-if", ALUMINIUM, "--set", "交流电.share=own:hydro:100%", "--out", "greener.json")
    assert done.code == 0, done.err
    return "greener.json"


@pytest.mark.parametrize(
    ("lang", "word"), [("en", "with a probability of > 99.9 %"), ("zh", "a 低于 b 的概率 > 99.9 %")]
)
def test_compare_a_frozen_result_with_a_study(tanheng, greener, lang, word):
    done = tanheng("compare", greener, ALUMINIUM, "--lang", lang)
    assert done.code == 0, done.err
    assert word in done.out


def test_compare_as_json_is_the_same_each_time(tanheng, greener):
    words = ("compare", greener, ALUMINIUM, "--json", "--samples", "1000", "--seed", "5")
    first, second = tanheng(*words).json, tanheng(*words).json
    assert first == second
    assert first["probability_lower"] == 1.0
    assert first["difference"] == pytest.approx(first["a"] - first["b"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_cannot_be_compared_is_refused_with_reasons(tanheng, lang):
    done = tanheng("--lang", lang, "compare", ALUMINIUM, BATTERY)
    assert done.code == 1
    assert "TH-ASM-090" in done.err
    assert ("不可比" in done.err) == (lang == "zh")


def test_what_if_shows_before_and_after(tanheng):
    done = tanheng(
        "what-if", ALUMINIUM, "--set", "交流电.amount=12 000 kWh", "--set", "阳极效应.amount=0 g", "--lang", "en"
    )
    assert done.code == 1  # the anode effects are two gases
    assert "TH-ASM-082" in done.err
    done = tanheng("what-if", ALUMINIUM, "--set", "交流电.amount=12 000 kWh", "--lang", "en")
    assert done.code == 0, done.err
    assert "AC electricity" in done.out


def test_what_if_with_a_new_gap_tells_it_and_no_probability(tanheng):
    done = tanheng("what-if", ALUMINIUM, "--set", "氧化铝.link=factor:nope", "--lang", "en")
    assert done.code == 0, done.err
    assert "a  Remelt aluminium ingot  at least" in done.out
    assert "b  Remelt aluminium ingot  footprint" in done.out
    assert "there is no factor “nope”" in done.out
    assert "probability of" not in done.out


def test_what_if_as_json_is_an_assessment(tanheng):
    before = tanheng("assess", ALUMINIUM, "--json").json
    after = tanheng("what-if", ALUMINIUM, "--set", "交流电.amount=0 kWh", "--json").json
    power = next(line for line in before["lines"] if line["names"].get("zh") == "交流电")
    assert after["total"] == pytest.approx(before["total"] - power["total"])


def test_what_if_needs_a_change_and_a_known_line(tanheng):
    assert tanheng("what-if", ALUMINIUM).code == 2
    unknown = tanheng("what-if", ALUMINIUM, "--set", "直流电.amount=1 kWh")
    assert unknown.code == 1
    assert "交流电" in unknown.err


@pytest.mark.parametrize(("lang", "word"), [("en", "nuclear power by contract"), ("zh", "按合同采购核能发电")])
def test_levers(tanheng, lang, word):
    done = tanheng("levers", ALUMINIUM, "--lang", lang)
    assert done.code == 0, done.err
    assert word in done.out
    found = tanheng("levers", ALUMINIUM, "--json").json
    by_contract = [x["to"] for x in found["levers"] if x["kind"] == "electricity"]
    assert by_contract[:2] == ["nuclear", "hydro"]  # not every plant can buy the best
    assert len(by_contract) == len(set(by_contract)) == 3
    assert [x["effect"] for x in found["levers"]] == sorted(x["effect"] for x in found["levers"])


@pytest.mark.parametrize(("lang", "word"), [("en", "500 samples, seed 3"), ("zh", "500 个样本，种子 3")])
def test_assess_shows_the_sampled_view_and_recompute_gives_it_again(tanheng, lang, word):
    done = tanheng("assess", ALUMINIUM, "--samples", "500", "--seed", "3", "--out", "a.json", "--lang", lang)
    assert done.code == 0, done.err
    assert word in done.out
    assert tanheng("recompute", "a.json").code == 0


def test_packs_of_one_s_own_are_found_by_every_way_in(tanheng, tmp_path):
    import tanheng as th

    example = str(Path(__file__).resolve().parents[2] / "examples" / "aluminium" / "aluminium.yaml")
    folder = tmp_path / "home" / "rules"
    folder.mkdir(parents=True)
    assert tanheng("rules", "new", "--id", "my-pack", "--name", "Own", "--out", str(folder / "my-pack.yaml")).code == 0
    for words in (("assess", example), ("levers", example), ("compare", example, example)):
        assert tanheng(*words, "--rules", "my-pack").code == 0
    assert th.assess(example, rules="my-pack").assessment.rule_pack == "my-pack@1.0.0"
    assert th.assess_all(example, regimes=["pact3"], rules="my-pack")["pact3"].assessment.rule_pack == "my-pack@1.0.0"

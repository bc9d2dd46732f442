"""``tanheng duties``: of a code, of a study, with what is missing and how it is told."""

from __future__ import annotations

import pytest

from declaration_samples import FILES, assessed
from tanheng.footprint import write_assessment

ALUMINIUM = str(FILES["aluminium"])
DAY = ("--day", "2026-11-30")


def ids(done):
    return [one["id"] for one in done.json["duties"]]


def test_a_code_alone_tells_duties_and_nothing_of_what_is_missing(tanheng):
    done = tanheng("duties", "--code", "cn=76011000", "--market", "DE", *DAY, "--json")
    assert ids(done) == ["eu-cbam-definitive", "eu-claims", "eu-espr-aluminium"]
    assert all(one["missing"] == [] and one["needs"] for one in done.json["duties"])
    assert "assessment" not in done.json
    told = tanheng("duties", "--code", "hs=760110", *DAY, "--lang", "zh").out
    assert all(word in told for word in ("欧盟", "英国", "中国", "自 2027-01-01 起", "并非法律意见"))
    assert "?" not in told.replace("?uri=", "")
    assert "tanheng export 研究 --to cbam-xml" in told


def test_the_day_decides(tanheng):
    assert ids(tanheng("duties", "--code", "cn=76011000", "--market", "EU", "--day", "2025-06-30", "--json"))[0] == (
        "eu-cbam-transitional"
    )


def test_a_study_tells_what_is_missing_and_a_supplement_gives_it(tanheng, tmp_path):
    words = ("duties", ALUMINIUM, "--market", "EU", *DAY)
    told = tanheng(*words).out
    for line in (
        "Remelt aluminium ingot",
        "(EU) 2023/956",
        "https://eur-lex.europa.eu/eli/reg/2023/956/oj",
        "? the installation where it is made → supplement",
        f"→ tanheng export {ALUMINIUM} --to cbam-xml",
    ):
        assert line in " ".join(told.split()), line
    supplement = tmp_path / "s.yaml"
    supplement.write_text("tanheng: exchange/1\ncbam: {installation: {name: Works}}\n", encoding="utf-8")
    done = tanheng(*words, "--with", str(supplement), "--regime", "cbam", "--json")
    cbam = done.json["duties"][0]
    assert [one["id"] for one in cbam["missing"]] == ["verified"]
    assert done.json["assessment"] == assessed("aluminium", "cbam").digest


def test_a_code_beside_a_frozen_assessment_stands_in_the_place_of_its_own(tanheng, tmp_path):
    write_assessment(assessed("aluminium"), tmp_path / "result.json")
    done = tanheng("duties", "result.json", "--code", "cn=85076000", "--market", "EU", *DAY, "--json")
    assert "eu-battery-passport" in ids(done)
    assert "eu-cbam-definitive" not in ids(done)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((), 2, "--code"),
        (("--code", "760110"), 1, "TH-EXC-903"),
        (("--code", "hs=none"), 1, "TH-EXC-902"),
        (("--code", "hs=7601", "--market", "XX"), 1, "TH-EXC-901"),
        (("--code", "hs=7601", "--day", "soon"), 2, "--day"),
        (("--code", "hs=7601", "--with", ALUMINIUM), 2, "--with"),
    ],
)
def test_wrong_usage_says_what_to_write(tanheng, words, code, told):
    done = tanheng("duties", *words)
    assert (done.code, told in done.err) == (code, True), done.err

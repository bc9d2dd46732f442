"""``tanheng export``, ``import`` and ``protocols``, from an example to a study that links to what came back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

import tanheng as th
from declaration_samples import FILES, assessed
from protocol_samples import SUPPLEMENT, put_on
from tanheng.exchange import shelf
from tanheng.footprint import write_assessment

STUDY = str(FILES["aluminium"])


@pytest.fixture(autouse=True)
def _protocols(monkeypatch):
    put_on(shelf, monkeypatch)


@pytest.fixture
def supplement(tmp_path):
    path = tmp_path / "supplement.yaml"
    path.write_text(SUPPLEMENT, encoding="utf-8")
    return path


def test_protocols_are_listed_and_tell_what_they_ask_for(tanheng):
    listed = tanheng("protocols", "--lang", "zh")
    assert listed.code == 0
    assert "简单 1.0" in listed.out
    assert "可导出 · 可导入" in listed.out
    found = tanheng("protocols", "--json").json
    assert [(one["id"], one["ways"]) for one in found] == [
        ("listening", ["import"]),
        ("plain", ["export", "import"]),
        ("strict", ["export"]),
    ]
    assert "buyer" in json.dumps(tanheng("protocols", "plain", "--json").json["sections"]["plain"])
    assert tanheng("protocols", "plain", "--out", "s.yaml").code == 0
    assert yaml.safe_load(Path("s.yaml").read_text(encoding="utf-8"))["plain"] is None
    assert tanheng("protocols", "plain", "--out", "s.yaml").code == 2
    assert tanheng("protocols", "--out", "t.yaml").code == 2
    assert "TH-EXC-012" in tanheng("protocols", "nothing").err


def test_a_study_is_written_and_what_is_not_carried_is_told(tanheng, supplement):
    done = tanheng("export", STUDY, "--to", "plain", "--with", str(supplement))
    assert (done.code, done.err) == (0, "")
    assert "the protocol has no field for gsd2" in done.out
    assert "plain.json" in done.out
    assert json.loads(Path("plain.json").read_bytes())["total"] == assessed("aluminium").total
    assert tanheng("export", STUDY, "--to", "plain", "--with", str(supplement)).code == 2
    again = tanheng("export", STUDY, "--to", "plain", "--with", str(supplement), "--force", "--json")
    assert again.json["losses"][0]["code"] == "no-field"


def test_a_frozen_assessment_is_written_as_it_is(tanheng, supplement, tmp_path):
    write_assessment(assessed("aluminium"), tmp_path / "result.json")
    done = tanheng("export", "result.json", "--to", "plain", "--with", str(supplement), "--out", "o.json", "--json")
    assert done.json["assessment"] == assessed("aluminium").digest
    refused = tanheng("export", "result.json", "--to", "strict", "--with", str(supplement))
    assert refused.code == 1
    assert "TH-EXC-011" in refused.err


def test_a_study_is_assessed_under_a_regime_that_the_protocol_takes(tanheng, supplement):
    done = tanheng("export", STUDY, "--to", "strict", "--with", str(supplement), "--json")
    assert done.json["assessment"] == assessed("aluminium", "iso14067").digest


def test_what_is_missing_is_named_at_once_with_the_way_to_give_it(tanheng):
    refused = tanheng("export", STUDY, "--to", "plain")
    assert refused.code == 1
    assert refused.err.count("TH-EXC-010") == 2
    assert "plain.buyer" in refused.err
    assert "tanheng protocols plain --out supplement.yaml" in refused.err
    assert not Path("plain.json").exists()


def test_a_document_against_the_rules_is_written_only_when_that_is_accepted(tanheng, supplement):
    supplement.write_text(SUPPLEMENT.replace("Buyer & Co.", "nobody"), encoding="utf-8")
    words = ("export", STUDY, "--to", "plain", "--with", str(supplement))
    refused = tanheng(*words)
    assert refused.code == 1
    assert "TH-EXC-999" in refused.out
    assert "TH-EXC-017" in refused.err
    assert not Path("plain.json").exists()
    assert tanheng(*words, "--accept").code == 0
    assert Path("plain.json").exists()
    assert tanheng("import", "plain.json", "--from", "plain").code == 1
    assert tanheng("import", "plain.json", "--from", "plain", "--accept").code == 0


def test_an_imported_footprint_is_what_a_study_links_to(tanheng, supplement, study_file):
    assert tanheng("export", STUDY, "--to", "plain", "--with", str(supplement)).code == 0
    done = tanheng("import", "plain.json", "--from", "plain", "--json")
    (row,) = done.json["footprints"]
    assert (row["outcome"], row["losses"][0]["code"]) == ("new", "not-taken")
    path = study_file(f"lines:\n  - {{stage: raw-materials, name: Ingot, amount: 500 kg, from: '{row['link']}'}}\n")
    found = tanheng("assess", str(path), "--json").json
    told = assessed("aluminium")
    assert found["total"] == pytest.approx(0.5 * told.total, rel=1e-12)
    assert found["complete"] is True
    assert found["quality"]["primary_share"] == pytest.approx(told.quality.primary_share)
    assert th.assess(path).total == found["total"]
    assert tanheng("assess", str(path), "--out", "kept.json").code == 0
    checked = tanheng("recompute", "kept.json", "--json")
    assert (checked.code, len(checked.json["sources"]["same"])) == (0, 1)


def test_another_footprint_of_the_same_id_is_not_replaced_in_silence(tanheng, supplement):
    assert tanheng("export", STUDY, "--to", "plain", "--with", str(supplement)).code == 0
    assert tanheng("import", "plain.json", "--from", "plain").code == 0
    assert "kept already" in tanheng("import", "plain.json", "--from", "plain").out
    told = json.loads(Path("plain.json").read_bytes())
    Path("plain.json").write_text(json.dumps({**told, "total": 1.0}), encoding="utf-8")
    refused = tanheng("import", "plain.json", "--from", "plain")
    assert refused.code == 1
    assert "TH-EXC-016" in refused.err
    assert "replaced" in tanheng("import", "plain.json", "--from", "plain", "--force").out


def test_a_table_elsewhere_is_a_table_of_factors(tanheng, supplement):
    assert tanheng("export", STUDY, "--to", "plain", "--with", str(supplement)).code == 0
    assert tanheng("import", "plain.json", "--from", "plain", "--out", "theirs.csv").code == 0
    assert tanheng("factors", "check", "theirs.csv", "--json").json["factors"] == 1
    assert tanheng("import", "plain.json", "--from", "plain", "--out", "theirs.txt").code == 2
    assert "TH-EXC-020" in tanheng("import", str(supplement), "--from", "plain").err
    assert "TH-EXC-015" in tanheng("import", "plain.json", "--from", "strict").err


def test_a_result_in_python_is_written(supplement, tmp_path):
    written = th.assess(STUDY).export(tmp_path / "out.json", to="plain", supplement=supplement)
    assert (tmp_path / "out.json").read_bytes() == written.content
    assert [loss.code for loss in written.losses] == ["no-field"]

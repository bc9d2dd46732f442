from __future__ import annotations

from tanheng.rules import rule_pack


def test_packs_are_listed_with_version_and_checks(tanheng):
    rows = {row["id"]: row for row in tanheng("rules", "list", "--json").json if row["version"] != "1.0.0"}
    general = rule_pack()
    assert rows["general"]["version"] == general.version
    assert rows["general"]["checks"] == len(general.checks)
    assert rows["general"]["digest"] == general.digest
    text = tanheng("rules", "list", "--lang", "zh").out
    assert general.reference in text
    assert general.names["zh"] in text


def test_a_pack_is_shown_with_its_checks(tanheng):
    text = tanheng("rules", "show", "general", "--lang", "zh").out
    check = rule_pack().checks[0]
    assert check.code in text
    assert check.question["zh"] in text
    assert tanheng("rules", "show", "general@1.0.0", "--json").json["version"] == "1.0.0"
    missing = tanheng("rules", "show", "none-such")
    assert missing.code == 1
    assert "TH-RUL-004" in missing.err


def test_a_new_pack_is_valid_and_found_in_the_data_directory(tanheng, tmp_path):
    folder = tmp_path / "home" / "rules"
    folder.mkdir(parents=True)
    made = tanheng("rules", "new", "--id", "my-pack", "--name", "Widget", "--out", str(folder / "my-pack.yaml"))
    assert made.code == 0
    checked = tanheng("rules", "check", str(folder / "my-pack.yaml"), "--json").json
    assert checked["valid"] is True
    assert checked["digest"].startswith("sha256:")
    assert "my-pack@1.0.0" in tanheng("rules", "list").out
    assert tanheng("rules", "show", "my-pack", "--json").json["names"] == {"zh": "Widget", "en": "Widget"}
    again = tanheng("rules", "new", "--id", "my-pack", "--name", "Widget", "--out", str(folder / "my-pack.yaml"))
    assert again.code == 2
    assert tanheng("rules", "new", "--id", "My Pack", "--name", "Widget", "--out", "x.yaml").code == 1
    assert not (tmp_path / "x.yaml").exists()


def test_a_broken_pack_is_refused_with_every_fault(tanheng, tmp_path):
    tanheng("rules", "new", "--id", "my-pack", "--name", "Widget")
    path = tmp_path / "my-pack.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("status: draft", "status: drft").replace("item.weight", "item.wieght"), encoding="utf-8"
    )
    told = tanheng("rules", "check", "my-pack.yaml")
    line = text[: text.index("status: draft")].count("\n") + 1
    assert told.code == 1
    assert f"TH-RUL-013 my-pack.yaml:{line} status" in told.err
    assert "item.wieght" in told.err
    found = tanheng("rules", "check", "my-pack.yaml", "--json", "--lang", "zh")
    assert found.code == 1
    assert found.json["valid"] is False
    assert {fault["code"] for fault in found.json["faults"]} == {"TH-RUL-013", "TH-RUL-025"}
    assert tanheng("rules", "check", "none.yaml").code == 1


def test_a_regime_of_ones_own_is_checked_too(tanheng, tmp_path):
    from importlib.resources import files

    content = files("tanheng").joinpath("data/regimes/gbt24067.yaml").read_bytes()
    (tmp_path / "ours.yaml").write_bytes(content)
    assert tanheng("rules", "check", "ours.yaml").code == 0
    (tmp_path / "ours.yaml").write_bytes(content.replace(b"metric: GWP100", b"metric: GWP1"))
    assert "TH-RUL-026" in tanheng("rules", "check", "ours.yaml").err


def test_differences_are_told_field_by_field(tanheng, tmp_path):
    tanheng("rules", "new", "--id", "my-pack", "--name", "Widget")
    path = tmp_path / "my-pack.yaml"
    text = path.read_text(encoding="utf-8")
    changed = text.replace("rating_warning: 3.0", "rating_warning: 2.0").replace("severity: warning", "severity: error")
    (tmp_path / "other.yaml").write_text(changed.replace("MY-PACK-101", "MY-PACK-102"), encoding="utf-8")
    found = {
        (d["change"], d["path"]) for d in tanheng("rules", "diff", "./my-pack.yaml", "./other.yaml", "--json").json
    }
    assert found == {
        ("changed", "limits.rating_warning"),
        ("removed", "checks.MY-PACK-101"),
        ("added", "checks.MY-PACK-102"),
    }
    told = tanheng("rules", "diff", "./my-pack.yaml", "./other.yaml", "--lang", "zh").out
    assert "更改 limits.rating_warning：3.0 → 2.0" in told
    assert "my-pack@1.0.0" in tanheng("rules", "diff", "./my-pack.yaml", "./my-pack.yaml").out

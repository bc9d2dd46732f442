from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
KEYS = {"digest", "total", "unit", "complete", "stages", "lines", "gases", "quality", "findings"}


def test_the_aluminium_example_on_embedded_factors(tanheng, tmp_path):
    done = tanheng(
        "assess", str(EXAMPLES / "aluminium" / "aluminium.yaml"), "--lang", "en", "--report", "a.pdf", "--out", "a.json"
    )
    assert done.code == 0, done.err
    assert "Remelt aluminium ingot" in done.out
    assert "kg CO2e/t" in done.out
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "a.json").exists()


def test_json_has_stable_keys_and_the_same_digest_each_time(tanheng):
    words = ("assess", str(EXAMPLES / "aluminium" / "aluminium.yaml"), "--json")
    first, second = tanheng(*words).json, tanheng(*words).json
    assert set(first) >= KEYS
    assert first["digest"] == second["digest"]
    assert first["complete"] is True
    assert 9_000 < first["total"] < 12_000  # grid mix with own hydropower; the world's average is near 15 000


def test_the_battery_example(tanheng):
    found = tanheng("assess", str(EXAMPLES / "battery" / "lfp-pack.yaml"), "--json").json
    assert 55 < found["total"] < 109  # between GREET (United States) and Hao et al. 2017 (China)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_screen_speaks_both_languages(tanheng, lang):
    done = tanheng("assess", str(EXAMPLES / "aluminium" / "aluminium.yaml"), "--lang", lang)
    assert ("碳足迹" in done.out) == (lang == "zh")
    assert ("footprint" in done.out) == (lang == "en")


@pytest.mark.parametrize(
    ("co_product", "allocation", "told"),
    [
        ("amount: 250 kg", "physical", ("Physical allocation: share 0.8 = ", "物理分配：份额 0.8 = ")),
        (
            "amount: 1 kg, share: 35 %",
            "given, share: 65 %",
            ("Given shares: share 0.65 = 0.65 / (0.65 + 0.35)", "0.65 / "),
        ),
        (
            'amount: 2 MJ, avoided: "factor:ipcc-natural-gas-combustion-mj"',
            "expansion",
            ("System expansion: share 1, credits − 2 MJ × factor:ipcc", "系统扩展：份额 1，替代收益 − 2 MJ"),
        ),
    ],
)
def test_the_screen_names_the_basis_of_allocation(tanheng, study_file, co_product, allocation, told):
    path = study_file(
        "lines: [{stage: production, name: P, emits: {CO2: 1 kg}}]\n"
        f"co_products: [{{name: By, {co_product}}}]\nallocation: {{reason: x, basis: {allocation}}}\n"
    )
    for lang, words in zip(("en", "zh"), told, strict=True):
        assert words in tanheng("assess", str(path), "--lang", lang).out


def test_the_screen_names_a_subdivision(tanheng, study_file):
    path = study_file(
        "lines: [{stage: production, name: P, emits: {CO2: 1 kg}, for: product}]\nco_products: [{name: By, amount: 1 kg}]\n"
    )
    assert "Subdivision: every line belongs to one product" in tanheng("assess", str(path), "--lang", "en").out
    assert "过程细分：每一行都只属于一个产品" in tanheng("assess", str(path), "--lang", "zh").out


def test_the_workbook_and_the_yaml_of_one_study_have_one_digest(tanheng):
    source = str(EXAMPLES / "aluminium" / "aluminium.yaml")
    assert tanheng("study", "convert", source, "copy.xlsx").code == 0
    assert tanheng("assess", "copy.xlsx", "--json").json["digest"] == tanheng("assess", source, "--json").json["digest"]


@pytest.mark.parametrize("kind", ["yaml", "workbook"])
def test_a_new_study_can_be_assessed_as_it_is(tanheng, kind):
    name = "mine.yaml" if kind == "yaml" else "mine.xlsx"
    assert tanheng("study", "new", "--product", "纸箱", "--kind", kind, "--out", name).code == 0
    assert tanheng("study", "check", name).code == 0
    done = tanheng("assess", name, "--json")
    assert done.code == 0, done.err
    again = tanheng("study", "new", "--product", "纸箱", "--kind", kind, "--out", name)
    assert again.code == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "study.yaml"),
        ("tanheng: study/2\n", "study/2"),
        ("a: [", "study.yaml"),
        ("just text", "study.yaml"),
        ("tanheng: study/1\nlines: 5\n", "lines"),
    ],
)
def test_a_bad_study_is_refused_with_its_place(tanheng, tmp_path, content, said):
    (tmp_path / "study.yaml").write_text(content)
    done = tanheng("assess", "study.yaml")
    assert done.code == 1
    assert said in done.err
    assert "Traceback" not in done.err


def test_faults_are_told_all_at_once_and_as_json(tanheng, study_file):
    path = study_file("lines:\n  - {stage: nowhere, name: A, amount: 5}\n  - {stage: use, name: B, amount: 3 foo}\n")
    done = tanheng("study", "check", str(path), "--json")
    assert done.code == 1
    places = [fault["place"] for fault in done.json["faults"]]
    assert len(places) >= 3
    assert any("lines[1].amount" in place for place in places)


def test_a_circle_of_studies_is_refused_with_the_circle(tanheng, study_file):
    study_file('lines: [{stage: production, name: X, amount: 1 t, from: "study:b.yaml"}]', name="a.yaml")
    path = study_file('lines: [{stage: production, name: X, amount: 1 t, from: "study:a.yaml"}]', name="b.yaml")
    done = tanheng("assess", str(path))
    assert done.code == 1
    assert "b.yaml → a.yaml → b.yaml" in done.err


def test_a_study_on_another_study_carries_its_footprint(tanheng, study_file):
    study_file("lines: [{stage: production, name: X, emits: {CO2: 700 kg}}]", name="anode.yaml")
    path = study_file('lines: [{stage: raw-materials, name: Anode, amount: 400 kg, from: "study:anode.yaml"}]')
    assert tanheng("assess", str(path), "--json").json["total"] == pytest.approx(280)
    assert tanheng("assess", "anode.yaml", "--out", "anode.json").code == 0
    path = study_file('lines: [{stage: raw-materials, name: Anode, amount: 400 kg, from: "assessment:anode.json"}]')
    assert tanheng("assess", str(path), "--json").json["total"] == pytest.approx(280)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("assess",), 2),
        (("assess", "nowhere.yaml"), 1),
        (("assess", "study.yaml", "--regime", "mars"), 1),
        (("assess", "study.yaml", "--rules", "mars"), 1),
        (("assess", "study.yaml", "--database", "mars"), 1),
        (("assess", "study.yaml", "--lang", "fr"), 2),
        (("assess", "study.yaml", "--report", "no/such/folder/a.pdf"), 2),
    ],
)
def test_refusals(tanheng, study_file, words, code):
    study_file("lines: [{stage: production, name: X, emits: {CO2: 700 kg}}]")
    done = tanheng(*words)
    assert done.code == code
    assert done.err.strip()
    assert "Traceback" not in done.err


def test_a_real_process_ends_without_a_traceback_when_its_reader_goes_away():
    command = f"{sys.executable} -m tanheng.cli factors search 电力 --limit 500 | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def test_an_assessment_recomputes_from_its_file_alone(tanheng, tmp_path):
    assert tanheng("assess", str(EXAMPLES / "battery" / "lfp-pack.yaml"), "--out", "r.json").code == 0
    found = tanheng("recompute", "r.json", "--json")
    assert (found.code, found.json["same"]) == (0, True)
    assert "the same" in tanheng("recompute", "r.json").out
    (tmp_path / "r.json").write_text((tmp_path / "r.json").read_text().replace("LFP", "NMC"))
    assert tanheng("recompute", "r.json").code == 1
    assert tanheng("recompute", "nowhere.json").code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("--out", "study.yaml"),
        ("--report", "study.yaml"),
        ("--out", "r.pdf", "--report", "r.pdf"),
        ("--report", "r.odt"),
        ("--out", ""),
        ("--out", "."),
        ("--out", "/dev/null"),
    ],
)
def test_outputs_never_overwrite_what_they_should_not(tanheng, study_file, words):
    path = study_file("lines: [{stage: production, name: X, emits: {CO2: 700 kg}}]")
    before = path.read_bytes()
    done = tanheng("assess", "study.yaml", *words)
    assert done.code == 2
    assert "Traceback" not in done.err
    assert path.read_bytes() == before


def test_a_link_is_followed_and_conversion_does_not_overwrite(tanheng, study_file, tmp_path):
    study_file("lines: [{stage: production, name: X, emits: {CO2: 700 kg}}]")
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to("real.json")
    assert tanheng("assess", "study.yaml", "--out", "link.json").code == 0
    assert (tmp_path / "link.json").is_symlink()
    assert "assessment/1" in (tmp_path / "real.json").read_text()
    assert tanheng("study", "convert", "study.yaml", "copy.xlsx").code == 0
    assert tanheng("study", "convert", "study.yaml", "copy.xlsx").code == 2
    assert tanheng("study", "convert", "study.yaml", "copy.xlsx", "--force").code == 0


@pytest.mark.parametrize("amount", ["1e300 t", "1e305 t", "1e290 kg"])
def test_a_number_too_large_is_refused_with_its_line(tanheng, study_file, amount):
    study_file(f'lines: [{{stage: production, name: X, amount: {amount}, from: "factor:cn-alumina-2017-calculated"}}]')
    done = tanheng("assess", "study.yaml")
    assert done.code == 1
    assert "TH-ASM-008 lines[0]" in done.err


def test_shared_studies_are_computed_once_and_chains_are_bounded(tanheng, study_file):
    line = '{stage: raw-materials, name: X%d, amount: 1 t, from: "study:f%d.yaml"}'
    study_file("lines: [{stage: production, name: X, emits: {CO2: 1 kg}}]", name="f0.yaml")
    study_file(f"lines: [{line % (0, 0)}]", name="f1.yaml")
    for n in range(2, 60):
        study_file(f"lines: [{line % (1, n - 1)}, {line % (2, n - 2)}]", name=f"f{n}.yaml")
    assert tanheng("assess", "f20.yaml", "--json").json["total"] == 10946  # the 21st Fibonacci number
    done = tanheng("assess", "f59.yaml")
    assert done.code == 1
    assert "TH-ASM-007" in done.err


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("parameters: [{id: a, formula: a}]\nlines: [{stage: use, name: L, formula: a, from: x}]", "TH-ASM-043"),
        ("lines: [{stage: use, name: L, id: a, part_of: b}, {stage: use, name: M, id: b, part_of: a}]", "TH-ASM-043"),
        ("lines: [{stage: use, name: L, amount: 1 kg, for: Slag}]", "TH-ASM-047"),
        (
            "parameters: [{id: a, value: 1 kg}]\nscenarios: [{id: s, values: {a: 1 kg / 0}}]\n"
            "lines: [{stage: use, name: L, formula: a, from: x}]",
            "TH-ASM-044",
        ),
        (
            "lines: [{stage: use, name: L, amount: 1 kg}]\nco_products: [{name: Slag, amount: 1 kg, share: 0.4}]\n"
            "allocation: {basis: given, share: 0.5}",
            "TH-ASM-012",
        ),
    ],
)  # fmt: skip
def test_study_check_tries_formulas_assemblies_and_allocation(tanheng, study_file, body, code):
    path = study_file(body)
    done = tanheng("study", "check", str(path), "--json")
    assert (done.code, [fault["code"] for fault in done.json["faults"]][:1]) == (1, [code]), done.out


def test_a_folder_that_is_not_there_is_told_at_once(tanheng, study_file):
    study_file("lines: [{stage: production, name: X, emits: {CO2: 700 kg}}]")
    done = tanheng("assess", "study.yaml", "--out", "nowhere/r.json")
    assert (done.code, "nowhere" in done.err, "writing" in done.err) == (2, True, False), done.err


def test_malformed_assessments_are_refused(tanheng, study_file, tmp_path):
    import orjson

    from tanheng.footprint.documents import digest_of

    study_file("lines: [{stage: production, name: X, emits: {CO2: 700 kg}}]")
    assert tanheng("assess", "study.yaml", "--out", "r.json").code == 0
    whole = orjson.loads((tmp_path / "r.json").read_bytes())
    for change in ({"inputs": {}}, {"inputs": []}, {"total": None}, {"declared_unit": "0 t"}, {"declared_unit": "t"}):
        body = {key: value for key, value in {**whole, **change}.items() if key != "digest"}
        (tmp_path / "bad.json").write_bytes(orjson.dumps({**body, "digest": digest_of(body)}))
        done = tanheng("recompute", "bad.json")
        assert (done.code, "TH-ASM-003" in done.err) == (1, True), (change, done.err)


def test_an_assessment_that_is_not_there_is_told_in_plain_words(tanheng):
    done = tanheng("recompute", "nowhere.json")
    assert (done.code, "TH-ASM-003 nowhere.json" in done.err, "Errno" in done.err) == (1, True, False), done.err


def test_a_field_of_a_later_version_is_no_forgery(tanheng, study_file, tmp_path):
    import orjson

    from tanheng.footprint import read_assessment
    from tanheng.footprint.documents import digest_of

    study_file("lines: [{stage: production, name: X, emits: {CO2: 700 kg}}]")
    assert tanheng("assess", "study.yaml", "--out", "r.json").code == 0
    whole = orjson.loads((tmp_path / "r.json").read_bytes())
    del whole["digest"], whole["lines"][0]["parts"][0]["shared_spread"]  # as an older version wrote it
    (tmp_path / "old.json").write_bytes(orjson.dumps({**whole, "digest": digest_of(whole)}))
    assert read_assessment(tmp_path / "old.json").total == 700


def test_factors_can_be_searched_and_shown(tanheng):
    rows = tanheng("factors", "search", "水力发电", "--json").json
    assert rows[0]["id"] == "cn-electricity-footprint-hydro-2024"
    shown = tanheng("factors", "show", "cn-electricity-footprint-2024", "--json").json
    assert (shown["value"], shown["unit"], shown["kind"]) == (0.5777, "kg CO2e/kWh", "footprint")
    assert shown["source"]["title"]
    assert tanheng("factors", "show", "cn-electricity-footprint-2042").code == 1


@pytest.mark.parametrize(
    ("ending", "start"), [("docx", b"PK"), ("xlsx", b"PK"), ("html", b"<!doctype html>"), ("pdf", b"%PDF")]
)
def test_the_ending_of_the_report_says_its_format(tanheng, tmp_path, ending, start):
    done = tanheng("assess", str(EXAMPLES / "aluminium" / "aluminium.yaml"), "--lang", "zh", "--report", f"r.{ending}")
    assert done.code == 0
    assert (tmp_path / f"r.{ending}").read_bytes().startswith(start)


def test_several_regimes_are_compared_in_one_report(tanheng, tmp_path):
    words = ("--regime", "gbt24067,cbam", "--lang", "en", "--report", "r.html")
    assert tanheng("assess", str(EXAMPLES / "aluminium" / "aluminium.yaml"), *words).code == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Scenarios and regimes compared" in page
    assert "cbam" in page


def test_a_template_is_for_word_only_and_is_not_overwritten(tanheng, study_file, tmp_path):
    study_file("lines: [{stage: production, name: X, emits: {CO2: 700 kg}}]")
    (tmp_path / "own.docx").write_bytes(b"mine")
    for words in (("--report", "r.pdf"), ("--report", "own.docx")):
        done = tanheng("assess", "study.yaml", *words, "--template", "own.docx")
        assert done.code == 2
    assert (tmp_path / "own.docx").read_bytes() == b"mine"
    done = tanheng("assess", "study.yaml", "--report", "r.docx", "--template", "own.docx")
    assert done.code == 1
    assert "TH-REP-005" in done.err

"""What screens say of waivers, of little uncertainty, of chances, and how they write numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tanheng.cli.figures import number, percent

ALUMINIUM = str(Path(__file__).resolve().parents[2] / "examples" / "aluminium" / "aluminium.yaml")
PRIMARY = "  - {stage: production, name: P, emits: {CO2: 700 kg}, data: primary}\n"
ANSWER = "reason: {zh: 票据在审计处, en: with the auditor}, person: Li Wei, day: 2025-02-03"
WAIVER = f"waivers: [{{code: TH-GEN-405, path: 'lines[0]', {ANSWER}}}]\n"


def counts(out: str) -> str:
    return next(line for line in out.splitlines() if line.startswith(("  findings", "  核查")))


@pytest.mark.parametrize(
    ("lang", "answer", "counted"),
    [
        ("en", "waived: with the auditor (Li Wei, 2025-02-03)", "1 waived"),
        ("zh", "已说明：票据在审计处（Li Wei，2025-02-03）", "1 项已说明"),
    ],
)
def test_a_waived_finding_shows_who_answers_and_counts_apart(tanheng, study_file, lang, answer, counted):
    open_ = tanheng("assess", str(study_file(f"lines:\n{PRIMARY}")), "--lang", lang)
    study_file(f"lines:\n{PRIMARY}{WAIVER}")
    done = tanheng("assess", "study.yaml", "--lang", lang)
    assert answer in done.out
    assert answer not in open_.out

    def warnings(out: str) -> int:
        return int(re.search(r"(\d+) (warning|警告)", counts(out))[1])

    assert warnings(done.out) == warnings(open_.out) - 1
    assert counts(done.out).endswith(counted)
    assert counted in tanheng("assess", "study.yaml", "--regime", "gbt24067,iso14067", "--lang", lang).out


@pytest.mark.parametrize(
    ("lang", "told"), [("en", "only 10 % of the result has a spread"), ("zh", "仅 10 % 的结果有不确定性数据")]
)
def test_an_interval_of_a_small_part_is_not_shown(tanheng, study_file, lang, told):
    small = "{stage: production, name: A, emits: {CO2: %d kg}, uncertainty: {gsd2: 1.2}}"
    large = "{stage: production, name: B, emits: {CO2: %d kg}}"
    study_file(f"lines: [{small % 100}, {large % 900}]")
    done = tanheng("assess", "study.yaml", "--samples", "500", "--lang", lang)
    assert done.out.count(told) == 2  # the analytic and the sampled view
    assert "95 %" not in done.out
    study_file(f"lines: [{small % 500}, {large % 500}]")
    done = tanheng("assess", "study.yaml", "--samples", "500", "--lang", lang)
    assert done.out.count("95 %") == 2
    assert ("(analytic, covers 50 % of" if lang == "en" else "（解析，覆盖结果的 50 %）") in done.out


def test_one_error_is_no_errors(tanheng, study_file):
    study_file("lines: [{stage: production, name: P, amount: 1 kg}]")
    assert "incomplete: 1 gap," in tanheng("assess", "study.yaml", "--lang", "en").out
    assert "1 line\n" in tanheng("study", "check", "study.yaml", "--lang", "en").out


def test_all_screens_write_percentages_and_signs_alike(tanheng):
    words = (("assess", ALUMINIUM), ("levers", ALUMINIUM), ("what-if", ALUMINIUM, "--set", "交流电.amount=12 000 kWh"))
    for command in words:
        for lang in ("en", "zh"):
            out = tanheng(*command, "--lang", lang).out
            assert " %" in out
            assert not any(f"{digit}%" in out or f" -{digit}" in out for digit in range(10)), out
    zh = tanheng(*words[2], "--lang", "zh").out
    assert "（仅 a）" in zh or "（两者）" in zh
    assert "both" not in zh


@pytest.mark.parametrize(
    ("value", "shown"),
    [(-1868.4, "−1 868"), (-0.0531, "−0.0531"), (1e-6, "1.000e-06"), (0.0, "0"), (-12345.0, "−12 340")],
)
def test_numbers_have_one_sign(value, shown):
    assert number(value) == shown


@pytest.mark.parametrize(
    ("share", "decimals", "shown"),
    [(0.2915, 0, "29 %"), (-0.0123, 1, "−1.2 %"), (-0.0001, 1, "0.0 %"), (None, 0, "")],
)
def test_percentages_have_a_space(share, decimals, shown):
    assert percent(share, decimals) == shown


def test_the_word_template_can_be_had_changed_and_used(tanheng, study_file, tmp_path):
    done = tanheng("report-template", "--out", "ours.docx", "--lang", "en")
    assert done.code == 0, done.err
    assert "--template ours.docx" in done.out
    study_file("lines: [{stage: production, name: X, emits: {CO2: 700 kg}}]")
    assert tanheng("assess", "study.yaml", "--report", "r.docx", "--template", "ours.docx").code == 0
    shipped = (tmp_path / "ours.docx").read_bytes()
    (tmp_path / "ours.docx").write_bytes(b"mine")
    assert tanheng("report-template", "--out", "ours.docx").code == 2
    assert (tmp_path / "ours.docx").read_bytes() == b"mine"
    assert tanheng("report-template", "--out", "ours.docx", "--force").code == 0
    assert (tmp_path / "ours.docx").read_bytes() == shipped
    assert tanheng("report-template", "--out", "ours.pdf").code == 2


@pytest.mark.parametrize(
    ("words", "told"), [(("--lang", "zh"), "没有"), ((), "no database"), (("--lang", "xx"), "no database")]
)
def test_errors_are_told_in_the_language_asked_for_after_the_command(tanheng, words, told):
    failed = tanheng("db", "footprint", "nowhere", "Steel", *words)
    assert failed.code == 1
    assert told in failed.err

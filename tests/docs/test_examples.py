"""Examples in the documents work as written."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from tanheng.cli import main
from tanheng.footprint import assess, read_study

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.docs
SERVER = "http://127.0.0.1:8000"
NUMBER = "CFP-2026-000001"
PLACEHOLDER = "path/to/uslci-olca-jsonld.zip"


def needs_register(code: str) -> bool:
    """Whether a block is about a register with certificates, and not about an installation that is empty but for what ships."""
    return "TANHENG_REGULATOR_TOKEN" in code or "client.classes" in code


def test_python_code_runs(python_code, place, request, monkeypatch):
    if "uslci" in python_code:
        shared = request.getfixturevalue("shared")
        python_code = python_code.replace(PLACEHOLDER, str(shared("uslci", "uslci-olca-jsonld.zip")))
        monkeypatch.setenv("TANHENG_HOME", str(request.getfixturevalue("uslci_home")))
    if "tanheng.client" in python_code:
        python_code = python_code.replace(
            SERVER, request.getfixturevalue("graded_register" if needs_register(python_code) else "installation")
        )
    if NUMBER in python_code or "foreign-certificates" in python_code:
        url, number = request.getfixturevalue("register")
        python_code = python_code.replace(SERVER, url).replace(NUMBER, number)
    exec(compile(python_code, "document", "exec"), {"__name__": "document"})  # noqa: S102 - our own documents


def test_the_footprint_in_the_readme_is_the_one_that_is_shown(uslci_home):
    """Both READMEs print ``2.048 kg CO2e / kg, AR6 GWP100`` beside the call."""
    import tanheng as th

    shown = repr(th.open("uslci", home=uslci_home).footprint("Steel, billets, at plant"))
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert f"# {shown}" in text


def test_commands_run_one_after_the_other(bash_code, place, request, monkeypatch, capsys):
    """Every ``tanheng …`` line of a block, in order, in an empty folder; each ends with exit code 0."""
    commands = [line.split("  #")[0] for line in bash_code.splitlines() if line.startswith("tanheng ")]
    if any(" db " in command or "uslci" in command or "bottle/hdpe" in command for command in commands):
        shared = request.getfixturevalue("shared")
        zipped = shared("uslci", "uslci-olca-jsonld.zip")
        monkeypatch.setenv("TANHENG_HOME", str(request.getfixturevalue("uslci_home")))
        commands = [command.replace(PLACEHOLDER, str(zipped)) for command in commands]
    if any(SERVER in command for command in commands):
        url, number = request.getfixturevalue("register")
        commands = [command.replace(SERVER, url).replace(NUMBER, number) for command in commands]
    for command in commands:
        monkeypatch.setattr(sys, "argv", shlex.split(command))
        code: object = 0
        try:
            main.run()
        except SystemExit as stop:
            code = stop.code or 0
        assert code == 0, f"{command}\n{capsys.readouterr().err}"


def test_other_commands_are_targets_of_the_makefile(bash_code):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for line in bash_code.splitlines():
        words = line.split()
        if words[:1] == ["make"]:
            assert f"\n{words[1]}:" in makefile
        else:
            assert words[:1] in ([], ["tanheng"], ["source"]), line


def test_studies_can_be_read_and_assessed(page_study, tmp_path):
    result = assess(read_study(page_study.write(tmp_path)))
    assert result.complete, result.gaps
    assert result.total > 0


@pytest.mark.parametrize("kind", ["xlsx", "yaml"])
def test_the_first_study_of_the_readme_is_valid_as_it_is_written(kind, place):
    from tanheng.footprint.reading import new_study

    path = new_study("HDPE bottle", "workbook" if kind == "xlsx" else "yaml", place / f"bottle.{kind}", lang="en")
    assert len(read_study(path).lines) == 3

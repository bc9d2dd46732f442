"""Every check of every shipped pack and regime fires where it should, and stays silent where it should (see conftest)."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tanheng.rules import GENERAL_RULE, regime, rule_pack


def _tables() -> Iterator[ModuleType]:
    for path in sorted(Path(__file__).parent.glob("cases_*.py")):
        spec = importlib.util.spec_from_file_location(f"tanheng_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module


TABLES = tuple(_tables())
KEYS = {"study", "written", "result", "rules", "regime"}


def _rows() -> Iterator[Any]:
    for module in TABLES:
        where = getattr(module, "PACK", "") or getattr(module, "REGIME", "")
        for code, cases in module.CASES.items():
            for number, case in enumerate(cases if isinstance(cases, list) else [cases]):
                yield pytest.param(module, code, case, id=f"{where}-{code}-{number}")


def _codes(found: Any) -> set[str]:
    return {finding.check.code for finding in found}


@pytest.mark.parametrize(("module", "code", "case"), list(_rows()))
def test_a_check_fires_where_it_should_and_only_there(findings_of, clean, module, code, case):
    base = module.base() if hasattr(module, "base") else clean
    rules = {"pack": getattr(module, "PACK", ""), "regime_id": getattr(module, "REGIME", "")}
    fired = findings_of(base, case, **rules)
    assert code in _codes(fired), f"{code} is silent"
    for finding in fired:
        for lang in ("zh", "en"):
            assert "{" not in finding.text(finding.check.message, lang).replace(finding.quote, "")
    quiet = findings_of(base, _near_miss(case), **rules)
    assert code not in _codes(quiet), f"{code} fires where it should be silent"


def _near_miss(case: dict[str, Any]) -> dict[str, Any]:
    assert case.keys() <= KEYS | {"quiet", "quiet_result"}
    quiet = case.get("quiet", {})
    miss = {"study": quiet} if callable(quiet) else dict(quiet)
    assert miss.keys() <= KEYS
    return {**miss, "result": case["quiet_result"]} if "quiet_result" in case else miss


def _shipped(folder: str) -> list[str]:
    root = files("tanheng").joinpath(f"data/{folder}")
    return sorted(f.name.removesuffix(".yaml") for f in root.iterdir() if f.name.endswith(".yaml"))


def test_every_check_of_what_ships_is_in_the_table():
    covered = {(getattr(m, "PACK", "") or getattr(m, "REGIME", "")).partition("@")[0]: set(m.CASES) for m in TABLES}
    everywhere = {code for codes in covered.values() for code in codes}
    general = {check.code for check in rule_pack(GENERAL_RULE).checks}
    missing = {}
    for name in _shipped("rules"):
        own = {check.code for check in rule_pack(name).checks} - (
            general if name.partition("@")[0] != "general" else set()
        )
        missing[name] = sorted(own - everywhere)
    for name in _shipped("regimes"):
        missing[name] = sorted({check.code for check in regime(name).checks} - everywhere)
    assert {name: codes for name, codes in missing.items() if codes} == {}


def test_the_table_has_no_code_that_nothing_ships():
    known = {check.code for name in _shipped("rules") for check in rule_pack(name).checks}
    known |= {check.code for name in _shipped("regimes") for check in regime(name).checks}
    listed = {code for module in TABLES for code in module.CASES}
    assert listed <= known

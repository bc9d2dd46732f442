"""A clean study, and the way from a study to its findings: what the table of every check is run with.

The table itself lies in files ``cases_*.py`` beside this one, one for each rule pack or regime. A file of cases has

* ``PACK``: reference of the rule pack, or ``REGIME``: id of the regime whose checks it covers;
* ``base()``: a study (a plain document as a person writes it) on which none of its checks fires; the clean study of
  this file where it has none;
* ``CASES``: for each code of a check a dict, or a list of dicts, of
  ``study``: changes the study so that the check fires; ``written`` and ``result``: change the documents of the study and of
  its assessment, where reading or assessing would already refuse or where no study leads there; ``rules`` and ``regime``:
  other values of fields of the rule pack and the regime; ``quiet``: such a dict, or a change of the study alone, for a near
  miss where the check has to stay silent, and ``quiet_result`` a change of its result. Without them the base is the near miss.
"""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path
from typing import Any

import pytest

SCORES = {"te": 1, "ge": 1, "ti": 1, "pr": 1}


def clean_study() -> dict[str, Any]:
    """A small study that no check of the general rule has anything to say about."""
    return {
        "tanheng": "study/1",
        "product": {
            "name": {"zh": "测试产品", "en": "Test product"},
            "maker": {"zh": "测试企业", "en": "Test maker"},
            "codes": {"hs": "7601.10"},
        },
        "unit": "1 t",
        "boundary": "cradle-to-gate",
        "period": "2024-01-01/2024-12-31",
        "site": "CN-53",
        "goal": {"zh": "测试", "en": "test"},
        "author": "A. Tester",
        "lines": [
            {
                "stage": "raw-materials",
                "name": {"zh": "氧化铝", "en": "Alumina"},
                "amount": "1.05 t",
                "from": "factor:cn-alumina-2017-calculated",
                "transport": [{"mode": "rail", "distance": "100 km"}],
                "quality": SCORES,
                "data": "secondary",
                "uncertainty": {"gsd2": 1.1},
            },
            {
                "stage": "production",
                "name": {"zh": "外购电", "en": "Power"},
                "amount": "1000 kWh",
                "electricity": [{"grid": "CN", "share": "100 %"}],
                "data": "primary",
                "evidence": ["meter.csv"],
                "quality": SCORES,
                "uncertainty": {"gsd2": 1.1},
            },
            {
                "stage": "production",
                "name": {"zh": "过程排放", "en": "Process emission"},
                "emits": {"CO2": "600 kg"},
                "data": "primary",
                "evidence": ["laboratory.csv"],
                "quality": SCORES,
                "uncertainty": {"gsd2": 1.1},
            },
            {
                "stage": "production",
                "type": "waste",
                "name": {"zh": "废渣填埋", "en": "Landfilled residue"},
                "amount": "30 kg",
                "from": "factor:gb-2023-waste-commercial-industrial-landfill",
                "data": "primary",
                "quality": SCORES,
                "uncertainty": {"gsd2": 1.1},
            },
        ],
    }


@pytest.fixture
def clean() -> dict[str, Any]:
    return clean_study()


@pytest.fixture
def documents_of(tmp_path: Path):
    """``documents_of(study, pack="general", regime="")`` → plain documents of the study and of its assessment."""
    from tanheng.footprint import assess, document
    from tanheng.footprint.reading import study_document, study_from_document

    for name in ("meter.csv", "laboratory.csv", "extra.csv"):
        (tmp_path / name).write_text(f"{name}\n")

    def run(study: dict[str, Any], *, pack: str = "", regime: str = "", database: Any = None):
        read = study_from_document(study, path=str(tmp_path / "study.yaml"))
        result = assess(read, rules=pack, regime_id=regime, backgrounds=database)
        return copy.deepcopy(study_document(read)), copy.deepcopy(document(result))

    return run


@pytest.fixture
def findings_of(documents_of):
    """The findings of a study after the changes of a case, under a pack and a regime."""
    from tanheng.rules import check, regime, rule_pack

    def run(base: dict[str, Any], case: dict[str, Any], *, pack: str = "", regime_id: str = ""):
        study = copy.deepcopy(base)
        _nothing = dict
        case.get("study", _nothing)(study)
        written, result = documents_of(study, pack=pack, regime=regime_id)
        case.get("written", _nothing)(written)
        case.get("result", _nothing)(result)
        rules = dataclasses.replace(rule_pack(pack) if pack else rule_pack(), **case.get("rules", {}))
        chosen = dataclasses.replace(regime(result["regime"]), **case.get("regime", {}))
        return check(rules, written, result, chosen)

    return run


@pytest.fixture
def project() -> Path:
    return Path(__file__).resolve().parents[2]

"""Random damage to valid files gives a study or a StudyError, never anything else."""

from __future__ import annotations

import math
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tanheng.errors import Fault, FormatError, StudyError
from tanheng.footprint.reading import new_study, read_study, study_from_document

pytestmark = pytest.mark.fuzz
SNIPPETS = [
    b"\t", b"\n", b":", b": ", b"- ", b"[", b"]", b"{", b"}", b"&a ", b"*a", b"!!int ", b"'", b'"', b"#", b"\x00", b"\xff", b"|",
    b"null", b"~", b"1e999", b"-1", b"nan", b"\xef\xbc\x9a", b"%", b"---\n", b"...", b"? ", b"<<: ", b"\xed\xa0\x80", b"9" * 400,
]  # fmt: skip


def faults_of(read: Callable[[], object]) -> tuple[Fault, ...]:
    """What our errors say; any other exception makes the test fail."""
    try:
        read()
    except (StudyError, FormatError) as error:
        return error.faults
    return ()


def survives(path: Path) -> bool:
    """Whether the file is read; every fault must have its sentences."""
    faults = faults_of(lambda: read_study(path))
    assert all(fault.message(lang) and fault.hint(lang) for fault in faults for lang in ("zh", "en"))
    return not faults


def mutated(data: bytes, dice: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(made) + 1)
        end = min(len(made), at + dice.choice((0, 0, 1, 3, 20, 200)))
        made[at:end] = dice.choice(SNIPPETS) if dice.random() < 0.8 else bytes(made[dice.randrange(len(made)) :][:30])
    return bytes(made)


@pytest.mark.parametrize("seed", range(4))
def test_yaml(seed: int, tmp_path: Path) -> None:
    valid = new_study("铝锭", "yaml", tmp_path / "a.yaml").read_bytes()
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    path = tmp_path / "b.yaml"
    outcomes = set()
    for _ in range(250):
        path.write_bytes(mutated(valid, dice))
        outcomes.add(survives(path))
    assert outcomes == {True, False}


@pytest.mark.parametrize("seed", range(3))
def test_workbook_bytes(seed: int, tmp_path: Path) -> None:
    valid = new_study("铝锭", "workbook", tmp_path / "a.xlsx").read_bytes()
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    path = tmp_path / "b.xlsx"
    for _ in range(60):
        path.write_bytes(mutated(valid, dice))
        survives(path)


@pytest.mark.parametrize("seed", range(3))
def test_workbook_parts(seed: int, tmp_path: Path) -> None:
    """Damage inside the parts, packed again so that the archive itself is whole."""
    source = zipfile.ZipFile(new_study("铝锭", "workbook", tmp_path / "a.xlsx"))
    parts = {info.filename: source.read(info) for info in source.infolist()}
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    path = tmp_path / "b.xlsx"
    outcomes = set()
    for _ in range(60):
        broken = dice.choice([name for name in parts if name.startswith("xl/")])
        with zipfile.ZipFile(path, "w") as target:
            for name, data in parts.items():
                if name != broken:
                    target.writestr(name, data)
                elif dice.random() < 0.9:
                    target.writestr(name, mutated(data, dice))
        outcomes.add(survives(path))
    assert outcomes == {True, False}


def damaged(value: object, dice: random.Random) -> object:
    odd = [
        None,
        True,
        [],
        {},
        -1.0,
        math.nan,
        math.inf,
        10**400,
        "",
        "x",
        "\ud800",
        {"value": []},
        [[[]]],
        {"": {"": ""}},
        object(),
    ]
    if dice.random() < 0.04:
        return dice.choice(odd)
    if isinstance(value, dict):
        made = {key: damaged(child, dice) for key, child in value.items()}
        if made and dice.random() < 0.05:
            made.pop(dice.choice(list(made)))
        return made
    if isinstance(value, list):
        return [damaged(child, dice) for child in value]
    return value


def test_documents_with_anything_anywhere() -> None:
    document = {
        "tanheng": "study/1",
        "product": {"name": {"zh": "铝", "en": "x"}, "codes": {"hs": "7601.10"}},
        "unit": {"value": 1.0, "unit": "t"},
        "basis": "3 t",
        "boundary": "cradle-to-gate",
        "period": "2024",
        "site": "CN",
        "lines": [
            {
                "stage": "production",
                "name": "a",
                "amount": "1 kWh",
                "electricity": [{"own": "pv", "share": 1.0, "from": "x"}],
            },
            {"stage": "distribution", "name": "b", "transport": [{"mode": "rail", "distance": "3 km", "mass": "1 t"}]},
            {
                "stage": "production",
                "name": "c",
                "emits": {"CF4": {"amount": "3 kg", "origin": "fossil"}, "CO2": "1 kg"},
            },
            {"stage": "use", "name": "d", "quality": {"te": 1}, "uncertainty": {"kind": "uniform", "min": 1, "max": 2}},
        ],
        "co_products": [{"name": "y", "amount": "3 t", "share": 0.3}],
        "allocation": {"basis": "given", "share": 0.7, "reason": "because"},
        "cut_offs": [{"name": "z", "reason": "small", "share": "1 %"}],
        "limits": ["x", {"zh": "铝"}],
        "sources": ["x"],
    }
    dice = random.Random(7)  # noqa: S311 - repeatable, not secret
    outcomes = set()
    for _ in range(4000):
        broken = damaged(document, dice)
        outcomes.add("fault" if faults_of(lambda broken=broken: study_from_document(broken)) else "study")
    assert outcomes == {"study", "fault"}

"""One test for each kind of fault in a YAML study: its code and its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanheng.errors import StudyError
from tanheng.footprint.reading import read_study

VALID = """\
tanheng: study/1
product:
  name: {zh: 重熔用铝锭, en: Remelt aluminium ingot}
  codes: {hs: "7601.10"}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-53
lines:
  - {stage: raw-materials, name: 氧化铝, amount: 1.925 t, from: "factor:x", quality: {te: 2, ge: 1}}
  - {stage: production, name: 交流电, amount: 13 350 kWh, electricity: [{own: hydro, share: 35 %}, {grid: CN, share: 65 %}]}
  - {stage: production, name: 阳极效应, emits: {CF4: 22 g, CH4: {amount: 3 kg, origin: biogenic}}, uncertainty: {gsd2: 1.6}}
  - {stage: distribution, name: 铁路, transport: [{mode: rail, distance: 1 450 km, mass: 1 t}]}
"""


def faults_of(text: str | bytes, folder: Path, name: str = "s.yaml") -> list[tuple[str, str]]:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(StudyError) as caught:
        read_study(path)
    for lang in ("en", "zh"):
        for fault in caught.value.faults:
            assert "{" not in fault.message(lang).replace("{…}", "").replace("{}", ""), fault
            assert fault.hint(lang)
    return [(fault.code, fault.place) for fault in caught.value.faults]


def test_the_valid_study_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(VALID, encoding="utf-8")
    assert len(read_study(path).lines) == 4


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("unit: 1 t", "unit: 1 t\nunit: 2 t", "TH-STU-009", "s.yaml:6 unit"),
        ("unit: 1 t", "unit: &u 1 t", "TH-STU-010", "s.yaml:5"),
        ("unit: 1 t", "unit: !!python/object:os.system 1 t", "TH-STU-010", "s.yaml:5"),
        ("unit: 1 t", "unit: 1 t\n? [a, b]\n: c", "TH-STU-047", "s.yaml:6"),
        ("tanheng: study/1", "tanheng: study/2", "TH-STU-013", "s.yaml:1 tanheng"),
        ("tanheng: study/1", "", "TH-STU-013", "s.yaml:2"),
        ("product:\n", "product: [1]\nx:\n", "TH-STU-014", "s.yaml:2 product"),
        ("lines:\n", "lines: {a: b}\nx:\n", "TH-STU-014", "s.yaml:9 lines"),
        ("quality: {te: 2, ge: 1}", "quality: [2, 1]", "TH-STU-014", "s.yaml:10 lines[0].quality"),
        ("name: 氧化铝", "name: [氧化铝]", "TH-STU-014", "s.yaml:10 lines[0].name"),
        ("emits: {CF4: 22 g", "emits: [a], x: {CF4: 22 g", "TH-STU-014", "s.yaml:12 lines[2].emits[0]"),
        ("amount: 1.925 t", "amuont: 1.925 t", "TH-STU-015", "s.yaml:10 lines[0].amuont"),
        ("te: 2", "tee: 2", "TH-STU-015", "s.yaml:10 lines[0].quality.tee"),
        ("zh: 重熔用铝锭", "fr: lingot", "TH-STU-015", "s.yaml:3 product.name.fr"),
        ("site: CN-53\n", "", "TH-STU-016", "s.yaml:1"),
        ("name: 氧化铝", 'name: ""', "TH-STU-016", "s.yaml:10 lines[0].name"),
        ("name: 氧化铝", 'name: {zh: ""}', "TH-STU-016", "s.yaml:10 lines[0].name"),
        ("distance: 1 450 km, ", "", "TH-STU-016", "s.yaml:13 lines[3].transport[0]"),
        (", share: 65 %", "", "TH-STU-016", "s.yaml:11 lines[1].electricity[1]"),
        ("stage: raw-materials", "stage: raw-material", "TH-STU-017", "s.yaml:10 lines[0].stage"),
        ("boundary: cradle-to-gate", "boundary: cradle", "TH-STU-017", "s.yaml:6 boundary"),
        ("origin: biogenic", "origin: bio", "TH-STU-017", "s.yaml:12 lines[2].emits.CH4.origin"),
        ("stage: distribution", "stage: distribution, allocate: maybe", "TH-STU-017", "s.yaml:13 lines[3].allocate"),
        ("amount: 1.925 t", "amount: 1.925", "TH-STU-018", "s.yaml:10 lines[0].amount"),
        ("unit: 1 t", "unit: 1", "TH-STU-018", "s.yaml:5 unit"),
        ("amount: 1.925 t", "amount: abc", "TH-STU-019", "s.yaml:10 lines[0].amount"),
        ("amount: 1.925 t", "amount: .nan t", "TH-STU-019", "s.yaml:10 lines[0].amount"),
        ("amount: 1.925 t", "amount: 1e999 t", "TH-STU-019", "s.yaml:10 lines[0].amount"),
        ("te: 2", "te: two", "TH-STU-019", "s.yaml:10 lines[0].quality.te"),
        ("amount: 1.925 t", 'amount: "1,925 t"', "TH-QTY-004", "s.yaml:10 lines[0].amount"),
        ("amount: 1.925 t", "amount: 1.925 tt", "TH-QTY-001", "s.yaml:10 lines[0].amount"),
        ("unit: 1 t", "unit: 0 t", "TH-STU-020", "s.yaml:5 unit"),
        ("unit: 1 t", "unit: -1 t", "TH-STU-020", "s.yaml:5 unit"),
        ("te: 2", "te: 6", "TH-STU-020", "s.yaml:10 lines[0].quality.te"),
        ("gsd2: 1.6", "gsd2: 0.9", "TH-STU-020", "s.yaml:12 lines[2].uncertainty.gsd2"),
        ("CF4: 22 g", "CF4: -22 g", "TH-STU-020", "s.yaml:12 lines[2].emits.CF4"),
        ("share: 35 %", "share: 35", "TH-STU-021", "s.yaml:11 lines[1].electricity[0].share"),
        ("share: 35 %", "share: -1 %", "TH-STU-021", "s.yaml:11 lines[1].electricity[0].share"),
        ("share: 35 %", "share: a third", "TH-STU-021", "s.yaml:11 lines[1].electricity[0].share"),
        ("share: 35 %", "share: 34.99999 %", "TH-STU-022", "s.yaml:11 lines[1].electricity"),
        ("period: 2024-01-01/2024-12-31", "period: last year", "TH-STU-023", "s.yaml:7 period"),
        ("period: 2024-01-01/2024-12-31", "period: 2024-02-30/2024-12-31", "TH-STU-023", "s.yaml:7 period"),
        ("period: 2024-01-01/2024-12-31", "period: 2024-12-31/2024-01-01", "TH-STU-024", "s.yaml:7 period"),
        ("site: CN-53", "site: CN-99", "TH-STU-025", "s.yaml:8 site"),
        ("grid: CN", "grid: Chinaa", "TH-STU-025", "s.yaml:11 lines[1].electricity[1].grid"),
        ("name: 铁路", "name: 铁路, location: 某地", "TH-STU-025", "s.yaml:13 lines[3].location"),
        ("mode: rail", "mode: rial", "TH-STU-026", "s.yaml:13 lines[3].transport[0].mode"),
        ("CF4: 22 g", "CF44: 22 g", "TH-QTY-008", "s.yaml:12 lines[2].emits.CF44"),
        ("grid: CN", "grdi: CN", "TH-STU-029", "s.yaml:11 lines[1].electricity[1]"),
        ("grid: CN", "grid: CN, own: hydro", "TH-STU-029", "s.yaml:11 lines[1].electricity[1]"),
        ("name: 氧化铝", 'name: "a\\x07b"', "TH-STU-030", "s.yaml:10 lines[0].name"),
        ("name: 氧化铝", "name: " + "氧" * 20_001, "TH-STU-031", "s.yaml:10 lines[0].name"),
        ("{gsd2: 1.6}", "{kind: uniform, min: 3, max: 2}", "TH-STU-032", "s.yaml:12 lines[2].uncertainty"),
        ("{gsd2: 1.6}", "{kind: triangular, min: 1, max: 2, mode: 3}", "TH-STU-032", "s.yaml:12 lines[2].uncertainty"),
        (
            "name: 氧化铝",
            "name: 氧化铝, uncertainty: {kind: uniform, min: 2, max: 3}",
            "TH-STU-058",
            "s.yaml:10 lines[0].uncertainty",
        ),
        (
            "name: 氧化铝",
            "name: 氧化铝, uncertainty: {kind: triangular, min: 1, mode: 1.5, max: 1.9}",
            "TH-STU-058",
            "s.yaml:10 lines[0].uncertainty",
        ),
        (
            "{CF4: 22 g, CH4: {amount: 3 kg, origin: biogenic}}, uncertainty: {gsd2: 1.6}",
            "{CF4: 22 g}, uncertainty: {kind: uniform, min: 0.02, max: 0.03}",
            "TH-STU-058",
            "s.yaml:12 lines[2].uncertainty",
        ),
        (
            "lines:\n",
            "parameters: [{id: life, value: 5 a, uncertainty: {kind: triangular, min: 6, mode: 7, max: 8}}]\nlines:\n",
            "TH-STU-058",
            "s.yaml:9 parameters[0].uncertainty",
        ),
        (
            "lines:\n",
            "waivers: [{code: X, reason: y, person: z, day: 2024-02-30}]\nlines:\n",
            "TH-STU-059",
            "s.yaml:9 waivers[0].day",
        ),
        ("{gsd2: 1.6}", "{kind: normal, gsd2: 1.6}", "TH-STU-045", "s.yaml:12 lines[2].uncertainty"),
        ("name: 交流电", "name: 交流电, type: energy", "TH-STU-033", "s.yaml:11 lines[1].electricity"),
        ("CF4: 22 g", "CF4: {amount: 22 g, origin: unsplit}", "TH-STU-043", "s.yaml:12 lines[2].emits.CF4"),
        ("CF4: 22 g", "CO2e: {amount: 22 g, origin: fossil}", "TH-STU-043", "s.yaml:12 lines[2].emits.CO2e"),
        ("amount: 1.925 t", "amount: {value: 1 kg, unit: t}", "TH-STU-044", "s.yaml:10 lines[0].amount.value"),
    ],
)
def test_fault_has_code_and_place(old: str, new: str, code: str, place: str, tmp_path: Path) -> None:
    assert old in VALID
    assert (code, place) in faults_of(VALID.replace(old, new, 1), tmp_path)


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"", "TH-STU-002", "s.yaml"),
        (b" \n\t\n", "TH-STU-002", "s.yaml"),
        (b"%PDF-1.7 \x00", "TH-STU-003", "s.yaml"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "TH-STU-003", "s.yaml"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "TH-STU-003", "s.yaml"),
        ("名称: 铝".encode("gb18030"), "TH-STU-005", "s.yaml"),
        ("a: b".encode("utf-16"), "TH-STU-005", "s.yaml"),
        (b"a: [1", "TH-STU-006", "s.yaml:1"),
        (b"a: 'x", "TH-STU-006", "s.yaml:1"),
        (b"a: 1\nb: \x01\n", "TH-STU-006", "s.yaml:2"),
        (b"a: 1\nb:\n\tc: 1\n", "TH-STU-007", "s.yaml:3"),
        ("a: 1\nname\uff1a铝\nunit: 1 t\n".encode(), "TH-STU-008", "s.yaml:2"),
        (b"[" * 100_000, "TH-STU-011", "s.yaml:1"),
        (b"{a: " * 100_000, "TH-STU-011", "s.yaml:1"),
        (b"tanheng: study/1\n---\ntanheng: study/1\n", "TH-STU-012", "s.yaml:2"),
        (b"services: {web: {image: nginx}}", "TH-STU-013", "s.yaml:1"),
        (b"just text", "TH-STU-013", "s.yaml:1"),
        (b"- a\n- b\n", "TH-STU-013", "s.yaml:1"),
        (b"# nothing but a comment\n", "TH-STU-013", "s.yaml"),
    ],
)
def test_a_file_that_is_no_study(content: bytes, code: str, place: str, tmp_path: Path) -> None:
    assert faults_of(content, tmp_path) == [(code, place)]


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path, Path("a\0b")):
        with pytest.raises(StudyError) as caught:
            read_study(path)
        assert caught.value.code == "TH-STU-001"


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    with path.open("wb") as stream:
        stream.truncate(65 * 2**20)
    with pytest.raises(StudyError) as caught:
        read_study(path)
    assert caught.value.code == "TH-STU-004"


def test_aliases_cannot_multiply(tmp_path: Path) -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
    )
    faults = faults_of("tanheng: study/1\nproduct: {name: x}\n" + bomb, tmp_path)
    assert ("TH-STU-010", "s.yaml:3") in faults


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = VALID.replace("1.925 t", "1.925").replace("stage: production, name: 阳极效应", "stage: prod, name: 阳极效应")
    text = text.replace("CN-53", "XX-1").replace("mode: rail", "mode: rocket")
    assert faults_of(text, tmp_path) == [
        ("TH-STU-025", "s.yaml:8 site"),
        ("TH-STU-018", "s.yaml:10 lines[0].amount"),
        ("TH-STU-017", "s.yaml:12 lines[2].stage"),
        ("TH-STU-026", "s.yaml:13 lines[3].transport[0].mode"),
    ]


def test_many_faults_are_counted_not_listed(tmp_path: Path) -> None:
    text = VALID + "".join(f"  - {{stage: nowhere, name: line {i}}}\n" for i in range(1000))
    path = tmp_path / "s.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read_study(path)
    last = caught.value.faults[-1]
    assert last.code == "TH-STU-046"
    assert last.params["count"] == 800


@pytest.mark.parametrize(
    ("old", "new", "code", "near"),
    [
        ("amount: 1.925 t", "amuont: 1.925 t", "TH-STU-015", "amount"),
        ("stage: raw-materials", "stage: raw_materials", "TH-STU-017", "raw-materials"),
        ("site: CN-53", "site: 云南", "TH-STU-025", "CN-53"),
        ("site: CN-53", "site: cn-53", "TH-STU-025", "CN-53"),
        ("mode: rail", "mode: rial", "TH-STU-026", "rail"),
    ],
)
def test_the_nearest_known_word_is_named(old: str, new: str, code: str, near: str, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(VALID.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read_study(path)
    fault = next(fault for fault in caught.value.faults if fault.code == code)
    assert near in fault.params["near"].split(", ")

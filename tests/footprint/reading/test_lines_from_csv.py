"""Lines of a study in a CSV file beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanheng.errors import StudyError
from tanheng.footprint.reading import read_study, write_study
from tanheng.footprint.reading.files import bare
from tanheng.footprint.study import Stage
from tanheng.quantities import Quantity

STUDY = """\
tanheng: study/1
product: {name: Machine}
unit: 1 pcs
boundary: cradle-to-gate
period: 2024
site: CN
lines: bill.csv
"""


def study(folder: Path, csv: str | bytes, text: str = STUDY) -> Path:
    (folder / "bill.csv").write_bytes(csv.encode() if isinstance(csv, str) else csv)
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "csv",
    [
        "stage,name,amount,amount.unit,id,part_of\nproduction,Frame,2,pcs,F,\nraw-materials,钢,1 450,kg,,F\n",
        "\ufeff阶段;名称（英文）;名称（中文）;数量;单位;行号;隶属于\r\n生产;Frame;;2;pcs;F;\r\n原材料获取;;钢;1 450;kg;;F\r\n",
        "Stage\tName (English)\tName (Chinese)\tAmount\tUnit\tId\tPart of\nproduction\tFrame\t\t2\tpcs\tF\t\n"
        'raw-materials\t\t"钢"\t1450\tkg\t\tF\n',
    ],
    ids=["comma", "semicolon-chinese", "tab"],
)
def test_the_columns_of_the_workbook_in_any_language(csv: str, tmp_path: Path) -> None:
    if csv.startswith("stage,name,"):
        csv = csv.replace("stage,name,", "stage,name.en,", 1)
    first, second = read_study(study(tmp_path, csv)).lines
    assert (first.id, first.amount) == ("F", Quantity(2.0, "pcs"))
    assert (second.stage, second.parent, second.amount) == (Stage.RAW_MATERIALS, "F", Quantity(1450.0, "kg"))


def test_modes_of_transport_in_chinese(tmp_path: Path) -> None:
    (line,) = read_study(
        study(tmp_path, "stage,name,transport\ndistribution,运输,海运 900 km 1 t; 内河 30 km 1 t\n")
    ).lines
    assert [leg.mode for leg in line.transport] == ["sea", "inland-water"]


def test_it_can_be_written_as_a_study_of_its_own(tmp_path: Path) -> None:
    read = read_study(study(tmp_path, "stage,name.en,amount\nproduction,x,2 kg\n"))
    write_study(read, tmp_path / "whole.yaml")
    assert bare(read_study(tmp_path / "whole.yaml")) == bare(read)


@pytest.mark.parametrize(
    ("csv", "code", "place"),
    [
        ("stage,name.en,amount\nproduction,x,2 kk\n", "TH-QTY-001", "bill.csv!C2"),
        ("stage,name.en,amount\nprodution,x,2 kg\n", "TH-STU-017", "bill.csv!A2"),
        ("stage,name.en,amuont,from\nproduction,x,2 kg,f\n", "TH-STU-015", "bill.csv!C1"),
        ('stage,name.en,amount\nproduction,"x,2 kg\n', "TH-STU-053", "bill.csv:2"),
        ("stage,name.en\nproduction,钢\n".encode("gbk"), "TH-STU-005", "bill.csv"),
        ("a,b\n1,2\n", "TH-STU-038", "bill.csv!A1"),
        # An unquoted comma: the note would end at it.
        ("stage,name.en,amount,note\nproduction,x,2 kg,weighed, not read\n", "TH-STU-055", "bill.csv!E2"),
    ],
)
def test_a_fault_names_file_row_and_column(csv: str | bytes, code: str, place: str, tmp_path: Path) -> None:
    with pytest.raises(StudyError) as caught:
        read_study(study(tmp_path, csv))
    assert (code, place) == (caught.value.faults[0].code, caught.value.faults[0].place.strip())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = study(tmp_path, "", STUDY.replace("bill.csv", "other.csv"))
    with pytest.raises(StudyError, match="TH-STU-001"):
        read_study(path)


@pytest.mark.parametrize("header", ["name", "Name", "名称"])
def test_one_column_of_names_needs_no_language(header: str, tmp_path: Path) -> None:
    first, second = read_study(
        study(tmp_path, f"stage,{header},amount\nproduction,Frame,2 kg\nproduction,钢,3 kg\n")
    ).lines
    assert (first.names, second.names) == ({"en": "Frame"}, {"zh": "钢"})


def test_names_with_and_without_language_are_not_mixed(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as caught:
        read_study(study(tmp_path, "stage,name,name.zh,amount\nproduction,Frame,架,2 kg\n"))
    assert [(f.code, f.place.strip()) for f in caught.value.faults] == [("TH-STU-009", "bill.csv!C1")]

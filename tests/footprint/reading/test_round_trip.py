"""Study → YAML → study and study → workbook → study, without loss."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanheng.errors import StudyError
from tanheng.footprint.reading import (
    new_study,
    read_study,
    study_document,
    study_from_document,
    write_study,
)
from tanheng.footprint.reading.files import bare
from tanheng.footprint.study import Study

SETTINGS = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def there_and_back(study: Study, name: str) -> Study:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_study(study, path)
        assert [p.name for p in Path(folder).iterdir()] == [name]
        return read_study(path)


@given(data=st.data())
@pytest.mark.fuzz
@settings(max_examples=30, **SETTINGS)
def test_yaml(random_studies: st.SearchStrategy[Study], data: st.DataObject) -> None:
    study = data.draw(random_studies)
    assert bare(there_and_back(study, "s.yaml")) == study


@given(data=st.data())
@pytest.mark.fuzz
@settings(max_examples=25, **SETTINGS)
def test_workbook(random_studies: st.SearchStrategy[Study], data: st.DataObject) -> None:
    study = data.draw(random_studies)
    assert bare(there_and_back(study, "s.xlsx")) == study


@given(data=st.data())
@pytest.mark.fuzz
@settings(max_examples=25, **SETTINGS)
def test_document(random_studies: st.SearchStrategy[Study], data: st.DataObject) -> None:
    study = data.draw(random_studies)
    document = study_document(study)
    assert bare(study_from_document(document)) == study
    assert study_document(study_from_document(document)) == document


def test_yaml_to_workbook_to_yaml(tmp_path: Path) -> None:
    first = new_study("铝锭", "yaml", tmp_path / "a.yaml")
    write_study(read_study(first), tmp_path / "b.xlsx")
    write_study(read_study(tmp_path / "b.xlsx"), tmp_path / "c.yaml")
    assert bare(read_study(tmp_path / "c.yaml")) == bare(read_study(first))


def test_the_same_study_gives_the_same_file(tmp_path: Path) -> None:
    study = read_study(new_study("Ingot", "yaml", tmp_path / "a.yaml", "en"))
    for name in ("b.xlsx", "b.yaml"):
        write_study(study, tmp_path / name)
        first = (tmp_path / name).read_bytes()
        write_study(study, tmp_path / name)
        assert (tmp_path / name).read_bytes() == first


@pytest.mark.parametrize("suffix", ["yaml", "xlsx"])
def test_what_would_be_lost_is_refused_and_the_old_file_stays(suffix: str, tmp_path: Path) -> None:
    study = read_study(new_study("Ingot", "yaml", tmp_path / "a.yaml", "en"))
    path = tmp_path / f"s.{suffix}"
    write_study(study, path)
    before = path.read_bytes()
    lossy = replace(study, author=" blank in front")
    with pytest.raises(StudyError) as caught:
        write_study(lossy, path)
    assert (caught.value.code, caught.value.faults[0].params["part"]) == ("TH-STU-048", "author")
    line = replace(study.lines[0], names={"fr": "aluminium"})
    with pytest.raises(StudyError):
        write_study(replace(study, lines=(line,)), path)
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.yaml", path.name]


def test_a_text_too_long_for_a_cell(tmp_path: Path) -> None:
    study = read_study(new_study("Ingot", "yaml", tmp_path / "a.yaml", "en"))
    line = replace(study.lines[0], evidence=tuple(f"{i} {'x' * 15_000}" for i in range(3)))
    write_study(replace(study, lines=(line,)), tmp_path / "s.yaml")
    with pytest.raises(StudyError) as caught:
        write_study(replace(study, lines=(line,)), tmp_path / "s.xlsx")
    assert caught.value.code == "TH-STU-040"


def test_another_ending_is_refused(tmp_path: Path) -> None:
    study = read_study(new_study("Ingot", "yaml", tmp_path / "a.yaml", "en"))
    with pytest.raises(StudyError) as caught:
        write_study(study, tmp_path / "s.docx")
    assert caught.value.code == "TH-STU-049"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    study = read_study(new_study("Ingot", "yaml", tmp_path / "a.yaml", "en"))
    for name in ("s.yaml", "s.xlsx"):
        with pytest.raises(StudyError) as caught:
            write_study(study, tmp_path / "none" / name)
        assert caught.value.code == "TH-STU-001"

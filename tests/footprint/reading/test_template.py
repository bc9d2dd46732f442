"""A new study: its comments, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanheng.errors import StudyError
from tanheng.footprint.reading import new_study, read_study
from tanheng.footprint.reading.fields import CHOICES, fields, records
from tanheng.footprint.reading.records import READERS
from tanheng.texts import LANGUAGES, catalogue


def test_a_file_that_is_there_is_not_overwritten_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        new_study("x", "yaml", path)
    assert caught.value.code == "TH-STU-042"
    assert path.read_text(encoding="utf-8") == "mine"
    new_study("x", "yaml", path, overwrite=True)
    assert read_study(path).product.names == {"en": "x"}


@pytest.mark.parametrize(("kind", "name"), [("yaml", "s.xlsx"), ("workbook", "s.yaml"), ("yaml", "s")])
def test_the_ending_must_fit(kind: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(StudyError) as caught:
        new_study("x", kind, tmp_path / name)  # type: ignore[arg-type]
    assert caught.value.code == "TH-STU-049"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_comments_explain_every_key(lang: str, tmp_path: Path) -> None:
    text = new_study("x", "yaml", tmp_path / "s.yaml", lang).read_text(encoding="utf-8")
    for record in ("study", "line", "electricity", "leg"):
        for key, field in fields(record).items():
            if field.kind != "schema" and not (record == "study" and key == "lines"):
                assert field.texts[lang] in text, (record, key)


def test_the_table_of_fields_is_complete() -> None:
    for record in records():
        for field in fields(record).values():
            assert field.kind in READERS
            assert all(field.names[lang] and field.texts[lang] for lang in LANGUAGES)
            if field.kind in ("record", "records"):
                assert field.refers in records()


def test_every_choice_has_a_label_in_both_languages() -> None:
    labels = catalogue("study")
    for choices, members in CHOICES.items():
        for member in members:
            assert set(labels[f"{choices}.{member.value}"]) == set(LANGUAGES)

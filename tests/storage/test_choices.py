"""Remembered choices: kept, recalled, forgotten, by several writers at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest

from tanheng.errors import HomeError
from tanheng.footprint.ports import Choice, Choices, NoChoices
from tanheng.storage.choices import ChoiceFile

FIRST = Choice("name:烧碱|material|mass", "factor:a", "烧碱", "Li", "2026-11-22", "S")


WRITER = """
import sys
from pathlib import Path
from tanheng.footprint.ports import Choice
from tanheng.storage.choices import ChoiceFile
path, writer = sys.argv[1:]
for i in range(25):
    mine, shared = (Choice(key, f"factor:{writer}", "n") for key in (f"{writer}-{i}", "shared"))
    ChoiceFile(Path(path)).remember([mine, shared])
"""


@pytest.fixture(params=["file", "none"])
def port(request, tmp_path) -> Choices:
    return ChoiceFile.of(tmp_path / "home") if request.param == "file" else NoChoices()


def test_every_port_recalls_nothing_before_anything_is_remembered(port):
    assert port.recall([]) == port.recall(["x"]) == {}
    port.remember([])


def test_a_choice_comes_back_as_it_was(tmp_path):
    choices = ChoiceFile.of(tmp_path / "new" / "home")
    choices.remember([FIRST])
    assert choices.recall([FIRST.key, "other"]) == {FIRST.key: FIRST}
    assert choices.all() == (FIRST,)


def test_looking_makes_no_file(tmp_path):
    choices = ChoiceFile.of(tmp_path / "home")
    assert choices.all() == ()
    assert not choices.path.parent.exists()


def test_a_later_choice_takes_the_place_of_an_earlier_one(tmp_path):
    choices = ChoiceFile.of(tmp_path)
    later = Choice(FIRST.key, "factor:b", "烧碱")
    choices.remember([FIRST])
    choices.remember([later])
    assert choices.all() == (later,)


def test_forgetting_drops_one_and_names_what_is_not_there(tmp_path):
    choices = ChoiceFile.of(tmp_path)
    choices.remember([FIRST, Choice("other", "factor:b", "x")])
    assert choices.forget(FIRST.key) == FIRST
    assert [choice.key for choice in choices.all()] == ["other"]
    with pytest.raises(HomeError, match="TH-HOM-006"):
        choices.forget(FIRST.key)


def test_more_keys_than_a_query_takes_are_recalled(tmp_path):
    choices = ChoiceFile.of(tmp_path)
    many = [Choice(f"k{i}", "factor:a", "n") for i in range(1700)]
    choices.remember(many)
    assert len(choices.recall(f"k{i}" for i in range(3000))) == 1700


def test_hostile_texts_are_only_texts(tmp_path):
    choices = ChoiceFile.of(tmp_path)
    odd = Choice("'; DROP TABLE choices; --", 'factor:"x"', "%s ? {0}", "a\x00b", "", "🏭")
    choices.remember([odd])
    assert choices.recall([odd.key]) == {odd.key: odd}


def test_four_programs_write_at_once_and_nothing_is_lost(tmp_path):
    choices = ChoiceFile.of(tmp_path)
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(choices.path), str(n)]) for n in range(4)]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0, 0]
    assert len(choices.all()) == 4 * 25 + 1
    assert choices.recall(["shared"])["shared"].link in {f"factor:{writer}" for writer in range(4)}


def test_a_write_is_whole_or_not_at_all(tmp_path):
    choices = ChoiceFile.of(tmp_path)
    choices.remember([FIRST])
    with pytest.raises(HomeError, match="TH-HOM-007"):
        choices.remember([Choice("second", "factor:b", "n"), Choice("third", object(), "n")])  # type: ignore[arg-type]
    assert choices.all() == (FIRST,)


def test_a_damaged_file_is_named(tmp_path):
    choices = ChoiceFile.of(tmp_path)
    choices.path.write_text("no database")
    for act in (choices.all, lambda: choices.remember([FIRST])):
        with pytest.raises(HomeError, match="TH-HOM-007") as caught:
            act()
        assert str(choices.path) in caught.value.text("zh")


def test_an_empty_file_of_a_stopped_writer_is_no_damage(tmp_path):
    choices = ChoiceFile.of(tmp_path)
    sqlite3.connect(choices.path).close()
    choices.path.touch()
    assert choices.all() == ()
    choices.remember([FIRST])
    assert choices.all() == (FIRST,)

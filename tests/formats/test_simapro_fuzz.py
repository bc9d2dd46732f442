"""Damaged SimaPro exports: a database that compiles or an error, never anything else."""

from __future__ import annotations

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.simapro_texts import WHOLE
from tests.formats.test_fuzz import TOLERANT, attempt

from tanheng.errors import InventoryError
from tanheng.inventory import compile_database
from tanheng.inventory.model import Database

pytestmark = pytest.mark.fuzz
RAW = WHOLE.encode()
LINES = WHOLE.split("\n")


def survives(raw: bytes, folder) -> None:
    found = attempt(raw, folder, ".csv")
    if isinstance(found, Database):
        with contextlib.suppress(InventoryError):
            compile_database(found)


@TOLERANT
@given(st.floats(0.0, 1.0))
def test_truncation(tmp_path, keep):
    survives(RAW[: int(len(RAW) * keep)], tmp_path)


@TOLERANT
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_flipped_bytes(tmp_path, flips):
    damaged = bytearray(RAW)
    for where, value in flips:
        damaged[int(where * (len(RAW) - 1))] = value
    survives(bytes(damaged), tmp_path)


@TOLERANT
@given(st.floats(0, 1), st.text(alphabet='";,\t\r\n\x7f\0{}(|)^%x1.-', max_size=6))
def test_something_in_between(tmp_path, where, inserted):
    at = int(where * len(WHOLE))
    survives((WHOLE[:at] + inserted + WHOLE[at:]).encode(), tmp_path)


@TOLERANT
@given(
    st.integers(0, 2**32),
    st.sampled_from(
        ["", "-1", "0", "NaN", "inf", "1e400", "1,5", "a+", "Ω", "9" * 400, "1e308", "μ!", '"', "Lognormal"]
    ),
)
def test_another_cell(tmp_path, seed, value):
    """Any cell of any row replaced."""
    chance = random.Random(seed)  # noqa: S311 - a test, not a secret
    lines = list(LINES)
    at = chance.randrange(len(lines))
    cells = lines[at].split(";")
    cells[chance.randrange(len(cells))] = value
    lines[at] = ";".join(cells)
    survives("\n".join(lines).encode(), tmp_path)


@TOLERANT
@given(st.integers(0, len(LINES) - 1), st.integers(0, len(LINES) - 1), st.booleans())
def test_lines_missing_or_moved(tmp_path, one, other, is_moved):
    lines = list(LINES)
    taken = lines.pop(one)
    if is_moved:
        lines.insert(other, taken)
    survives("\n".join(lines).encode(), tmp_path)

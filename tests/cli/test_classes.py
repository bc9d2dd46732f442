"""Class schemes at the command line: derived and tried by anybody, as the regulator did."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from certification_samples import House
from class_samples import fill, in_force, makers, scheme
from tanheng.storage import installing


@pytest.fixture
def installation(tmp_path):
    """A register with forty values, and limits that a regulator derived from it."""
    with contextlib.closing(installing.initialise(tmp_path / "home")) as platform:
        house = House(platform)
        one = house.certified()
        fill(platform, one, [one.value * (1 + n / 80) for n in range(40)], makers(platform, 8))
        content = scheme(one)
        yield house, content, in_force(house, content)


@pytest.fixture
def files(installation, tmp_path, monkeypatch):
    """The scheme and the sample, as a stranger takes it from the register."""
    from sqlalchemy import select

    from tanheng.storage.sql.tables.certification import certificates as table

    house, content, _ = installation
    (tmp_path / "classes.yaml").write_bytes(content)
    with house.platform.engine.connect() as sql:
        rows = sql.execute(select(table.c.number, table.c.holder, table.c.value)).all()
    lines = ["certificate,maker,value,note", *(f"{a},{b},{c!r},x" for a, b, c in rows)]
    (tmp_path / "sample.csv").write_text("\n".join(lines), encoding="utf-8")
    return "classes.yaml", "sample.csv"


def test_who_takes_the_sample_gets_the_limits_and_the_digest_that_were_published(tanheng, installation, files):
    _, _, published = installation
    found = tanheng("classes", "derive", *files, "--json")
    assert found.code == 0, found.err
    assert tuple(found.json["limits"]) == published.limits
    assert found.json["sample_digest"] in published.document
    told = tanheng("classes", "derive", *files, "--lang", "zh").out
    assert "41 个产品" in told
    assert "A ≤ " in told


def test_limits_are_tried_on_the_sample(tanheng, files):
    alone = tanheng("classes", "try", *files, "--json").json
    assert (alone["before"], sum(alone["after"].values())) == ({}, 41)
    limits = ",".join(str(one) for one in alone["limits"])
    same = tanheng("classes", "try", *files, "--before", limits, "--json").json
    assert (same["before"], same["moves"]) == (same["after"], [])
    moved = tanheng("classes", "try", *files, "--before", "1,2")
    assert "C → A" in moved.out
    for wrong in ("1", "1,x"):
        assert tanheng("classes", "try", *files, "--before", wrong).code == 2


def test_what_is_published_is_listed_and_shown(tanheng, installation):
    _, _, published = installation
    (told,) = tanheng("classes", "list", "--json").json
    assert (told["scheme"], tuple(told["in_force"]["limits"])) == ("test-classes", published.limits)
    assert "test-classes@1.0.0" in tanheng("classes", "list").out
    shown = tanheng("classes", "show", "test-classes@1.0.0")
    assert "in force" in shown.out
    assert tanheng("classes", "show", "test-classes", "--json").json["limits"][0]["digest"] == published.digest
    missing = tanheng("classes", "show", "nothing")
    assert (missing.code, "TH-STO-001" in missing.err) == (1, True)


def test_a_scheme_is_checked_and_a_sample_that_is_none_told_line_by_line(tanheng, files, tmp_path):
    assert tanheng("classes", "check", files[0], "--json").json["valid"]
    assert "test-classes@1.0.0" in tanheng("classes", "check", files[0]).out
    Path("bad.yaml").write_text("tanheng: class-scheme/1\nid: x\n", encoding="utf-8")
    found = tanheng("classes", "check", "bad.yaml", "--json")
    assert (found.code, found.json["valid"], bool(found.json["faults"])) == (1, False, True)
    Path("bad.csv").write_text("certificate,maker,value\na,b,1\na,b,2\nc,,3\nd,e,nan\n", encoding="utf-8")
    found = tanheng("classes", "derive", files[0], "bad.csv")
    assert found.code == 1
    assert [line in found.err for line in ("bad.csv:3", "bad.csv:4", "bad.csv:5")] == [True] * 3
    for content in (b"a,b\n1,2\n", b"\xff\xfe", b""):
        Path("bad.csv").write_bytes(content)
        assert "TH-STO-083" in tanheng("classes", "derive", files[0], "bad.csv").err

"""Samplers whose every group is known, and what is needed to look at processes from outside."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from tanheng.engine.montecarlo import Kind, Sampler, Spreads, UncertainSystem, plan

GROUPS = range(30)


def exchanges(rows, columns, values, gsd, first):
    count = len(values)
    nan = np.full(count, np.nan)
    return Spreads(
        rows=np.asarray(rows, np.int32),
        columns=np.asarray(columns, np.int32),
        values=np.asarray(values, float),
        kinds=np.full(count, Kind.LOGNORMAL, np.int8),
        loc=nan,
        scale=np.full(count, gsd),
        minimum=nan,
        maximum=nan,
        keys=np.arange(first, first + count, dtype=np.uint64),
    )


@pytest.fixture(scope="session")
def sampler():
    """Forty processes that buy from each other so much that some samples are solved on their own, and some have no footprint."""
    rng = np.random.default_rng(5)
    n = 40
    rows, columns = (part.ravel() for part in np.meshgrid(np.arange(n), np.arange(n)))
    others = (rows != columns) & (rng.random(n * n) < 0.1)
    rows, columns = rows[others], columns[others]
    values = rng.random(len(rows))
    values *= 0.93 / np.bincount(columns, values, minlength=n)[columns]
    technosphere = exchanges(rows, columns, values, 1.25, 0)
    biosphere = exchanges(np.zeros(n), np.arange(n), rng.random(n) + 0.1, 1.5, 10_000)
    return Sampler(plan(UncertainSystem(n, 1, technosphere, biosphere), np.ones(1), products=np.arange(n), seed=3))


@pytest.fixture(scope="session")
def known(sampler):
    """The groups, one after the other in this thread."""
    groups = {number: sampler.group(number) for number in GROUPS}
    assert any(group.escalated for group in groups.values())
    assert any(group.unproductive for group in groups.values())
    assert not all(group.escalated for group in groups.values())
    return groups


@pytest.fixture(scope="session")
def same(known):
    """Whether results, in whatever order, are every group of ``numbers`` once, with the same bits."""

    def check(made, numbers=GROUPS):
        found = dict(made)
        assert len(made) == len(found)
        assert sorted(found) == sorted(numbers)
        for number, group in found.items():
            assert group.values.tobytes() == known[number].values.tobytes()
            assert (group.number, group.escalated, group.unproductive) == (
                number,
                known[number].escalated,
                known[number].unproductive,
            )

    return check


def descendants(process):
    """Processes that a process has started, and those that they have, by number."""
    children = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = status.read_text()
        except OSError:
            continue  # it has ended meanwhile
        parent = int(text.rpartition(")")[2].split()[1])
        children.setdefault(parent, []).append(int(status.parent.name))
    found, front = [], [process]
    while front:
        front = [child for parent in front for child in children.get(parent, [])]
        found += front
    return found


def command(process):
    """The words of a process; empty where it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def workers():
    """Processes of the cluster's workers below this one."""
    return [child for child in descendants(os.getpid()) if command(child).startswith("ray::Worker")]

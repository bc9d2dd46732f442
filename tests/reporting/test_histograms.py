"""The drawing of a peer group: areas are counts, limits stand where their values are, and nothing in it is markup."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree

import pytest

from tanheng.reporting.histograms import histogram


@dataclass(frozen=True)
class Bar:
    above: float
    up_to: float
    count: int


BARS = [Bar(0, 10, 10), Bar(10, 20, 20), Bar(20, 60, 20)]


def sizes(drawn):
    return [
        (float(wide), float(tall))
        for wide, tall in re.findall(r'class="column" x="[\d.]+" y="[\d.]+" width="([\d.]+)" height="([\d.]+)"', drawn)
    ]


def test_areas_of_bars_are_their_counts():
    (first, second, third) = sizes(histogram(BARS, [], [], description=""))
    assert second[1] == pytest.approx(2 * first[1], rel=0.01)
    assert third[1] == pytest.approx(second[1] / 4, rel=0.01)  # as many, four times as wide


def test_limits_stand_between_the_names_of_their_classes():
    drawn = histogram(BARS, [15.0, 30.0], ["A", "B", "C"], description="")
    at = [float(x) for x in re.findall(r'class="limit" d="M([\d.]+)', drawn)]
    names = [(float(x), name) for x, name in re.findall(r'class="class" x="([\d.]+)"[^>]*>(\w)<', drawn)]
    assert [name for _, name in names] == ["A", "B", "C"]
    assert names[0][0] < at[0] < names[1][0] < at[1] < names[2][0]


@pytest.mark.parametrize("bars", [[], BARS, [Bar(5, 5, 5)]])
@pytest.mark.parametrize("limits", [[], [5.0]])
def test_it_is_drawn_whatever_there_is(bars, limits):
    drawn = histogram(bars, limits, ["A", "B"] if limits else [], description='<b> & "x"')
    assert ElementTree.fromstring(drawn).get("aria-label") == '<b> & "x"'  # noqa: S314 - our own

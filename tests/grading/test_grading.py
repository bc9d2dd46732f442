"""Classes, trials of limits, and what is published of a peer group."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.grading import Peer, Thresholds, Tie, grade, grades
from tanheng.grading.disclosing import histogram, is_mixed, published_size, rounded_count
from tanheng.grading.grading import Move, trial

LIMITS = Thresholds("cement", ("A", "B", "C"), (600.0, 750.0), Tie.BETTER, date(2026, 1, 1))
WORSE = Thresholds("cement", ("A", "B", "C"), (600.0, 750.0), Tie.WORSE, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("value", "better", "worse"),
    [(-5, "A", "A"), (600, "A", "B"), (600.01, "B", "B"), (750, "B", "C"), (9e9, "C", "C")],
)
def test_a_value_that_is_a_limit_goes_by_the_rule(value, better, worse):
    assert (grade(value, LIMITS).name, grade(value, WORSE).name) == (better, worse)


def test_a_class_tells_its_ends():
    assert [(one.above, one.up_to) for one in (grade(v, LIMITS) for v in (1, 700, 800))] == [
        (None, 600.0),
        (600.0, 750.0),
        (750.0, None),
    ]


@given(st.lists(st.floats(-1e3, 1e4), min_size=1), st.sampled_from([LIMITS, WORSE]))
def test_many_are_graded_as_each(values, thresholds):
    found = [thresholds.classes[at] for at in grades(np.array(values), thresholds)]
    assert found == [grade(value, thresholds).name for value in values]


@given(st.floats(-1e3, 1e4), st.floats(0, 1e3), st.sampled_from([LIMITS, WORSE]))
def test_less_is_never_worse(value, more, thresholds):
    assert grade(value, thresholds).name <= grade(value + more, thresholds).name


def test_a_trial_tells_who_moves():
    sample = [Peer("a", "m", 500), Peer("b", "n", 650), Peer("c", "o", 700), Peer("d", "p", 900)]
    new = Thresholds("cement", ("A", "B", "C"), (450.0, 690.0), Tie.BETTER, date(2027, 1, 1))
    found = trial(sample, new, LIMITS)
    assert (found.before, found.after) == ({"A": 1, "B": 2, "C": 1}, {"A": 0, "B": 2, "C": 2})
    assert found.moves == (Move("c", 700, "B", "C"), Move("a", 500, "A", "B"))
    first = trial(sample, new)
    assert first.before == {}
    assert [move.before for move in first.moves] == ["", "", "", ""]


def test_a_sample_of_few_makers_is_not_told():
    few = [Peer(f"c{n}", f"m{n % 4}", n) for n in range(100)]
    assert published_size(few) is None
    assert histogram(few, 10) == ()
    assert published_size([*few, Peer("x", "m9", 1)]) == 100
    of_one = [Peer(f"c{n}", "big" if n < 96 else f"m{n}", n) for n in range(100)]
    assert published_size(of_one) is None, "one maker has most of it"
    assert histogram(of_one) == ()


def test_ends_of_a_histogram_are_no_values_nor_near_them():
    for values in ((610.0, 650.0, 700.0, 820.0, 990.0), (61.0, 65.0, 70.0, 82.0, 98.7)):
        (bar,) = histogram([Peer(f"c{n}", f"m{n}", value) for n, value in enumerate(values)], 1)
        assert bar.up_to > 1.01 * values[-1]
        assert bar.above < 0.99 * values[0]


def test_a_newcomer_is_not_seen_in_what_is_published_after():
    before = [Peer(f"c{n}", f"m{n}", value) for n, value in enumerate(np.linspace(600, 990, 20))]
    after = [*before, Peer("new", "newcomer", 640.0)]
    assert histogram(after, 4) == histogram(before, 4)
    assert published_size(after) == published_size(before)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.floats(0.001, 1e5)), min_size=1, max_size=80),
    st.integers(1, 12),
    st.integers(1, 6),
)
def test_every_bar_holds_enough_makers_and_all_products_stand_in_one(told, bars, least):
    sample = [Peer(f"c{n}", f"m{maker}", value) for n, (maker, value) in enumerate(told)]
    found = histogram(sample, bars, least=least)
    if not is_mixed(sample, least=least):
        assert found == ()
        return
    assert 1 <= len(found) <= bars
    for before, after in pairwise(found):
        assert before.up_to == after.above
    for number, bar in enumerate(found):
        inside = [peer for peer in sample if (bar.above < peer.value or number == 0) and peer.value <= bar.up_to]
        assert bar.count == rounded_count(len(inside))
        assert is_mixed(inside, least=least)
    assert found[0].above < min(peer.value for peer in sample)
    assert found[-1].up_to > max(peer.value for peer in sample)

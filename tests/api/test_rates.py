"""How often one may ask: in any minute, not in each minute of the clock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tanheng.api.around.rates import WINDOW, Window


class Hand:
    """A clock that is moved by hand."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Hand()


def test_the_minute_moves_on(clock):
    window = Window(2, clock)
    assert window.count("a") == 0
    clock.now += 40
    assert window.count("a") == 0
    assert window.count("a") == WINDOW - 40
    clock.now += 20  # the first one counts no more, the second does
    assert window.count("a") == 0
    assert window.count("a") == 40


def test_what_was_refused_is_not_counted(clock):
    window = Window(1, clock)
    window.count("a")
    assert all(window.count("a") > 0 for _ in range(10))
    clock.now += WINDOW
    assert window.count("a") == 0


def test_each_has_a_count_of_their_own(clock):
    window = Window(1, clock)
    assert [window.count(who) for who in "abc"] == [0, 0, 0]
    assert window.count("b") == WINDOW


def test_none_at_all(clock):
    window = Window(0, clock)
    assert window.count("a") == WINDOW
    clock.now += WINDOW + 1
    assert window.count("a") == WINDOW


def test_who_asks_no_more_is_forgotten(clock):
    window = Window(5, clock)
    for number in range(100):
        window.count(str(number))
    clock.now += WINDOW + 1
    window.count("new")
    assert len(window) == 1


def test_many_at_once_get_no_more_than_there_are():
    window = Window(500)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: window.count("a"), range(2000)))
    assert told.count(0) == 500

"""Work in threads of this process."""

from __future__ import annotations

import _thread
import doctest
import importlib
import re
import sys
import threading
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from tests.compute.conftest import GROUPS

from tanheng import compute, texts
from tanheng.compute import Cluster, Here, compute_at, usable_processors
from tanheng.compute.connecting import LONGEST, reason_of
from tanheng.compute.here import AHEAD
from tanheng.compute.versions import differences, versions
from tanheng.errors import ComputeError, EngineError
from tanheng.services import apart


class Held:
    """Work that begins and waits until it is let go."""

    def __init__(self):
        self.begun = []
        self.go = threading.Event()

    def __call__(self, number):
        self.begun.append(number)
        assert self.go.wait(60)
        return number


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_same_bits_in_any_number_of_threads(sampler, same, threads):
    same(list(Here(threads).run(sampler.group, GROUPS)))


def test_the_same_bits_in_any_order_and_in_parts(sampler, same):
    shuffled = np.random.default_rng(1).permutation(GROUPS).tolist()
    same([made for part in (shuffled[:7], shuffled[7:8], shuffled[8:]) for made in Here(2).run(sampler.group, part)])


def test_a_number_that_is_named_twice_is_done_twice():
    assert sorted(Here(2).run(abs, [-1, 2, -1])) == [(-1, 1), (-1, 1), (2, 2)]


@pytest.mark.parametrize("threads", [1, 3])
def test_no_numbers_no_work(threads):
    assert list(Here(threads).run(abs, [])) == []


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_a_slow_taker_is_not_flooded(threads):
    begun = []
    made = Here(threads).run(begun.append, range(1_000))
    for taken in range(1, 20):
        next(made)
        assert len(begun) <= taken + AHEAD * threads
    made.close()


def test_closing_stops_what_has_not_begun():
    held = Held()
    numbers = range(100)

    def work(number):
        return number if number == 0 else held(number)

    made = Here(2).run(work, numbers)
    assert next(made) == (0, 0)
    threading.Timer(1.0, held.go.set).start()
    made.close()
    assert 4 not in held.begun  # it waited when the iterator was closed
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("tanheng")]


def test_an_interruption_stops_the_work():
    begun = []

    def work(number):
        begun.append(number)
        if number == 5:
            _thread.interrupt_main()
        return number

    with pytest.raises(KeyboardInterrupt):
        for _ in Here(2).run(work, range(100_000)):
            pass
    assert 5 in begun
    assert len(begun) < 100_000
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("tanheng")]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("error", [KeyError("what"), EngineError("TH-ENG-022", kernel="quick", known="fast")])
def test_an_exception_of_a_piece_is_raised_as_it_is(threads, error):
    def work(number):
        if number == 3:
            raise error
        return number

    with pytest.raises(type(error)) as caught:
        list(islice(Here(threads).run(work, range(50)), 50))
    assert caught.value is error


def test_places_by_their_options():
    with compute_at(None, 3) as here:
        assert (type(here), here.threads) == (Here, 3)
    assert Here().threads == usable_processors() >= 1
    cluster = compute_at("auto", 5)
    assert (type(cluster), cluster.address, cluster.workers) == (Cluster, "auto", 5)


@pytest.mark.parametrize("place", [None, "local"])
@pytest.mark.parametrize("threads", [0, -1])
def test_no_thread_is_refused(place, threads):
    with pytest.raises(ComputeError) as error:
        compute_at(place, threads)
    assert error.value.code == "TH-CMP-007"


def test_a_cluster_without_ray_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ComputeError, match=r"pip install tanheng\[cluster\]") as error:
        list(Cluster("local", workers=1).run(abs, [1]))
    assert error.value.code == "TH-CMP-001"


def test_an_old_ray_is_told(monkeypatch):
    ray = pytest.importorskip("ray")
    monkeypatch.setattr(ray, "__version__", "2.9.3")
    with pytest.raises(ComputeError, match=r"Ray 2\.52 or later: Ray 2\.9\.3") as error:
        list(Cluster("local", workers=1).run(abs, [1]))
    assert error.value.code == "TH-CMP-001"


def test_versions_are_compared_one_by_one():
    here = versions()
    assert differences(here, dict(here)) == ""
    other = {**here, "numba": "0.1"}
    del other["scipy"]
    assert differences(here, other) == f"scipy – ≠ {here['scipy']}, numba 0.1 ≠ {here['numba']}"
    assert set(here) == {"tanheng", "python", "numpy", "scipy", "numba"}


@pytest.mark.parametrize("name", ["tanheng.compute", "tanheng.compute.here", "tanheng.compute.versions"])
def test_examples(name):
    done = doctest.testmod(importlib.import_module(name))
    assert done.failed == 0
    assert done.attempted


def test_what_an_error_of_ray_says():
    dead = "The actor died unexpectedly.\n\tpid: 7\nThe actor is dead because its node has died.\nIt never ran."
    trace = (
        "died, \x1b[36mray::Worker.__init__()\x1b[39m (pid=7)\n   ^^^\nModuleNotFoundError: No module named 'tanheng'"
    )
    mismatch = "Version mismatch: the cluster has\n    Ray: 2.1\nThis process has\n    Ray: 2.2\n"
    assert reason_of(RuntimeError(dead)) == "The actor is dead because its node has died."
    assert reason_of(RuntimeError(trace)) == "ModuleNotFoundError: No module named 'tanheng'"
    assert reason_of(RuntimeError(mismatch)) == "Version mismatch: the cluster has Ray: 2.1 This process has Ray: 2.2"
    assert reason_of(KeyboardInterrupt()) == "KeyboardInterrupt"
    assert len(reason_of(RuntimeError("word " * 1_000))) <= LONGEST


def test_every_error_has_its_sentence_in_both_languages():
    places = (*Path(compute.__file__).parent.glob("*.py"), Path(apart.__file__))
    sources = "".join(path.read_text(encoding="utf-8") for path in places)
    known = texts.catalogue("errors/cmp")
    assert set(re.findall(r"TH-CMP-\d{3}", sources)) == set(known)
    for parts in known.values():
        for part in parts.values():
            names = {lang: set(re.findall(r"{(\w+)}", part[lang])) for lang in texts.LANGUAGES}
            assert names["en"] == names["zh"]

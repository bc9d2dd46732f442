"""Real databases written as ILCD and as TIDAS and read again: valid files, the same footprints, every difference told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.formats.ilcd_compared import by_product, differences, renamed
from tests.formats.ilcd_schemas import faults

from tanheng.formats import read_database, write_database
from tanheng.formats.losses import Losses
from tanheng.formats.writing.links import DECIDED, linked

pytestmark = pytest.mark.crosscheck


@pytest.fixture(scope="module", params=["uslci-olca-jsonld.zip", "uslci-fy21q3-ecospold1.zip"])
def given(request, shared):
    return read_database(shared("uslci", request.param), name="uslci")


@pytest.fixture(scope="module", params=["ilcd", "tidas"])
def both(request, given, tmp_path_factory):
    """The database with the links it is computed with, what was written of it, and what is read from that."""
    written = write_database(given, tmp_path_factory.mktemp("written") / "uslci.zip", format=request.param)
    return linked(given, Losses(), DECIDED), written, read_database(written.path, name="uslci")


def test_the_footprints_of_all_products_are_the_same(both):
    given, _, found = both
    before, after = by_product(renamed(given)), by_product(found)
    assert before.keys() == after.keys()
    for key, footprint in before.items():
        np.testing.assert_allclose(after[key], footprint, rtol=1e-9, atol=1e-15, err_msg=str(key))


def test_every_difference_is_told(both):
    given, written, found = both
    told = {note.code for note in written.losses}
    assert differences(given, found) <= told


def test_every_fifteenth_data_set_is_valid(both):
    assert faults(both[1].path, every=15) == []


@pytest.mark.parametrize("form", ["ilcd", "tidas"])
def test_a_sample_of_tiangong_comes_back(form, shared, tmp_path):
    whole = read_database(shared("tiangong", "tiangong-2024-ilcd.zip"), name="tiangong")
    sample = dict(sorted(whole.processes.items())[::20])
    given = replace(whole, processes=sample)
    written = write_database(given, tmp_path / "tiangong.zip", format=form)
    given = linked(given, Losses(), DECIDED)
    sample = given.processes
    found = read_database(written.path, name="tiangong")
    assert differences(given, found) <= {note.code for note in written.losses}
    assert faults(written.path, every=15) == []
    same = sum(found.flows[key] == flow for key, flow in given.flows.items() if key in found.flows)
    assert same >= 0.97 * len(given.flows)
    if form == "ilcd":  # TIDAS demands facts of every process that its own sources leave out
        texts = {"comment": "", "texts": {}, "sources": ()}
        alike = [
            key
            for key, p in sample.items()
            if repr(replace(found.processes[key], **texts)) == repr(replace(p, **texts))
        ]
        assert len(alike) >= 0.9 * len(sample)

"""USLCI, both releases, as openLCA JSON-LD of both schemas, read again: the same footprints and, but for ids, the same data."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace

import numpy as np
import olca_schema
import pytest

from tanheng.formats import read_database, write_database
from tanheng.formats.losses import Losses
from tanheng.formats.writing.links import DECIDED, linked
from tanheng.inventory import compile_database

pytestmark = pytest.mark.crosscheck
TYPES = {
    "flows": olca_schema.Flow,
    "processes": olca_schema.Process,
    "flow_properties": olca_schema.FlowProperty,
    "unit_groups": olca_schema.UnitGroup,
    "locations": olca_schema.Location,
    "sources": olca_schema.Source,
    "actors": olca_schema.Actor,
}


def fields(data):
    if isinstance(data, dict):
        return {k: fields(v) for k, v in data.items() if k != "@type"}
    return [fields(v) for v in data] if isinstance(data, list) else data


RELEASES = ("uslci-olca-jsonld.zip", "uslci-fy21q3-ecospold1.zip")
SCHEMA_2 = [(release, "openlca-jsonld") for release in RELEASES]
SCHEMA_1 = [(release, "openlca-jsonld-1") for release in RELEASES]


@pytest.fixture(scope="module", params=[*SCHEMA_2, *SCHEMA_1], ids="-".join)
def both(request, shared, tmp_path_factory):
    """The database, what was written of it, and what is read from that."""
    release, form = request.param
    given = read_database(shared("uslci", release), name="uslci")
    written = write_database(given, tmp_path_factory.mktemp("written") / "uslci.zip", format=form)
    return given, written, read_database(written.path, name="uslci")


def by_product(database) -> dict[tuple[str, str, str], np.ndarray]:
    """Footprint of every product; ids of flows may have changed, names and processes have not."""
    compiled = compile_database(database)
    found = {}
    for column, footprint in zip(compiled.columns, compiled.footprints, strict=True):
        found[column.process.id, column.flow.name, column.flow.unit] = footprint
    assert len(found) == len(compiled.columns)
    return found


def test_the_footprints_of_all_products_are_the_same(both):
    given, _, found = both
    before, after = by_product(given), by_product(found)
    assert before.keys() == after.keys()
    for key, footprint in before.items():
        np.testing.assert_allclose(after[key], footprint, rtol=1e-9, atol=1e-15, err_msg=str(key))


def test_every_exchange_and_flow_comes_back(both):
    given, written, found = both
    new_ids = {}
    for key, process in linked(given, Losses(), DECIDED).processes.items():
        for old, new in zip(process.exchanges, found.processes[key].exchanges, strict=True):
            assert new_ids.setdefault(old.flow, new.flow) == new.flow
            assert replace(new, id=old.id, flow=old.flow) == old
    for old, new in new_ids.items():
        assert replace(found.flows[new], id=old) == given.flows[old]
    assert len(found.flows) == len(given.flows)
    assert found.notes == ()
    assert {note.code for note in written.losses} <= {
        "exchange-id-replaced",
        "provider-assumed",
        "exchange-unit-foreign",
        "id-replaced",
        "text-moved",
    }


def test_processes_come_back_but_for_ids_and_texts_without_a_field(both):
    given, written, found = both
    moved = any(note.code == "text-moved" for note in written.losses)
    for key, process in given.processes.items():
        new = found.processes[key]
        same = replace(new, exchanges=process.exchanges, allocations=process.allocations)
        if moved:
            assert new.comment.startswith(process.comment)
            same = replace(same, comment=process.comment, texts=process.texts)
        assert same == process
        assert [a.method for a in new.allocations] == [a.method for a in process.allocations]


@pytest.mark.parametrize("both", SCHEMA_2, ids="-".join, indirect=True)
def test_the_independent_package_reads_every_data_set(both):
    """It knows schema 2 alone."""
    _, written, _ = both
    for name, data in data_sets(written.path):
        if name == "openlca.json":
            continue
        kind = TYPES[name.partition("/")[0]]
        told = fields(kind.from_dict(data).to_dict())
        for exchange in data.get("exchanges", ()):  # what bw2io asks for, beyond the schema
            exchange.pop("input", None)
            exchange.pop("avoidedProduct", None)
        for factor in data.get("allocationFactors", ()):
            factor.get("exchange", {}).pop("flow", None)
        assert told == fields(data), name


@pytest.mark.parametrize("both", SCHEMA_1, ids="-".join, indirect=True)
def test_schema_1_has_the_fields_that_files_of_openlca_1_have(both, shared):
    """Types and fields of all data sets, against what openLCA 1.x itself wrote."""
    _, written, _ = both
    known = set()
    for path in (
        shared("uslci", "uslci-olca-jsonld.zip"),
        *(shared("formats", "olca-modules", f"{name}_sync-all.zip") for name in ("exchange", "unit")),
    ):
        for _, data in data_sets(path):
            known |= set(spelled(data))
    names = dict(data_sets(written.path))
    assert set(names["context.json"]) == set(dict(data_sets(path))["context.json"])
    assert "openlca.json" not in names
    found = set().union(*(spelled(data) for name, data in names.items() if name != "context.json"))
    # In the documentation of the schema, though none of these files use them.
    assert found - known <= {
        ("Category", "categoryPath"),
        ("Exchange", "defaultProvider"),
        ("Exchange", "dqEntry"),
        ("Parameter", "@id"),
        ("Process", "defaultAllocationMethod"),
    }


def spelled(value):
    """``(type, field)`` of every object."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield value.get("@type", ""), key
            yield from spelled(below)
    elif isinstance(value, list):
        for below in value:
            yield from spelled(below)


def data_sets(path) -> list[tuple[str, dict]]:
    with zipfile.ZipFile(path) as archive:
        return [(name, json.loads(archive.read(name))) for name in archive.namelist() if name.endswith(".json")]

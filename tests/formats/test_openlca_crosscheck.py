"""bw2io reads our openLCA JSON-LD, and Brightway computes what we compute.

bw2io 0.9.17 reads neither schema as openLCA writes it: categories must be texts (schema 2), directions are looked for as
``isInput`` (schema 2) and, where it allocates, as ``input`` (schema 1), avoided products as ``avoidedProduct`` (schema 1). So the
package of schema 2, which has these older names beside the newer ones, is what it can read; schema 1 is for openLCA 1.x.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tests.formats.brightway_scores import gwp_of, ours

from tanheng.formats import read_database, write_database
from tanheng.inventory import compile_database
from tanheng.inventory.model import Allocation, AllocationMethod, Database, Exchange, FlowKind, Parameter
from tanheng.testing import Recipe, database, process

pytestmark = pytest.mark.crosscheck
PHYSICAL = Allocation(AllocationMethod.PHYSICAL, {"Heat": 0.7, "Steam": 0.3})
ECONOMIC = Allocation(AllocationMethod.ECONOMIC, {"Heat": 0.2, "Steam": 0.8})
CAUSAL = Allocation(
    AllocationMethod.CAUSAL,
    by_exchange={
        number: {"Lye": share, "Chlorine": 1.0 - share} for number, share in (("2", 0.25), ("3", 1.0), ("4", 0.5))
    },
)
SIZE = (Parameter("size", 2.0),)
CAUSALLY = {"Chloralkali": AllocationMethod.CAUSAL}
COAL = process("Coal", "1 kg", emits={"CO2": "0.1 kg", "CH4": "0.004 kg"})
POWER = process("Electricity", "2 kWh", takes={"Coal": "0.5 kg"}, emits={"CO2": "0.9 kg"})
CHP = process(
    "CHP",
    makes={"Heat": "2 MJ", "Steam": "1 kg"},
    takes={"Coal": "1 kg", "Electricity": "0.1 MJ"},
    absorbs={"CO2": "0.5 kg"},
    allocations=(PHYSICAL, ECONOMIC),
)
CHLORALKALI = process(
    "Chloralkali",
    makes={"Lye": "1.1 kg", "Chlorine": "1 kg"},
    takes={"Electricity": "3 kWh", "Coal": "0.1 kg"},
    emits={"CO2": "0.2 kg"},
    allocations=(CAUSAL,),
)
USE = process(
    "Use",
    "1 kg",
    takes={"Steam": "0.003 t", "Heat": "1 kWh", "Lye": "2 kg", "Chlorine": "100 g"},
    avoids={"Electricity": "0.3 kWh"},
    providers={"Steam": "CHP"},
)
ASH = process("Electricity", "1 kWh", discards={"Ash": "0.1 kg"}, emits={"CO2": "0.9 kg"})
LANDFILL = process("Landfill", treats={"Ash": "2 kg"}, emits={"CH4": "0.02 kg"})


def made_of(name: str, *recipes: Recipe) -> Database:
    """A database whose processes have ids other than those of flows, as bw2io takes both for one kind."""
    made = database(name, *recipes)
    own = {key: f"p-{i}" for i, key in enumerate(made.processes)}
    return replace(
        made,
        processes={
            own[key]: replace(
                p, id=own[key], exchanges=tuple(replace(e, provider=own.get(e.provider or "")) for e in p.exchanges)
            )
            for key, p in made.processes.items()
        },
    )


def mini(method: AllocationMethod) -> Database:
    """Two products by amounts of each and by exchange, an avoided one, a provider, units other than the provider's."""
    return chosen(made_of("mini", COAL, POWER, CHP, CHLORALKALI, USE), {"CHP": method, **CAUSALLY})


def chosen(given: Database, methods: Mapping[str, AllocationMethod]) -> Database:
    """With the method to use of each process, by its name."""
    processes = {k: replace(p, default_allocation=methods.get(p.name)) for k, p in given.processes.items()}
    return replace(given, processes=processes)


def beyond() -> dict[str, Database]:
    """What bw2io does not read, whoever wrote it."""
    whole = mini(AllocationMethod.PHYSICAL)
    reckoned = made_of("parameters", COAL)
    own_way = replace(CHP, takes={"Coal": "1 kg"})
    return {
        "waste": made_of("waste", ASH, LANDFILL),
        "avoided-beside": chosen(
            made_of("avoided-beside", COAL, POWER, CHLORALKALI, replace(own_way, avoids={"Electricity": "0.1 kWh"})),
            {"CHP": AllocationMethod.PHYSICAL, **CAUSALLY},
        ),
        "no-factors": made_of("no-factors", COAL, replace(own_way, allocations=())),
        "no-default": made_of("no-default", COAL, own_way),
        "nowhere": made_of("nowhere", COAL, replace(POWER, location="")),
        "parameters": replace(
            reckoned, processes={k: replace(p, parameters=SIZE) for k, p in reckoned.processes.items()}
        ),
        "two-makers": made_of("two-makers", COAL, replace(COAL, name="Coal, other", makes={"Coal": "1 kg"}), POWER),
        "open": made_of("open", POWER),
        "same-ids": database("same-ids", COAL),
        "schema-1": whole,
    }


def uslci_for_brightway(given: Database) -> Database:
    """USLCI with the shares that we compute with as factors, and without parameters: bw2io refuses it otherwise."""
    compiled = compile_database(given)
    computed = {(c.process.id, c.flow.id): c.share for c in compiled.columns}
    processes = {}
    for key, made in given.processes.items():
        products = [e for e in made.exchanges if is_made(e, given)]
        factors = {e.flow: computed.get((key, e.flow), 0.0) for e in products}
        own = (Allocation(AllocationMethod.PHYSICAL, factors),) if len(products) > 1 else ()
        default = AllocationMethod.PHYSICAL if own else None
        processes[key] = replace(made, allocations=own, default_allocation=default, parameters=())
    return replace(given, processes=processes)


def is_made(exchange: Exchange, given: Database) -> bool:
    return given.flows[exchange.flow].kind is FlowKind.PRODUCT and not exchange.is_input


def unpacked(given: Database, folder: Path, form: str = "openlca-jsonld") -> str:
    written = write_database(given, folder / "written.zip", format=form)
    with zipfile.ZipFile(written.path) as archive:
        archive.extractall(folder / "data")
    return str(folder / "data")


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """What bw2io says of the databases above, and of the two packages of USLCI, where they are here."""
    top = tmp_path_factory.mktemp("openlca")

    def folder(name: str) -> Path:
        (top / name).mkdir()
        return top / name

    asked: dict[str, dict] = {}
    for method in (AllocationMethod.PHYSICAL, AllocationMethod.ECONOMIC):
        given = mini(method)
        asked[f"mini-{method}"] = {"folder": unpacked(given, folder(method.value)), "factors": gwp_of(given)}
    preferred = {"preferred": "ECONOMIC_ALLOCATION"}
    asked["mini-preferred"] = asked["mini-physical"] | preferred
    for name, given in beyond().items():
        form = "openlca-jsonld-1" if name == "schema-1" else "openlca-jsonld"
        asked[name] = {"folder": unpacked(given, folder(name), form), "factors": gwp_of(given)}
    asked["chosen"] = asked["no-default"] | preferred
    return told_of(asked, top)


def told_of(asked: dict[str, dict], folder: Path) -> dict[str, dict]:
    requests, results = folder / "requests.json", folder / "results.json"
    requests.write_text(json.dumps(asked), encoding="utf-8")
    (folder / "projects").mkdir()
    script = Path(__file__).with_name("openlca_session.py")
    run = subprocess.run(
        [sys.executable, str(script), str(requests), str(results)],
        env={**os.environ, "BRIGHTWAY2_DIR": str(folder / "projects")},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(results.read_text(encoding="utf-8"))


def assert_same_scores(told: dict, given: Database) -> None:
    """Scores of products, by name; each is made once here."""
    expected = {key.partition("|")[2]: score for key, score in ours(given).items()}
    assert told["scores"].keys() == expected.keys()
    for name, score in expected.items():
        assert told["scores"][name] == pytest.approx(score, rel=1e-9), name


@pytest.mark.parametrize("method", [AllocationMethod.PHYSICAL, AllocationMethod.ECONOMIC])
def test_brightway_computes_the_same_scores(session, method):
    told = session[f"mini-{method}"]
    assert told.get("refused") is None
    assert told["activities"] == 7  # two of CHP and two of Chloralkali
    assert told["edges"] == {"production": 7, "technosphere": 1 + 4 + 4 + 4, "substitution": 1, "biosphere": 7}
    assert told["unlinked"] == {"Electricity": 1}  # the avoided one; the session links it, as bw2io does not
    assert told["places"] == ["GLO"]
    assert told["units"] == ["kilogram", "kilowatt hour", "megajoule"]  # those of the products
    assert_same_scores(told, mini(method))


def test_bw2io_may_prefer_another_allocation_than_the_database_s(session):
    """It then computes what we compute by that one; processes without it keep their own."""
    assert_same_scores(session["mini-preferred"], mini(AllocationMethod.ECONOMIC))


def test_without_a_default_bw2io_has_to_be_told_the_allocation(session):
    assert "UnallocatableDataset" in session["no-default"]["refused"]
    assert_same_scores(session["chosen"], chosen(beyond()["no-default"], {"CHP": AllocationMethod.ECONOMIC}))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("waste", "AssertionError: Failed allocation"),  # a treatment makes no product
        ("avoided-beside", "ValueError: Avoided products are outputs"),  # beside several products
        ("no-factors", "AssertionError: Failed allocation"),  # two products and no factors
        ("nowhere", "KeyError: 'location'"),
        ("parameters", "AttributeError: 'list' object has no attribute 'values'"),
        ("two-makers", "NonsquareTechnosphere"),  # it links by flow, not by provider
        ("open", "NonsquareTechnosphere"),
        ("same-ids", "NonuniqueCode"),  # of a flow and a process
        ("schema-1", "AttributeError: 'dict' object has no attribute 'split'"),
    ],
)
def test_what_bw2io_does_not_read(session, name, why):
    """Limits of bw2io, told in the documents; when one of these fails, bw2io has learned it."""
    assert why in session[name]["refused"]


def test_uslci_is_read_whole(shared_data, tmp_path):
    """bw2io refuses the package of USLCI that openLCA wrote (schema 1); ours it reads, with factors and no parameters."""
    release = shared_data / "uslci" / "uslci-olca-jsonld.zip"
    given = uslci_for_brightway(read_database(release, name="uslci"))
    with zipfile.ZipFile(release) as archive:
        archive.extractall(tmp_path / "theirs")
    asked = {"theirs": {"folder": str(tmp_path / "theirs")}, "ours": {"folder": unpacked(given, tmp_path)}}
    told = told_of(asked, tmp_path)
    assert "AttributeError: 'dict' object has no attribute 'split'" in told["theirs"]["refused"]
    activities, edges, wastes = 0, Counter(), Counter()
    for made in given.processes.values():
        products = sum(is_made(e, given) for e in made.exchanges)
        activities += products
        for e in made.exchanges:
            flow = given.flows[e.flow]
            if flow.kind is FlowKind.ELEMENTARY:
                edges["biosphere"] += products
            elif e.is_input:
                edges["technosphere"] += products
            elif flow.kind is FlowKind.WASTE:
                edges["production"] += products
                wastes[flow.name] += products
            else:
                edges["production"] += 1
    assert told["ours"]["activities"] == activities > len(given.processes)
    assert told["ours"]["edges"] == edges
    # Every product flow is a node of its own, so an input that nobody makes leads to one; wastes lead nowhere.
    assert told["ours"]["unlinked"] == wastes

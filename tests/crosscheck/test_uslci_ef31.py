"""USLCI by the climate change categories of EF 3.1 as imported, against our own AR6 GWP100 footprints, product by product.

Both stand on AR6 values (29.8 for fossil methane, 27.0 for biogenic, 273 for N2O). They differ in two things alone. EF counts
biogenic CO2 and its uptake as 0, we count +1 and −1 (C06): that moves a third of the products. And EF has factors for a few
halogenated hydrocarbons that are no gases of our list, or are spelt in USLCI as our list does not spell them: that moves no
product by more than two millionths.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.inventory.methods_by_hand import environmental_footprint

from tanheng.engine.patterns import dependants
from tanheng.formats import read_database
from tanheng.inventory import compile_database, freeze
from tanheng.inventory.climate import climate_role
from tanheng.inventory.mapping.cascade import Status
from tanheng.inventory.methods.scoring import method_scores
from tanheng.inventory.model import Flow, FlowKind
from tanheng.inventory.vectors import score_vectors
from tanheng.quantities import Origin, gwp_set

pytestmark = pytest.mark.crosscheck
NOT_COUNTED_BY_US = {
    "Bromoform",
    "Ethane, chloro-",
    "Ethane, 1,2-dibromo-",
    "Ethane, 1,2-dichloro-",
    "Ethene, tetrachloro",
    "Ethene, trichloro",
}


@pytest.fixture(scope="module")
def scores(tmp_path_factory):
    from tests.conftest import shared_path

    database = read_database(shared_path("uslci", "uslci-olca-jsonld.zip"), name="uslci")
    snapshot = freeze(compile_database(database), tmp_path_factory.mktemp("ef31"))
    return method_scores(snapshot, environmental_footprint(shared_path("lcia", "ef31")))


@pytest.fixture(scope="module")
def climate(scores):
    """Place of the total among the categories."""
    return [category.name for category in scores.method.categories].index("Climate change")


@pytest.fixture(scope="module")
def ours(scores):
    """The factor that our own footprints have for each flow to nature (m)."""
    gwp, found = gwp_set(), []
    for one in scores.mapping.flows:
        flow = Flow(one.id, FlowKind.ELEMENTARY, {"en": one.name}, one.unit, one.category, one.cas)
        role = climate_role(flow, is_input=one.goes_in)
        value = gwp.factor(*role) if role else 0.0
        found.append(-value if role and role[1] is Origin.REMOVAL else value)
    return np.array(found)


def test_no_flow_differs_but_those_that_are_meant_to(scores, climate, ours):
    theirs = scores.mapping.values[:, climate]
    differing = [scores.mapping.flows[row] for row in np.flatnonzero(np.abs(ours - theirs) > 1e-9)]
    others = {flow.name for flow in differing if flow.gas != "CO2"}
    assert others == NOT_COUNTED_BY_US
    co2 = {(flow.goes_in, flow.origin) for flow in differing if flow.gas == "CO2"}
    assert co2 == {(False, "biogenic"), (True, "")}


def test_the_differing_factors_explain_every_product(scores, climate, ours):
    p = scores.snapshot.footprints(gwp_set())
    explained = score_vectors(scores.snapshot, scores.mapping.values[:, climate] - ours).values
    np.testing.assert_allclose(scores.values[:, climate] - p, explained, rtol=1e-9, atol=1e-9 * np.abs(p).max())
    assert (np.abs(explained) > 1e-3 * np.abs(p)).sum() > 200  # biogenic carbon matters


def test_without_biogenic_carbon_all_products_agree(scores, climate):
    snapshot, gwp = scores.snapshot, gwp_set()
    biogenic = {("CO2", Origin.BIOGENIC), ("CO2", Origin.REMOVAL)}
    kept = [k for k, role in enumerate(snapshot.roles) if role not in biogenic]
    p = snapshot.gas_footprints[:, kept] @ snapshot.characterise(gwp)[kept]
    assert np.count_nonzero(p) > 700
    np.testing.assert_allclose(scores.values[:, climate], p, rtol=2e-6, atol=1e-12)


def test_products_without_any_differing_flow_agree_to_rounding(scores, climate, ours):
    snapshot = scores.snapshot
    differing = np.abs(ours - scores.mapping.values[:, climate]) > 1e-9
    touched = np.asarray(abs(snapshot.B[np.flatnonzero(differing)]).sum(axis=0)).ravel() > 0
    free = ~dependants(snapshot.A, touched)
    p = snapshot.footprints(gwp_set())
    assert np.count_nonzero(p[free]) > 25
    np.testing.assert_allclose(scores.values[free, climate], p[free], rtol=1e-12)


def test_parts_add_up_to_the_total(scores, climate):
    parts = [k for k in range(len(scores.method.categories)) if k != climate]
    np.testing.assert_allclose(scores.values[:, parts].sum(axis=1), scores.values[:, climate], rtol=1e-9, atol=1e-9)


def test_nothing_of_weight_stands_open(scores, climate):
    column = scores.mapping.matches[climate]
    assert not [m for m in column if m.status in (Status.AMBIGUOUS, Status.UNIT)]
    assert sum(m.status is Status.MAPPED for m in column) == 120
    # Solvents to water, of which EF has factors to air alone; and groups of gases, of which nobody knows the effect.
    known = [one.share for one in scores.open_flows() if one.category == climate and one.share is not None]
    assert max(known) < 1e-4
    missing = np.abs(scores.likely_missing[:, climate])
    assert np.median(missing / np.maximum(np.abs(scores.values[:, climate]), 1e-12)) < 1e-6

"""The register as one system: what is kept of a certificate, the graph, and previews that agree with assessing anew."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sqlalchemy import select

from certification_samples import INIT, House
from class_samples import fill, in_force, makers, scheme
from impact_samples import desk, factors, power, with_steel
from tanheng.engine.register import Register
from tanheng.factors.lifecycle import VersionChange
from tanheng.footprint import read_assessment
from tanheng.footprint.revaluing import factor_effect
from tanheng.services.factors import previewing as factor_previewing
from tanheng.services.factors import records
from tanheng.services.grading import regrading
from tanheng.services.impact import asking, previewing, snapshot
from tanheng.services.impact.graph import effect_of, graph_of, rounded
from tanheng.storage.sql.tables import impact as tables
from tanheng.storage.sql.tables import studies
from tanheng.storage.sql.types import new_id


@pytest.fixture
def house(platform):
    return House(platform)


@pytest.fixture
def own(house):
    return desk(house)


@pytest.fixture
def certificate(house, own):
    return with_steel(house)[0]


def revise(own, **changed):
    """New versions of factors, accepted and waiting for the next release."""
    for key, told in factors(**changed).items():
        if f"{key}_amounts" in changed:
            entry = own.platform.look(own.editor, records.of, own.entries[key].id)
            own.accepted(own.step(own.editor, records.revise, entry, written=told))


def assessment_of(platform, certificate):
    def read(work):
        table = tables.totals
        digest = work.sql.execute(select(table.c.assessment).where(table.c.certificate == certificate.id)).scalar_one()
        query = select(studies.assessments.c.blob).where(studies.assessments.c.digest == digest)
        return work.sql.execute(query).scalars().first()

    return read_assessment(platform.blobs.file(platform.look(INIT, read)))


def rows_of(platform, table):
    return platform.look(INIT, lambda work: work.sql.execute(select(table)).mappings().all())


def more(platform, certificate, values, holders, bought=None):
    """Further certificates that are made of what the first one is made of, times their value; and of half of a result."""
    numbers = fill(platform, certificate, values, holders)
    (total,) = [row for row in rows_of(platform, tables.totals) if row["certificate"] == certificate.id]
    uses = [row for row in rows_of(platform, tables.certificate_uses) if row["certificate"] == certificate.id]
    from tanheng.services.certification import certificates

    def add(work):
        for number, value in zip(numbers, values, strict=True):
            one, times = certificates.of(work, number), value / certificate.value
            further = 0.5 * bought.total if bought else 0.0
            given = {
                "certificate": one.id,
                "total": total["total"] * times + further,
                "own": total["own"] * times,
                "at": work.now,
            }
            work.keep(tables.totals, **{**total, **given, "assessment": f"sha256:{number}"})
            for use in uses:
                work.keep(
                    tables.certificate_uses,
                    **{**use, "id": new_id(), "certificate": one.id, "amount": use["amount"] * times},
                )

            if bought:
                given = {"id": new_id(), "certificate": one.id, "kind": "assessment", "collection": None, "per": "t"}
                work.keep(tables.certificate_uses, **given, source=bought.digest, amount=0.5, value=bought.total)

    platform.do(INIT, add)
    return numbers


def test_a_certificate_keeps_what_it_is_made_of(house, own, certificate):
    platform = house.platform
    result = assessment_of(platform, certificate)
    (total,) = rows_of(platform, tables.totals)
    uses = {row["source"]: row for row in rows_of(platform, tables.certificate_uses)}
    assert set(uses) == {power(), "steel"}
    assert {use["collection"] for use in uses.values()} == {own.collection}
    assert (uses["steel"]["per"], uses["steel"]["amount"], uses["steel"]["value"]) == ("t", pytest.approx(0.2), 2000.0)
    assert (
        total["total"]
        == result.total
        == pytest.approx(total["own"] + sum(u["amount"] * u["value"] for u in uses.values()))
    )
    assert abs(total["own"]) < 1e-9 * result.total
    assert (total["exact"], total["significant"], total["decimals"]) == (True, 3, None)
    assert rounded(np.array([total["total"] * total["scale"]]), np.array([3], np.int16))[0] == certificate.value


@pytest.mark.parametrize(
    "changed",
    [
        {"steel_amounts": [["CO2", "fossil", 3000.0]]},
        {"power_amounts": [["CO2", "fossil", 0.4], ["N2O", "fossil", 0.0001]]},
        {"steel_amounts": [["CO2", "fossil", 1.0], ["CH4", "biogenic", 9.0]], "power_amounts": [["CO2", "luc", 0.7]]},
    ],
)
def test_the_graph_moves_a_certificate_as_assessing_anew_does(house, own, certificate, changed):
    platform = house.platform
    revise(own, **changed)
    asked = platform.look(own.publisher, factor_previewing.asked, own.collection)
    question = asked.question(platform)
    effect = factor_effect(assessment_of(platform, certificate), *question.both[True])
    found, table = asking.release_impact(platform, own.publisher, own.collection)
    assert (found.certificates, found.moved, found.inexact, found.elsewhere, found.gone) == (1, 1, 0, 0, 0)
    graph = platform.look(INIT, snapshot.current)
    new, _, _ = previewing.new_values(platform, INIT, graph, question)
    moved = effect_of(graph, new)
    assert moved.change[0] == pytest.approx(effect.after - effect.before, rel=1e-9)
    assert moved.change[0] + graph.total[0] == pytest.approx(effect.after, rel=1e-9)
    (one,) = found.largest
    assert (one.certificate, one.before, one.holder) == (certificate.number, certificate.value, house.maker.id)
    assert table.height == 1
    json.dumps(found.document())


def test_what_the_next_release_has_no_more_stays(house, own, certificate):
    entry = own.platform.look(own.editor, records.of, own.entries["steel"].id)
    own.accepted(own.step(own.editor, records.revise, entry, change=VersionChange.RETIREMENT, reason="old"))
    found, _ = asking.release_impact(own.platform, own.publisher, own.collection)
    assert (found.moved, found.gone) == (0, 1)


def test_certificates_of_an_earlier_release_are_counted_apart(house, own, certificate):
    revise(own, steel_amounts=[["CO2", "fossil", 2500.0]])
    own.publish("2")
    revise(own, steel_amounts=[["CO2", "fossil", 2600.0]])
    found, _ = asking.release_impact(own.platform, own.publisher, own.collection)
    assert (found.moved, found.elsewhere) == (0, 1)


def test_the_snapshot_grows_and_is_built_anew_where_it_is_lost(house, certificate):
    platform = house.platform
    first = platform.look(INIT, snapshot.current)
    assert first.certificates == 1
    holders = makers(platform, 3)
    more(platform, certificate, [100.0, 200.0], holders)
    second = platform.look(INIT, snapshot.current)
    assert (second.certificates, len(second.user), len(second.nodes)) == (3, 6, 2)
    assert second.ids.tolist() == sorted(second.ids.tolist())
    again = platform.look(INIT, snapshot.current)
    (folder,) = [one for one in (platform.home.path / snapshot.FOLDER).iterdir() if one.is_dir()]
    assert all(np.array_equal(getattr(again, name), getattr(second, name)) for name in snapshot._ARRAYS)
    for damage in (lambda: (folder / "total.npy").write_bytes(b"x"), (folder / "lists.json").unlink):
        damage()
        assert platform.look(INIT, snapshot.current).certificates == 3
    np.save(folder / "ids.npy", np.array([new_id()] * 3, "S36"))  # of a database that was restored since
    assert platform.look(INIT, snapshot.current).ids.tolist() == second.ids.tolist()
    graph, values = graph_of(second)
    assert Register(graph).footprints(values).values.ravel() == pytest.approx(np.asarray(second.total), rel=1e-12)


def test_a_reference_passes_a_change_on(house, own, certificate):
    platform = house.platform
    result = assessment_of(platform, certificate)
    (number,) = more(platform, certificate, [certificate.value], makers(platform, 1), bought=result)
    graph = platform.look(INIT, snapshot.current)
    revise(own, steel_amounts=[["CO2", "fossil", 3000.0]])
    found, _ = asking.release_impact(platform, own.publisher, own.collection, whole=True)
    assert found.moved == 2
    changes = dict(zip(graph.numbers.tolist(), _changes(platform, own, house, graph), strict=True))
    assert changes[certificate.number.encode()] == pytest.approx(200.0)  # 0.2 t × 1,000 kg
    assert changes[number.encode()] == pytest.approx(200.0 + 0.5 * 200.0)


def _changes(platform, own, house, graph):
    asked = platform.look(own.publisher, factor_previewing.asked, own.collection)
    question = asked.question(platform)
    new, _, _ = previewing.new_values(platform, INIT, graph, question)
    moved = effect_of(graph, new)
    made = np.zeros(graph.certificates)
    made[moved.places] = moved.change
    return made.tolist()


def test_who_may_is_told_which_certificates_and_classes_move(house, own, certificate):
    platform = house.platform
    holders = makers(platform, 8)
    more(platform, certificate, [certificate.value + n for n in range(40)], holders)
    fixed = {"method": "limits", "classes": "[A, B]", "steps": f"[{certificate.value + 19.5}]"}
    in_force(house, scheme(certificate, **fixed))
    regrading.regrade(platform, INIT)
    revise(own, steel_amounts=[["CO2", "fossil", 2050.0]])
    found, table = asking.release_impact(platform, own.publisher, own.collection)
    assert (found.certificates, found.moved, found.up, found.holders) == (41, 41, 41, 9)
    assert {one.certificate for one in found.largest} == {certificate.number}
    assert table["certificate"].to_list() == [certificate.number]
    whole, every = asking.release_impact(platform, own.publisher, own.collection, whole=True)
    assert every.height == 41
    groups = {(group.before, group.after): group.count for group in found.groups}
    assert found.reclassed == groups["A", "B"] > 0
    assert set(groups) == {("A", "A"), ("A", "B"), ("B", "B")}
    assert {(group.before, group.after): group.count for group in whole.groups} == groups
    assert len(whole.largest) == 41
    assert found.hidden is False
    preview = factor_previewing.preview(platform, own.publisher, own.collection)
    assert (preview.certificates.moved, preview.certificates.reclassed) == (41, found.reclassed)


def test_sums_of_too_few_holders_are_held_back(house, own, certificate):
    platform = house.platform
    more(platform, certificate, [50.0, 60.0], makers(platform, 2))
    revise(own, steel_amounts=[["CO2", "fossil", 2100.0]])
    found, _ = asking.release_impact(platform, own.publisher, own.collection)
    assert (found.hidden, found.moved, found.holders) == (True, 1, 1)


def test_a_group_of_few_holders_is_left_out_with_the_next(house, own, certificate):
    platform = house.platform
    holders = makers(platform, 6)
    more(platform, certificate, [50.0] * 6 + [60.0] * 6, holders)
    more(platform, certificate, [1000.0] * 2, holders[:2])
    fixed = {"method": "limits", "classes": "[A, B, C]", "steps": "[55, 500]"}
    in_force(house, scheme(certificate, **fixed))
    regrading.regrade(platform, INIT)
    revise(own, steel_amounts=[["CO2", "fossil", 2100.0]])
    found, _ = asking.release_impact(platform, own.publisher, own.collection)
    assert (found.moved, found.hidden) == (15, False)
    assert {group.before: group.count for group in found.groups} == {"B": 7}, "one's own, and those of six holders"


def test_certificates_that_are_over_do_not_count(house, own, certificate):
    platform = house.platform
    from tanheng.services.certification import certificates

    platform.do(house.engineer, certificates.take, certificate.number, "cancel", expected=certificate.version)
    revise(own, steel_amounts=[["CO2", "fossil", 2100.0]])
    found, _ = asking.release_impact(platform, own.publisher, own.collection)
    assert found.moved == 0


def test_labels_round_half_to_even():
    values = np.array([696.8239, 0.0325, 9.996, 0.0, -1234.5, 2.5, 3.5])
    digits = np.array([3, -4, 3, 3, 3, -1, -1], np.int16)
    assert rounded(values, digits).tolist() == [697.0, 0.032, 10.0, 0.0, -1230.0, 2.0, 4.0]

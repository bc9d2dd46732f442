"""C20: each regime changes what it should, on a study made for it, with the numbers worked by hand."""

from __future__ import annotations

import dataclasses

import pytest

from tanheng.errors import HomeError, RuleError
from tanheng.footprint import document, read_study, recompute
from tanheng.footprint.assessing import assess, assess_all
from tanheng.footprint.rulebook import known_regimes
from tanheng.rules import regime, rule_pack
from tanheng.texts import catalogue

ALL = ("gbt24067", "eu-battery", "ghgp-product", "iso14067", "pact3", "pef31", "cbam")

WHOLE = """
lines:
  - {stage: raw-materials, name: Wood, amount: 1 t, from: "factor:cn-alumina-2017-calculated",
     emits: {CO2: {amount: 900 kg, origin: removal}}, codes: {cn: "4403"}}
  - {stage: production, name: Biomass boiler,
     emits: {CO2: {amount: 300 kg, origin: biogenic}, CH4: {amount: 1 kg, origin: biogenic}}}
  - {stage: production, name: Furnace, emits: {CO2: 100 kg, CH4: 2 kg, N2O: 1 kg}}
  - {stage: production, name: Cleared land, emits: {CO2: {amount: 40 kg, origin: luc}}}
  - {stage: production, name: Power, amount: 100 kWh, electricity: [{certificate: wind, share: 60 %}, {grid: CN, share: 40 %}]}
  - {stage: distribution, name: Rail, transport: [{mode: rail, distance: 100 km, mass: 1 t}]}
  - {stage: use, name: Use, emits: {CO2: 7 kg}}
  - {stage: end-of-life, name: Fire, emits: {CO2: {amount: 200 kg, origin: biogenic}}}
"""
GRID = 0.5777
"""kg CO2e/kWh: cn-electricity-footprint-2024."""


@pytest.fixture
def results(study_file):
    path = study_file(WHOLE, boundary="cradle-to-grave", product='{name: P, maker: M, codes: {cn: "2523 29 00"}}')
    return assess_all(read_study(path))


def part(result, name):
    row = next(row for row in result.lines if row.names["en"] == name)
    return row.parts[-1]


def alumina(result) -> float:
    return result.lines[0].parts[0].total


def test_c20_all_regimes_ship_and_the_default_comes_first(results):
    assert tuple(results) == ALL == known_regimes()


def test_c20_gbt24067_counts_biogenic_carbon_gives_back_what_is_kept_and_no_certificates(results):
    """Taken up 900, released 300 + 200 kg CO2, 1 kg CH4 holds 44/16.04 kg CO2: what is left is added back (C06).

    biogenic CO2      −900 + 500 + kept = −(carbon of the methane, 2.743 kg)
    CH4 biogenic      27.0;  fossil 100 + 2 × 29.8 + 273 = 432.6;  land 40;  use 7
    """
    result = results["gbt24067"]
    methane = 44.009 / 16.043
    assert result.stored_carbon == pytest.approx(900 - 500 - methane, rel=1e-6)
    rail = part(result, "Rail").total
    expected = -methane + 27.0 + 432.6 + 40 + 7 + 100 * GRID + rail + alumina(result)
    assert result.total == pytest.approx(expected, rel=1e-9)
    assert not result.electricity.certificates_counted


def test_c20_iso14067_counts_certificates(results):
    ours, theirs = results["gbt24067"], results["iso14067"]
    saved = 60 * GRID - theirs.lines[4].parts[0].total
    assert theirs.electricity.certificates_counted
    assert ours.total - theirs.total == pytest.approx(saved, rel=1e-9)
    assert theirs.electricity.location_based == pytest.approx(100 * GRID, rel=1e-9)


def test_c20_ghgp_product_sums_removals_and_tells_stored_carbon_apart(results):
    """C06: carbon that stays in the product does not lower the total."""
    result, iso = results["ghgp-product"], results["iso14067"]
    assert result.total == pytest.approx(iso.total, rel=1e-9)
    assert result.stored_carbon == pytest.approx(iso.stored_carbon)
    assert result.origins["removal"] == -900


def test_c20_pact3_leaves_out_biogenic_co2_and_what_comes_after_the_gate(results):
    """Fossil 432.6, methane 27.0, land 40, power by certificate; no wood carbon, no rail, no use, no fire."""
    result, iso = results["pact3"], results["iso14067"]
    assert result.total == pytest.approx(432.6 + 27.0 + 40 + iso.electricity.total + alumina(result), rel=1e-9)
    assert {part(result, name).excluded for name in ("Rail", "Use", "Fire")} == {"stage"}
    assert [stage.stage for stage in result.stages] == ["raw-materials", "production"]
    assert result.excluded == pytest.approx(part(result, "Rail").total + 7, rel=1e-9)
    note = next(f for f in result.findings if f.code == "TH-PACT-103")
    # Of the 900 kg that grew, the boiler gives 300 kg back as CO2 and 44.009/16.043 kg as methane: the rest leaves the gate.
    assert float(note.quote.split()[0]) == pytest.approx(result.total - (900 - 300 - 44.009 / 16.043), abs=0.5)


def test_c20_pef31_gives_biogenic_co2_no_value_but_methane_one(results):
    result, iso = results["pef31"], results["iso14067"]
    rail = part(result, "Rail").total
    expected = 432.6 + 27.0 + 40 + 7 + iso.electricity.total + rail + alumina(result)
    assert result.total == pytest.approx(expected, rel=1e-9)
    assert result.stored_carbon > 0
    counted = {(g.gas, g.origin.value): g.counted for g in result.gases}
    assert not counted[("CO2", "biogenic")]
    assert not counted[("CO2", "removal")]
    assert counted[("CH4", "biogenic")]


def test_c20_eu_battery_leaves_the_use_stage_out(results):
    pef, battery = results["pef31"], results["eu-battery"]
    certificates = 100 * GRID - pef.electricity.total
    assert pef.total - battery.total == pytest.approx(7 - certificates, rel=1e-9)
    assert battery.excluded == 7
    assert part(battery, "Use").excluded == "stage"


def test_c20_cbam_counts_the_installation_with_ar5(results):
    """CO2 100 + N2O 265 (AR5); CH4 is no gas of it, biomass and land count nothing; cement's power counts."""
    result = results["cbam"]
    assert result.method == "AR5 GWP100"
    assert result.total == pytest.approx(100 + 265 + 100 * GRID, rel=1e-9)
    reasons = {row.names["en"]: row.parts[0].excluded for row in result.lines}
    assert reasons["Wood"] == "not-a-precursor"
    assert reasons["Rail"] == reasons["Use"] == "stage"


@pytest.mark.parametrize("name", ALL)
def test_c20_sums_hold_counted_parts_only_and_left_out_parts_stay_visible(results, name):
    result = results[name]
    parts = [p for row in result.lines for p in row.parts]
    counted = sum(p.total for p in parts if not p.excluded)
    lines = sum(row.total for row in result.lines if row.total is not None)
    assert lines == pytest.approx(counted, rel=1e-12)
    assert sum(stage.total for stage in result.stages) == pytest.approx(counted, rel=1e-12)
    assert result.excluded == pytest.approx(sum(p.total for p in parts if p.excluded), abs=1e-9)
    assert len(parts) == sum(len(row.parts) for row in results["gbt24067"].lines)
    assert {p.excluded for p in parts} - {""} <= catalogue("excluded").keys()


@pytest.mark.parametrize("name", ALL)
def test_c20_each_is_recomputed_from_its_file_alone(results, name):
    assert document(recompute(results[name])) == document(results[name])


@pytest.mark.parametrize("name", ALL)
def test_c20_one_at_a_time_gives_the_same_as_all_at_once(results, study_file, name):
    path = study_file(WHOLE, boundary="cradle-to-grave", product='{name: P, maker: M, codes: {cn: "2523 29 00"}}')
    assert assess(read_study(path), regime_id=name).digest == results[name].digest


def test_c20_a_gap_of_what_is_not_counted_makes_nothing_incomplete(assess_text):
    """Under CBAM neither the lorry nor the paint is due; under ISO 14067 both are missing."""
    body = """
lines:
  - {stage: production, name: Kiln, emits: {CO2: 1 t}}
  - {stage: raw-materials, name: Paint, amount: 1 kg, from: nothing of this name}
  - {stage: raw-materials, name: Lorry, emits: {CO2: 1 kg}, transport: [{mode: rail, distance: 9 km}]}
  - {stage: use, name: Use, amount: 1 kg, from: nothing of this name}
"""
    product = '{name: P, maker: M, codes: {cn: "25231000"}}'
    under = {
        name: assess_text(body, product=product, options={"regime_id": name}) for name in ("iso14067", "cbam", "pact3")
    }
    blocking = {name: sorted(g.place for g in found.gaps if g.blocks) for name, found in under.items()}
    assert blocking["iso14067"] == ["lines[1]", "lines[2].transport[0]", "lines[3]"]
    assert blocking["pact3"] == ["lines[1]", "lines[2].transport[0]"]
    assert blocking["cbam"] == []
    assert under["cbam"].complete
    told = {gap.place: gap.params["excluded"] for gap in under["cbam"].gaps if "excluded" in gap.params}
    assert told == {"lines[1]": "not-a-precursor", "lines[2].transport[0]": "transport", "lines[3]": "stage"}
    asked = {name: {f.code for f in found.findings} for name, found in under.items()}
    assert "TH-GEN-101" in asked["iso14067"]
    assert "TH-GEN-102" in asked["iso14067"]
    assert not {"TH-GEN-101", "TH-GEN-102"} & asked["cbam"]


def test_c20_power_of_an_annex_ii_good_is_left_out_and_of_cement_not(assess_text):
    body = "lines: [{stage: production, name: Power, amount: 100 kWh, electricity: [{grid: CN}]}]"

    def under(code: str) -> float:
        product = f'{{name: P, maker: M, codes: {{cn: "{code}"}}}}'
        return assess_text(body, product=product, options={"regime_id": "cbam"}).total

    assert under("7601 10 00") == 0.0
    assert under("2523 29 00") == pytest.approx(100 * GRID, rel=1e-12)


def test_c20_a_linked_study_is_under_the_rules_of_the_result(study_file, tmp_path):
    """The inner study's lorry is left out under CBAM, through the link as well; its CO2 is not."""
    inner = (
        "lines: [{stage: production, name: K, emits: {CO2: 1 t}, transport: [{mode: rail, distance: 9 km, mass: 1 t}]}]"
    )
    outer = 'lines: [{stage: raw-materials, name: K, amount: 2 t, from: "study:inner.yaml", codes: {cn: "25231000"}}]'
    head = {"product": '{name: P, maker: M, codes: {cn: "25231000"}}'}
    study_file(inner, name="inner.yaml", **head)
    found = assess_all(read_study(study_file(outer, **head)), regimes=("cbam", "iso14067"))
    assert found["cbam"].total == pytest.approx(2000, rel=1e-12)
    assert found["iso14067"].total > 2000


OWN_REGIME = """
tanheng: regime/1
id: house
names: {zh: 内部, en: House}
standard: {zh: 内部, en: House}
method: {report: AR4, metric: GWP100}
counted: [fossil]
nets_stored_carbon: false
stages: [production]
excludes:
  - {reason: small-change, when: 'part.what == "emission" && part.stage == "production" && line.type == "emission"'}
"""


def test_c20_a_regime_of_one_s_own_travels_with_the_result(study_file, tmp_path):
    path = study_file(
        "lines: [{stage: production, name: P, amount: 5 kWh, electricity: [{grid: CN}]}]", regime="house.yaml"
    )
    (tmp_path / "house.yaml").write_text(OWN_REGIME, encoding="utf-8")
    result = assess(read_study(path))
    assert (result.regime, result.method) == ("house", "AR4 GWP100")
    (tmp_path / "house.yaml").unlink()
    assert document(recompute(result)) == document(result)


def test_c20_a_missing_regime_file_and_a_broken_exclusion_are_refused(study_file, tmp_path):
    path = study_file("lines: [{stage: production, name: P, emits: {CO2: 1 kg}}]")
    with pytest.raises(RuleError) as caught:
        assess(read_study(path), regime_id="gone.yaml")
    assert caught.value.code == "TH-RUL-003"
    (tmp_path / "bad.yaml").write_text(OWN_REGIME.replace("part.stage", "part.what.what"), encoding="utf-8")
    with pytest.raises(RuleError):
        assess(read_study(path), regime_id="bad.yaml")


def test_c20_a_rule_pack_sets_only_what_the_regime_yields():
    wish = dataclasses.replace(rule_pack(), method={"report": "AR4", "cut_off_single": 0.02})
    assert regime("cbam").under(wish).gwp.name == "AR5 GWP100"
    assert regime("gbt24067").under(wish).gwp.name == "AR4 GWP100"
    assert regime("pact3").under(wish).method.cut_off_single == 0.02
    assert regime("pact3").under(wish).gwp.name == "AR6 GWP100"


class CountedLookups:
    """A port that counts how often a database is opened; it has none."""

    def __init__(self) -> None:
        self.opened = 0

    def names(self) -> tuple[str, ...]:
        return ("mine",)

    def snapshot(self, name: str):
        self.opened += 1
        raise HomeError("TH-HOM-001", name=name, known="–")


def test_c20_many_regimes_ask_a_database_once(study_file):
    port = CountedLookups()
    body = 'lines: [{stage: raw-materials, name: A, amount: 1 kg, from: "mine:Steel"}]'
    found = assess_all(read_study(study_file(body)), backgrounds=port)
    assert len(found) == len(ALL)
    assert port.opened == 1
    assert all("link mine:Steel" in result.inputs["targets"] for result in found.values())

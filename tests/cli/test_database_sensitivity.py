"""``tanheng db sensitivity``, and what import says of distributions, as a user sees them; the same from Python."""

from __future__ import annotations

import math

import pytest

import tanheng as th
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.storage import Home
from tanheng.testing import database, process

GSD2 = 1.3**2


@pytest.fixture
def home(tmp_path):
    """Power varies, and so does what steel takes of it; a distribution that cannot be; a ring not productive in the mean."""
    made = Home.at(tmp_path / "home")
    spread = Uncertainty(Distribution.LOGNORMAL, scale=1.3)
    made.add(
        database(
            "mini",
            process("Power", "1 kWh", emits={"CO2": "0.9 kg"}, uncertainty={"CO2": spread}),
            process("Steel", "1 kg", takes={"Power": "2 kWh"}, emits={"CO2": "1 kg"}, uncertainty={"Power": spread}),
            process("Alloy", "1 kg", takes={"Power": "2.2 kWh"}, emits={"CO2": "1 kg"}, uncertainty={"Power": spread}),
            process("Open steel", "1 kg", takes={"Steel": "1 kg", "Ghost": "1 kg"}),
            process("Wheel", "1 pcs", takes={"Steel": "9 kg"}),
            process("Ring", "1 kg", takes={"Ring": "0.98 kg", "Steel": "1 kg"}, uncertainty={"Ring": spread}),
            process("Slag", "1 kg", emits={"CO2": "1 kg"}),
            process("Mud", "1 kg", takes={"Slag": "1 kg", "Power": "0.01 kWh"}),
            process("Odd", emits={"CO2": "1 kg"}, uncertainty={"CO2": Uncertainty(Distribution.NORMAL, 1.0, 0.6)}),
            process(
                "Slip", takes={"Slag": "1 kg"}, uncertainty={"Slag": Uncertainty(Distribution.LOGNORMAL, 1.0, 0.5)}
            ),
            process("Scored", takes={"Slag": "1 kg"}, uncertainty={"Slag": SCORED}),
        ),
        source="test",
    )
    return made


SCORED = Uncertainty(Distribution.LOGNORMAL, pedigree="(1;1;1;1;5)")


def test_a_screen_has_mean_interval_contributors_and_elasticities(tanheng, home):
    shown = tanheng("db", "sensitivity", "mini", "Steel")
    assert shown.code == 0
    v = math.log(1.3) ** 2
    mean = 1 + 1.8 * math.exp(v)  # power and its gas: a product of two lognormals
    for text in ("2.8 kg CO2e/kg", f"mean {mean:.4g}", "95 % interval", "GSD²", "2 uncertain exchanges"):
        assert text in shown.out
    assert "50.0 %   1.69   Steel ← Power  2 kWh/kg" in shown.out
    assert "50.0 %   1.69   Power emits Carbon dioxide  0.9 kg/kWh" in shown.out
    assert "+0.36 %      –   Steel emits Carbon dioxide  1 kg/kg" in shown.out
    assert 'tanheng db uncertainty mini "Steel"' in shown.out


def test_the_screen_in_chinese(tanheng, home):
    shown = tanheng("db", "sensitivity", "mini", "Steel", "--lang", "zh")
    for word in ("碳足迹", "均值", "95 % 区间", "方差占比", "数量 +1 % 时", "排放", "抽样："):
        assert word in shown.out


@pytest.mark.parametrize(
    ("product", "words", "said"),
    [
        ("Open steel", (), "at least"),
        ("Slag", (), "does not make the result cert"),
        ("Mud", (), "cover only 1 %"),
        ("Odd", (), "as a normal"),
        ("Ring", (), "are rough"),
        ("Slag", ("--default-gsd2", "1.2"), "GSD² 1.2 is assumed for 9 exchanges"),
    ],
)
def test_what_is_to_be_known_is_said(tanheng, home, product, words, said):
    shown = tanheng("db", "sensitivity", "mini", product, *words)
    assert shown.code == 0
    assert said in shown.out


def test_json_has_it_all(tanheng, home):
    found = tanheng("db", "sensitivity", "mini", "Steel", "--top", "1", "--json").json
    assert (found["product"], found["unit"], found["total"], found["complete"]) == (
        "Steel",
        "kg",
        pytest.approx(2.8),
        True,
    )
    assert found["low"] < found["mean"] < found["high"]
    assert found["coverage"] == pytest.approx(1.8 / 2.8)
    (one,), (other,) = found["contributors"], found["sensitivities"]
    assert one["share"] == pytest.approx(0.5)
    assert one["gsd2"] == pytest.approx(GSD2)
    assert other["elasticity"] == pytest.approx(1.8 / 2.8)
    # What both of two lognormals do together: (e^v − 1)² of e^2v − 1.
    e = math.expm1(math.log(1.3) ** 2)
    assert found["together"] == pytest.approx(e**2 / ((1 + e) ** 2 - 1))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("mini", "Nothing"), "TH-INV-020"),
        (("other", "Steel"), "TH-HOM-001"),
        (("mini", "Steel", "--default-gsd2", "0.5"), "TH-INV-080"),
    ],
)
def test_faults_are_told(tanheng, home, words, code):
    shown = tanheng("db", "sensitivity", *words)
    assert shown.code == 1
    assert code in shown.err


def test_wrong_usage(tanheng, home):
    assert tanheng("db", "sensitivity", "mini", "Steel", "--top", "0").code == 2


def test_the_check_up_shows_distributions(tanheng, home):
    shown = tanheng("db", "check", "mini").out
    assert "GSD below 1 or deviation below 0: 1" in shown
    assert "Slip: Slag  1 kg" in shown
    assert "of 15 exchanges  lognormal 5, normal 1, 1 from quality scores" in shown


def test_notes_are_counted_by_show(tanheng, home):
    notes = tanheng("db", "show", "mini", "--json").json["notes"]
    assert (notes["distribution-spread"], notes["pedigree-spread"]) == (1, 1)


def test_the_same_from_python(home):
    mini = th.open("mini", home=home.path)
    steel, alloy = mini.footprint("Steel"), mini.footprint("Alloy")
    found = steel.uncertainty()
    v = math.log(1.3) ** 2
    assert found.mean == pytest.approx(1 + 1.8 * math.exp(v))
    assert found.deviation == pytest.approx(1.8 * math.exp(v) * math.sqrt(math.expm1(2 * v)))
    assert found.low * found.gsd2**2 == pytest.approx(found.high)
    assert found.coverage == pytest.approx(1.8 / 2.8)
    assert repr(found).startswith("Steel: 2.8 kg CO2e / kg, mean 2.928, 95 % ")
    shares = found.shares()
    assert shares["share"].to_list() == pytest.approx([0.5, 0.5])
    assert set(shares["item"]) == {"Power", "Carbon dioxide"}
    assert steel.sensitivities(top=1)["elasticity"].to_list() == pytest.approx([1.8 / 2.8])
    certain = mini.footprint("Slag").uncertainty()
    assert (certain.low, certain.high, certain.gsd2, certain.deviation) == (None, None, None, 0.0)
    assert repr(certain).endswith("nothing is uncertain")
    assert "GSD² 1.2 assumed" in repr(mini.footprint("Slag").uncertainty(default_gsd2=1.2))
    assert repr(mini.footprint("Open steel").uncertainty()).startswith("Open steel: at least")
    # Steel and alloy share power, so what is left between them are their two inputs.
    assert 0.5 < steel.probability_lower(alloy) < 0.75
    assert steel.probability_lower(alloy) + alloy.probability_lower(steel) == pytest.approx(1.0)
    assert mini.footprint("Slag").probability_lower(mini.footprint("Slag")) is None


def test_products_that_cannot_be_compared(home):
    mini = th.open("mini", home=home.path)
    steel = mini.footprint("Steel")
    with pytest.raises(th.TanhengError, match="TH-INV-061"):
        steel.probability_lower(mini.footprint("Wheel"))
    with pytest.raises(ValueError, match="one GWP set"):
        steel.probability_lower(mini.footprint("Alloy", report="AR5"))
    assert steel.probability_lower(mini.footprint("Open steel")) is None  # it lacks a ghost

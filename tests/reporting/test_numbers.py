"""Numbers and letters as a report prints them (C03)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.reporting.lettering import arithmetic, breakable, pretty, short_digest, shorten, width
from tanheng.reporting.numbers import Scale, chance, fixed, percent, plain, significant


def spaced(text: str) -> str:
    return text.replace("\u202f", " ")


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (12484.9, 4, "12 480"),
        (12485.0, 4, "12 480"),  # half to even
        (12495.0, 4, "12 500"),
        (2.053, 4, "2.053"),
        (9.99996, 4, "10.00"),
        (0.05, 4, "0.05000"),
        (-1234567.0, 4, "−1 235 000"),
        (0.0, 4, "0"),
        (1.23e-7, 3, "1.23 × 10⁻⁷"),
        (4.5e14, 2, "4.5 × 10¹⁴"),
    ],
)
def test_c03_significant_digits_are_rounded_half_to_even(value: float, digits: int, shown: str) -> None:
    assert spaced(significant(value, digits)) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(1.925, "1.925"), (13350.0, "13 350"), (1.0, "1"), (400.0, "400"), (1e-7, "1 × 10⁻⁷")]
)
def test_amounts_keep_no_zeros_that_nobody_gave(value: float, shown: str) -> None:
    assert spaced(plain(value)) == shown


def test_a_column_lines_up_and_claims_no_more_than_its_largest_figure() -> None:
    scale = Scale.of([12.4812, 3.6449, 0.0512])
    assert [scale(v) for v in (12.4812, 3.6449, 0.0512, 0.001, -0.001, 0.0, None)] == [
        "12.48", "3.64", "0.05", "<0.01", "−<0.01", "0", "—",
    ]  # fmt: skip
    assert spaced(Scale.of([12480.4])(8794.2)) == "8 794"
    assert Scale.of([3e-7])(3e-7) == "3.000 × 10⁻⁷"


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.2915, "29.2 %"),
        (0.0005, "<0.1 %"),
        (0.00051, "0.1 %"),
        (-0.5, "−50.0 %"),
        (-1e-6, "−<0.1 %"),
        (0.0, "0.0 %"),
        (None, "—"),
    ],
)
def test_percentages(share: float | None, shown: str) -> None:
    assert spaced(percent(share)) == shown


def test_fixed_decimals_half_to_even() -> None:
    assert [fixed(v, 1) for v in (1.25, 1.35, None)] == ["1.2", "1.4", "—"]


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 12))
def test_any_number_is_printed_within_half_a_unit_of_its_last_digit(value: float, digits: int) -> None:
    shown = significant(value, digits).replace("\u202f", "").replace("−", "-")
    mantissa, _, power = shown.partition(" × 10")
    powers = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    read = float(f"{mantissa}e{powers}") if power else float(mantissa)
    # A rounded number above the largest float reads as infinity; that is not the printer's doing.
    assert read == pytest.approx(value, rel=0.5 * 10.0 ** (1 - digits) * (1 + 1e-9), abs=5e-324) or abs(read) == float(
        "inf"
    )


def test_formulas_and_units_are_set_with_subscripts_and_powers() -> None:
    assert pretty("kg CO2e/t") == "kg CO₂e/t"
    assert pretty("C2F6, N2O, HFC-134a") == "C₂F₆, N₂O, HFC-134a"
    assert pretty("t*km") == "t·km"
    assert pretty("m3") == "m³"
    assert pretty("gb-2023-supply-natural-gas-m3") == "gb-2023-supply-natural-gas-m3"
    assert pretty("CO2CH4x model A2") == "CO2CH4x model A2"
    assert arithmetic("42 kg × -1.44 = -60.48 kg CO2e (2024-01)") == "42 kg × −1.44 = −60.48 kg CO₂e (2024-01)"


def test_labels_are_cut_by_the_width_that_chinese_takes() -> None:
    assert width("铝 Al") == 5
    assert shorten("重熔用铝锭", 10) == "重熔用铝锭"
    assert shorten("重熔用铝锭", 8) == "重熔用…"


@given(st.text(max_size=80))
def test_places_to_break_add_nothing_else(text: str) -> None:
    clean = text.replace("\u200b", "")
    assert breakable(clean).replace("\u200b", "") == clean


def test_a_digest_stays_whole_to_be_copied() -> None:
    digest = "sha256:" + "0123456789abcdef" * 4
    assert breakable(digest) == digest
    assert max(map(len, breakable("x" + digest).split("\u200b"))) <= 16
    assert short_digest(digest) == "0123 4567 89ab"


@pytest.mark.parametrize(
    ("probability", "samples", "shown"),
    [
        (1.0, 10_000, "> 99.9 %"),
        (0.9995, 10_000, "> 99.9 %"),
        (0.998, 10_000, "99.8 %"),
        (0.5, 10_000, "50.0 %"),
        (0.0, 10_000, "< 0.1 %"),
        (1.0, 100, "> 99 %"),  # a hundred samples tell nothing beyond
    ],
)
def test_samples_never_show_that_a_thing_is_certain(probability, samples, shown):
    assert spaced(chance(probability, samples)) == shown

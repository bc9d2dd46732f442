"""Numbers with check digits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tanheng.accounts.identifiers import is_gln, is_identifier


@given(st.text(alphabet="0123456789", min_size=12, max_size=12), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_of_a_gln_is_always_found(digits, place, by):
    fitting = [digits + last for last in "0123456789" if is_gln(digits + last)]
    assert len(fitting) == 1
    right = fitting[0]
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    assert not is_gln(wrong)


def test_the_example_of_gs1_fits():
    assert is_gln("6291041500213")  # GS1 General Specifications, check digit calculator
    assert not is_gln("٦291041500213")


def test_an_identifier_is_a_short_text_under_a_short_word():
    assert is_identifier("permit", "云环许〔2024〕1号")
    for scheme, value in (
        ("Permit", "1"),
        ("", "1"),
        ("permit", " "),
        ("permit", "a\0"),
        ("permit", "x" * 65),
        ("gln", "1"),
    ):
        assert not is_identifier(scheme, value)

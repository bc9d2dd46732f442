"""Schemes as files: the one that ships, and every fault with its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tanheng.certification.model import Assurance, SiteInspection
from tanheng.certification.schemes import read_scheme, scheme_number, series_of_numbers, shipped_schemes
from tanheng.certification.terms import months_after
from tanheng.errors import CertificationError
from tanheng.rules.fields import CHOICES

LEAST = """tanheng: scheme/1
id: mine
version: 1.0.0
names: {zh: 我的, en: Mine}
owner: {zh: 我, en: Me}
follows: {zh: 无, en: nothing}
"""


def read(more=""):
    return read_scheme((LEAST + more).encode(), place="mine.yaml")


def test_the_shipped_scheme_says_what_is_its_own():
    scheme, content = shipped_schemes()["cn-cfp-label@1.0.0"]
    assert (scheme.validity_months, scheme.materiality, scheme.signatures) == (24, 0.05, 2)
    assert scheme.site is SiteInspection.REQUIRED
    assert scheme.valid_from == date(2025, 3, 1)
    assert {"materiality", "change", "validity_months"} <= {*scheme.configurable}
    assert "不声明符合" in scheme.follows["zh"]
    assert scheme.sources
    assert scheme.digest.startswith("sha256:")
    assert scheme_number(scheme, year=2026, count=7) == "CFP-2026-000007"
    assert read_scheme(content, place="x") == scheme


def test_what_is_left_out_has_our_defaults():
    scheme = read()
    assert (scheme.signatures, scheme.assurance) == (2, (Assurance.REASONABLE, Assurance.LIMITED))
    assert scheme.reference == "mine@1.0.0"
    assert scheme_number(scheme, year=2026, count=1) == "mine-2026-000001"


@pytest.mark.parametrize(
    ("more", "code", "place"),
    [
        ("signatures: 0\n", "TH-RUL-012", "mine.yaml:7 signatures"),
        ("materiality: 5 %\n", "TH-RUL-012", "mine.yaml:7 materiality"),
        ("site: sometimes\n", "TH-RUL-013", "mine.yaml:7 site"),
        ("days: {accepted: 3}\n", "TH-RUL-013", "mine.yaml:7 days.accepted"),
        ("configurable: [colour]\n", "TH-RUL-019", "mine.yaml:7 configurable[0]"),
        ("number: CFP-1\n", "TH-RUL-012", "mine.yaml:7 number"),
        ("number: '{count.__class__}'\n", "TH-RUL-012", "mine.yaml:7 number"),
        ("number: '{count:zz}'\n", "TH-RUL-012", "mine.yaml:7 number"),
        ("number: '{count:06d}'\n", "TH-RUL-012", "mine.yaml:7 number"),  # the next year has the numbers of this one
        ("number: '{year}#{count}'\n", "TH-RUL-012", "mine.yaml:7 number"),  # a part of addresses
        ("number: '{year}/{count} ?'\n", "TH-RUL-012", "mine.yaml:7 number"),
        ("number: '{year}{count}'\n", "TH-RUL-012", "mine.yaml:7 number"),  # L20261 + 1 is L2026 + 11
        ("number: '{year}-{count}-{count}'\n", "TH-RUL-012", "mine.yaml:7 number"),
        ("number: '{year}-{count:2000000d}'\n", "TH-RUL-012", "mine.yaml:7 number"),
        ("number: '{scheme}-a-very-long-name-of-a-scheme-{year}-{count:06d}'\n", "TH-RUL-012", "mine.yaml:7 number"),
        ("validity_months: 120000\n", "TH-RUL-012", "mine.yaml:7 validity_months"),
        ("surveillance_months: 121\n", "TH-RUL-012", "mine.yaml:7 surveillance_months"),
        ("suspension_days: 99999999999\n", "TH-RUL-012", "mine.yaml:7 suspension_days"),
        ("days: {returned: -5}\n", "TH-RUL-012", "mine.yaml:7 days.returned"),
        ("days: {correction: 3651}\n", "TH-RUL-012", "mine.yaml:7 days.correction"),
        ("materiality: 0.21\n", "TH-RUL-012", "mine.yaml:7 materiality"),
        ("materiality: 0\n", "TH-RUL-012", "mine.yaml:7 materiality"),
        ("signatures: 1\n", "TH-RUL-012", "mine.yaml:7 signatures"),
        ("signatures: 11\n", "TH-RUL-012", "mine.yaml:7 signatures"),
        ("colour: green\n", "TH-RUL-011", "mine.yaml:7 colour"),
        ("valid_from: soon\n", "TH-RUL-012", "mine.yaml:7 valid_from"),
    ],
)
def test_a_fault_has_its_line(more, code, place):
    with pytest.raises(CertificationError) as caught:
        read(more)
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [(code, place)]


def test_all_faults_are_told_at_once_and_other_files_are_refused():
    with pytest.raises(CertificationError) as caught:
        read("signatures: 0\nsite: sometimes\n")
    assert len(caught.value.faults) == 2
    with pytest.raises(CertificationError, match="TH-RUL-002"):
        read_scheme(b"tanheng: rule-pack/1\n", place="x")
    with pytest.raises(CertificationError, match="TH-RUL-002"):
        read_scheme(b"[]", place="x")


def test_the_words_of_choices_are_those_of_the_model():
    assert CHOICES["site_inspection"] == tuple(SiteInspection)
    assert CHOICES["assurance"] == tuple(Assurance)


@pytest.mark.parametrize(
    ("begins", "months", "ends"),
    [
        (date(2026, 3, 15), 12, date(2027, 3, 14)),
        (date(2026, 1, 1), 24, date(2027, 12, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),  # there is no 31st
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 28)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
    ],
)
def test_months_end_the_day_before_or_with_their_month(begins, months, ends):
    assert months_after(begins, months) == ends


def test_the_bounds_themselves_are_within():
    kept = read(
        "signatures: 10\nvalidity_months: 120\nsuspension_days: 3650\nmateriality: 0.2\nnumber: 'L_{year}_{count:09d}'\n"
    )
    assert (kept.signatures, kept.validity_months, kept.materiality) == (10, 120, 0.2)
    assert scheme_number(kept, year=2026, count=7) == "L_2026_000000007"


def test_numbers_of_a_scheme_with_a_long_id_fit():
    scheme = replace(read(), id="label-for-products-of-the-cement-industry")
    assert scheme_number(scheme, year=2026, count=1) == "label-for-products-of-th-2026-000001"
    assert series_of_numbers(scheme, 2026) == "label-for-products-of-th-2026-"

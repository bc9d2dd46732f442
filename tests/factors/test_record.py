"""The record of a factor: read, written, and wrong in every way that JSON can be."""

from __future__ import annotations

import json

import pytest

from factor_samples import document
from tanheng.errors import FactorError
from tanheng.factors import embedded
from tanheng.factors.record import Record, canonical_text, read_record

HUGE = 10**400
HALF = "\ud800"


def faults(**changed):
    with pytest.raises(FactorError) as caught:
        read_record(document(**changed))
    json.dumps([fault.as_dict() for fault in caught.value.faults], ensure_ascii=False).encode()  # can be sent
    return [(fault.code, fault.place) for fault in caught.value.faults]


def test_what_ships_is_read_back_as_it_was():
    for factor in embedded().factors.values():
        assert read_record(json.loads(canonical_text(Record(factor)))) == Record(factor)


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"value": HUGE}, "value"),
        ({"amounts": [["CO2", "fossil", HUGE]]}, "amounts[0][2]"),
        ({"quality": {"te": HUGE}}, "quality.te"),
        ({"documentation": {"completeness": HUGE}}, "documentation.completeness"),
        ({"names": {"en": HALF}}, "names"),
        ({"note": HALF}, "note"),
        ({"source": {"title": HALF, "licence": "own"}}, "source.title"),
        ({"documentation": {"allocation": HALF}}, "documentation.allocation"),
        ({"gsd2": True}, "gsd2"),
        ({"year": 2025.5}, "year"),
        ({"id": "a/b"}, "id"),
    ],
)
def test_what_cannot_be_kept_is_a_fault(changed, place):
    assert faults(**changed) == [("TH-FAC-040", place)]


def test_unknown_fields_are_named_however_they_are_called():
    assert faults(**{HALF: 1}) == [("TH-FAC-041", "?")]
    assert faults(amounts=[[HALF, "fossil", 1]]) == [("TH-FAC-003", "amounts[0][0]")]

from __future__ import annotations

import numpy as np
import pytest

from tanheng.engine.montecarlo import Fault, Kind, Spreads, UncertainSystem
from tanheng.errors import EngineError

NAN = float("nan")


@pytest.mark.parametrize(
    ("kind", "value", "loc", "scale", "low", "high", "valid"),
    [
        (Kind.LOGNORMAL, 2.0, NAN, 1.5, NAN, NAN, True),
        (Kind.LOGNORMAL, -2.0, -1.9, 1.5, NAN, NAN, True),
        (Kind.LOGNORMAL, 2.0, NAN, 0.9, NAN, NAN, False),
        (Kind.LOGNORMAL, 2.0, NAN, NAN, NAN, NAN, False),
        (Kind.LOGNORMAL, 2.0, NAN, np.inf, NAN, NAN, False),
        (Kind.LOGNORMAL, 2.0, -2.0, 1.5, NAN, NAN, False),
        (Kind.LOGNORMAL, 0.0, NAN, 1.5, NAN, NAN, False),
        (Kind.NORMAL, 2.0, NAN, 0.5, NAN, NAN, True),
        (Kind.NORMAL, 0.0, NAN, 0.5, NAN, NAN, True),
        (Kind.NORMAL, 2.0, NAN, -0.5, NAN, NAN, False),
        (Kind.TRIANGULAR, 2.0, NAN, NAN, 1.0, 3.0, True),
        (Kind.TRIANGULAR, 2.0, 2.5, NAN, 1.0, 3.0, True),
        (Kind.TRIANGULAR, 2.0, 5.0, NAN, 1.0, 3.0, False),
        (Kind.TRIANGULAR, 2.0, NAN, NAN, 3.0, 1.0, False),
        (Kind.TRIANGULAR, 5.0, 2.0, NAN, 1.0, 3.0, False),
        (Kind.UNIFORM, 2.0, NAN, NAN, 1.0, 3.0, True),
        (Kind.UNIFORM, 4.0, NAN, NAN, 1.0, 3.0, False),
        (Kind.UNIFORM, 2.0, NAN, NAN, 2.0, 2.0, False),
        (Kind.UNIFORM, 2.0, NAN, NAN, -np.inf, 3.0, False),
        (Kind.CERTAIN, 2.0, NAN, NAN, NAN, NAN, True),
    ],
)
def test_what_can_be_drawn_from(kind, value, loc, scale, low, high, valid):
    arrays = (np.array([v]) for v in (value, kind, loc, scale, low, high))
    v, k, *rest = arrays
    spreads = Spreads(np.zeros(1, np.int32), np.zeros(1, np.int32), v, k.astype(np.int8), *rest, np.zeros(1, np.uint64))
    assert bool(spreads.invalid[0]) is not valid
    assert bool(spreads.uncertain[0]) is (valid and kind != Kind.CERTAIN)


@pytest.mark.parametrize(
    ("kind", "value", "loc", "scale", "low", "high", "fault"),
    [
        (Kind.LOGNORMAL, 2.0, 2.0, 1.2, NAN, NAN, Fault.NONE),
        (Kind.CERTAIN, NAN, NAN, NAN, NAN, NAN, Fault.NONE),
        (Kind.LOGNORMAL, 2.0, 2.0, NAN, NAN, NAN, Fault.NUMBERS),
        (Kind.UNIFORM, 2.0, NAN, NAN, NAN, 3.0, Fault.NUMBERS),
        (Kind.LOGNORMAL, 2.0, 2.0, 0.0, NAN, NAN, Fault.SPREAD),
        (Kind.NORMAL, 2.0, 2.0, -0.1, NAN, NAN, Fault.SPREAD),
        (Kind.LOGNORMAL, 2.0, -2.0, 1.2, NAN, NAN, Fault.SIGN),
        (Kind.LOGNORMAL, 0.0, NAN, 1.2, NAN, NAN, Fault.SIGN),
        (Kind.UNIFORM, 2.0, NAN, NAN, 3.0, 1.0, Fault.BOUNDS),
        (Kind.TRIANGULAR, 5.0, 2.0, NAN, 1.0, 3.0, Fault.AMOUNT),
        (Kind.TRIANGULAR, 2.0, 5.0, NAN, 1.0, 3.0, Fault.MODE),
    ],
)
def test_why_a_distribution_cannot_be_drawn_from(kind, value, loc, scale, low, high, fault):
    arrays = (np.array([v]) for v in (value, kind, loc, scale, low, high))
    v, k, *rest = arrays
    spreads = Spreads(np.zeros(1, np.int32), np.zeros(1, np.int32), v, k.astype(np.int8), *rest, np.zeros(1, np.uint64))
    assert Fault(int(spreads.faults[0])) is fault
    assert bool(spreads.invalid[0]) is (fault is not Fault.NONE)


def test_a_point_is_certain(make_spreads):
    assert not make_spreads(np.diag([2.0]), scale=1.0).uncertain.any()
    mean, deviation = make_spreads(np.diag([2.0]), scale=1.0).moments()
    assert (mean[0], deviation[0]) == (2.0, 0.0)


def test_refuses_parts_of_different_lengths_and_places_outside(make_spreads):
    one = make_spreads(np.diag([1.0]))
    with pytest.raises(EngineError, match="TH-ENG-020"):
        Spreads(*(getattr(one, name) for name in list(one.__dataclass_fields__)[:-1]), np.zeros(2, np.uint64))
    with pytest.raises(EngineError, match="TH-ENG-021"):
        UncertainSystem(1, 1, make_spreads(np.ones((2, 1))), one)

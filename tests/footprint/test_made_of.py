"""What results are made of, taken from their parts, moves as assessing anew moves them: on every example."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from tanheng.factors import embedded
from tanheng.footprint import assess, read_study
from tanheng.footprint.revaluing import factor_effect
from tanheng.footprint.rulebook import recorded_rules
from tanheng.quantities import Origin
from tanheng.services.impact.uses import FACTOR, counted_value, made_of, measure_of

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*/*.yaml"))
KNOWN = {id_: ("collection", factor) for id_, factor in embedded().factors.items()}


def other(factor, at):
    """A factor with more of everything, and a gas besides."""
    amounts = {role: mass * (1.05 + 0.01 * (at % 7)) for role, mass in factor.amounts.items()}
    return replace(factor, amounts={**amounts, ("CH4", Origin.FOSSIL): amounts.get(("CH4", Origin.FOSSIL), 0.0) + 1e-4})


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_moves_as_assessing_anew(path):
    result = assess(read_study(path))
    chosen = recorded_rules(result.inputs).effective
    uses, own, is_exact = made_of(result, KNOWN, chosen)
    assert result.total == pytest.approx(own + math.fsum(use.amount * use.value for use in uses), rel=1e-12)
    used = {use.source for use in uses if use.kind == FACTOR}
    new = {
        id_: other(factor, at) if id_ in used else factor for at, (id_, factor) in enumerate(embedded().factors.items())
    }
    effect = factor_effect(result, embedded(), replace(embedded(), factors=new))
    moved = {part for id_ in effect.moved for part in id_.split(" + ")}
    assert moved & set(KNOWN) <= used, "no factor that moves the result is left out"
    weights = {(gas, origin): weight for gas, origin, weight in measure_of(chosen)[1]}
    change = math.fsum(
        use.amount * (counted_value(new[use.source], weights) - use.value) for use in uses if use.kind == FACTOR
    )
    assert is_exact
    assert result.total + change == pytest.approx(effect.after, rel=1e-9)

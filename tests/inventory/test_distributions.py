"""Distributions at import: scores become spreads, and what cannot be drawn from is told and counts as certain."""

from __future__ import annotations

import math

import pytest

from tanheng.inventory import compile_database
from tanheng.inventory.importing.distributions import with_scores
from tanheng.inventory.model import Distribution, Exchange, Uncertainty
from tanheng.inventory.quality import Quality, gsd2_of_pedigree, pedigree_gsd2
from tanheng.testing import database, process

COAL = process("Coal", "1 kg", emits={"CO2": "0.1 kg"})


def compiled(uncertainty, *, amount="2 kg"):
    return compile_database(
        database("mini", COAL, process("Steel", takes={"Coal": amount}, uncertainty={"Coal": uncertainty}))
    )


def notes(made):
    return [(n.code, n.place, dict(n.params)) for n in made.notes]


@pytest.mark.parametrize(
    ("uncertainty", "reason"),
    [
        (Uncertainty(Distribution.LOGNORMAL, 2.0, 0.9), "spread"),
        (Uncertainty(Distribution.LOGNORMAL, 2.0, 0.0), "spread"),
        (Uncertainty(Distribution.NORMAL, 2.0, -0.1), "spread"),
        (Uncertainty(Distribution.LOGNORMAL, -2.0, 1.1), "sign"),
        (Uncertainty(Distribution.LOGNORMAL, 2.0, math.inf), "numbers"),
        (Uncertainty(Distribution.LOGNORMAL, pedigree="(n.a.;n.a.;n.a.;n.a.;n.a.)"), "numbers"),
        (Uncertainty(Distribution.TRIANGULAR, 2.0, minimum=3.0, maximum=1.0), "bounds"),
        (Uncertainty(Distribution.UNIFORM, minimum=2.5, maximum=3.0), "amount"),
        (Uncertainty(Distribution.TRIANGULAR, 4.0, minimum=1.0, maximum=3.0), "mode"),
    ],
)
def test_what_cannot_be_drawn_from_is_told_by_process_flow_and_reason(uncertainty, reason):
    made = compiled(uncertainty)
    assert notes(made) == [(f"distribution-{reason}", "Steel", {"count": 1, "flow": "Coal", "reason": reason})]
    assert made.footprints[1, 0] == pytest.approx(0.2)
    assert not made.technosphere.spreads().uncertain.any()


def test_the_distributions_of_a_process_are_one_note_by_reason():
    bad = Uncertainty(Distribution.LOGNORMAL, None, 0.5)
    made = compile_database(
        database(
            "mini",
            COAL,
            process(
                "Mill",
                makes={"Sheet": "3 kg", "Strip": "1 kg"},
                takes={"Coal": "1 kg"},
                emits={"CO2": "1 kg", "CH4": "1 g"},
                uncertainty={"Coal": bad, "CO2": bad, "CH4": bad},
            ),
        )
    )
    # Shared out over two products, an exchange is still one.
    assert len(made.technosphere.rows) == 1 + 1
    assert notes(made) == [
        ("distribution-spread", "Mill", {"count": 1, "flow": "Coal", "reason": "spread"}),
        ("distribution-spread", "Mill", {"count": 2, "flow": "Carbon dioxide", "reason": "spread"}),
    ]


def test_usable_distributions_and_amounts_of_zero_are_no_news():
    assert not notes(compiled(Uncertainty(Distribution.LOGNORMAL, 2.0, 1.2)))
    gases = process(
        "Stack",
        emits={"CO2": "1 kg", "CH4": "0 kg"},
        uncertainty={"CH4": Uncertainty(Distribution.LOGNORMAL, pedigree="(1;1;1;1;1)")},
    )
    assert not notes(compile_database(database("mini", gases)))


def test_scores_become_a_spread_and_are_counted():
    made = compiled(Uncertainty(Distribution.LOGNORMAL, pedigree="(3;3;4;3;1)"))
    assert notes(made) == [("pedigree-spread", "mini", {"count": 1, "example": "Steel"})]
    spreads = made.technosphere.spreads()
    # Reliability 3, completeness 3, time 4, geography 3, technology 1; basic uncertainty 1.05.
    logs = [math.log(u) for u in (1.05, 1.10, 1.05, 1.20, 1.02, 1.00)]
    assert spreads.scale[0] ** 2 == pytest.approx(math.exp(math.sqrt(sum(x * x for x in logs))), rel=1e-12)
    assert spreads.centre[0] == 2.0


def test_a_measured_spread_stands_before_scores():
    made = compiled(Uncertainty(Distribution.LOGNORMAL, 2.0, 1.2, pedigree="(5;5;5;5;5)"))
    assert not notes(made)
    assert made.technosphere.spreads().scale[0] == 1.2


def test_scores_belong_to_lognormals_alone():
    spread = Uncertainty(Distribution.NORMAL, 2.0, 0.1, pedigree="(5;5;5;5;5)")
    exchange = Exchange("1", "x", 2.0, "kg", is_input=True, uncertainty=spread)
    assert with_scores(exchange) is exchange


@pytest.mark.parametrize(
    ("text", "factors"),
    [
        ("(1;1;1;1;1)", [1.05]),
        ("(2,3,1,n.a.,1,5)", [1.05, 1.05, 1.05, 1.20]),
        ("(4,5,na,na,na,na)", [1.05, 1.20, 1.20]),
        ("(1;1;5;1;5;BU:1.5)", [1.5, 1.5, 2.0]),
        ("( 1 ; 1 ; 1 ; 5 ; 1 )", [1.05, 1.10]),
    ],
)
def test_pedigree_texts(text, factors):
    expected = math.exp(math.sqrt(sum(math.log(u) ** 2 for u in factors)))
    assert gsd2_of_pedigree(text) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("text", ["", "()", "(n.a.;n.a.;n.a.;n.a.;n.a.)", "see report", "(12;34)"])
def test_texts_without_scores(text):
    assert gsd2_of_pedigree(text) is None


def test_a_study_s_scores_and_a_database_s_give_the_same_spread():
    assert gsd2_of_pedigree("(2;n.a.;3;4;5)") == pedigree_gsd2(Quality(pr=2, ti=3, ge=4, te=5))

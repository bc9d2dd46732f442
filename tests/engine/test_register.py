"""Registers small enough to follow by hand.

The one most tests use, in units of its products::

    ore (0)    uses 2 of power                            φ_power = 3        p = 1 + 2·3            = 7
    metal (1)  takes 1.5 ore, uses 1 of power, emits 0.5                     p = 0.5 + 10.5 + 3     = 14
    wire (2)   takes 1 metal, uses 0.25 of gas            φ_gas = 8          p = 14 + 2             = 16
    cable (3)  takes 0.5 wire, 0.5 metal                                     p = 8 + 7              = 15
    paper (4)  uses 1 of gas                                                 p = 8
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from tanheng.engine import register as rg
from tanheng.errors import EngineError

ORE, METAL, WIRE, CABLE, PAPER = range(5)
POWER, GAS = range(2)
FACTORS = [3.0, 8.0]


def graph(**changes):
    R = np.zeros((5, 5))
    R[ORE, METAL], R[METAL, WIRE], R[WIRE, CABLE], R[METAL, CABLE] = 1.5, 1.0, 0.5, 0.5
    F = np.zeros((2, 5))
    F[POWER, ORE], F[POWER, METAL], F[GAS, WIRE], F[GAS, PAPER] = 2, 1, 0.25, 1
    return rg.RegisterGraph(**{"references": R, "uses": F, "own": [1.0, 0.5, 0, 0, 0], **changes})


def values(register, factors=FACTORS):
    return register.footprints(factors).values[:, 0]


def test_footprints_of_all_products():
    found = rg.Register(graph()).footprints(FACTORS)
    assert found.values.ravel().tolist() == [7, 14, 16, 15, 8]
    assert not found.incomplete.any()
    assert found.residual < 1e-15


def test_a_release_moves_what_depends_on_it_and_nothing_else():
    """Power 3 → 4: ore +2, metal 1.5·2 + 1 = +4, wire +4, cable +4; paper is not reached."""
    register = rg.Register(graph())
    effect = register.effect(register.footprints(FACTORS), [4.0, 8.0])
    assert effect.products.tolist() == [ORE, METAL, WIRE, CABLE]
    assert effect.change.ravel().tolist() == [2, 4, 4, 4]
    assert effect.after.values.ravel().tolist() == [9, 18, 20, 19, 8]
    assert effect.changed_factors.tolist() == [POWER]
    assert effect.pushed.tolist() == [ORE, METAL]
    assert effect.relative() == pytest.approx([2 / 7, 4 / 14, 4 / 16, 4 / 15])


def test_an_unchanged_release_moves_nothing():
    register = rg.Register(graph())
    effect = register.effect(register.footprints(FACTORS), FACTORS)
    assert effect.products.size == effect.changed_factors.size == 0
    summary = effect.summary()
    assert (summary.reached, summary.moved, summary.quantiles, summary.largest) == (0, 0, (), ())


def test_summary_counts_directions_limits_and_names_the_largest():
    """Power ×4/3, gas ×3/4: ore +2 of 7, metal +4 of 14, wire 4 − 0.5 of 16, cable 4 − 0.25 of 15, paper −2 of 8."""
    register = rg.Register(graph())
    effect = register.effect(register.footprints(FACTORS), [4.0, 6.0])
    assert effect.change.ravel().tolist() == [2, 4, 3.5, 3.75, -2]
    found = effect.summary(still=0.24, most=2)
    assert (found.products, found.reached, found.comparable) == (5, 5, 5)
    assert (found.moved, found.up, found.down) == (4, 3, 1)
    assert found.above == ((0.01, 5), (0.05, 5), (0.1, 5), (0.2, 5), (0.5, 0))
    assert found.quantiles[0] == -0.25
    assert found.quantiles[3] == pytest.approx(0.25)
    assert [j for j, _ in found.largest] == [ORE, METAL]


def test_drivers_add_up_to_the_change():
    """Cable holds 4 of power (½·4 + ½·4) and ⅛ of gas."""
    register = rg.Register(graph())
    effect = register.effect(register.footprints(FACTORS), [4.0, 6.0])
    found = rg.factor_drivers(register, effect, [CABLE, PAPER])
    assert found.sources.tolist() == [POWER, GAS]
    assert found.parts.tolist() == [[4, 0], [-0.25, -2]]
    assert found.top(0, most=1) == ((POWER, 4.0, pytest.approx(4 / 3.75)),)
    assert found.top(1) == ((GAS, -2.0, 1.0),)


def test_drivers_come_in_the_order_in_which_they_were_asked_for():
    register = rg.Register(graph())
    effect = register.effect(register.footprints(FACTORS), [4.0, 6.0])
    found = rg.factor_drivers(register, effect, [PAPER, ORE, PAPER])
    assert found.parts.tolist() == [[0, 2, 0], [-2, 0, -2]]


def test_drivers_of_the_register_by_volume():
    """10 cables and 1 paper: power moves 40, gas −2.5 − 2."""
    register = rg.Register(graph())
    effect = register.effect(register.footprints(FACTORS), [4.0, 6.0])
    found = rg.factor_drivers_of(register, effect, [0, 0, 0, 10, 1])
    assert found.parts.ravel().tolist() == [40, -4.5]


def test_product_drivers_name_the_steps_where_a_change_enters():
    """Cable needs 1 metal (½ itself, ½ in wire) and 1.5 ore: ore pushes 2 each, metal 1."""
    register = rg.Register(graph())
    effect = register.effect(register.footprints(FACTORS), [4.0, 8.0])
    found = rg.product_drivers(register, effect, [CABLE])
    assert dict(zip(found.sources.tolist(), found.parts[:, 0].tolist(), strict=True)) == {ORE: 3.0, METAL: 1.0}


def test_a_factor_without_value_is_a_state_not_zero():
    register = rg.Register(graph())
    found = register.footprints([3.0, np.nan])
    assert np.flatnonzero(found.gaps).tolist() == [WIRE, PAPER]
    assert np.flatnonzero(found.incomplete).tolist() == [WIRE, CABLE, PAPER]
    assert found.values.ravel().tolist() == [7, 14, 14, 14, 0]  # at least


def test_a_factor_that_is_removed_or_added_changes_the_state():
    register = rg.Register(graph())
    before = register.footprints(FACTORS)
    removed = register.effect(before, [3.0, np.nan])
    assert removed.products.tolist() == [WIRE, CABLE, PAPER]
    assert removed.change.ravel().tolist() == [-2, -1, -8]  # of what is known
    assert not removed.comparable.any()
    assert np.isnan(removed.relative()).all()
    summary = removed.summary()
    assert (summary.reached, summary.comparable, summary.moved) == (3, 0, 0)
    assert (summary.became_incomplete, summary.became_complete) == (3, 0)
    assert removed.after.values[PAPER, 0] == 0
    added = register.effect(removed.after, [3.0, 8.0])
    assert added.after.values.ravel().tolist() == before.values.ravel().tolist()
    assert added.summary().became_complete == 3
    assert not added.after.incomplete.any()


def test_references_to_nothing_are_open():
    found = rg.Register(graph(open=[False, True, False, False, False])).footprints(FACTORS)
    assert np.flatnonzero(found.gaps).tolist() == [METAL]
    assert np.flatnonzero(found.incomplete).tolist() == [METAL, WIRE, CABLE]


def test_a_withdrawn_product_has_no_footprint_and_leaves_its_users_incomplete():
    register = rg.Register(graph(withdrawn=[False, False, True, False, False]))
    found = register.footprints(FACTORS)
    assert np.isnan(found.values[WIRE]).all()
    assert found.values[CABLE] == 7  # at least: half a metal
    assert np.flatnonzero(found.gaps).tolist() == [CABLE]
    assert np.flatnonzero(found.incomplete).tolist() == [WIRE, CABLE]
    effect = register.effect(found, [3.0, 9.0])
    assert effect.products.tolist() == [PAPER]  # wire is not there to be moved


def test_withdrawing_reaches_all_dependants():
    register = rg.Register(graph())
    before = register.footprints(FACTORS)
    after, effect = rg.revised(register, before, rg.Revision.withdrawal(register.graph, [ORE]))
    assert effect.products.tolist() == [ORE, METAL, WIRE, CABLE]
    assert effect.change.ravel().tolist() == [-7, -10.5, -10.5, -10.5]
    assert np.flatnonzero(effect.after.incomplete).tolist() == [ORE, METAL, WIRE, CABLE]
    summary = effect.summary()
    assert (summary.withdrawn, summary.became_incomplete, summary.comparable) == (1, 3, 0)
    np.testing.assert_array_equal(effect.after.values, after.footprints(FACTORS).values)


def test_a_new_version_of_a_withdrawn_product_brings_its_users_back():
    register = rg.Register(graph(withdrawn=[True, False, False, False, False]))
    before = register.footprints(FACTORS)
    ore = rg.Revision(products=[ORE], references=np.zeros((5, 1)), uses=[[1.0], [0.0]], own=[1.0])
    after, effect = rg.revised(register, before, ore)
    assert effect.after.values.ravel().tolist() == [4, 9.5, 11.5, 10.5, 8]
    summary = effect.summary()
    assert (summary.withdrawn, summary.became_incomplete, summary.became_complete) == (0, 0, 4)
    assert not after.graph.withdrawn.any()


def test_products_are_added_and_replaced():
    """Ore needs only 1 of power now: p = 4. Tape (5) takes 2 paper and 1 wire, uses 1 of a new factor worth 5."""
    register = rg.Register(graph())
    before = register.footprints(FACTORS)
    references, uses = np.zeros((6, 2)), np.zeros((3, 2))
    references[PAPER, 1], references[WIRE, 1] = 2, 1
    uses[POWER, 0], uses[2, 1] = 1, 1
    revision = rg.Revision(products=[ORE, 5], references=references, uses=uses, own=[1.0, 0.0])
    after, effect = rg.revised(register, before, revision, [3.0, 8.0, 5.0])
    assert effect.products.tolist() == [ORE, METAL, WIRE, CABLE, 5]
    assert effect.change.ravel().tolist() == [-3, -4.5, -4.5, -4.5, 32.5]
    assert effect.after.values.ravel().tolist() == [4, 9.5, 11.5, 10.5, 8, 32.5]
    assert effect.comparable.tolist() == [True, True, True, True, False]  # the new one has no before
    assert after.graph.products == 6
    assert values(register).tolist() == [7, 14, 16, 15, 8]  # the register before is what it was
    moved = rg.product_drivers(after, effect, [CABLE]).top(0)
    assert moved == ((ORE, -4.5, 1.0),)


def test_a_revision_may_come_with_other_factor_values():
    register = rg.Register(graph())
    before = register.footprints(FACTORS)
    ore = rg.Revision(products=[ORE], references=np.zeros((5, 1)), uses=[[1.0], [0.0]], own=[1.0])
    after, effect = rg.revised(register, before, ore, [4.0, 9.0])
    np.testing.assert_allclose(effect.after.values[:, 0], values(rg.Register(after.graph), [4.0, 9.0]), rtol=1e-14)
    assert effect.changed_factors.tolist() == [POWER, GAS]


def test_a_version_that_says_the_same_moves_nothing():
    register = rg.Register(graph())
    before = register.footprints(FACTORS)
    again = rg.Revision(
        products=[METAL],
        references=register.graph.references[:, [METAL]],
        uses=register.graph.uses[:, [METAL]],
        own=[0.5],
    )
    _, effect = rg.revised(register, before, again)
    assert not effect.change.any()


def test_loops_are_solved_exactly():
    """Ore needs 0.2 cable back: ore = 7 + 0.2·(ore·1.5 + 4.5…) as a linear system by hand: p_ore = 7 + 0.2 p_cable."""
    R = graph().references.toarray()
    R[CABLE, ORE] = 0.2
    found = rg.Register(graph(references=R)).footprints(FACTORS)
    # p_metal = 3.5 + 1.5x, p_cable = p_metal + 1 = 4.5 + 1.5x, x = 7 + 0.9 + 0.3x → x = 7.9 / 0.7
    ore = 7.9 / 0.7
    np.testing.assert_allclose(
        found.values[:4, 0], [ore, 3.5 + 1.5 * ore, 5.5 + 1.5 * ore, 4.5 + 1.5 * ore], rtol=1e-15
    )


def test_a_loop_that_eats_what_it_makes_is_refused_with_its_members():
    R = graph().references.toarray()
    R[CABLE, ORE] = 2 / 3  # once round: 1.5 · 1 · 2/3 = 1
    with pytest.raises(EngineError) as caught:
        rg.Register(graph(references=R)).footprints(FACTORS)
    assert caught.value.code == "TH-ENG-008"
    assert caught.value.faults[0].params["columns"] == (ORE, METAL, WIRE, CABLE)


def test_a_product_made_of_itself_is_refused():
    with pytest.raises(EngineError, match="TH-ENG-008"):
        rg.Register(rg.RegisterGraph(references=[[1.0]], uses=[[1.0]], own=[0.0])).footprints([1.0])


def test_a_revision_that_closes_such_a_loop_is_refused_by_the_numbers_of_the_register():
    register = rg.Register(graph())
    before = register.footprints(FACTORS)
    metal = rg.Revision(
        products=[METAL], references=[[0], [0], [0], [2.0], [0]], uses=np.zeros((2, 1)), own=[0.0]
    )  # a metal takes two cables, each with a whole metal in it
    with pytest.raises(EngineError) as caught:
        rg.revised(register, before, metal)
    assert caught.value.faults[0].params["columns"] == (METAL, WIRE, CABLE)


def test_a_withdrawn_product_opens_its_loop():
    R = graph().references.toarray()
    R[CABLE, ORE] = 10.0
    found = rg.Register(graph(references=R, withdrawn=[False, False, False, True, False])).footprints(FACTORS)
    assert found.values[:3, 0].tolist() == [7, 14, 16]
    assert np.flatnonzero(found.incomplete).tolist() == [ORE, METAL, WIRE, CABLE]


def test_credits_that_make_a_loop_singular_are_refused():
    R = np.array([[0.0, -1.0], [-1.0, 0.0]])
    with pytest.raises(EngineError) as caught:
        rg.Register(rg.RegisterGraph(references=R, uses=np.zeros((0, 2)), own=[1.0, 1.0])).footprints(np.zeros((0, 1)))
    assert caught.value.code == "TH-ENG-006"


def test_frozen_references_do_not_move_until_they_are_live():
    """Cable was certified when power was 3. Then power is 4: its metal and wire are dearer, the certificate is not."""
    first = graph()
    published = rg.Register(first).footprints(FACTORS)
    frozen = rg.Register(rg.freeze(first, [CABLE, PAPER], published))
    before = frozen.footprints(FACTORS)
    assert before.values.ravel().tolist() == [7, 14, 16, 15, 8]
    effect = frozen.effect(before, [4.0, 10.0])
    assert effect.products.tolist() == [ORE, METAL, WIRE]
    assert effect.after.values[[CABLE, PAPER], 0].tolist() == [15, 8]
    alive = rg.Register(rg.live(frozen.graph))
    assert values(alive, [4.0, 10.0]).tolist() == values(rg.Register(first), [4.0, 10.0]).tolist()
    pinned = frozen.graph.pinned
    assert (pinned.products.tolist(), pinned.factors.tolist()) == ([METAL, WIRE, -1], [-1, -1, GAS])
    assert pinned.values.ravel().tolist() == [14, 16, 8]


def test_freezing_at_figures_of_another_register_is_refused():
    other = rg.Register(rg.RegisterGraph(references=np.zeros((2, 2)), uses=np.zeros((2, 2)), own=[1.0, 1.0]))
    with pytest.raises(EngineError, match="TH-ENG-003"):
        rg.freeze(graph(), [CABLE], other.footprints(FACTORS))


def test_what_was_incomplete_when_it_was_frozen_stays_so():
    first = graph()
    frozen = rg.freeze(first, [CABLE], rg.Register(first).footprints([3.0, np.nan]))
    found = rg.Register(frozen).footprints(FACTORS)
    assert np.flatnonzero(found.gaps).tolist() == [CABLE]
    assert found.values[CABLE] == 14  # at least: wire without gas


def test_a_declaration_from_outside_is_pinned_for_good():
    pinned = rg.Pinned(amounts=[[0, 2.0, 0, 0, 0]], values=[5.0])
    register = rg.Register(graph(pinned=pinned))
    assert values(register).tolist() == [7, 24, 26, 25, 8]
    assert values(rg.Register(rg.live(register.graph))).tolist() == [7, 24, 26, 25, 8]


def test_a_version_without_a_figure_is_a_gap():
    pinned = rg.Pinned(amounts=[[0, 2.0, 0, 0, 0]], values=[np.nan])
    found = rg.Register(graph(pinned=pinned)).footprints(FACTORS)
    assert np.flatnonzero(found.gaps).tolist() == [METAL]
    assert found.values[METAL] == 14


def test_a_new_version_replaces_pinned_references_too():
    published = rg.Register(graph()).footprints(FACTORS)
    register = rg.Register(rg.freeze(graph(), [CABLE], published))
    cable = rg.Revision(
        products=[CABLE],
        references=np.zeros((5, 1)),
        uses=np.zeros((2, 1)),
        own=[1.0],
        pinned=rg.Pinned(amounts=[[3.0]], values=[2.0]),
    )
    _, effect = rg.revised(register, register.footprints(FACTORS), cable)
    assert effect.after.values[CABLE] == 7
    assert effect.change.ravel().tolist() == [-8]


def test_gases_side_by_side_and_their_weights():
    """Power emits 3 CO2 and 0.1 CH4: with a GWP of 30 the two move apart and together."""
    register = rg.Register(graph(own=np.zeros((5, 2))))
    before = register.footprints([[3.0, 0.1], [8.0, 0.0]])
    effect = register.effect(before, [[3.0, 0.2], [8.0, 0.0]])
    assert effect.change[:2].tolist() == pytest.approx(np.array([[0, 0.2], [0, 0.4]]))
    gwp = [1.0, 30.0]
    assert effect.relative(gwp)[0] == pytest.approx(0.2 * 30 / (6 + 0.2 * 30))
    assert rg.factor_drivers(register, effect, [METAL], weights=gwp).parts[0, 0] == pytest.approx(12)
    with pytest.raises(EngineError, match="TH-ENG-003"):
        effect.summary()  # kilograms of different gases do not add up


def test_footprints_keep_the_factor_values_they_were_made_with():
    register, factors = rg.Register(graph()), np.array(FACTORS)
    before = register.footprints(factors)
    factors[POWER] = 4.0
    assert register.effect(before, factors).products.size == 4


def test_footprints_of_another_register_are_refused():
    """Paper of the other one emits 100 more; no release of power reaches it, and still it is seen."""
    register, other = rg.Register(graph()), rg.Register(graph(own=[1.0, 0.5, 0, 0, 100]))
    with pytest.raises(EngineError, match="TH-ENG-062"):
        register.effect(other.footprints(FACTORS), [4.0, 8.0])
    with pytest.raises(EngineError, match="TH-ENG-062"):
        rg.revised(register, other.footprints(FACTORS), rg.Revision.withdrawal(register.graph, [ORE]))
    small = rg.Register(rg.RegisterGraph(references=np.zeros((2, 2)), uses=np.zeros((2, 2)), own=[1.0, 1.0]))
    with pytest.raises(EngineError, match="TH-ENG-003"):
        register.effect(small.footprints(FACTORS), FACTORS)


def test_footprints_that_were_kept_are_verified_instead_of_solved():
    register = rg.Register(graph(withdrawn=[False, False, True, False, False]))
    solved = register.footprints([3.0, np.nan])
    kept = rg.Register(graph(withdrawn=[False, False, True, False, False])).verified(solved.values, [3.0, np.nan])
    assert kept.strategy == "kept"
    np.testing.assert_array_equal(kept.values, solved.values)
    np.testing.assert_array_equal(kept.incomplete, solved.incomplete)
    with pytest.raises(EngineError, match="TH-ENG-062"):
        register.verified(solved.values * (1 + 1e-6), [3.0, np.nan])
    effect = register.effect(kept, [4.0, 8.0])
    assert effect.change.ravel().tolist() == [
        2,
        4,
        2,
        8,
    ]  # ore, metal, half a metal of cable, paper that has a factor now


def test_a_footprint_that_vanishes_is_solved_anew():
    """Paper falls from 8e12 to 8e-6, less than the rounding of what it was."""
    register = rg.Register(graph())
    effect = register.effect(register.footprints([3.0, 8e12]), [3.0, 8e-6])
    assert effect.after.values[PAPER, 0] == 8e-6
    assert effect.after.residual < 1e-15


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"references": np.zeros((5, 4))}, "TH-ENG-001"),
        ({"uses": np.zeros((2, 4))}, "TH-ENG-060"),
        ({"own": [1.0]}, "TH-ENG-003"),
        ({"own": [1.0, np.nan, 0, 0, 0]}, "TH-ENG-002"),
        ({"references": np.full((5, 5), np.inf)}, "TH-ENG-002"),
        ({"withdrawn": [True]}, "TH-ENG-003"),
        ({"pinned": rg.Pinned(amounts=np.ones((1, 4)), values=[1.0])}, "TH-ENG-060"),
        ({"pinned": rg.Pinned(amounts=np.ones((1, 5)), values=[[1.0, 2.0]])}, "TH-ENG-060"),
        ({"pinned": rg.Pinned(amounts=np.ones((1, 5)), values=[1.0], products=[5])}, "TH-ENG-012"),
        ({"pinned": rg.Pinned(amounts=np.ones((1, 5)), values=[1.0], factors=[-2])}, "TH-ENG-012"),
    ],
)
def test_refuses_what_does_not_fit(changes, code):
    with pytest.raises(EngineError) as caught:
        graph(**changes)
    assert caught.value.code == code
    assert caught.value.text("zh") != caught.value.text("en")


@pytest.mark.parametrize(
    ("factors", "code"),
    [([1.0], "TH-ENG-003"), ([1.0, np.inf], "TH-ENG-002"), ([[1.0, 2.0], [1.0, 2.0]], "TH-ENG-060")],
)
def test_refuses_factor_values_that_do_not_fit(factors, code):
    with pytest.raises(EngineError, match=code):
        rg.Register(graph()).footprints(factors)


@pytest.mark.parametrize(("products", "gone"), [([1, 1], []), ([6], []), ([1], [1]), ([], [9]), ([], [-1]), ([5], [5])])
def test_refuses_numbers_of_a_revision_that_name_nothing_or_twice(products, gone):
    m = len(products)
    revision = rg.Revision(
        products=np.array(products, dtype=int),
        references=np.zeros((6, m)),
        uses=np.zeros((2, m)),
        own=np.zeros(m),
        withdrawn=np.array(gone, dtype=int),
    )
    with pytest.raises(EngineError, match="TH-ENG-061"):
        rg.revise(graph(), revision)


def test_who_needs_whom():
    register = rg.Register(graph())
    assert register.dependants([METAL]).tolist() == [METAL, WIRE, CABLE]
    assert register.suppliers([WIRE]).tolist() == [ORE, METAL, WIRE]
    assert register.users([GAS]).tolist() == [WIRE, CABLE, PAPER]


def test_an_empty_register():
    nothing = rg.RegisterGraph(references=sparse.csc_array((0, 0)), uses=sparse.csc_array((0, 0)), own=np.empty((0, 1)))
    found = rg.Register(nothing).footprints(np.empty((0, 1)))
    assert found.values.shape == (0, 1)
    assert found.residual == 0

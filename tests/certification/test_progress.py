"""How far a case is on its line, and whose turn it is, in every state of the procedure."""

from __future__ import annotations

import pytest

from tanheng.certification.model import SiteInspection
from tanheng.certification.procedure import Machine, Party, states, steps_from
from tanheng.certification.progress import LINE, Passed, line, turn


def here(*args, **kwargs):
    return [name for name, where in line(*args, **kwargs) if where is Passed.HERE]


@pytest.mark.parametrize("state", LINE[:-1])
def test_a_state_of_the_line_is_where_the_case_is(state):
    told = dict(line(state))
    assert here(state) == [state]
    assert all(told[one] is Passed.DONE for one in LINE[: LINE.index(state)])
    assert all(told[one] is Passed.AHEAD for one in LINE[LINE.index(state) + 1 :])


def test_all_is_done_once_it_is_certified():
    assert {where for _, where in line("certified")} == {Passed.DONE}


def test_what_is_sent_back_stays_where_it_was():
    assert here("returned") == ["submitted"]
    assert here("correction", before="site-inspection") == ["site-inspection"]
    assert here("refused", before="decision") == ["decision"]


def test_schemes_without_inspections_have_no_such_state():
    assert "site-inspection" not in dict(line("draft", site=SiteInspection.NONE))
    assert "site-inspection" in dict(line("draft", site=SiteInspection.CHOSEN))


@pytest.mark.parametrize("state", states(Machine.CASE))
def test_somebody_has_the_turn_until_the_case_is_over(state):
    onward = steps_from(Machine.CASE, state)
    assert (turn(state) is None) == (not onward)
    if onward:
        assert turn(state) in {step.by for step in onward}


def test_corrections_are_the_applicants():
    assert turn("correction") is Party.APPLICANT
    assert turn("verification") is Party.VERIFIER

"""Two at once in a case: the later sees what the earlier wrote."""

from __future__ import annotations

import threading

import pytest

from certification_samples import ALL, House
from tanheng.certification.model import Assurance, Weight
from tanheng.errors import TanhengError
from tanheng.services.certification import cases, issuing, reviewing, teams, verifying
from tanheng.services.certification.cases import CaseKind


@pytest.fixture
def house(platform):
    return House(platform)


def both(house, actor, slow, quick):
    """Do ``slow`` in a transaction that stays open until ``quick`` has waited for it; how ``quick`` failed, if it did."""
    reached, go_on = threading.Event(), threading.Event()

    def slowly(work):
        slow(work)
        reached.set()
        assert go_on.wait(30)

    thread = threading.Thread(target=house.platform.do, args=(actor, slowly))
    thread.start()
    try:
        assert reached.wait(30)
        threading.Timer(1.0, go_on.set).start()
        quick()
    except TanhengError as error:
        return error.code
    finally:
        go_on.set()
        thread.join(30)
    return None


def test_a_major_comment_that_is_written_meanwhile_keeps_the_certificate_back(house):
    case = house.decided()
    failed = both(
        house,
        house.ann,
        lambda work: reviewing.comment(work, case.id, text="it is another product", weight=Weight.MAJOR),
        lambda: issuing.certify(house.platform, house.bo, case.id, expected=case.version),
    )
    assert failed == "TH-CER-030"
    assert len(house.platform.look(house.ann, reviewing.comments, case.id, ALL).items) == 1


def test_two_who_name_a_team_are_told_of_each_other(house):
    case = house.take(house.head, house.submitted()[0], "accept")
    given = {"expected": case.version, "team": house.team}
    failed = both(
        house,
        house.head,
        lambda work: teams.propose(work, case.id, **given),
        lambda: house.platform.do(house.head, teams.propose, case.id, **given),
    )
    assert failed == "TH-STO-002"


def test_a_name_is_put_to_a_statement_once(house):
    case = house.verified()
    verifying.recompute(house.platform, house.ann, case.id)
    told = {"assurance": Assurance.LIMITED, "misstatement": 0.01, "text": "fair"}
    house.platform.do(house.ann, verifying.state, case.id, **told)
    case = house.take(house.ann, case, "end-verification")
    failed = both(
        house,
        house.ann,
        lambda work: verifying.sign(work, case.id, expected=case.version),
        lambda: house.platform.do(house.ann, verifying.sign, case.id, expected=case.version),
    )
    assert failed == "TH-CER-079"


def test_two_who_renew_a_certificate_are_told_of_each_other(house):
    made = house.certified()
    old = house.platform.look(house.engineer, cases.listed, ALL).items[-1]
    given = {"study": old.study, "scheme": house.scheme.id, "body": house.body.id, "kind": CaseKind.RENEWAL}
    given |= {"replaces": made.number}
    failed = both(
        house,
        house.engineer,
        lambda work: cases.open_case(work, **given),
        lambda: house.platform.do(house.engineer, cases.open_case, **given),
    )
    assert failed == "TH-CER-136"


def test_two_cases_of_a_product_do_not_issue_at_once(house):
    house.accredit()
    made, assessment = house.assessed()
    given = {"study": made.id, "scheme": house.scheme.id, "body": house.body.id}
    several = [house.platform.do(house.engineer, cases.open_case, **given) for _ in range(2)]
    several = [house.take(house.engineer, one, "submit", assessment=assessment.id) for one in several]
    first, second = (house.signed(house.reviewed(one)) for one in several)
    result = verifying.dossier(house.platform, house.bo, first.id)
    failed = both(
        house,
        house.bo,
        lambda work: issuing._certify(work, first.id, result, expected=first.version),
        lambda: issuing.certify(house.platform, house.bo, second.id, expected=second.version),
    )
    assert failed == "TH-CER-132"

"""What the organisation of the tests of isolation has of certification, as a maker and as a member of a body."""

from __future__ import annotations

from certification_samples import ALL, INIT, SCHEME, House
from tanheng.accounts.actors import Actor
from tanheng.accounts.model import Role
from tanheng.certification.model import Assurance, Weight
from tanheng.services.accounts import people
from tanheng.services.certification import bodies, cases, complaints, files, interests, reviewing, schemes, verifying
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import certification as tables


def certification(made, insider: Actor, folder, secret: str) -> None:
    """Fill ``made.ids``: the insider and the viewer are of a body, whose certificates are another maker's."""
    ids, do = made.ids, made.platform.do
    house = House(made.platform)
    ids |= {"body": house.body.id, "regulator": house.regulator.id, "scheme": house.scheme.id}
    ids["certificate"] = house.certified().number
    goner = SCHEME.replace("test-label", "goner-label").encode()
    ids["goner scheme"] = do(house.official, schemes.publish, goner, organisation=house.regulator.id).id
    for caller, roles in (("insider", [Role.OWNER, Role.CERTIFIER]), ("viewer", [Role.VIEWER])):
        for one in (house.body, house.regulator):
            do(INIT, people.give, one.id, ids[f"{caller}'s person"], [role.value for role in roles])
    ids["ann"], ids["bo"] = house.ann.id, house.bo.id
    attested = {"person": house.ann.id, "functions": [house.team[house.ann.id][0]], "note": secret}
    for name in ("qualification", "goner qualification"):
        ids[name] = do(house.head, bodies.attest, house.body.id, **attested).id
    ids["accreditation"] = made.platform.look(house.head, bodies.accreditations, ALL, body=house.body.id).items[0].id
    ids["interest"] = do(house.head, interests.declare, house.body.id, towards=house.other.id, note=secret).id
    ids["goner complaint"] = do(house.ann, complaints.complain, body=house.body.id, text=secret).id
    ids["complaint"] = do(house.ann, complaints.complain, body=house.body.id, text=secret).id
    opened = {"scheme": house.scheme.id, "body": house.body.id}
    ids["draft case"] = do(insider, cases.open_case, study=ids["study"], **opened).id
    ids["goner draft"] = do(insider, cases.open_case, study=ids["study"], **opened).id
    study, assessment = house.assessed(Ingot=f"{secret} ingot")
    case = house.take(
        house.engineer,
        do(house.engineer, cases.open_case, study=study.id, **opened),
        "submit",
        assessment=assessment.id,
    )
    ids["accepted case"] = house.take(house.head, case, "accept").id
    case = house.take(
        house.engineer,
        do(house.engineer, cases.open_case, study=study.id, **opened),
        "submit",
        assessment=assessment.id,
    )
    case = house.reviewed(case)
    ids["case"] = case.id
    ids["case comment"] = do(house.ann, reviewing.comment, case.id, text=secret, weight=Weight.MINOR).id
    (folder / "report.pdf").write_text(secret)
    given = {"kind": "review-record", "name": f"{secret}.pdf", "media_type": "application/pdf"}
    ids["case file"] = files.add(made.platform, house.ann, case.id, folder / "report.pdf", **given).id
    told = {"assurance": Assurance.LIMITED, "misstatement": 0.0, "text": secret}
    do(house.ann, verifying.state, case.id, **told)
    verifying.recompute(made.platform, house.ann, case.id)
    do(INIT, _join, case.id, ids["insider's person"])


def _join(work: Work, case: str, person: str) -> None:
    work.keep(tables.members, case=case, person=person, functions=["reviewer", "verifier"], declared_at=work.now)

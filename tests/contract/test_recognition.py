"""Recognition of certificates and factors of elsewhere, the same on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from certification_samples import ALL, ELSEWHERE, INIT, House, person
from exchange_samples import FACTS
from tanheng.accounts import ANONYMOUS
from tanheng.accounts.model import Role
from tanheng.audit.signing import Ed25519Signer
from tanheng.certification.recognition import Recognised
from tanheng.errors import AccessError, FactorError, RecognitionError, StoreError
from tanheng.exchange.credentials import dids, integrity
from tanheng.exchange.credentials.conformity import credential
from tanheng.factors.model import Level
from tanheng.services.audit import log
from tanheng.services.audit.verifying import verify
from tanheng.services.certification import showing
from tanheng.services.factors import collections, records
from tanheng.services.recognition import foreign, recognitions
from tanheng.services.studies import linking

DID = ELSEWHERE.issuer


@pytest.fixture
def house(platform):
    return House(platform)


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "epd.pdf"
    path.write_bytes(b"%PDF-1.7")
    return path


def registered(house, paper=None, **changed):
    one = foreign.register(house.platform, house.engineer, house.maker.id, replace(ELSEWHERE, **changed))
    if paper is None:
        return one
    return foreign.add_file(house.platform, house.engineer, one.id, paper, name="epd.pdf", expected=one.version)


def now(house, one):
    return house.platform.look(house.engineer, foreign.of, one.id).standing


def test_a_recognition_is_public_and_ends(house):
    platform = house.platform
    made = house.recognise(DID, schemes=["EPD"], basis_url="https://example.org/agreement")
    assert platform.look(ANONYMOUS, recognitions.of, made.id) == made
    assert platform.look(ANONYMOUS, recognitions.listed, ALL, party=DID, current=True).items == (made,)
    ended = platform.do(house.official, recognitions.end, made.id, expected=1, reason="the agreement ended")
    assert not any(
        "agreement ended" in leaf.entry for leaf in platform.look(ANONYMOUS, log.entries, first=0, limit=100)
    )
    assert ended.ended_at == platform.clock() or ended.ended_at is not None
    assert platform.look(ANONYMOUS, recognitions.listed, ALL, current=True).items == ()
    assert platform.look(ANONYMOUS, recognitions.listed, ALL).items == (ended,)
    with pytest.raises(RecognitionError, match="TH-REC-008"):
        platform.do(house.official, recognitions.end, made.id, expected=2, reason="again")
    entries = platform.look(ANONYMOUS, log.entries, first=0, limit=100)
    assert [
        name for name in ("recognition.published", "recognition.ended") if any(name in e.entry for e in entries)
    ] == [
        "recognition.published",
        "recognition.ended",
    ]
    assert platform.look(INIT, verify).findings == ()


def test_only_regulators_recognise(house):
    for actor in (house.head, house.engineer, ANONYMOUS):
        with pytest.raises(AccessError):
            house.platform.do(
                actor,
                recognitions.publish,
                house.regulator.id,
                scope=recognitions.scope_of(house.recognise(DID)),
                names={},
                basis="b",
            )
    with pytest.raises(StoreError, match="TH-STO-001"):
        house.platform.look(ANONYMOUS, recognitions.of, "none")


def test_a_recognition_at_fault_is_refused(house):
    with pytest.raises(RecognitionError, match="TH-REC-001"):
        house.recognise(DID, valid_until=date(2019, 1, 1))
    with pytest.raises(RecognitionError, match="TH-REC-005"):
        house.recognise(DID, geographies=["Atlantis"])
    other = dids.did_document("did:web:other.example.org", {"k": Ed25519Signer.new().public()})
    for document in ({}, other, {**other, "id": DID}):
        with pytest.raises(RecognitionError, match="TH-REC-002"):
            house.recognise(DID, document=document)


@pytest.mark.parametrize(
    ("scope", "reasons"),
    [
        ({}, ()),
        ({"schemes": ["EPD"], "categories": ["steel"], "boundaries": ["cradle-to-gate"], "geographies": ["DE"]}, ()),
        ({"geographies": ["GLO"]}, ()),
        ({"schemes": ["Other"]}, ("scheme",)),
        ({"categories": ["cement"], "boundaries": ["cradle-to-grave"]}, ("category", "boundary")),
        ({"geographies": ["CN"]}, ("geography",)),
        ({"needs_proof": True}, ("proof",)),
        ({"valid_from": date(2090, 1, 1)}, ("issuer",)),
        ({"valid_until": date(2020, 1, 2)}, ("issuer",)),
        ({"party": "did:web:other.example.org"}, ("issuer",)),
    ],
)
def test_a_certificate_is_recognised_within_the_scope_alone(house, paper, scope, reasons):
    told = dict(scope)
    made = house.recognise(told.pop("party", DID), **told)
    found = registered(house, paper).standing
    assert found.reasons == reasons
    assert (found.by and found.by.id) == (None if reasons else made.id)


def test_a_certificate_needs_evidence_and_its_time(house, paper):
    house.recognise(DID)
    one = registered(house)
    assert one.standing.reasons == ("evidence",)
    today = house.platform.today()
    assert registered(house, paper, valid_from=today + timedelta(days=1)).standing.reasons == ("not-begun",)
    assert registered(house, paper, valid_until=today - timedelta(days=1)).standing.reasons == ("over",)
    one = foreign.add_file(house.platform, house.engineer, one.id, paper, name="epd.pdf", expected=1)
    assert one.standing.by is not None
    one = house.platform.do(house.engineer, foreign.withdraw, one.id, expected=one.version)
    assert one.standing.reasons == ("withdrawn",)
    with pytest.raises(RecognitionError, match="TH-REC-009"):
        house.platform.do(house.engineer, foreign.withdraw, one.id, expected=one.version)
    assert house.platform.look(INIT, verify).findings == ()


def test_what_rests_on_a_recognition_ends_with_it(house, paper):
    made = house.recognise(DID)
    one = registered(house, paper)
    assert now(house, one).by.id == made.id
    house.platform.do(house.official, recognitions.end, made.id, expected=1, reason="r")
    assert now(house, one).reasons == ("issuer",)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"valid_until": date(2024, 1, 1)}, "TH-REC-003"),
        ({"per": "piglet"}, "TH-REC-004"),
        ({"geography": "Atlantis"}, "TH-REC-005"),
    ],
)
def test_a_certificate_at_fault_is_refused(house, changed, code):
    with pytest.raises(RecognitionError, match=code):
        registered(house, **changed)


def test_only_engineers_register_and_only_members_read(house):
    viewer = person(house.platform, "viewer", house.maker, Role.VIEWER)
    for actor, refused in (
        (house.stranger, StoreError),
        (house.official, StoreError),
        (viewer, AccessError),
        (ANONYMOUS, AccessError),
    ):
        with pytest.raises(refused):
            foreign.register(house.platform, actor, house.maker.id, ELSEWHERE)
    one = registered(house)
    with pytest.raises(StoreError, match="TH-STO-001"):
        house.platform.look(house.stranger, foreign.of, one.id)
    with pytest.raises(StoreError, match="TH-STO-001"):
        house.platform.look(house.stranger, foreign.listed, house.maker.id, ALL)
    assert house.platform.look(house.engineer, foreign.listed, house.maker.id, ALL).items == (one,)


def test_a_credential_is_verified_by_the_keys_that_the_recognition_tells(house):
    signer = Ed25519Signer.new()
    document = dids.did_document(DID, {signer.key: signer.public()})
    told = credential(replace(FACTS, issuer=replace(FACTS.issuer, id=DID)))
    given = integrity.with_proof(told, signer, f"{DID}#{signer.key}", house.platform.clock())
    before = foreign.register(house.platform, house.engineer, house.maker.id, ELSEWHERE, given)
    assert before.checks["signature"] == "not-made"
    house.recognise(DID, document=document, needs_proof=True)
    one = foreign.register(house.platform, house.engineer, house.maker.id, ELSEWHERE, given)
    assert (one.checks["signature"], one.standing.reasons) == ("passed", ())
    assert now(house, before).reasons == ()
    forged = {**given, "validUntil": "2090-01-01T00:00:00Z"}
    for wrong, named in ((forged, DID), (given, "did:web:other.example.org")):
        with pytest.raises(RecognitionError, match="TH-REC-006"):
            foreign.register(house.platform, house.engineer, house.maker.id, replace(ELSEWHERE, issuer=named), wrong)


def test_a_recognised_certificate_becomes_a_factor(house, paper):
    editor = person(house.platform, "editor", house.maker, Role.ENGINEER, Role.OWNER, Role.FACTOR_EDITOR)
    desk = {"organisation": house.maker.id, "name": "suppliers", "names": {"en": "S"}, "level": Level.ENTERPRISE}
    collection = house.platform.do(house.engineer, collections.create, **desk).id
    one = registered(house, paper)
    with pytest.raises(RecognitionError, match=r"TH-REC-007.*issuer"):
        house.platform.do(editor, foreign.as_factor, one.id, collection=collection, factor="supplier-steel")
    made = house.recognise(DID, basis_url="https://example.org/agreement")
    entry = house.platform.do(editor, foreign.as_factor, one.id, collection=collection, factor="supplier-steel")
    written = house.platform.look(editor, records.version, entry.id, 1).document
    assert (written["value"], written["per"], written["kind"]) == (2.1, "kg", "footprint")
    assert (written["valid_until"], written["source"]["number"]) == ("2035-01-01", "EPD-1")
    assert (one.id in written["note"], made.id in written["note"]) == (True, True)
    assert written["documentation"]["review_kind"] == "external"
    with pytest.raises(FactorError, match="TH-FAC-044"):
        house.platform.do(editor, foreign.as_factor, one.id, collection=collection, factor="supplier-steel")


def test_a_source_is_recognised_for_its_places(house):
    china = house.recognise("own-factors", Recognised.SOURCE, geographies=["CN"])
    asked = [("own-factors", "CN-53"), ("own-factors@2026", "CN"), ("own-factors", "DE"), ("others", "CN")]
    found = house.platform.look(ANONYMOUS, recognitions.of_sources, asked)
    assert found == {asked[0]: china.id, asked[1]: china.id}
    house.platform.do(house.official, recognitions.end, china.id, expected=1, reason="r")
    assert house.platform.look(ANONYMOUS, recognitions.of_sources, asked) == {}


def test_those_who_recognise_ours_likewise_are_told_with_the_certificate(house):
    one = house.certified()
    house.recognise(DID, names={"en": "Elsewhere", "zh": "别处"}, mutual=True)
    house.recognise(DID, names={"en": "One way"})
    house.recognise(DID, names={"en": "Other scope"}, mutual=True, boundaries=["gate-to-gate"])
    sheet = house.platform.look(ANONYMOUS, showing.sheet, one.number)
    assert [dict(names) for names in sheet.recognised] == [{"en": "Elsewhere", "zh": "别处"}]


@pytest.fixture
def furnished_house(furnished_platform):
    return House(furnished_platform)


def test_linking_tells_which_sources_are_recognised(furnished_house):
    house = furnished_house
    study, _ = house.assessed()
    asked = linking.Asked(lines=("0",))
    before = linking.candidates(house.platform, house.engineer, study.id, 1, asked)
    assert before.recognised == {}
    (match,) = before.matches
    assert match.candidates
    shipped = house.platform.look(house.engineer, collections.listed, ALL).items
    made = {one.name: house.recognise(one.name, Recognised.SOURCE, geographies=["CN"]).id for one in shipped}
    found = linking.candidates(house.platform, house.engineer, study.id, 1, asked).recognised
    assert found.keys() == {one.link for one in match.candidates if one.geography == "CN"}
    assert set(found.values()) <= set(made.values())
    assert found

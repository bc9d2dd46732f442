"""Use cases of studies, the same on both engines."""

from __future__ import annotations

import pytest

from study_samples import member, organisation, study
from tanheng.accounts.model import Role
from tanheng.errors import AccessError, StoreError, StudyError
from tanheng.services.paging import Paging
from tanheng.services.studies import intake, studies


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def engineer(own):
    return member(own)


def begin(platform, engineer, own, **changed):
    return platform.do(engineer, studies.create, organisation=own.id, model=intake.read(study(**changed)))


def test_a_study_is_read_as_it_was_sent(platform, engineer, own):
    made = begin(platform, engineer, own)
    kept = platform.look(engineer, studies.version, made.id)
    assert (kept.number, kept.author) == (1, "p")
    assert kept.model == intake.read(study())
    assert made.names == {"zh": "铝锭", "en": "Ingot"}


def test_a_new_version_leaves_the_old_one(platform, engineer, own):
    made = begin(platform, engineer, own)
    other = intake.read(study(**{"100 kWh": "90 kWh"}))
    revised = platform.do(engineer, studies.revise, made.id, expected=1, model=other, note="meter read again")
    assert revised.latest == 2
    one, two = (platform.look(engineer, studies.version, made.id, number) for number in (1, 2))
    assert one.digest != two.digest
    assert one.model == intake.read(study())
    listed = platform.look(engineer, studies.versions, made.id, Paging(limit=1))
    assert [entry.number for entry in listed.items] == [2]
    rest = platform.look(engineer, studies.versions, made.id, Paging(listed.next))
    assert [entry.number for entry in rest.items] == [1]


def test_who_saw_an_older_version_loses_nobody_s_work(platform, engineer, own):
    made = begin(platform, engineer, own)
    model = intake.read(study())
    platform.do(engineer, studies.revise, made.id, expected=1, model=model)
    with pytest.raises(StoreError, match="TH-STO-002"):
        platform.do(engineer, studies.revise, made.id, expected=1, model=model)


def test_studies_are_found_by_name_and_code(platform, engineer, own):
    ingot = begin(platform, engineer, own)
    steel = begin(platform, engineer, own, **{"铝锭": "粗钢", "Ingot": "Crude steel 100%", "7601.10": "7206.10"})

    def found(text, **more):
        return [one.id for one in platform.look(engineer, studies.listed, Paging(), text=text, **more).items]

    assert found("") == [steel.id, ingot.id]
    assert found("铝") == found("INGOT") == found("7601") == [ingot.id]
    assert found("steel crude") == found("100%") == [steel.id]
    assert found("%t") == found("x\0") == []
    assert found("", organisation="none") == []


def test_what_is_put_away_is_not_revised(platform, engineer, own):
    made = begin(platform, engineer, own)
    away = platform.do(engineer, studies.archive, made.id, expected=1, archived=True)
    assert platform.look(engineer, studies.listed, Paging()).items == ()
    assert platform.look(engineer, studies.listed, Paging(), archived=True).items == (away,)
    with pytest.raises(StoreError, match="TH-STO-051"):
        platform.do(engineer, studies.revise, made.id, expected=2, model=intake.read(study()))


def test_viewers_read_and_engineers_write(platform, engineer, own):
    made = begin(platform, engineer, own)
    viewer = member(own, Role.VIEWER)
    assert platform.look(viewer, studies.of, made.id) == made
    with pytest.raises(AccessError, match="TH-ACC-002"):
        platform.do(viewer, studies.archive, made.id, expected=1, archived=True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('from: "factor:', 'from: "study:../other.yaml", note: "'),
        ('from: "factor:', 'from: " assessment:/etc/passwd", note: "'),
        ("goal: test", "regime: /etc/own.yaml"),
        ("goal: test", "rules: ../own/pack"),
    ],
)
def test_a_study_names_no_files_of_the_server(old, new):
    with pytest.raises(StudyError, match="TH-STO-050"):
        intake.read(study(**{old: new}))


def test_lines_are_read_from_no_file_of_the_server(tmp_path):
    path = tmp_path / "secret.csv"
    path.write_text("secret")
    head = study().split(b"lines:")[0]
    with pytest.raises(StudyError, match="TH-STO-050") as caught:
        intake.read(head + f"lines: {path}\n".encode())
    assert "TH-STU" not in str(caught.value)


def test_all_faults_are_told_at_once_with_their_places():
    with pytest.raises(StudyError) as caught:
        intake.read(study(**{"100 kWh": "100 kWhh", "cradle-to-gate": "cradle"}), "mine.yaml")
    places = " ".join(fault.place for fault in caught.value.faults)
    assert len(caught.value.faults) == 2
    assert "mine.yaml:5" in places
    assert "lines[0].amount" in places


def test_json_is_read_as_yaml_is():
    import orjson

    from tanheng.footprint.reading import study_document

    model = intake.read(study())
    assert intake.read(orjson.dumps(study_document(model))) == model

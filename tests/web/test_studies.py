"""Pages of studies: the list, new ones, a study at a glance, its editor, matching and versions."""

from __future__ import annotations

import io
import json
import re

import openpyxl
import orjson
import pytest
import yaml

from pages import shown, visited
from study_samples import organisation, study
from tanheng.accounts import system
from tanheng.footprint.canonical import digest_of, plain
from tanheng.footprint.reading import read_study, study_document, write_study
from tanheng.footprint.reading.fields import fields, records
from tanheng.footprint.starting import begun
from tanheng.rules import known_packs, rule_pack
from tanheng.services.furnishing import furnish
from tanheng.services.studies import assessing, intake, studies

pytestmark = pytest.mark.platform
INIT = system("init")
MORE = """
  - {stage: raw-materials, name: {zh: 氧化铝, en: Alumina}, amount: 2 t}
  - {stage: raw-materials, name: {zh: 氧化铝, en: Alumina}, amount: 300 kg}
  - {stage: use, name: Driving, amount: 2 kWh}
"""


@pytest.fixture
def guest(sqlite_platform):
    furnish(sqlite_platform)
    with visited(sqlite_platform) as one:
        yield one


@pytest.fixture
def own(guest):
    return organisation(guest.platform)


@pytest.fixture
def made(guest, own):
    """A study of an organisation in which the guest is an engineer."""
    text = study() + MORE.encode()
    found = guest.platform.do(INIT, studies.create, organisation=own.id, model=intake.read(text), note="begun")
    guest.sign_in("one@example.org", organisation=own.id, roles=["engineer"])
    return found


def paths(one):
    return [f"/studies/{one.id}{part}" for part in ("", "/edit", "/matching", "/versions", "/gaps", "/conflict?base=1")]


def test_strangers_sign_in_and_others_find_nothing(guest, own):
    one = guest.platform.do(INIT, studies.create, organisation=own.id, model=intake.read(study()))
    for path in ("/studies", "/studies/new", *paths(one)):
        assert guest.get(path).headers["location"].startswith("/sign-in?next="), path
    elsewhere = organisation(guest.platform, "另一家")
    guest.sign_in("two@example.org", organisation=elsewhere.id, roles=["engineer"])
    for path in paths(one):
        guest.see(path, 404)
    assert "Ingot" not in guest.see("/studies")
    assert "There are no studies yet" in shown(guest.see("/studies"))


def test_the_list_tells_the_latest_total_and_finds_by_code(guest, made):
    assert "not assessed yet" in shown(guest.see("/studies"))
    order = assessing.Order()
    first = assessing.assess(guest.platform, INIT, made.id, order)
    latest = assessing.assess(guest.platform, INIT, made.id, order)
    text = guest.see("/studies?q=7601.10")
    assert f'href="/assessments/{latest.id}"' in text
    assert f'href="/assessments/{first.id}"' not in text
    assert f'data-value="{latest.total}"' in text
    assert "No study fits" in shown(guest.see("/studies?q=copper"))
    assert "Ingot" not in guest.see("/studies?archived=true")


def test_a_study_at_a_glance(guest, made):
    text = guest.see(f"/studies/{made.id}")
    said = shown(text)
    for words in (
        "Ingot",
        "Cradle to gate",
        "4 lines",
        "outside the boundary",
        "2.3 t",
        "Not assessed yet",
        "Put away",
    ):
        assert words in said or words == "4 lines", words
    assert text.count('class="stage') == 5
    assert f'data-api="POST /v1/studies/{made.id}/evidence"' in text
    said = shown(guest.see(f"/studies/{made.id}?lang=zh"))
    assert "铝锭" in said
    assert "摇篮到大门" in said


def test_who_only_reads_is_shown_nothing_that_changes(guest, own):
    one = guest.platform.do(INIT, studies.create, organisation=own.id, model=intake.read(study()))
    guest.sign_in("reader@example.org", organisation=own.id, roles=["viewer"])
    assert 'data-api="PATCH' not in guest.see(f"/studies/{one.id}")
    assert 'id="add"' not in guest.see(f"/studies/{one.id}/edit")
    assert "data-back" not in guest.see(f"/studies/{one.id}/versions")
    assert "New study" not in shown(guest.see("/studies"))
    assert "you have to be an engineer" in shown(guest.see("/studies/new"))


def test_gaps_are_told_with_what_is_missing(guest, made):
    said = shown(guest.see(f"/studies/{made.id}/gaps"))
    assert "no factor or process is linked" in said
    assert "of 4 lines have no gap" in said


def test_the_editor_has_every_field_of_the_format(guest, made):
    text = guest.see(f"/studies/{made.id}/edit")
    settings = json.loads(re.search(r'id="study-settings">(.*?)</script>', text)[1])
    assert {column["field"] for column in settings["columns"]} == set(fields("line"))
    assert {name: [one["key"] for one in told] for name, told in settings["records"].items()} == {
        name: list(fields(name)) for name in records()
    }
    keys = {column["key"] for column in settings["columns"]} | {"amount.unit", "name"}
    assert {one["key"] for one in settings["headers"]} <= keys
    assert settings["may_change"]


def test_what_the_editor_sends_back_untouched_is_the_same_study(guest, made):
    kept = guest.platform.look(INIT, studies.version, made.id)
    again = intake.read(orjson.dumps(kept.document))
    assert digest_of(plain(study_document(again))) == kept.digest


def test_matching_shows_those_alike_once_with_their_reasons(guest, made):
    text = guest.see(f"/studies/{made.id}/matching")
    said = shown(text)
    assert "for all 2 lines alike" in said
    assert 'data-lines="1 2"' in text
    assert "factor:cn-alumina-2017-calculated" in text
    assert "the same thing" in said or "the same name" in said or "unit fits" in said


def test_versions_tell_what_changed_in_words(guest, made):
    changed = study(**{"100 kWh": "120 kWh", "goal: test": "goal: better"}) + MORE.encode()
    guest.platform.do(
        INIT, studies.revise, made.id, expected=made.version, model=intake.read(changed), note="More power"
    )
    text = guest.see(f"/studies/{made.id}/versions")
    said = shown(text)
    for words in ("More power", "begun", "100 kWh", "120 kWh", "better", "changed: 1", "Amount", "Goal"):
        assert words in said, words
    assert "Nothing differs" in shown(guest.see(f"/studies/{made.id}/versions?before=2&after=2"))
    assert "More power" in shown(guest.see(f"/studies/{made.id}/conflict?base=1"))


@pytest.mark.parametrize("pack", known_packs())
def test_every_industry_has_a_template_that_is_a_study(pack):
    document = {**begun(rule_pack(pack), year=2024), "product": {"name": {"en": "X"}}}
    document["lines"] = document["lines"] or [{"stage": "production", "name": "A"}]
    read = intake.read(orjson.dumps(document))
    assert [line.amount for line in read.lines] == [None] * len(read.lines)


def test_a_new_study_by_industry_is_a_form_that_is_filled_in(guest, made):
    assert "Lithium-ion battery" in guest.see("/studies/new?way=industry")
    text = guest.see("/studies/new?rules=cn-lithium-battery")
    assert 'value="1 kWh"' in text
    assert "7 lines are prepared" in shown(text)
    guest.see("/studies/new?rules=nothing", 404)
    assert 'value="1 kg"' in guest.see("/studies/new?way=blank")


def previewed(guest, own, content, file, **headers):
    secret = re.search(r'name="csrf" content="([^"]+)"', guest.see("/studies/new"))[1]
    asked = {"organisation": own.id, "file": file}
    return guest.post("/studies/preview", params=asked, content=content, headers={"X-CSRF-Token": secret, **headers})


def workbook(tmp_path, **changed):
    path = tmp_path / "ingot.yaml"
    path.write_bytes(study())
    write_study(read_study(path), tmp_path / "ingot.xlsx")
    book = openpyxl.load_workbook(tmp_path / "ingot.xlsx")
    for cell, value in changed.items():
        book["Lines 清单"][cell] = value
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


@pytest.mark.usefixtures("made")
def test_a_file_is_shown_before_it_is_kept_with_each_fault_in_its_cell(guest, own, tmp_path):
    good = previewed(guest, own, workbook(tmp_path), "ingot.xlsx")
    assert good.status_code == 200
    assert "This file is good" in shown(good)
    sheet = openpyxl.load_workbook(tmp_path / "ingot.xlsx")["Lines 清单"]
    unit = next(cell.column_letter for cell in sheet[1] if cell.value == "amount.unit")
    bad = previewed(guest, own, workbook(tmp_path, **{f"{unit}3": "kWhh"}), "ingot.xlsx")
    assert bad.status_code == 200
    assert re.search(r'<td class="fault"><b>kWhh</b>.*unknown unit', bad.text)
    assert f"<b>{unit}3</b>" in bad.text
    assert 'id="create"' not in bad.text
    said = shown(previewed(guest, own, study(**{"100 kWh": "100 kWhh"}), "ingot.yaml"))
    assert "line 10" in said
    assert "lines[0].amount" in said
    assert len(guest.platform.look(INIT, studies.listed, studies.Paging()).items) == 1


@pytest.mark.usefixtures("made")
def test_a_table_of_lines_is_shown_with_the_head_that_was_filled_in(guest, own):
    head = yaml.safe_load(study().decode().partition("lines:")[0])
    table = "stage,name,amount,unit\nraw-materials,Steel,2,t\nproduction,Heat,x,GJ\n"
    bad = previewed(guest, own, orjson.dumps({**head, "lines": table}, default=str), "bill.csv")
    assert re.search(r'<td class="fault"><b>x</b>', bad.text)
    assert "<b>C3</b>" in bad.text
    good = previewed(guest, own, orjson.dumps({**head, "lines": table.replace("x", "3")}, default=str), "bill.csv")
    assert "2 lines" in shown(good)


@pytest.mark.usefixtures("made")
def test_previews_are_for_those_who_may_begin_studies_and_for_pages_here(guest, own):
    elsewhere = organisation(guest.platform, "另一家")
    assert previewed(guest, elsewhere, study(), "a.yaml").status_code == 403
    answer = previewed(guest, own, study(), "a.yaml", **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_lines_may_stand_in_the_short_notation_of_cells():
    head = yaml.safe_load(study().decode().partition("lines:")[0])
    line = {"stage": "production", "name": "Steel", "amount": "2 t", "transport": "rail 1 450 km; road 20 km"}
    line |= {"uncertainty": "1.6", "codes": "cas: 7439-89-6", "emits": "CH4 3 kg biogenic"}
    read = intake.read(orjson.dumps({**head, "lines": [line]}, default=str)).lines[0]
    assert [leg.mode for leg in read.transport] == ["rail", "road"]
    assert read.codes == {"cas": "7439-89-6"}
    assert read.emits[0].origin == "biogenic"
    assert read.uncertainty.scale == pytest.approx(1.6**0.5)

"""Tables into the register and out of it, and the preview of a release, the same on both engines."""

from __future__ import annotations

import csv
import io
import json

import pytest

from factor_samples import ALL, Desk, assessed, document
from study_samples import member, organisation
from tanheng.errors import AccessError, FactorError, StoreError
from tanheng.factors.files import read_lines
from tanheng.factors.lifecycle import VersionChange
from tanheng.factors.tables import read_readings, write_workbook
from tanheng.formats import read_database
from tanheng.inventory import compile_database, freeze
from tanheng.inventory.footprinting import footprint
from tanheng.services.factors import exporting, importing, previewing, publishing, records, reviewing, shelf
from tanheng.services.factors.exporting import ReleaseFile
from tanheng.services.factors.importing import Outcome
from tanheng.services.sharing import Visibility

HEADS = "id,kind,name_en,name_zh,value,unit,per,gases,year,geography,source_title,licence,boundary,hs,confidentiality"
ROWS = (
    "a-1,footprint,Alloy,合金,2.5,kgCO2e,kg,,2025,CN,A report,CC BY 4.0,cradle-to-gate,76011010,",
    "b-2,footprint,Bar,棒材,,kgCO2e,t,CO2@fossil=1200;CH4@biogenic=0.5,2025,CN-53,A report,CC BY 4.0,cradle-to-gate,,result-only",
)


@pytest.fixture
def platform(furnished_platform):
    return furnished_platform


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def desk(platform, own):
    return Desk(platform, own)


@pytest.fixture
def table(tmp_path):
    def written(*rows, name="factors.csv"):
        path = tmp_path / name
        path.write_text("\n".join((HEADS, *rows)), encoding="utf-8")
        return path

    return written


def imported(desk, path, *, dry_run=False):
    return importing.import_table(desk.platform, desk.editor, desk.collection, path, dry_run=dry_run)


def outcomes(found):
    return [row.outcome for row in found.rows]


def test_a_dry_run_says_what_every_row_would_do(platform, desk, table):
    wrong = "c-3,footprint,C,丙,x,kgCO2e,kgg,,2025,CN,,,,7a,"
    found = imported(desk, table(*ROWS, wrong), dry_run=True)
    assert outcomes(found) == [Outcome.NEW, Outcome.NEW, Outcome.WRONG]
    assert {fault.place for fault in found.rows[2].faults} == {"factors.csv:4"}
    assert len(found.rows[2].faults) == 3
    assert platform.look(desk.editor, records.listed, desk.collection, ALL).items == ()


def test_all_rows_or_none(platform, desk, table):
    with pytest.raises(FactorError) as caught:
        imported(desk, table(*ROWS, ROWS[0]))
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [("TH-FAC-005", "factors.csv:4")]
    assert platform.look(desk.editor, records.listed, desk.collection, ALL).items == ()


def test_a_table_again_changes_only_what_differs(platform, desk, table):
    assert imported(desk, table(*ROWS)).written
    again = imported(desk, table(ROWS[0], ROWS[1].replace("2025", "2026")))
    assert outcomes(again) == [Outcome.SAME, Outcome.CHANGED]
    (entry,) = platform.look(desk.editor, records.listed, desk.collection, ALL, text="b-2").items
    assert (entry.latest, entry.year) == (2, 2026)
    handed = desk.step(desk.editor, reviewing.submit, entry)
    assert handed.state == "submitted"
    under_review = imported(desk, table(ROWS[1].replace("2025", "2027")), dry_run=True)
    assert [fault.code for fault in under_review.rows[0].faults] == ["TH-FAC-045"]


def test_only_editors_import(platform, desk, own, table):
    viewer, stranger = member(own, id="viewer"), member(organisation(platform, "乙"), id="s")
    for actor, error in ((viewer, AccessError), (stranger, StoreError)):
        with pytest.raises(error):
            importing.import_table(platform, actor, desk.collection, table(*ROWS), dry_run=True)
        with pytest.raises(error):
            importing.import_table(platform, actor, desk.collection, table("wrong"), dry_run=False)


@pytest.fixture
def released(desk, table):
    imported(desk, table(*ROWS))
    for entry in desk.platform.look(desk.editor, records.listed, desk.collection, ALL).items:
        desk.accepted(entry)
    return desk.publish("1")


def taken(desk, path, form, actor=None):
    exporting.export(desk.platform, actor or desk.owner, desk.collection, path, form=form)
    return path


@pytest.mark.parametrize("form", [ReleaseFile.CSV, ReleaseFile.EXCEL])
def test_a_table_that_was_taken_away_says_the_same(desk, released, tmp_path, form):
    path = taken(desk, tmp_path / f"back.{form.value}", form)
    assert outcomes(imported(desk, path, dry_run=True)) == [Outcome.SAME, Outcome.SAME]


@pytest.mark.parametrize("form", [ReleaseFile.CSV, ReleaseFile.EXCEL])
def test_a_name_in_one_language_stays_so(desk, table, tmp_path, form):
    """What nobody wrote is not made up, neither where a table is read nor where it comes back."""
    imported(desk, table(ROWS[0].replace(",Alloy,", ",,")))
    (entry,) = desk.platform.look(desk.editor, records.listed, desk.collection, ALL).items
    assert set(entry.names) == {"zh"}
    desk.accepted(entry)
    desk.publish("1")
    back = taken(desk, tmp_path / f"back.{form.value}", form)
    (reading,) = read_readings(back)
    assert dict(reading.factor.names) == {"zh": "合金"}
    assert outcomes(imported(desk, back, dry_run=True)) == [Outcome.SAME]


def test_a_release_that_no_worksheet_holds_is_no_workbook(tmp_path):
    with pytest.raises(FactorError, match="TH-FAC-070"):
        write_workbook(iter(()), tmp_path / "all.xlsx", count=1_048_576)
    assert list(tmp_path.iterdir()) == []


def test_the_signed_file_is_the_release(desk, released, tmp_path):
    with taken(desk, tmp_path / "r.jsonl", ReleaseFile.SIGNED).open("rb") as stream:
        told, texts = read_lines(stream, place="r")
    assert (told["digest"], len(texts)) == (released.digest, 2)
    damaged = (tmp_path / "r.jsonl").read_bytes().replace(b"1200", b"1201")
    with pytest.raises(FactorError, match="TH-FAC-053"):
        read_lines(damaged.splitlines(keepends=True), place="r")


def test_others_take_away_what_they_may_see(platform, desk, released, tmp_path):
    other = organisation(platform, "另一家")
    desk.share(Visibility.SHARED, other)
    reader = member(other, id="reader")
    with pytest.raises(FactorError, match="TH-FAC-057"):
        taken(desk, tmp_path / "r.jsonl", ReleaseFile.SIGNED, reader)
    found = json.loads(taken(desk, tmp_path / "r.json", ReleaseFile.JSON, reader).read_bytes())
    assert [factor["amounts"][0][0] for factor in found["factors"]] == ["CO2e", "CO2e"]
    for form in (ReleaseFile.CSV, ReleaseFile.PACT):
        assert (
            b"biogenic" not in taken(desk, tmp_path / f"r.{form.value}", form, reader).read_bytes().partition(b"\n")[2]
        )
    uses = platform.look(desk.owner, shelf.usage, desk.collection, ALL).items
    assert {(use.purpose, use.organisation) for use in uses} == {("export", other.id)}


def test_ilcd_has_the_same_footprints(desk, released, tmp_path):
    path = taken(desk, tmp_path / "r.zip", ReleaseFile.ILCD)
    kept = freeze(compile_database(read_database(path, name="back")), tmp_path / "snapshots")
    totals = {kept.product(index).name: footprint(kept, index).total for index in range(kept.products.height)}
    assert totals["Bar"] == pytest.approx(1200 + 0.5 * 27.0)


def test_pact_names_what_is_missing(desk, released, tmp_path):
    found = json.loads(taken(desk, tmp_path / "r.pact.json", ReleaseFile.PACT).read_bytes())["data"]
    alloy, bar = (entry["footprint"] for entry in found)
    assert (alloy["pcf"]["declaredUnitOfMeasurement"], alloy["pcf"]["declaredUnitAmount"]) == ("kilogram", "1")
    assert (bar["pcf"]["declaredUnitAmount"], bar["pcf"]["fossilGhgEmissions"]) == ("1000", "1200")
    assert (bar["pcf"]["geographyCountry"], bar["pcf"]["geographyCountrySubdivision"]) == ("CN", "CN-53")
    assert "pcf.fossilCarbonContent" in found[1]["missing"]
    assert "pcf.fossilGhgEmissions" in found[0]["missing"]


def test_no_cell_is_a_formula(desk, tmp_path):
    desk.accepted(desk.add(note='=HYPERLINK("http://x")', names={"en": "-minus", "zh": "负"}))
    desk.publish("1")
    path = taken(desk, tmp_path / "back.csv", ReleaseFile.CSV)
    (row,) = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    assert (row["note"][:2], row["name_en"][:2]) == ("'=", "'-")
    assert outcomes(imported(desk, path, dry_run=True)) == [Outcome.SAME]


def test_a_preview_says_what_a_release_moves(platform, desk, own):
    desk.accepted(desk.add())
    desk.accepted(desk.add(id="goes"))
    desk.publish("1")
    kept = assessed(platform, own, "factor:cn-steel-2025")
    entry = platform.look(desk.editor, records.listed, desk.collection, ALL, text="cn-steel").items[0]
    heavier = document(amounts=[["CO2", "fossil", 4.0], ["CH4", "fossil", 0.01]])
    desk.accepted(desk.step(desk.editor, records.revise, entry, written=heavier))
    other = platform.look(desk.editor, records.listed, desk.collection, ALL, text="goes").items[0]
    desk.accepted(desk.step(desk.editor, records.revise, other, change=VersionChange.RETIREMENT, reason="old"))
    found = previewing.preview(platform, desk.publisher, desk.collection)
    assert (found.added, found.removed, found.same) == ((), ("goes",), 0)
    assert found.changed[0].relative == pytest.approx(2 / 2.298)
    (moved,) = found.moved
    assert (moved.assessment, moved.failed) == (kept.id, "")
    assert (moved.before, moved.after) == (pytest.approx(229.8), pytest.approx(429.8))
    assert (found.others.assessments, found.left) == (0, 0)
    published = publishing.publish(platform, desk.publisher, desk.collection, version="2", digest=found.digest)
    assert published.count == 1


def test_a_preview_keeps_what_others_have_to_itself(platform, desk):
    desk.accepted(desk.add())
    desk.publish("1")
    desk.share(Visibility.PUBLIC)
    firms = [organisation(platform, name) for name in "甲乙丙"]
    for firm in firms[:2]:
        assessed(platform, firm, "factor:cn-steel-2025")
    entry = platform.look(desk.editor, records.listed, desk.collection, ALL).items[0]
    desk.accepted(desk.step(desk.editor, records.revise, entry, written=document(amounts=[["CO2", "fossil", 4.0]])))
    found = previewing.preview(platform, desk.publisher, desk.collection)
    assert (found.moved, found.others) == ((), previewing.Others(2, None))
    assessed(platform, firms[2], "factor:cn-steel-2025")
    assessments, relative = (
        getattr(previewing.preview(platform, desk.publisher, desk.collection).others, key)
        for key in ("assessments", "relative")
    )
    assert assessments == 3
    assert relative == (pytest.approx(4 / 2.298 - 1),) * 3
    assert previewing.preview(platform, desk.publisher, desk.collection, most=1).left == 2


def test_a_preview_moves_what_others_made_of_a_black_box(platform, desk):
    closed = {"documentation": {"confidentiality": "result-only"}}
    desk.accepted(desk.add(**closed))
    desk.publish("1")
    firms = [organisation(platform, name) for name in "甲乙丙"]
    desk.share(Visibility.SHARED, *firms)
    for firm in firms:
        assessed(platform, firm, "factor:cn-steel-2025")
    (entry,) = platform.look(desk.editor, records.listed, desk.collection, ALL).items
    heavier = document(amounts=[["CO2", "fossil", 4.0]], **closed)
    desk.accepted(desk.step(desk.editor, records.revise, entry, written=heavier))
    others = previewing.preview(platform, desk.publisher, desk.collection).others
    assert others.relative == (pytest.approx(4 / 2.298 - 1),) * 3

"""Reports in templates of one's own, and frozen assessments that somebody sends, over HTTP."""

from __future__ import annotations

import io
import os
import sys
import uuid

import orjson
import pytest
from docx import Document

import result_samples as samples
from study_samples import member, organisation
from tanheng.accounts.actors import ANONYMOUS
from tanheng.api.routes import reports
from tanheng.errors import ComputeError, ReportError, TanhengError
from tanheng.footprint import read_assessment
from tanheng.footprint import recompute as library
from tanheng.footprint.documents import digest_of
from tanheng.reporting import write_report
from tanheng.reporting.wordml import shipped_template
from tanheng.services.apart import apart, within
from tanheng.services.databases.backgrounds import usable


@pytest.fixture(scope="module")
def world(request, tmp_path_factory):
    with samples.opened(request, tmp_path_factory.mktemp("reports")) as made:
        yield made


@pytest.fixture(scope="module")
def aluminium(world):
    return world.study(samples.ALUMINIUM.read_bytes(), file="aluminium.yaml")


@pytest.fixture(scope="module")
def ingot(world, aluminium):
    return world.assess(aluminium)


@pytest.fixture(scope="module")
def frozen(world, ingot):
    return world.get(f"{ingot}/document")


def template(*paragraphs):
    """A Word template of these paragraphs."""
    made = Document()
    for text in paragraphs:
        made.add_paragraph(text)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def words_of(content):
    return [one.text for one in Document(io.BytesIO(content)).paragraphs]


def test_the_template_that_ships_is_there_for_everybody(world):
    world.actor.append(ANONYMOUS)
    answer = world.http.get("/v1/templates/report")
    world.actor.pop()
    assert answer.content == shipped_template()
    assert answer.headers["content-disposition"].startswith('attachment; filename="template.docx"')


def test_a_report_in_the_template_that_ships_is_that_of_the_command_line(world, ingot, tmp_path):
    answer = world.http.post(f"{ingot}/report", params={"lang": "en"}, content=shipped_template())
    assert answer.status_code == 200, answer.text
    write_report(world.frozen(ingot, tmp_path), tmp_path / "here.docx", lang="en", template=None)
    assert words_of(answer.content) == words_of((tmp_path / "here.docx").read_bytes())
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_report_in_a_template_of_one_s_own(world, aluminium, ingot):
    own = template("{{ product }}: {{ total }} {{ unit }}", "{{ nothing_else if false else status }}")
    other = world.assess(aluminium, regime="iso14067")
    beside = {"lang": "en", "beside": other.rpartition("/")[2]}
    answer = world.http.post(f"{ingot}/report", params=beside, content=own)
    assert answer.status_code == 200, answer.text
    assert words_of(answer.content)[0].startswith("Remelt aluminium ingot: ")
    compared = world.http.get(f"{ingot}/report", params={**beside, "format": "html"}).text
    alone = world.http.get(f"{ingot}/report", params={"lang": "en", "format": "html"}).text
    assert len(compared) > len(alone)
    assert "ISO 14067" in compared


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no Word file",
        template("{{ secret }}"),
        template("{% for x in %}"),
        template("{{ ''.__class__.__mro__ }}"),
    ],
    ids=["empty", "text", "unknown key", "broken", "escape"],
)
def test_a_template_that_is_none_is_told(world, ingot, content):
    answer = world.http.post(f"{ingot}/report", content=content)
    fault = answer.json()["faults"][0]
    assert (answer.status_code, fault["code"]) == (422, "TH-REP-005")
    assert "/" not in fault["message"].split("template.docx")[0]


def test_a_template_that_takes_too_much_is_stopped():
    with pytest.raises(ComputeError, match="TH-CMP-020"):
        within(1, 2 * 1024**3, forever)
    with pytest.raises(ComputeError, match="TH-CMP-020"):
        within(30, 2 * 1024**3, greedy)


def test_what_another_process_raises_is_raised_here(monkeypatch):
    monkeypatch.setenv("SECRET", "s")
    assert apart(told_of) == b"None"
    with pytest.raises(ReportError, match="TH-REP-003"):
        apart(refusing)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        apart(failing)


def forever():
    while True:
        pass


def greedy():
    return bytes(8 * 1024**3)


def told_of():
    sys.stdout.write("libraries print, too")
    sys.stdout.flush()
    return str(os.environ.get("SECRET")).encode()


def refusing():
    raise ReportError("TH-REP-003", lang="fr", langs="zh, en")


def failing():
    return bytes(1 // 0)


def recompute(world, document, **params):
    return world.http.post("/v1/recompute", params=params, content=orjson.dumps(document))


def test_a_frozen_assessment_follows_from_its_record(world, frozen):
    told = recompute(world, frozen).json()
    assert (told["same"], told["digest"], told["recomputed"]) == (True, frozen["digest"], frozen["digest"])
    assert (told["differs"], told["differing"], told["total"]) == ([], 0, frozen["total"])
    assert told["sources"]["different"]["count"] == 0
    assert told["sources"]["same"]["count"] + told["sources"]["not_at_hand"]["count"] == len(
        frozen["inputs"]["targets"]
    )


def test_the_databases_of_an_organisation_are_looked_into(world):
    beam = world.get(f"{world.assess(world.study(samples.BEAM))}/document")
    told = recompute(world, beam, organisation=world.own.id).json()
    assert told["same"] is True
    assert "link mini:Steel" in told["sources"]["same"]["keys"]
    assert world.platform.look(world.actor[-1], usable).names() == ("mini",)
    world.actor.append(member(organisation(world.platform, "别家")))
    told = recompute(world, beam).json()
    assert "link mini:Steel" in told["sources"]["not_at_hand"]["keys"]
    for hidden in (world.own.id, str(uuid.uuid4())):
        answer = recompute(world, beam, organisation=hidden)
        assert (answer.status_code, answer.json()["title"]) == (404, "TH-STO-001")
    world.actor.pop()


def forged(document, change):
    """A document with a change and the digest that belongs to it."""
    made = orjson.loads(orjson.dumps(document))
    change(made)
    made["digest"] = digest_of({key: value for key, value in made.items() if key != "digest"})
    return made


def test_numbers_that_do_not_follow_are_told_with_their_places(world, frozen):
    def lower(document):
        document["total"] *= 0.9
        document["lines"][0]["total"] = 1.0

    told = recompute(world, forged(frozen, lower)).json()
    assert told["same"] is False
    assert [one["place"] for one in told["differs"]] == ["total", "lines[0].total"]
    assert told["differs"][0]["again"] == pytest.approx(frozen["total"])
    assert (told["differing"], told["total_recomputed"]) == (2, pytest.approx(frozen["total"]))


def edited(document):
    document["total"] += 1
    return document


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: [], "TH-ASM-003"),
        (lambda d: {"tanheng": "assessment/1"}, "TH-ASM-003"),
        (lambda d: forged(d, lambda x: x["inputs"].pop("study")), "TH-ASM-003"),
        (lambda d: forged(d, lambda x: x["inputs"].update(targets={})), "TH-ASM-005"),
        (lambda d: forged(d, lambda x: x["inputs"].update(targets=[[]])), "TH-ASM-005"),
        (lambda d: forged(d, lambda x: x["inputs"].update(engine="0")), "TH-ASM-006"),
        (lambda d: forged(d, lambda x: x["inputs"].update(regime={"id": "../../x", "digest": "y"})), "TH-RUL-003"),
        (lambda d: forged(d, lambda x: x["inputs"].update(regime=[])), "TH-ASM-003"),
        (lambda d: forged(d, lambda x: x["inputs"]["study"].update(lines=[3])), "TH-STU-014"),
    ],
)
def test_what_is_no_assessment_is_refused(frozen, change, code, tmp_path):
    path = tmp_path / "assessment.json"
    path.write_bytes(orjson.dumps(change(frozen)))
    with pytest.raises(TanhengError) as refused:
        library(read_assessment(path))
    assert refused.value.code == code


def test_what_was_edited_is_refused(world, frozen):
    answer = recompute(world, edited({**frozen}))
    assert (answer.status_code, answer.json()["title"]) == (422, "TH-ASM-004")


def test_files_are_bounded_and_strangers_send_none(world, ingot):
    large = b" " * (reports.LARGEST_ASSESSMENT + 1)
    assert world.http.post("/v1/recompute", content=large).status_code == 413
    assert world.http.post(f"{ingot}/report", content=large).status_code == 413
    world.actor.append(ANONYMOUS)
    assert world.http.post("/v1/recompute", content=b"{}").status_code == 401
    assert world.http.post(f"{ingot}/report", content=b"").status_code == 401
    world.actor.pop()

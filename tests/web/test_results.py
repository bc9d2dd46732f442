"""Pages of results: every part of an assessment in both languages, for those who may read it, and for nobody else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import tanheng.jobs.kinds  # noqa: F401 - registers them
from pages import shown, visited
from result_samples import BEAM, MINI
from study_samples import member, organisation
from tanheng.accounts import system
from tanheng.accounts.model import Role
from tanheng.formats import write_database
from tanheng.jobs.worker import Worker
from tanheng.services.databases.importing import import_into
from tanheng.services.jobs import jobs
from tanheng.services.studies import around, assessing, assessments, intake, results, studies

pytestmark = pytest.mark.platform
ALUMINIUM = Path(__file__).resolve().parents[2] / "examples" / "aluminium" / "aluminium.yaml"
TABS = ("", "/contributions", "/formula", "/uncertainty", "/quality", "/findings", "/scenarios", "/regimes", "/reports")


def assessed(platform, own, text, **order):
    """An assessment of a study."""
    actor = member(own)
    model = intake.read(text, "study.yaml")
    made = platform.do(actor, studies.create, organisation=own.id, model=model)
    return assessing.assess(platform, actor, made.id, assessing.Order(**order))


@pytest.fixture
def world(sqlite_platform):
    with visited(sqlite_platform) as guest:
        own = organisation(sqlite_platform)
        made = assessed(sqlite_platform, own, ALUMINIUM.read_bytes(), samples=500)
        guest.sign_in("engineer@example.org", organisation=own.id, roles=(Role.ENGINEER,))
        yield guest, own, made


def test_every_part_is_there_in_both_languages(world):
    guest, _, made = world
    for lang, word in (("en", "Remelt aluminium ingot"), ("zh", "重熔用铝锭")):
        guest.get(f"/language?choice={lang}")
        for tab in TABS:
            text = guest.see(f"/assessments/{made.id}{tab}")
            assert word in shown(text), tab


def test_the_overview_tells_figures_stages_and_what_to_do(world):
    guest, _, made = world
    text = shown(guest.see(f"/assessments/{made.id}"))
    for told in ("10 080", "Production", "AC electricity", "complete", "68.1", "What to do next", "Fossil"):
        assert told in text, told


def test_results_are_listed(world):
    guest, _, made = world
    assert f'href="/assessments/{made.id}"' in guest.see("/assessments?regime=gbt24067&current=true")
    assert "There are no results yet" in shown(guest.see("/assessments?regime=cbam"))


def test_strangers_sign_in_and_others_find_nothing(world):
    guest, _, made = world
    guest.cookies.clear()
    for tab in TABS:
        answer = guest.get(f"/assessments/{made.id}{tab}")
        assert answer.headers["location"].startswith("/sign-in?next=%2Fassessments"), tab
    other = organisation(guest.platform, "别家")
    guest.sign_in("other@example.org", organisation=other.id, roles=(Role.ENGINEER,))
    for tab in (*TABS, "/tree?at=lines[0].parts[0]"):
        guest.see(f"/assessments/{made.id}{tab}", 404)
    guest.see("/assessments/none", 404)


def test_a_number_is_followed_to_its_source(world):
    guest, _, made = world
    text = guest.see(f"/assessments/{made.id}/formula?of=lines[0].parts[0]")
    assert "1.91311 t × 1352 kg CO₂e/t = 2586.52 kg CO₂e" in shown(text)
    assert "cn-alumina-2017-calculated" in text
    assert "of=stages.raw-materials" in text
    guest.see(f"/assessments/{made.id}/formula?of=nothing", 422)


def test_lines_are_shown_by_stage(world):
    guest, _, made = world
    text = shown(guest.see(f"/assessments/{made.id}/contributions?stage=raw-materials"))
    table = text.partition("By line")[2]
    assert "Alumina" in table
    assert "Anode consumption" not in table


def test_an_incomplete_result_says_so_and_offers_no_certification(world):
    guest, own, _ = world
    made = assessed(guest.platform, own, BEAM.encode())
    text = guest.see(f"/assessments/{made.id}")
    assert "cases/new" not in text
    assert "incomplete" in shown(text)
    for tab in TABS:
        guest.see(f"/assessments/{made.id}{tab}")


def test_a_step_on_a_database_opens_into_its_supply_chain(world, tmp_path):
    guest, own, _ = world
    write_database(MINI, tmp_path / "mini.zip")
    import_into(guest.platform, system("init"), tmp_path / "mini.zip", name="mini", organisation=own.id)
    made = assessed(guest.platform, own, BEAM.encode())
    text = guest.see(f"/assessments/{made.id}/contributions")
    assert "/tree?at=lines%5B0%5D.parts%5B0%5D" in text
    branch = shown(guest.see(f"/assessments/{made.id}/tree?at=lines[0].parts[0]"))
    for told in ("Power", "Caused by the process itself"):
        assert told in branch, told
    guest.see(f"/assessments/{made.id}/tree?at=lines[9].parts[0]", 422)


def test_what_was_superseded_says_so_and_what_is_newer_is_told(world):
    guest, own, made = world
    actor = member(own)
    study = guest.platform.look(actor, studies.of, made.study)
    model = intake.read(ALUMINIUM.read_bytes().replace(b"1913.11 kg", b"1900 kg"), "study.yaml")
    guest.platform.do(actor, studies.revise, study.id, expected=study.version, model=model)
    assert "has gone on to version 2" in shown(guest.see(f"/assessments/{made.id}"))
    other = assessing.assess(guest.platform, actor, study.id, assessing.Order())
    guest.platform.do(actor, assessments.supersede, made.id, other.id, "another amount")
    text = guest.see(f"/assessments/{made.id}")
    assert "Reason: another amount" in shown(text)
    assert f"/assessments/{other.id}" in text
    assert "cases/new" not in text
    assert f"a={other.id}&amp;b={made.id}" in guest.see(f"/assessments/{other.id}/reports")


def test_two_results_are_compared_or_refused_with_reasons(world):
    guest, own, made = world
    assert "Choose A and B" in shown(guest.see("/compare"))
    other = assessed(guest.platform, own, ALUMINIUM.read_bytes().replace(b"1913.11 kg", b"1800 kg"))
    text = shown(guest.see(f"/compare?a={made.id}&b={other.id}"))
    assert "They may: unit, boundary, rules and stages are the same." in text
    assert "Alumina" in text.partition("Lines that differ")[2]
    beam = assessed(guest.platform, own, BEAM.encode())
    assert "They may not, for these reasons" in shown(guest.see(f"/compare?a={made.id}&b={beam.id}"))
    guest.see(f"/compare?a={made.id}&b=none", 404)


def test_regimes_are_computed_side_by_side(world):
    guest, _, made = world
    text = shown(guest.see(f"/assessments/{made.id}/regimes/results"))
    for told in ("ISO 14067", "CBAM", "EU batteries", "AR5 GWP100", "GB/T 24067 → CBAM"):
        assert told in text, told


def test_those_who_only_read_are_offered_no_changes(world):
    guest, own, made = world
    guest.cookies.clear()
    guest.sign_in("viewer@example.org", organisation=own.id, roles=(Role.VIEWER,))
    for tab in TABS:
        text = guest.see(f"/assessments/{made.id}{tab}")
        offered = set(re.findall(r'data-api="(\w+ /v1/[\w-]+)', text)) - {"DELETE /v1/session"}
        assert offered <= ({"POST /v1/assessments", "POST /v1/jobs"} if tab == "/reports" else set()), tab
        assert "data-waive" not in text
        assert "/supersede" not in text
    assert "Only engineers" in shown(guest.see(f"/assessments/{made.id}/scenarios"))


def test_factors_that_moved_since_are_told(world):
    guest, own, made = world
    entry = guest.platform.look(member(own), around.around, made.id, frozen(guest.platform, own, made))
    result = frozen(guest.platform, own, made)
    assert around.moved(guest.platform, result, entry.shelf) == ()
    targets = {key: dict(target) for key, target in result.inputs["targets"].items()}
    key = next(key for key, target in targets.items() if target["provenance"]["id"] == "cn-alumina-2017-calculated")
    targets[key] |= {"amounts": [["CO2e", "unsplit", 1.0]]}
    targets[key]["provenance"] = {**targets[key]["provenance"], "release": "tanheng-embedded@2024 sha256:00"}
    old = replace(result, inputs={**result.inputs, "targets": targets})
    [moved] = around.moved(guest.platform, old, entry.shelf)
    assert moved.id == "cn-alumina-2017-calculated"
    assert moved.before == {("CO2e", "unsplit"): 1.0}
    assert moved.after is not None


def test_a_job_that_failed_says_why(world):
    guest, own, made = world
    payload = {"study": made.study, "version": 99, "samples": 100}
    job = guest.platform.do(member(own), jobs.start, kind="assessment", payload=payload, organisation=own.id)
    assert "data-job" in guest.see(f"/assessments/jobs/{job.id}")
    Worker(guest.platform).run(job.id)
    text = shown(guest.see(f"/assessments/jobs/{job.id}"))
    assert "No result was made" in text
    assert "See the study" in text


def frozen(platform, own, made):
    return results.opened(platform, member(own), made.id)

"""Pages of results: every part of an assessment in both languages, for those who may read it, and for nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pages import shown, visited
from result_samples import BEAM
from study_samples import member, organisation
from tanheng.accounts.model import Role
from tanheng.services.studies import assessing, intake, studies

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

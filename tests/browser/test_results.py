"""A result in a real browser: every part of it, sliders that answer, a flow that opens, a waiver, a file to keep."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from browsing import DESKTOP, PHONE
from pages import PASSWORD
from serving import served
from study_samples import member, organisation
from tanheng.accounts import system
from tanheng.accounts.model import Role
from tanheng.services.accounts import people
from tanheng.services.studies import assessing, intake, studies
from tanheng.web.app import create_app
from worker_process import worker

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
EMAIL = "engineer@example.org"
TABS = ("", "/contributions?line=2", "/formula?of=lines[0].parts[0]", "/uncertainty", "/quality", "/findings")
MORE = ("/scenarios", "/regimes", "/reports")


class Shown:
    """An installation with assessed examples."""

    def __init__(self, platform, url):
        self.platform, self.url, self.own = platform, url, organisation(platform)
        told = {"email": EMAIL, "name": "Li Ming", "password": PASSWORD, "roles": (Role.ENGINEER,)}
        platform.do(system("init"), people.create, organisation=self.own.id, **told)

    def assessed(self, name, **order):
        """The path of an assessment of an example."""
        actor = member(self.own)
        path = next(EXAMPLES.glob(f"*/{name}.yaml"))
        model = intake.read(path.read_bytes(), path.name)
        study = self.platform.do(actor, studies.create, organisation=self.own.id, model=model)
        made = assessing.assess(self.platform, actor, study.id, assessing.Order(**order))
        return f"/assessments/{made.id}"


@pytest.fixture
def shown(sqlite_platform):
    with served(create_app(sqlite_platform)) as url:
        yield Shown(sqlite_platform, url)


@pytest.fixture
def engineer(shown, walk):
    def begin(**how):
        return walk(shown.url, **how).sign_in(EMAIL, PASSWORD)

    return begin


def slide(page, selector, value):
    page.locator(selector).first.evaluate(
        "(field, value) => { field.value = value; field.dispatchEvent(new Event('input', {bubbles: true})); }", value
    )


def changed(page, before):
    page.wait_for_function("before => document.querySelector('[data-total]').innerText !== before", arg=before)
    return page.inner_text("[data-total]")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_part_of_a_result(shown, engineer, lang, size):
    made = shown.assessed("aluminium", samples=500)
    walker = engineer(lang=lang, size=size)
    for tab in (*TABS, *MORE):
        walker.go(made + tab)
        walker.page.wait_for_function("!document.querySelector('[hx-trigger=load] > .empty, .htmx-request')")
        walker.check()
    other = shown.assessed("cement")
    walker.go("/compare")
    walker.check(axe=False)
    walker.go(f"/compare?a={made.rpartition('/')[2]}&b={other.rpartition('/')[2]}")
    walker.check()


def test_an_incomplete_result_and_a_dark_one(shown, engineer):
    made = shown.assessed("hdpe-bottle")
    walker = engineer(lang="zh")
    walker.go("/theme?choice=dark")
    for tab in (*TABS[:1], "/uncertainty", "/quality", "/findings", "/scenarios", "/reports"):
        walker.go(made + tab)
        walker.check()


def test_sliders_answer_and_are_kept(shown, engineer):
    made = shown.assessed("aluminium")
    page = engineer(lang="zh").go(f"{made}/scenarios")
    before = page.inner_text("[data-total]")
    slide(page, "[data-control=share] input[type=range]", 90)
    after = changed(page, before)
    assert "−" in page.inner_text("[data-change]")
    assert page.locator("[data-lines] li b").count() == 1
    slide(page, "#amount-0", 50)
    both = changed(page, after)
    page.click("[data-reset]")
    assert changed(page, both) == before
    slide(page, "#amount-0", 50)
    changed(page, before)
    page.click("[data-keep]")
    page.fill("#keep-name", "氧化铝减半")
    page.click("#keep-form button")
    page.wait_for_url(lambda url: "/assessments/" in url and made not in url)
    actor = member(shown.own)
    study = shown.platform.look(actor, studies.listed, _first()).items[0]
    kept = shown.platform.look(actor, studies.version, study.id)
    assert kept.note == "氧化铝减半"
    assert kept.document["lines"][0]["amount"]["value"] == pytest.approx(1913.11 / 2)


def test_parameters_are_kept_as_a_scenario(shown, engineer):
    made = shown.assessed("hydrogen")
    page = engineer().go(f"{made}/scenarios")
    before = page.inner_text("[data-total]")
    slide(page, "#parameter-stack", 90)
    changed(page, before)
    page.click("[data-keep]")
    assert page.is_checked("[name=how][value=scenario]")
    page.fill("#keep-name", "Better stacks")
    page.click("#keep-form button")
    page.wait_for_url(lambda url: "/assessments/" in url and made not in url)
    assert "better-stacks" in page.inner_text(".head")
    kept = shown.platform.look(member(shown.own), studies.listed, _first()).items[0]
    found = shown.platform.look(member(shown.own), studies.version, kept.id).document["scenarios"]
    assert [one["id"] for one in found] == ["new-stack", "better-stacks"]


def _first():
    from tanheng.services.paging import Paging

    return Paging(limit=1)


def test_a_node_of_the_flow_opens_its_line(shown, engineer):
    made = shown.assessed("aluminium")
    page = engineer(lang="zh").go(made)
    page.locator("#sankey").scroll_into_view_if_needed()
    page.wait_for_selector("#sankey[data-drawn] svg text")
    page.wait_for_timeout(600)  # it comes to rest
    page.locator("#sankey svg text", has_text="氧化铝").first.click()
    page.wait_for_url(re.compile(r"contributions\?line=0"))
    assert page.locator(".node.chosen").count() == 1


def test_a_person_answers_for_a_finding_and_takes_it_back(shown, engineer):
    made = shown.assessed("aluminium")
    walker = engineer(lang="zh")
    page = walker.go(f"{made}/findings?severity=warning")
    page.locator("[data-waive]").first.click()
    walker.check()
    page.fill("#waiver [name=reason]", "自备电厂计量数据正在安装，下一版补充")
    assert page.input_value("#waiver [name=person]") == "Li Ming"
    page.click("#waiver button:has-text('保存')")
    page.wait_for_url(lambda url: "/findings" in url and made not in url)
    assert "自备电厂计量数据正在安装" in page.inner_text("main")
    page.locator("[data-unwaive]").first.click()
    there = page.url
    page.click("dialog[open] [value=yes]")
    page.wait_for_url(lambda url: "/findings" in url and url != there)
    assert "自备电厂" not in page.inner_text("main")


def test_a_report_is_kept_and_the_digest_reproduced(shown, engineer):
    made = shown.assessed("aluminium")
    page = engineer().go(f"{made}/reports")
    with page.expect_download() as kept:
        page.locator("a[download][href*='format=xlsx']").last.click()
    assert kept.value.suggested_filename.endswith(".xlsx")
    assert Path(kept.value.path()).read_bytes()[:2] == b"PK"
    page.click("[data-recompute] button")
    page.wait_for_selector("[data-same]:not([hidden])")


def test_samples_are_drawn_in_the_background(shown, engineer):
    made = shown.assessed("aluminium")
    page = engineer().go(f"{made}/uncertainty")
    page.select_option("#samples", "1000")
    page.click("form[data-api='POST /v1/jobs'] button")
    page.wait_for_url("**/assessments/jobs/*")
    with worker(shown.platform):
        page.wait_for_url(lambda url: "/assessments/" in url and "/jobs/" not in url, timeout=120_000)
    page.goto(f"{page.url}/uncertainty")
    assert "1\u202f000 samples" in page.inner_text("main")

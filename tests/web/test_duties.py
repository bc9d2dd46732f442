"""Pages of the regime watch: duties beside a result, and of all products of an organisation, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from declaration_samples import FILES
from pages import shown, visited
from platforms import Clock
from study_samples import member, organisation
from tanheng.accounts.model import Role
from tanheng.services.exchange import supplements
from tanheng.services.studies import assessing, intake, studies

pytestmark = pytest.mark.platform
DAY = datetime(2026, 11, 30, 4, tzinfo=UTC)
BATTERY = {"battery": {"basis": "capacity", "capacity": "60 kWh", "cycles": 60, "years": 8, "plant": "Fuzhou"}}


def assessed(platform, own, name):
    model = intake.read(FILES[name].read_bytes(), "study.yaml")
    study = platform.do(member(own), studies.create, organisation=own.id, model=model)
    return assessing.assess(platform, member(own), study.id, assessing.Order())


@pytest.fixture
def world(sqlite_platform):
    clock = Clock()
    clock.now = DAY
    platform = replace(sqlite_platform, clock=clock)
    with visited(platform) as guest:
        own = organisation(platform)
        guest.sign_in("engineer@example.org", organisation=own.id, roles=(Role.ENGINEER,))
        yield guest, own, assessed(platform, own, "aluminium")


def panel(text):
    """The part of duties of a result."""
    return text[text.index('aria-labelledby="duties"') :]


def test_a_result_tells_its_duties_by_market_with_what_is_missing(world):
    guest, _, made = world
    text = panel(guest.see(f"/assessments/{made.id}/exchange"))
    for told in (
        "CN 7601 10 00",
        "European Union",
        "CBAM: declaration and certificates",
        "from 2027-01-01",
        "if the product is of that kind",
        "embedded emissions under the regime CBAM",
    ):
        assert told in shown(text), told
    assert f'href="/assessments/{made.id}/exchange/cbam-xml"' in text
    assert 'href="https://eur-lex.europa.eu/eli/reg/2023/956/oj"' in text
    guest.get("/language?choice=zh")
    told = shown(panel(guest.see(f"/assessments/{made.id}/exchange")))
    assert all(word in told for word in ("各市场义务", "欧盟", "自 2027-01-01 起", "第三方核查"))


def test_what_is_kept_beside_a_study_is_not_missing(world):
    guest, own, _ = world
    made = assessed(guest.platform, own, "battery")
    before = shown(panel(guest.see(f"/assessments/{made.id}/exchange")))
    assert "the manufacturing plant" in before
    guest.platform.do(member(own), supplements.keep_for_study, made.study, BATTERY, expected=0)
    after = shown(panel(guest.see(f"/assessments/{made.id}/exchange")))
    assert "the manufacturing plant" not in after
    assert "the address of a public version of the study" in after


def test_where_the_supplement_cannot_be_read_duties_stay_and_the_fault_is_told(world):
    guest, own, made = world
    wrong = {"product": {"mass": "3 m"}}
    guest.platform.do(member(own), supplements.keep_for_study, made.study, wrong, expected=0)
    text = shown(panel(guest.see(f"/assessments/{made.id}/exchange")))
    assert "cannot be told before this is amended" in text
    assert "product.mass" in text
    assert "CBAM: declaration and certificates" in text
    assert "nothing is missing" not in text
    assert "cannot be told" in shown(guest.see("/duties"))


def test_all_products_are_listed_with_what_applies_or_begins_soon(world):
    guest, own, made = world
    battery = assessed(guest.platform, own, "battery")
    text = guest.see("/duties")
    rows = re.findall(r"<tr><th scope=\"row\".*?</tr>", text, flags=re.DOTALL)
    listed = {(made.id in row, re.search(r'data-value="(\d{4}-\d\d-\d\d)"', row)[1]) for row in rows}
    assert (True, "2026-01-01") in listed
    assert (False, "2027-02-18") in listed
    assert all(day <= "2028-11-30" for _, day in listed)  # two years ahead of DAY
    assert "Battery passport" in text
    assert "Ecodesign for sustainable products" not in text
    assert f'href="/assessments/{battery.id}/exchange#duties"' in text
    assert 'data-list="duties"' in text
    text = shown(guest.see("/duties?market=GB"))
    assert "UK CBAM" in text
    assert "Battery passport" not in text
    assert "TH-EXC-901" in guest.see("/duties?market=XX", 422)
    guest.get("/language?choice=zh")
    assert "电池护照" in guest.see("/duties")


def test_a_later_result_takes_the_place_and_others_see_nothing(world):
    guest, own, made = world
    later = assessing.assess(guest.platform, member(own), made.study, assessing.Order(regime="cbam"))
    text = guest.see("/duties?market=EU")
    assert f"/assessments/{later.id}/exchange" in text
    assert made.id not in text
    assert "embedded emissions under the regime CBAM" not in shown(text)
    assert 'href="/duties"' in guest.see("/")
    guest.cookies.clear()
    other = organisation(guest.platform, "别家")
    guest.sign_in("other@example.org", organisation=other.id, roles=(Role.ENGINEER,))
    assert "Nothing to list" in shown(guest.see("/duties"))
    assert "Nothing to list" in shown(guest.see(f"/duties?organisation={own.id}"))
    guest.cookies.clear()
    assert guest.get("/duties").status_code == 303

"""Pages of databases, factors, rules, methods, searches, supplier requests, recognition and previews, without a script."""

from __future__ import annotations

import pytest

import database_samples as samples
import factor_samples
import supplier_samples
from pages import shown, visited
from platforms import fresh_platform
from study_samples import member, organisation
from tanheng.accounts.model import Role
from tanheng.services.databases.importing import import_into
from tanheng.services.sharing import Visibility
from tanheng.storage.platform import utc_now

pytestmark = pytest.mark.platform


class House:
    """A furnished installation with a database, factors and a request of one organisation, and another organisation."""

    def __init__(self, platform, folder):
        self.platform = platform
        self.own, self.other = organisation(platform), organisation(platform, "另一家")
        engineer = member(self.own, Role.ENGINEER, id="engineer")
        for name, power in (("plant", "2 kWh"), ("plant-next", "3 kWh")):
            path = samples.archive(folder / f"{name}.zip", samples.plant(name, power=power))
            made = import_into(platform, engineer, path, name=name, organisation=self.own.id, workers=1)
            setattr(self, name.replace("-", "_"), f"/databases/{made.id}")
        self.next = self.plant_next.rpartition("/")[2]
        self.factors = factor_samples.Desk(platform, self.own)
        entry = self.factors.add()
        self.factors.accepted(entry)
        hidden = {"documentation": {"confidentiality": "result-only", "owner": "Firm"}, "names": {"en": "Secret sheet"}}
        self.factors.accepted(self.factors.add(id="black-box", **hidden))
        self.factors.accepted(self.factors.add(id="private", documentation={"confidentiality": "private"}))
        self.factors.publish("1")
        self.draft = self.factors.add(id="a-draft")
        self.workbench = f"/factors/my/{self.factors.collection}"
        self.record = f"{self.workbench}/records/{self.draft.id}"
        self.request = f"/suppliers/{supplier_samples.answered(platform, engineer, self.own.id, folder)[0]}"


@pytest.fixture(scope="module")
def house(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    with fresh_platform("sqlite", request, folder / "home", utc_now, furnished=True) as platform:
        yield House(platform, folder)


@pytest.fixture
def guest(house):
    with visited(house.platform) as one:
        yield one


ALL_ROLES = (Role.OWNER, Role.ENGINEER, Role.FACTOR_EDITOR, Role.FACTOR_REVIEWER, Role.PUBLISHER)


@pytest.fixture
def insider(house, guest, request):
    return guest.sign_in(f"{abs(hash(request.node.name))}@own.example", organisation=house.own.id, roles=ALL_ROLES)


@pytest.fixture
def outsider(house, guest, request):
    return guest.sign_in(f"{abs(hash(request.node.name))}@other.example", organisation=house.other.id, roles=ALL_ROLES)


def own_pages(house):
    yield from (house.plant, f"{house.plant}/processes", f"{house.plant}/processes/0", f"{house.plant}/links")
    yield from (
        f"{house.plant}/links/decide",
        f"{house.plant}/check",
        f"{house.plant}/check/loops",
        f"{house.plant}/notes",
    )
    yield from (f"{house.plant}/what-if", f"{house.plant}/difference?to={house.next}", f"{house.plant}/integrity")
    yield from (f"{house.plant}/processes/0/{part}" for part in ("tree", "sensitivity", "exchanges", "consumers"))
    yield from (house.workbench, f"{house.workbench}/new", f"{house.workbench}/import", f"{house.workbench}/release")
    yield from (house.record, f"{house.record}/edit", house.request)


COMMON_PAGES = ("/databases", "/databases/import", "/factors/my", "/methods", "/rules", "/rules/new", "/previews")
PUBLIC = ("/search", "/search?q=电力", "/factors", "/factors/tanheng-embedded", "/recognition")


def test_strangers_read_what_is_public_and_come_in_for_the_rest(guest, house):
    for path in PUBLIC:
        guest.see(path)
    assert "cn-electricity-footprint-2024" in guest.see("/factors/tanheng-embedded/cn-electricity-footprint-2024")
    for path in (*COMMON_PAGES, "/suppliers", "/suppliers/new", *own_pages(house)):
        answer = guest.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/sign-in?next="), path


def test_every_page_in_both_languages(insider, house):
    for path in (*PUBLIC, *COMMON_PAGES, "/suppliers", "/suppliers/new", *own_pages(house)):
        for lang in ("zh", "en"):
            told = shown(insider.see(f"{path}{'&' if '?' in path else '?'}lang={lang}"))
            assert "Undefined" not in told, path


def test_another_tenant_learns_of_nothing(outsider, house):
    for path in own_pages(house):
        answer = outsider.get(path)
        assert answer.status_code == 404, path
        assert "plant" not in shown(answer), path
    assert "plant" not in shown(outsider.see("/databases"))
    assert "our-factors" not in shown(outsider.see("/factors/my"))
    assert "Casting" not in shown(outsider.see("/suppliers"))
    assert "Steel sheet" not in shown(outsider.see("/search?q=steel sheet"))


def test_a_data_set_tells_what_it_takes_and_where_that_is_from(insider, house):
    page = insider.see(f"{house.plant}/find?named=Steel", 303)
    assert page == ""
    address = insider.get(f"{house.plant}/find?named=Steel").headers["location"]
    told = insider.see(address)
    assert f'href="{house.plant}/processes/' in told
    text = shown(told)
    assert "Power" in text
    assert "lower bound" in text  # nobody serves the ore
    assert "Ore" in text
    insider.see(f"{house.plant}/processes/9999", 404)
    assert insider.get(f"{house.plant}/find?named=moons").headers["location"].endswith("/processes?q=moons")


def test_what_is_wrong_with_a_change_stands_beside_it(insider, house):
    moved = shown(insider.see(f"{house.plant}/what-if?changes=Steel <- Power * 0.5"))
    assert "Car" in moved
    assert "changes[0]" in shown(insider.see(f"{house.plant}/what-if?changes=Steel <- Moon * 0.5"))


def test_two_releases_beside_each_other(insider, house):
    told = shown(insider.see(f"{house.plant}/difference?to={house.next}"))
    assert "products move" in told
    assert "Steel" in told


def test_a_black_box_shows_its_result_alone(house):
    house.factors.share(Visibility.PUBLIC)
    with visited(house.platform) as stranger:
        whole = stranger.see("/factors/our-factors/cn-steel-2025")
        assert "A report" in whole
        box = stranger.see("/factors/our-factors/black-box")
        assert "result only" in shown(box)
        assert "A report" not in box
        assert "CH₄" not in box
        stranger.see("/factors/our-factors/private", 404)
    house.factors.share(Visibility.PRIVATE)
    with visited(house.platform) as stranger:
        assert stranger.get("/factors/our-factors/cn-steel-2025").status_code == 303


def test_rules_are_read_in_both_languages_and_compared(insider):
    assert "Cement" in shown(insider.see("/rules"))
    chinese = shown(insider.see("/rules/cn-cement@1.0.0?lang=zh"))
    assert "水泥产品碳足迹核算规则" in chinese
    assert "必备过程" in chinese
    assert "100" in shown(insider.see("/rules"))  # the goal of 2027
    assert "checks." in shown(insider.see("/rules/general@1.0.0?to=general"))
    insider.see("/rules/no-such-pack", 404)


def test_a_search_tells_its_reasons_and_narrows(insider, house):
    told = shown(insider.see("/search?q=钢"))
    assert "Steel" in told
    assert "synonym" in told or "a kind of it" in told
    assert "data set" not in shown(insider.see("/factors?q=steel")).split("Narrow")[0].split("hits")[1][:200]
    insider.see("/search?q=x&after=nothing", 422)


def test_who_wrote_a_draft_reviews_it_not(house):
    with visited(house.platform) as editor:
        editor.sign_in("only-editor@own.example", organisation=house.own.id, roles=[Role.FACTOR_EDITOR])
        told = editor.see(house.record)
        assert "Submit for review" in told
        assert 'value="accept"' not in told

"""A supplier answers behind the link of a request: no account, no script, both languages; the secret goes nowhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certification_samples import House
from pages import shown, visited
from study_samples import study
from tanheng.services.suppliers import requests
from tanheng.services.suppliers.requests import Comment

pytestmark = pytest.mark.platform
FORM = {
    "names.zh": "铸件",
    "names.en": "Casting",
    "value": "2.4",
    "per": "kg",
    "boundary": "cradle-to-gate",
    "year": "2025",
    "maker": "Foundry",
    "geography": "CN-44",
    "gwp": "AR6 GWP100",
    "review": "none",
    "quality.te": "1",
    "quality.ge": "",
    "primary_share": "80",
    "standard": "",
    "reviewer": "",
    "valid_until": "",
    "note": "",
}


@pytest.fixture
def guest(sqlite_platform):
    with visited(sqlite_platform) as one:
        yield one


@pytest.fixture
def house(sqlite_platform):
    return House(sqlite_platform)


@pytest.fixture
def sent(house):
    due = house.platform.clock().date() + timedelta(days=30)
    asked = {"names": {"zh": "铸件", "en": "Casting"}, "per": "kg", "supplier": "Foundry Ltd", "due": due}
    return house.platform.do(
        house.engineer, requests.send, organisation=house.maker.id, message="by May, please", **asked
    )


@pytest.fixture
def path(sent):
    assert "/answers/" in sent.letter["en"]
    return sent.link[sent.link.index("/answers/") :]


def state(house, sent):
    return house.platform.look(house.engineer, requests.of, sent.request.id)


def test_from_the_link_to_an_answer_that_came_back_once(guest, house, sent, path):
    asked = shown(guest.see(path))
    for word in ("Casting", "Foundry Ltd", "by May, please", "Your recipe stays yours"):
        assert word in asked
    answer = guest.post(path, data=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?done=answer")
    thanks = shown(guest.see(answer.headers["location"]))
    assert "Thank you." in thanks
    assert "2.4" in thanks
    assert guest.post(path, data=FORM).status_code == 409  # it is with the buyer
    told = house.platform.look(house.engineer, requests.latest, sent.request.id).answer
    assert (told.value, told.primary_share, told.quality) == (2.4, 0.8, {"te": 1.0})
    comments = [Comment("primary_share", "how was it measured?"), Comment("names", "which alloy?")]
    version = state(house, sent).version
    house.platform.do(
        house.engineer, requests.send_back, sent.request.id, expected=version, comments=comments, reason="nearly"
    )
    again = guest.see(path)
    for word in ("how was it measured?", "which alloy?", "nearly"):
        assert word in shown(again)
    assert 'value="2.4"' in again  # what was said stands in the form
    assert guest.post(path, data={**FORM, "primary_share": "75 %"}).status_code == 303
    version = state(house, sent).version
    from tanheng.services.suppliers import accepting

    house.platform.do(house.engineer, accepting.accept, sent.request.id, expected=version)
    assert "accepted" in shown(guest.see(path))


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(guest, path):
    for name, value in (("value", "much"), ("year", "12"), ("primary_share", "most"), ("valid_until", "soon")):
        answer = guest.post(path, data={**FORM, name: value, "note": "keep this"})
        assert answer.status_code == 422, name
        assert f'id="{name}-wrong"' in answer.text, name
        assert "keep this" in answer.text
    answer = guest.post(path, data={**FORM, "names.zh": "", "names.en": ""})
    assert 'id="names-wrong"' in answer.text or "cannot be used" in shown(answer)
    assert "unit" in shown(guest.post(path, data={**FORM, "per": "km"}))


def test_it_is_all_in_chinese_too(guest, path):
    answer = guest.post(f"{path}?lang=zh", data=FORM)
    assert answer.headers["location"] == f"{path}?done=answer&lang=zh"
    assert "谢谢" in shown(guest.see(answer.headers["location"]))
    assert "您的配方与工艺不会被看到" in shown(guest.see(f"{path}?lang=zh"))


def test_a_file_is_computed_and_documents_are_put_beside(guest, house, sent, path):
    model = study()
    content = model if isinstance(model, bytes) else str(model).encode()
    answer = guest.post(f"{path}/computed", data={"kind": "study"}, files={"file": ("study.yaml", content)})
    assert answer.status_code == 303, shown(answer)[:3000]
    latest = house.platform.look(house.engineer, requests.latest, sent.request.id).answer
    assert latest.basis.value == "study"
    answer = guest.post(f"{path}/file", files={"file": ("声明.txt", b"verified", "text/plain")})
    assert answer.status_code == 303
    assert "声明.txt" in guest.see(path)


def test_files_that_are_none_are_refused(guest, path):
    answer = guest.post(f"{path}/computed", data={"kind": "assessment"}, files={"file": ("a.json", b"{}")})
    assert answer.status_code == 422
    assert '<details class="card" open>' in answer.text


def test_a_supplier_may_decline_with_a_reason(guest, house, sent, path):
    assert guest.post(f"{path}/refusal", data={"reason": " "}).status_code == 422
    answer = guest.post(f"{path}/refusal", data={"reason": "we measure next year"})
    assert answer.status_code == 303
    assert "you declined" in shown(guest.see(path))
    assert state(house, sent).state.value == "refused"


def test_the_secret_goes_nowhere(guest, path, capsys):
    secret = path.rpartition("/")[2]
    for answer in (guest.get(path), guest.post(path, data={**FORM, "value": "much"}), guest.post(path, data=FORM)):
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        for part in answer.text.split(secret)[1:]:  # nowhere but in addresses of the page itself
            assert part[:1] in '"?/', part[:20]
        assert "back=" not in answer.text
    assert secret not in capsys.readouterr().out


def test_links_that_are_over_say_so(guest, house, sent, path):
    assert "This link is over" in shown(guest.see("/answers/th_nothing", 404))
    house.platform.do(house.engineer, requests.withdraw, sent.request.id, expected=state(house, sent).version)
    for answer in (guest.get(path), guest.post(path, data=FORM)):
        assert answer.status_code == 404
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_who_has_signed_in_may_answer_as_well(guest, path):
    guest.sign_in("one@example.org")
    assert guest.post(path, data=FORM).status_code == 303

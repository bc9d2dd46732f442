"""Tables of factors over HTTP: checked as the command line does, and nothing kept."""

from __future__ import annotations

import pytest

from desk import at_desk
from study_samples import member, organisation
from tanheng.accounts.model import Role
from tanheng.api import authentication
from tanheng.factors.template import write_template

HEAD = "id,kind,name_en,value,unit,per,year,geography\n"


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def check(app, api, own):
    app.dependency_overrides[authentication.actor] = lambda: member(own, Role.FACTOR_EDITOR)

    def send(path):
        asked = {"organisation": own.id, "file": path.name, "lang": "en"}
        return api.post("/v1/factor-tables/check", params=asked, content=path.read_bytes())

    return send


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_table_that_is_right_is_counted(check, api, tmp_path, ending):
    path = write_template(tmp_path / f"t.{ending}")
    desk = at_desk("factors", "check", path)
    answer = check(path)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"factors": desk["factors"], "digest": desk["digest"]}
    assert api.get("/v1/factor-collections").json()["items"] == []


def test_every_cell_that_is_wrong_is_told_with_its_place(check, tmp_path):
    (tmp_path / "t.csv").write_text(f"{HEAD}f,footprint,F,one,kgCO2e,kg,2025,CN\ng,footprint,G,1,kgCO2e,kgg,2025,CN\n")
    faults = check(tmp_path / "t.csv").json()["faults"]
    assert [fault["place"].split()[0] for fault in faults] == ["t.csv:2", "t.csv:3"]


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04", b"a,b\n1,2\n", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_table_is_refused_and_no_folder_is_told(check, tmp_path, content):
    (tmp_path / "t.csv").write_bytes(content)
    answer = check(tmp_path / "t.csv")
    assert answer.status_code == 422
    assert all("/" not in fault["place"] for fault in answer.json()["faults"])


def test_editors_of_the_organisation_check_tables(app, api, own):
    for actor in (member(own, Role.VIEWER), member(own, Role.ENGINEER)):
        app.dependency_overrides[authentication.actor] = lambda actor=actor: actor
        answer = api.post("/v1/factor-tables/check", params={"organisation": own.id}, content=b"x")
        assert answer.status_code == 403

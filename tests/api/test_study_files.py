"""Studies as files over HTTP: checked without being kept, taken away without loss, compared."""

from __future__ import annotations

import orjson
import pytest

from desk import at_desk
from study_samples import member, one_product, organisation, study
from tanheng.accounts.model import Role
from tanheng.api import authentication
from tanheng.footprint.reading import read_study, study_document, write_study

LINES = """
  - {stage: raw-materials, name: Alumina, amount: 2 t, from: "factor:nowhere"}
  - {stage: raw-materials, name: Coke, amount: 2 t, from: "bg:gold"}
  - {stage: raw-materials, name: Coke, amount: 2 t, from: "theirs:a0"}
  - {stage: raw-materials, name: Soda, amount: 2 t, from: "bg:a0"}
  - {stage: raw-materials, name: Lime, amount: 2 t}
  - {stage: raw-materials, name: Salt, amount: 2 t, from: Salt of the sea}
  - {stage: distribution, name: Lorry, transport: [{mode: road, distance: 100 km, mass: 1 t}]}
"""


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def signed_in(app, own):
    app.dependency_overrides[authentication.actor] = lambda: member(own)


def checked(api, own, content, file="ingot.yaml", **more):
    return api.post("/v1/studies/check", params={"organisation": own.id, "file": file, **more}, content=content)


@pytest.mark.usefixtures("signed_in")
def test_a_valid_study_is_told_as_what_it_holds_and_is_not_kept(api, own):
    named = {"organisation": own.id, "name": "bg", "file": "one.spold"}
    assert api.post("/v1/databases", params=named, content=one_product(2)).status_code == 201
    answer = checked(api, own, study() + LINES.encode(), lang="en")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert {key: told["outline"][key] for key in ("names", "unit", "lines", "stages", "links", "open")} == {
        "names": {"zh": "铝锭", "en": "Ingot"},
        "unit": "1 t",
        "lines": 8,
        "stages": {"production": 1, "raw-materials": 6, "distribution": 1},
        "links": {"factor": 2, "database": 3, "missing": 1, "name": 1, "unneeded": 1},
        "open": [5, 6],
    }
    found = [(fault["code"], fault["place"].split()[-1]) for fault in told["link_faults"]]
    assert found == [("TH-FAC-006", "lines[1]"), ("TH-INV-020", "lines[2]"), ("TH-HOM-001", "lines[3]")]
    assert api.get("/v1/studies").json()["items"] == []


@pytest.mark.usefixtures("signed_in")
def test_what_is_wrong_is_told_as_the_command_line_does(api, own, tmp_path):
    for content in (
        study(**{"100 kWh": "100 kWhh", "cradle-to-gate": "cradle"}),
        study(**{"amount: 100 kWh": "formula: 2 * nobody"}),
        b"PK no workbook",
        b"",
    ):
        path = tmp_path / "ingot.yaml"
        path.write_bytes(content)
        desk = at_desk("study", "check", path, "--lang", "en")
        answer = checked(api, own, content, lang="en")
        assert answer.status_code == 422
        assert answer.json()["faults"] == desk["faults"]


def test_who_begins_no_studies_there_checks_none(app, api, own, platform):
    other = organisation(platform, "另一家")
    for actor in (member(own, Role.VIEWER), member(other)):
        app.dependency_overrides[authentication.actor] = lambda actor=actor: actor
        answer = checked(api, own, b"what is wrong is not told")
        assert (answer.status_code, answer.json()["title"]) == (403, "TH-ACC-002")


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("form", ["yaml", "json", "xlsx"])
def test_a_version_as_a_file_is_the_same_study(api, own, form, tmp_path):
    content = study() + LINES.encode()
    made = api.post("/v1/studies", params={"organisation": own.id, "file": "a.yaml"}, content=content)
    place = made.headers["location"]
    taken = api.get(f"{place}/versions/1/file", params={"format": form})
    assert taken.status_code == 200
    assert taken.headers["content-disposition"].partition(";")[0] == "attachment"
    kept = tmp_path / f"taken.{form}"
    kept.write_bytes(taken.content)
    wanted = api.get(f"{place}/versions/1").json()
    assert study_document(read_study(kept)) == wanted["document"]
    if form != "json":  # which the command line does not write
        (tmp_path / "source.yaml").write_bytes(content)
        write_study(read_study(tmp_path / "source.yaml"), tmp_path / f"desk.{form}")
        assert study_document(read_study(tmp_path / f"desk.{form}")) == wanted["document"]
    seen = {"If-Match": made.headers["etag"]}
    again = api.post(f"{place}/versions", params={"file": kept.name}, content=taken.content, headers=seen)
    assert again.status_code == 201
    assert api.get(f"{place}/versions/2").json()["digest"] == wanted["digest"]
    assert orjson.loads(api.get(f"{place}/versions/2/file", params={"format": "json"}).content) == wanted["document"]
    assert api.get(f"{place}/versions/3/file").status_code == 404


@pytest.mark.usefixtures("signed_in")
def test_two_versions_are_told_apart(api, own):
    made = api.post("/v1/studies", params={"organisation": own.id, "file": "a.yaml"}, content=study() + LINES.encode())
    place, seen = made.headers["location"], {"If-Match": made.headers["etag"]}
    words = LINES.replace("Lime, amount: 2 t", "Lime, amount: 3 t").replace("name: Salt,", "name: Sand,")
    after = study(**{"site: CN-53": "site: CN-31"}) + words.encode()
    assert api.post(f"{place}/versions", params={"file": "a.yaml"}, content=after, headers=seen).status_code == 201
    told = api.get(f"{place}/difference", params={"before": 1}).json()
    assert (told["before"], told["after"], told["next"]) == (1, 2, None)
    assert told["fields"] == [{"change": "changed", "path": "site", "before": "CN-53", "after": "CN-31"}]
    assert [told[key] for key in ("added", "removed", "changed", "same")] == [1, 1, 1, 6]
    assert [(line["change"], line["before"], line["after"], line["names"]["en"]) for line in told["lines"]] == [
        ("changed", 5, 5, "Lime"),
        ("removed", 6, None, "Salt"),
        ("added", None, 6, "Sand"),
    ]
    two, three = {"value": 2.0, "unit": "t"}, {"value": 3.0, "unit": "t"}
    assert told["lines"][0]["fields"] == [{"change": "changed", "path": "amount", "before": two, "after": three}]
    some = api.get(f"{place}/difference", params={"before": 2, "after": 1, "first": 1, "limit": 1}).json()
    assert ([line["change"] for line in some["lines"]], some["next"]) == (["removed"], 2)
    assert api.get(f"{place}/difference", params={"before": 3}).status_code == 404

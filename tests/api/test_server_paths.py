"""Where files lie on the server is told to nobody, whatever is wrong with them."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

import database_samples as samples
import tanheng
from platforms import fresh_platform
from tanheng.errors import TanhengError
from tanheng.jobs.context import JobContext
from tanheng.jobs.registry import find_kind
from tanheng.services.jobs import jobs, working
from tanheng.storage.platform import utc_now

INIT = samples.INIT
READ = (
    "description",
    "check",
    "links",
    "integrity",
    "footprints",
    "products?text=steel",
    "products/0",
    "products/0/footprint",
    "products/0/open-inputs",
    "products/0/tree",
    "products/0/sensitivity",
)


@pytest.fixture
def desk(request, tmp_path):
    with fresh_platform("sqlite", request, tmp_path / "home", utc_now) as platform, samples.desk(platform) as made:
        yield made


@pytest.fixture
def plant(desk, tmp_path):
    return desk.imported(samples.archive(tmp_path / "plant.zip"))


def secrets(desk):
    folders = (desk.platform.home.path, Path(tempfile.gettempdir()), Path(tanheng.__file__).parent)
    return [str(folder) for folder in folders]


def checked(desk, answer):
    assert not any(folder in answer.text for folder in secrets(desk)), answer.text
    return answer


@pytest.mark.parametrize("lost", ["*.npy", "*.arrow", "notes.json", "manifest.json", "*"])
def test_a_damaged_database_says_so_without_its_folder(desk, plant, lost):
    (snapshot,) = (desk.platform.home.path / "snapshots").iterdir()
    for file in list(snapshot.glob(lost)):
        file.write_bytes(b"x")
    told = [checked(desk, desk.viewer.get(f"/v1/databases/{plant['id']}/{part}")) for part in READ]
    named = [one.json() for one in told if one.status_code >= 400]
    named += [one.json() for one in told if one.status_code == 200 and one.json().get("faults")]
    assert named
    assert all(fault["place"] for one in named for fault in one["faults"])
    shutil.rmtree(snapshot)
    for part in READ:
        checked(desk, desk.viewer.get(f"/v1/databases/{plant['id']}/{part}"))


def test_why_a_job_failed_is_told_without_a_folder(desk, plant):
    for file in (desk.platform.home.path / "inventories").iterdir():
        file.write_bytes(b"x")
    answer = desk.engineer.post(f"/v1/databases/{plant['id']}/exports", json={})
    job, platform = answer.json(), desk.platform
    platform.do(INIT, working.begin, job["id"], attempts=lambda _: 1)
    context = JobContext(platform, platform.look(INIT, jobs.of, job["id"]))
    with pytest.raises(TanhengError, match="TH-HOM-008") as caught:
        find_kind(job["kind"]).function(context, job["payload"])
    platform.do(INIT, working.fail, job["id"], caught.value.faults)
    assert secrets(desk)[0] in caught.value.faults[0].place  # at the machine it is told
    (fault,) = checked(desk, desk.engineer.get(answer.headers["Location"])).json()["faults"]
    assert fault["place"].startswith("inventories/")


def test_files_that_are_sent_are_named_as_they_were_sent(desk):
    own = desk.own.id
    for path, params in (
        ("databases", {"organisation": own, "name": "b", "file": "b.zip"}),
        ("methods", {"organisation": own, "name": "b", "file": "b.csv"}),
        ("studies/check", {"organisation": own, "file": "b.xlsx"}),
        ("rules/check", {"organisation": own, "file": "b.yaml"}),
        ("recompute", {}),
    ):
        for content in (b"", b"PK\x03\x04", b"x"):
            answer = checked(desk, desk.engineer.post(f"/v1/{path}", params=params, content=content))
            assert answer.status_code == 422, (path, content, answer.text)

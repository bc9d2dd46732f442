"""The register in figures, as a feed, and as open data."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import timedelta

import polars as pl
import pytest

from certification_samples import INIT, House, person
from register_samples import Registered
from tanheng.accounts import ANONYMOUS, Actor
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import Role, SystemRole
from tanheng.audit.events import events_by_type
from tanheng.errors import AccessError, RequestError, StoreError
from tanheng.services.audit import log
from tanheng.services.certification import certificates
from tanheng.services.paging import Paging
from tanheng.services.registry import dumps, feeding, statistics

ADMINISTRATOR = Actor(
    ActorKind.PERSON, "0190aaaa-0000-7000-8000-00000000000a", frozenset({SystemRole.ADMINISTRATOR}), second_factor=True
)


@pytest.fixture
def filled(platform):
    return Registered(platform).fill(60)


def told(platform):
    return platform.look(ANONYMOUS, statistics.of)


def test_everything_is_counted_once_by_each(filled):
    found = told(filled.platform)
    assert found.total == len(filled.rows) == 60
    for by in (found.categories, found.regions, found.grades, found.years):
        assert sum(sum(counts.values()) for counts in by.values()) == 60
    assert sum(found.states.values()) == sum(found.months.values()) == 60
    cement = [row for row in filled.rows if row["category"] == "cn-cement"]
    assert sum(found.categories["cn-cement"].values()) == len(cement)
    valid = [row["grade"] for row in cement if row["state"] == "valid" and row["grade"]]
    assert found.classes["cn-cement"] == {grade: valid.count(grade) for grade in set(valid)}
    assert [(one.year, one.value) for one in found.targets] == [(2027, 100), (2030, 200)]
    assert all(one.reached > 15 for one in found.targets)


def test_counts_follow_what_becomes_of_a_certificate(platform):
    house = House(platform)
    made = house.certified()
    before = told(platform)
    assert before.states == {"valid": 1}
    platform.do(house.bo, certificates.take, made.number, "suspend", expected=made.version, reason="r")
    after = told(platform)
    assert after.states == {"suspended": 1}
    assert after.categories == {made.category: {"suspended": 1}}
    assert after.months == before.months


def test_values_of_few_makers_are_not_told(filled, monkeypatch):
    platform = filled.platform
    monkeypatch.setattr(statistics, "KEPT_FOR", 0.0)
    group = {"category": "cn-cement", "unit": filled.unit, "per": "1 t"}
    rows = [r for r in filled.rows if r["category"] == "cn-cement" and r["state"] == "valid"]
    makers = [r["holder"] for r in rows]
    assert len(set(makers)) >= 5
    assert max(map(makers.count, makers)) * 2 <= len(makers)
    found = platform.look(ANONYMOUS, statistics.group, **group).spread
    assert found.products == len(rows)
    assert list(found.quantiles) == sorted(found.quantiles)
    assert min(r["value"] for r in rows) * 0.99 < found.quantiles[0] < found.quantiles[-1]
    for changed in ({"category": "test-none"}, {"per": "1 kWh"}):
        assert platform.look(ANONYMOUS, statistics.group, **{**group, **changed}).spread is None


def test_a_feed_goes_on_where_it_was(platform):
    house = House(platform)
    made = house.certified()
    first = platform.look(ANONYMOUS, feeding.feed)
    (one,) = first.items
    assert one["hasCertification"]["certificationIdentification"] == made.number
    assert one["hasCertification"]["certificationStatus"] == "CertificationActive"
    assert one["additionalProperty"][0]["value"] == made.value
    assert platform.look(ANONYMOUS, feeding.feed, since=first.since).items == ()
    platform.do(house.bo, certificates.take, made.number, "suspend", expected=made.version, reason="r")
    second = platform.look(ANONYMOUS, feeding.feed, since=first.since)
    assert [item["@id"] for item in second.items] == [one["@id"]]
    assert second.items[0]["hasCertification"]["certificationStatus"] == "CertificationInactive"
    assert platform.look(ANONYMOUS, feeding.feed, maker=house.maker.id).items == second.items
    assert platform.look(ANONYMOUS, feeding.feed, maker=house.other.id).items == ()
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.look(ANONYMOUS, feeding.feed, maker="nobody")
    with pytest.raises(RequestError, match="TH-API-006"):
        platform.look(ANONYMOUS, feeding.feed, since="x")


def test_every_change_of_a_long_register_is_fed_once(filled):
    numbers, since = [], ""
    while True:
        part = filled.platform.look(ANONYMOUS, feeding.feed, since=since, limit=7)
        numbers += [item["hasCertification"]["certificationIdentification"] for item in part.items]
        if not part.items:
            break
        since = part.since
    assert sorted(numbers) == sorted(row["number"] for row in filled.rows)


def test_a_dump_holds_the_whole_register_and_stands_in_the_log(filled, tmp_path):
    platform = filled.platform
    signs = []
    made = dumps.make(platform, INIT, tmp_path, progress=lambda done, total: signs.append((done, total)))
    assert made.entries == 60
    assert platform.look(ANONYMOUS, dumps.listed, Paging()).items == (made,)
    paths = {name: platform.blobs.file(platform.look(ANONYMOUS, dumps.file_of, made.id, name)) for name in made.files}
    manifest = json.loads(paths["manifest.json"].read_bytes())
    assert manifest["licence"] == "CC-BY-4.0"
    for name, said in manifest["files"].items():
        content = paths[name].read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (said["sha256"], said["size"])
    rows = list(csv.DictReader(paths["register.csv"].read_text("utf-8").splitlines()))
    table = pl.read_parquet(paths["register.parquet"].read_bytes())
    graph = json.loads(paths["register.jsonld"].read_bytes())["@graph"]
    wanted = [row["number"] for row in filled.rows]
    assert sorted(row["number"] for row in rows) == sorted(wanted)
    assert table["number"].to_list() == [row["number"] for row in rows]
    assert [item["hasCertification"]["certificationIdentification"] for item in graph] == table["number"].to_list()
    assert table["value"].to_list() == [float(row["value"]) for row in rows]
    assert table.schema["valid_from"] == pl.Date
    entries = platform.look(ANONYMOUS, log.entries, first=0, limit=500)
    (told_,) = [json.loads(one.entry) for one in entries if json.loads(one.entry)["type"] == "register.dumped"]
    assert made.files["manifest.json"] in told_["facts"]
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.look(ANONYMOUS, dumps.file_of, made.id, "other.csv")


def test_a_cell_is_no_formula_and_names_keep_their_languages(platform, tmp_path):
    house = House(platform)
    made = house.certified()
    house.corrected(made, reason="r", names={"en": "=1+1", "zh": "锭"})
    dump = dumps.make(platform, INIT, tmp_path, progress=lambda *_: None)
    path = platform.blobs.file(dump.files["register.csv"])
    (row,) = csv.DictReader(path.read_text("utf-8").splitlines())
    assert (row["name_en"], row["name_zh"]) == ("'=1+1", "锭")
    (item,) = json.loads(platform.blobs.file(dump.files["register.jsonld"]).read_bytes())["@graph"]
    assert item["name"] == {"en": "=1+1", "zh-CN": "锭"}


def test_administrators_and_regulators_ask_for_a_dump_and_the_clock_once_a_day(platform, clock, tmp_path):
    house = House(platform)
    platform.do(ADMINISTRATOR, dumps.start)
    platform.do(house.official, dumps.start, organisation=house.regulator.id)
    viewer = person(platform, "viewer", house.regulator, Role.VIEWER)
    for actor, organisation in (
        (house.official, ""),
        (viewer, house.regulator.id),
        (house.head, house.body.id),
        (house.engineer, house.maker.id),
        (ANONYMOUS, ""),
    ):
        with pytest.raises(AccessError):
            platform.do(actor, dumps.start, organisation=organisation)
    assert platform.do(INIT, dumps.start_where_due) is None  # one waits
    with platform.engine.begin() as sql:
        sql.exec_driver_sql("UPDATE jobs SET state = 'done'")
    clock.move(days=1, seconds=1)
    dumps.make(platform, INIT, tmp_path, progress=lambda *_: None)
    assert platform.do(INIT, dumps.start_where_due) is None
    clock.move(hours=23)
    assert platform.do(INIT, dumps.start_where_due) is None
    clock.move(hours=2)
    assert platform.do(INIT, dumps.start_where_due).kind == dumps.JOB
    assert platform.do(INIT, dumps.start_where_due) is None


def test_its_events_are_known():
    assert events_by_type()["register.dumped"].public
    assert timedelta(days=1) == dumps.DAY

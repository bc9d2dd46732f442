"""Rows that stay: the database refuses to change them, and where its triggers are taken away, the history tells."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Uuid, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

import pact_desk
from certification_samples import House
from class_samples import scheme
from factor_samples import Desk, document
from impact_samples import desk
from platforms import Template, fresh_platform, unguarded
from received_samples import taken_in
from study_samples import member, organisation, study
from supplier_samples import answered
from tanheng.accounts import system
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.rules.template import new_pack
from tanheng.services.accounts import organisations, people
from tanheng.services.audit.verifying import verify
from tanheng.services.factors import records
from tanheng.services.grading import regrading, schemes, thresholds
from tanheng.services.rulepacks import rulepacks
from tanheng.services.studies import assessing, assessments, evidence, intake, studies
from tanheng.services.studies.assessing import Order
from tanheng.storage import installing
from tanheng.storage.platform import utc_now
from tanheng.storage.sql import guarding
from tanheng.storage.sql.tables import certification, factors, grading, history, pact, register
from tanheng.storage.sql.tables import studies as tables
from tanheng.storage.sql.tables.kept import KEPT, TOLD
from tanheng.storage.sql.tables.rulepacks import rule_packs
from tanheng.storage.sql.types import new_id

INIT = system("init")
COPIED = {
    tables.versions: {"number": 9},
    tables.evidence: {"id": new_id(), "name": "other"},
    factors.versions: {"number": 9},
    factors.releases: {"id": new_id(), "number": 9, "name": "other"},
    rule_packs: {"id": new_id(), "release": "9.9.9"},
    certification.schemes: {"id": new_id(), "release": "9.9.9"},
    certification.signatures: {"person": "another"},
    grading.class_schemes: {"id": new_id(), "release": "9.9.9"},
    grading.class_thresholds: {"id": new_id(), "number": 9, "draft": new_id()},
    grading.gradings: {"thresholds": new_id()},
    register.statements: {"id": new_id(), "supersedes": None},
    pact.footprints: {"id": new_id(), "uuid": new_id()},
    certification.certificates: {"id": new_id(), "number": "X-9", "case": new_id(), "position": 9},
}
"""What a copy of a row must have of its own; ``id`` alone where nothing is said."""
NAMES = [table.name for table in TOLD]


def fill(platform, tmp_path):
    """A row at least in every table that is kept, some of them changed since."""
    platform.do(INIT, people.create, email="a@b.c", name="王")
    for name in ("甲", "乙"):
        platform.do(INIT, organisations.create, kind=OrganisationKind.CERTIFICATION_BODY, names={"zh": name})
    own, _ = organisation(platform), organisation(platform, "另一家")
    engineer = member(own)
    platform.do(engineer, studies.create, organisation=own.id, model=intake.read(study()))
    made = platform.do(engineer, studies.create, organisation=own.id, model=intake.read(study()))
    other = intake.read(study(**{"100 kWh": "90 kWh"}))
    platform.do(engineer, studies.revise, made.id, expected=1, model=other, note="again")
    (tmp_path / "meter.pdf").write_bytes(b"%PDF")
    answered(platform, engineer, own.id, tmp_path)
    evidence.add(platform, engineer, made.id, tmp_path / "meter.pdf", name="meter.pdf", media_type="application/pdf")
    kept = [assessing.assess(platform, engineer, made.id, Order(number=number)) for number in (1, 2, 2)]
    platform.do(engineer, assessments.supersede, kept[0].id, kept[1].id, "a slip")
    everything = pact_desk.Desk(platform, own.id, member(own, *Role))
    everything.keep(kept[0].id)
    everything.keep(kept[1].id, id=new_id())
    for _ in "12":
        taken_in(platform, engineer, own.id, tmp_path)
    pack = rulepacks.add(platform, engineer, new_pack("own-pack", "Own pack").encode(), organisation=own.id)
    platform.do(engineer, rulepacks.withdraw, pack.id, expected=1)
    _factors(platform, own, engineer, made)
    house = House(platform)
    desk(house)
    _classes(house, house.with_everything(tmp_path))


@pytest.fixture(scope="module")
def _filled(request, tmp_path_factory):
    """Installations that were filled once, by engine: as many tests have a copy each."""
    with ExitStack() as stack:
        made = {}

        def of(engine):
            if engine not in made:
                folder = tmp_path_factory.mktemp(f"filled-{engine}")
                new = fresh_platform(engine, request, folder / "home", utc_now)
                platform = stack.enter_context(new)
                fill(platform, folder)
                url = platform.configuration.database_url if engine == "postgresql" else ""
                platform.close()  # all of it stands in the files, and nobody is in the database that is copied
                made[engine] = Template(folder / "home", url)
            return made[engine]

        yield of


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def filled(request, _filled, tmp_path, clock):
    """An installation with a row at least in every table that is kept, some of them changed since."""
    with fresh_platform(request.param, request, tmp_path / "home", clock, like=_filled(request.param)) as made:
        yield made


def _factors(platform, own, engineer, made):
    """Two collections, two factors, a release, and an assessment that uses it."""
    desk = Desk(platform, own)
    Desk(platform, own, name="other-factors")
    desk.accepted(desk.add())
    other = desk.add(id="other")
    desk.accepted(desk.step(desk.editor, records.revise, other, written=document(id="other")))
    desk.publish("1")
    words = study(**{"100 kWh": "100 kg", "type: electricity, ": ""}).decode()
    start = words.index("factor:")
    words = words[:start] + "factor:cn-steel-2025" + words[words.index('"', start) :]
    revised = platform.do(engineer, studies.revise, made.id, expected=2, model=intake.read(words.encode()))
    assessing.assess(platform, engineer, revised.id, Order())


def _classes(house, certificate):
    """Two class schemes, of which one gave limits that a certificate moved by, twice."""
    platform, today = house.platform, house.platform.today()
    fixed = {"method": "limits", "classes": "[A, B]"}
    for version, step in (("1.0.0", 1), ("1.1.0", 10**6)):
        content = scheme(certificate, version=version, steps=f"[{step}]", **fixed)
        made = platform.do(house.official, schemes.publish, content, organisation=house.regulator.id)
        draft = thresholds.derive(platform, house.official, made.id)
        platform.do(house.official, thresholds.publish, draft.id, effective=today)
        regrading.regrade(platform, INIT)


def findings(platform):
    return platform.look(INIT, verify).findings


def last(sql, table):
    """The last row of a table, and the condition that names it."""
    keys = table.primary_key.columns
    row = sql.execute(select(table).order_by(*(key.desc() for key in keys))).mappings().first()
    return row, [key == row[key.name] for key in keys]


def another(row, column):
    """A value of the column's type that the row has not."""
    old, kind = row[column.name], column.type.python_type
    if column.foreign_keys:
        return new_id()
    if kind is date:
        return date(2001, 1, 1)
    if column.name.endswith("_at") or column.name == "at" or isinstance(old, datetime):
        return datetime(2001, 1, 1, tzinfo=UTC)
    if kind is bool:
        return not old
    if kind in {int, float}:
        return (old or 0) + 1
    if isinstance(old, list):
        return [*old, "another"]
    if isinstance(old, dict):
        return {"zh": "另一个"}
    if old is None:
        return new_id() if isinstance(column.type, Uuid) else "1"
    return new_id() if len(old) == 36 else ("1" if old[:1] != "1" else "2") + old[1:]


def test_what_was_filled_is_sound(filled):
    assert findings(filled) == ()
    with filled.engine.connect() as sql:
        for kept in KEPT:
            assert sql.execute(select(kept.table)).first() is not None, kept.table.name


def test_no_row_that_stays_is_changed_removed_or_replaced(filled):
    for kept in KEPT:
        with filled.engine.connect() as sql:
            row, named = last(sql, kept.table)
        for column in kept.table.columns:
            if column.name not in kept.changing:
                with pytest.raises(IntegrityError, match="stay as they were"), filled.engine.begin() as sql:
                    sql.execute(update(kept.table).where(*named).values({column: row[column.name]}))
        if not kept.removable:
            with pytest.raises(IntegrityError, match="stay as they were"), filled.engine.begin() as sql:
                sql.execute(delete(kept.table).where(*named))
        if filled.engine.dialect.name == "postgresql":
            emptied = text(f"TRUNCATE {kept.table.name} CASCADE")
        else:
            emptied = insert(kept.table).prefix_with("OR REPLACE").values(row)
        with pytest.raises(IntegrityError, match="stay as they were"), filled.engine.begin() as sql:
            sql.execute(emptied)
    assert findings(filled) == ()


def test_no_other_row_takes_a_unique_name(filled):
    with filled.engine.connect() as sql:
        row, _ = last(sql, tables.evidence)
    order = insert(tables.evidence).values({**row, "id": new_id()})
    if filled.engine.dialect.name == "sqlite":
        order = order.prefix_with("OR REPLACE")
    with pytest.raises(IntegrityError), filled.engine.begin() as sql:
        sql.execute(order)


@pytest.mark.parametrize("table", TOLD, ids=NAMES)
def test_whoever_takes_the_triggers_away_is_found_in_every_column(filled, table):
    for column in table.columns:
        with unguarded(filled) as sql:
            row, named = last(sql, table)
            other = another(row, column)
            sql.execute(update(table).where(*named).values({column: other}))
        found = {one.what for one in findings(filled)}
        assert found == ({"untold", "lost"} if column.primary_key else {"row"}), column
        with unguarded(filled) as sql:
            moved = [key == (other if key is column else row[key.name]) for key in table.primary_key.columns]
            assert sql.execute(update(table).where(*moved).values({column: row[column.name]})).rowcount == 1
    assert findings(filled) == ()


@pytest.mark.parametrize("table", TOLD, ids=NAMES)
def test_a_row_that_was_removed_or_put_in_is_found(filled, table):
    with unguarded(filled) as sql:
        rows = sql.execute(select(table)).mappings().all()
        sql.execute(delete(table))
    found = findings(filled)
    assert {(one.what, one.place.split("/")[0]) for one in found} == {("lost", table.name)}
    assert len(found) == len(rows)
    with unguarded(filled) as sql:
        sql.execute(insert(table), [dict(row) for row in rows])
        sql.execute(insert(table).values(dict(rows[0]) | COPIED.get(table, {"id": new_id()})))
    (one,) = findings(filled)
    assert (one.number, one.what, one.place.split("/")[0]) == (0, "untold", table.name)


def test_a_database_without_its_triggers_is_not_sound_and_an_upgrade_sets_them(platform):
    with platform.engine.begin() as sql:
        if sql.dialect.name == "sqlite":
            sql.exec_driver_sql("DROP TRIGGER kept_events_delete")
        else:
            sql.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER kept_events_delete")
    (one,) = findings(platform)
    assert (one.what, one.place) == ("unguarded", "kept_events_delete")
    installing.upgrade(platform)
    assert findings(platform) == ()


def test_a_trigger_that_refuses_nothing_is_none(platform):
    with platform.engine.begin() as sql:
        if sql.dialect.name == "sqlite":
            sql.exec_driver_sql("DROP TRIGGER kept_events_delete")
            sql.exec_driver_sql("CREATE TRIGGER kept_events_delete BEFORE DELETE ON events BEGIN SELECT 1; END")
        else:
            hollow = "BEGIN RETURN OLD; END"
            sql.exec_driver_sql(
                f"CREATE OR REPLACE FUNCTION kept_refuse() RETURNS trigger LANGUAGE plpgsql AS $${hollow}$$"
            )
    assert "kept_events_delete" in {found.place for found in findings(platform)}
    with platform.engine.begin() as sql:
        guarding.install(sql)
    assert findings(platform) == ()


def test_no_row_that_stays_is_written_without_an_event(platform):
    def quietly(work):
        made = work.insert(tables.studies, organisation=own.id, names={}, codes={}, sought="", archived=False, latest=1)
        digest = {"document": "{}", "digest": "", "note": "", "author": ""}
        work.keep(tables.versions, study=made, number=1, created_at=work.now, **digest)

    own = organisation(platform)
    with pytest.raises(RuntimeError, match="no event tells of study_versions"):
        platform.do(INIT, quietly)


def test_reading_sees_one_state_while_others_write(platform):
    def twice(work):
        def count():
            return len(work.sql.execute(select(history.events.c.number)).all())

        before = count()
        platform.do(INIT, organisations.create, kind=OrganisationKind.BANK, names={"en": "B"})
        return before, count()

    assert platform.look(INIT, twice) == (0, 0)
    assert platform.look(INIT, verify).events == 1

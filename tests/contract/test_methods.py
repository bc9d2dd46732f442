"""What an installation does with impact methods and mapping files as with all that it keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from method_samples import BIOGENIC, SF6, steel, table
from study_samples import member, organisation
from tanheng.accounts import system
from tanheng.services.audit.verifying import verify
from tanheng.services.databases.importing import import_into
from tanheng.services.doctor import examine
from tanheng.services.methods import importing, mappings, methods, scoring
from tanheng.storage.backups import backup, restore
from tanheng.storage.platform import Platform, utc_now

INIT = system("test")


@pytest.fixture
def kept(platform, tmp_path):
    """The organisation, and ids of a database, a method, a mapping file."""
    own = organisation(platform)
    engineer = member(own)
    path = tmp_path / "odd.csv"
    path.write_bytes(table(BIOGENIC, SF6))
    method = importing.import_into(platform, engineer, path, name="odd", organisation=own.id).id
    database = import_into(platform, engineer, steel(tmp_path / "m.zip"), name="mini", organisation=own.id).id
    path.write_text('flow,compartment,target\nCarbon dioxide,air,"Carbon dioxide, biogenic"\n')
    pair = {"organisation": own.id, "database": database, "method": method}
    mapping = scoring.keep(platform, engineer, path, **pair, name="own.csv").id
    return engineer, (database, method, mapping)


def test_a_backup_brings_them_back(platform, kept, tmp_path):
    engineer, ids = kept
    restore(backup(platform, tmp_path / "b.tar").path, tmp_path / "new")
    with_it = Platform.open(tmp_path / "new")
    try:
        found = [scoring.scores(one, engineer, *ids).values.tolist() for one in (platform, with_it)]
    finally:
        with_it.close()
    assert found[0] == found[1]
    assert sorted(found[0]) == [[0.9], [1.9], [pytest.approx(2.8)]]


def test_a_repair_removes_what_nothing_names_any_longer(platform, kept):
    engineer, ids = kept
    digest = platform.look(engineer, mappings.of, ids[2]).blob
    scoring.scores(platform, engineer, *ids)
    _repaired(platform)
    assert scoring.compute(platform, platform.look(engineer, scoring.pair_of, *ids)).values.any()
    assert platform.blobs.file(digest).is_file()
    platform.do(engineer, mappings.forget, ids[2])
    _repaired(platform)
    assert digest not in set(platform.blobs.all())
    assert platform.look(engineer, methods.of, ids[1]).blob in set(platform.blobs.all())


def test_the_history_tells_what_was_done(platform, kept):
    engineer, ids = kept
    platform.do(engineer, methods.withdraw, ids[1], expected=1)
    platform.do(engineer, mappings.forget, ids[2])
    assert platform.look(INIT, verify).findings == ()


def _repaired(platform):
    examine(platform.home.path, repair=True, clock=lambda: utc_now() + timedelta(days=2))

"""A monitor of the log against a real server: what an honest log does, and everything that a dishonest one can do."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from contextlib import contextmanager

import pytest
from sqlalchemy import delete, insert, select
from typer.testing import CliRunner

from platforms import unguarded
from serving import PATIENCE, Said, served
from tanheng.accounts import system
from tanheng.accounts.model import OrganisationKind
from tanheng.api.app import create_app
from tanheng.audit import merkle
from tanheng.audit.publiclog import head_text
from tanheng.audit.signing import Ed25519Signer
from tanheng.cli.main import app as command_line
from tanheng.services.accounts import organisations
from tanheng.services.audit import signingkeys
from tanheng.services.strangers import monitoring
from tanheng.services.strangers.keeping import read_state
from tanheng.storage.sql import history, publiclog
from tanheng.storage.sql.tables import log as tables
from tanheng.storage.sql.work import Work

INIT = system("init")


def grow(platform, count=1):
    for number in range(count):
        kind = OrganisationKind.CERTIFICATION_BODY
        platform.do(INIT, organisations.create, kind=kind, names={"zh": f"机构{number}"})


@contextmanager
def operated(platform):
    """As somebody who operates the installation may do it, past the refusals of the database; gives the work."""
    with unguarded(platform) as sql:
        yield Work(platform, sql, INIT, platform.clock())


def rewrite(platform, changed=lambda number, entry: entry, size=None, signer=None):
    """Make the whole log anew, with other entries or fewer, and sign its head with the key of the installation."""
    with operated(platform) as work:
        sql = work.sql
        rows = [dict(row) for row in sql.execute(select(tables.entries).order_by(tables.entries.c.number)).mappings()]
        for table in (tables.nodes, tables.heads, tables.entries):
            sql.execute(delete(table))
        tree, nodes = merkle.Growing(), []
        for row in rows[:size]:
            row["entry"] = changed(row["number"], row["entry"])
            leaf = merkle.leaf(row["entry"].encode())
            row["leaf"] = leaf.hex()
            nodes += [
                {"level": level, "position": position, "hash": hashed.hex()}
                for (level, position), hashed in tree.append(leaf)
            ]
        sql.execute(insert(tables.entries), rows[:size])
        if nodes:
            sql.execute(insert(tables.nodes), nodes)
        signs, root = signer or history.signer(work), tree.root.hex()
        text = head_text(publiclog.id_of(sql), tree.size, root, work.now)
        head = {"size": tree.size, "at": work.now, "root": root, "key": signs.key, "signature": signs.sign(text)}
        sql.execute(insert(tables.heads).values(head))


def other_words(number, entry):
    return entry.replace("registered", "registereD") if number == 2 else entry


@pytest.fixture
def url(platform):
    grow(platform, 5)
    with served(create_app(platform)) as address:
        yield address


@pytest.fixture
def state(tmp_path):
    return tmp_path / "state.json"


class Seen:
    def __init__(self, done):
        self.code, self.out = done.exit_code, done.output
        self.told = json.loads(done.stdout[done.stdout.index('{\n  "log"') :]) if '{\n  "log"' in done.stdout else {}

    @property
    def what(self):
        return (self.told.get("finding") or {}).get("what")


def monitor(url, state, *words):
    order = ["log", "monitor", url, "--state", str(state), "--json", *map(str, words)]
    return Seen(CliRunner().invoke(command_line, order))


def test_an_honest_log_is_followed(platform, url, state):
    first = monitor(url, state)
    assert (first.code, first.told["is_first"], first.told["read"], first.told["head"]["size"]) == (0, True, 5, 5)
    again = monitor(url, state)
    assert (again.code, again.told["is_first"], again.told["read"]) == (0, False, 0)
    grow(platform, 3)
    later = monitor(url, state)
    assert (later.code, later.told["read"], later.told["head"]["size"]) == (0, 3, 8)
    kept = read_state(state)
    assert (kept.head.size, kept.read, len(kept.peaks)) == (8, 8, 1)
    told = CliRunner().invoke(command_line, ["log", "monitor", url, "--state", str(state), "--lang", "zh"]).output
    assert "✓ 共 8 条，新增 0 条" in told


def test_a_log_without_a_leaf_is_no_fault(sqlite_platform, state):
    with served(create_app(sqlite_platform)) as url:
        found = monitor(url, state)
        assert (found.code, found.told["head"]) == (0, None)
        grow(sqlite_platform)
        assert monitor(url, state).told["head"]["size"] == 1


def test_a_key_is_followed_where_the_one_before_signed_it(platform, url, state):
    monitor(url, state)
    signingkeys.rotate(platform, INIT)
    grow(platform)
    signingkeys.rotate(platform, INIT)
    found = monitor(url, state)
    assert (found.code, len(found.told["keys"])) == (0, 3)
    fresh = monitor(url, state.with_name("fresh.json"))
    assert (fresh.code, fresh.told["keys"].keys()) == (0, found.told["keys"].keys())


def empty(platform):
    with operated(platform) as work:
        for table in (tables.nodes, tables.heads, tables.entries):
            work.sql.execute(delete(table))


def renamed(platform):
    with operated(platform) as work:
        work.sql.execute(tables.log.update().values(log=str(uuid.uuid4())))


def spoil(platform):
    """Another text of the last leaf, with its old hash."""
    with operated(platform) as work:
        last = tables.entries.c.number == publiclog.size_of(work.sql) - 1
        work.sql.execute(tables.entries.update().where(last).values(entry="{}"))


def spoil_nodes(platform):
    with operated(platform) as work:
        work.sql.execute(tables.nodes.update().values(hash="0" * 64))


ATTACKS = {
    "an entry has other words": (lambda p: rewrite(p, other_words), "fork"),
    "an entry has other words, and more follow": (lambda p: (rewrite(p, other_words), grow(p, 2)), "rewritten"),
    "leaves were taken away": (lambda p: rewrite(p, size=4), "smaller"),
    "leaves were taken away, and others put there": (lambda p: (rewrite(p, size=4), grow(p, 2)), "rewritten"),
    "another key signed": (lambda p: (grow(p), rewrite(p, signer=Ed25519Signer.new())), "unsigned"),
    "the head of the same leaves is of another key": (
        lambda p: rewrite(p, other_words, signer=Ed25519Signer.new()),
        "unsigned",
    ),
    "all is gone": (empty, "smaller"),
    "it is another log": (renamed, "another-log"),
    "leaves are shown that do not make up the root": (lambda p: (grow(p), spoil(p)), "rewritten"),
    "inner hashes are spoiled": (lambda p: (grow(p), spoil_nodes(p)), "inconsistent"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_dishonest_log_does_is_found_and_kept(platform, url, state, attack):
    assert monitor(url, state).code == 0
    before = state.read_bytes()
    act, what = ATTACKS[attack]
    act(platform)
    found = monitor(url, state)
    assert (found.code, found.what) == (1, what), found.out
    assert state.read_bytes() == before
    evidence = json.loads((state.parent / found.told["finding"]["evidence"]).read_text())
    assert (evidence["what"], evidence["before"]["size"]) == (what, 5)
    assert evidence["now"] == found.told["finding"]["now"]
    again = monitor(url, state)
    assert (again.code, again.what) == (1, what)


def test_two_faces_are_found_by_gossip(platform, url, state):
    elsewhere = state.with_name("elsewhere.json")
    monitor(url, state)
    assert monitor(url, elsewhere, "--gossip", state).told["compared"] == 5
    grow(platform, 2)
    assert monitor(url, elsewhere, "--gossip", state).told["compared"] == 5
    behind = state.with_name("behind.json")
    behind.write_bytes(elsewhere.read_bytes())
    rewrite(platform, other_words, size=6)
    fresh = state.with_name("fresh.json")
    found = monitor(url, fresh)
    assert found.code == 0  # alone nobody can see it
    for gossip, what in ((state, "inconsistent"), (behind, "smaller")):
        found = monitor(url, fresh, "--gossip", gossip)
        assert (found.code, found.what) == (1, what)
    grow(platform)
    found = monitor(url, fresh, "--gossip", behind)
    assert (found.code, found.what) == (1, "fork")
    forged = json.loads(behind.read_text())["head"] | {"root": "0" * 64}
    (state.parent / "forged.json").write_text(json.dumps(forged))
    done = CliRunner().invoke(
        command_line, ["log", "monitor", url, "--state", str(fresh), "--gossip", str(state.parent / "forged.json")]
    )
    assert (done.exit_code, "TH-VER-014" in done.output) == (3, True)


def test_whom_to_trust_can_be_given(platform, url, state, tmp_path):
    anchors = tmp_path / "anchors.json"
    assert CliRunner().invoke(command_line, ["anchors", url, str(anchors)]).exit_code == 0
    assert monitor(url, state, "--anchors", anchors).code == 0
    told = json.loads(anchors.read_text())
    (log,) = told["logs"]
    stranger = Ed25519Signer.new()
    told["logs"] = {log: {stranger.key: stranger.public().decode()}}
    anchors.write_text(json.dumps(told))
    assert monitor(url, state.with_name("other.json"), "--anchors", anchors).what == "unsigned"
    told["logs"] = {"another": told["logs"][log]}
    anchors.write_text(json.dumps(told))
    done = CliRunner().invoke(
        command_line, ["log", "monitor", url, "--state", str(tmp_path / "third.json"), "--anchors", str(anchors)]
    )
    assert (done.exit_code, "TH-VER-013" in done.output) == (3, True)


def test_whoever_is_interrupted_goes_on_where_they_were(platform, url, state, monkeypatch):
    grow(platform, 6)
    monkeypatch.setattr(monitoring, "_PORTION", 2)
    monkeypatch.setattr(monitoring, "_SAVED_EVERY", 1)
    asked = []
    once = monitoring.Fetcher.get

    def breaking(self, address, **more):
        asked.append(address)
        if len(asked) == 4:
            raise KeyboardInterrupt
        return once(self, address, **more)

    monkeypatch.setattr(monitoring.Fetcher, "get", breaking)
    with pytest.raises(KeyboardInterrupt):
        monitoring.monitor(url, state)
    kept = read_state(state)
    assert (kept.read, kept.head) == (4, None)
    found = monitoring.monitor(url, state)
    assert (found.read, found.head.size, found.finding) == (7, 11, None)
    rewrite(platform, size=3)
    assert monitoring.monitor(url, state).finding.what == "smaller"


def test_what_cannot_be_looked_at_is_not_sound(url, state, tmp_path):
    for words, code in (
        ([f"{url}/none"], "TH-VER-007"),
        (["http://cfp.example.org"], "TH-VER-006"),
    ):
        done = CliRunner().invoke(command_line, ["log", "monitor", *words, "--state", str(state)])
        assert (done.exit_code, code in done.output) == (3, True), done.output
    assert not state.exists()
    for content in (b"", b"{}", b"\xff", b'{"tanheng": "log-monitor/1"}'):
        state.write_bytes(content)
        done = CliRunner().invoke(command_line, ["log", "monitor", url, "--state", str(state)])
        assert (done.exit_code, "TH-VER-011" in done.output) == (3, True)
        assert state.read_bytes() == content


def test_whoever_watches_is_told_at_once(sqlite_platform, tmp_path):
    grow(sqlite_platform, 3)
    with served(create_app(sqlite_platform)) as url:
        order = [sys.executable, "-m", "tanheng.cli", "log", "monitor", url, "--watch", "1", "--lang", "en"]
        running = subprocess.Popen(order, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = Said(running.stdout)
        try:
            assert said.find(r"✓ (\d+) leaves") == "3"
            grow(sqlite_platform)
            while said.find(r"✓ (\d+) leaves") != "4":
                pass
            rewrite(sqlite_platform, other_words)
            assert said.find(r"(fork): two signed heads") == "fork"
            assert running.wait(PATIENCE) == 1
        finally:
            running.kill()
            running.wait()
            said.thread.join(PATIENCE)
            running.stdout.close()
    assert len(list(tmp_path.glob("tanheng-log.json.*.fork.json"))) == 1

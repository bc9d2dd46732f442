"""The key that signs is rotated: the old one signs the new one, and what it signed stays valid."""

from __future__ import annotations

import json
import stat

import pytest
from sqlalchemy import select, update

from platforms import unguarded
from tanheng.accounts import ANONYMOUS, Actor, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import OrganisationKind, SystemRole
from tanheng.audit.keys import KeyRotated, rotation_text
from tanheng.audit.signing import Ed25519Signer, is_signed
from tanheng.errors import AccessError, AuditError
from tanheng.services.accounts import organisations
from tanheng.services.audit import log, signingkeys
from tanheng.services.audit.model import Finding
from tanheng.services.audit.verifying import verify
from tanheng.storage.platform import Platform
from tanheng.storage.sql.tables import history
from tanheng.storage.sql.tables import log as tables

INIT = system("init")


def register(platform):
    kind = OrganisationKind.CERTIFICATION_BODY
    return platform.do(INIT, organisations.create, kind=kind, names={"en": "B"})


@pytest.fixture
def rotated(platform):
    """Leaves before, between and after two rotations."""
    register(platform)
    for _ in range(2):
        signingkeys.rotate(platform, INIT)
        register(platform)
    return platform


def findings(platform):
    return platform.look(INIT, verify).findings


def write(platform, statement):
    with unguarded(platform) as sql:
        sql.execute(statement)


def test_what_either_key_signed_stays_valid(rotated):
    assert findings(rotated) == ()
    keys = rotated.look(INIT, signingkeys.listed)
    assert [key.signs for key in keys] == [False, False, True]
    with rotated.engine.connect() as sql:
        signed = sql.execute(select(tables.heads.c.key).order_by(tables.heads.c.size)).scalars().all()
    one, two, three = (key.key for key in keys)
    assert signed == [one, two, two, three, three]


def test_strangers_follow_from_the_first_key_to_the_last(rotated):
    of = rotated.look(ANONYMOUS, log.of)
    entries = [json.loads(entry.entry) for entry in rotated.look(ANONYMOUS, log.entries, first=0, limit=100)]
    known = rotated.look(INIT, signingkeys.listed)[0].key
    for entry in entries:
        if entry["type"] == "key.rotated":
            facts = json.loads(entry["facts"])
            assert facts["old"] == known
            text = rotation_text(facts["old"], entry["thing"])
            assert is_signed(of.keys[known].encode(), text, facts["signature"])
            known = entry["thing"]
            assert of.keys[known] == facts["new_public"]
    assert known == of.key == of.head.key


def test_every_process_signs_with_the_new_key_at_once(platform):
    other = Platform.open(platform.home.path)
    register(other)
    made = signingkeys.rotate(platform, INIT)
    register(other)
    assert other.look(ANONYMOUS, log.of).head.key == made.key
    assert findings(platform) == ()
    other.close()


def test_private_keys_are_for_the_operator_alone(rotated):
    private = list(rotated.keys.path.glob("*.key"))
    assert len(private) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    assert stat.S_IMODE(rotated.keys.path.stat().st_mode) == 0o700


def test_a_rotation_that_broke_off_leaves_the_old_key(platform):
    register(platform)
    (platform.keys.path / f"{platform.keys.signer().key}.pub").rename(platform.home.path / "away")
    with pytest.raises(AuditError, match="TH-AUD-001"):
        signingkeys.rotate(platform, INIT)
    old = platform.keys.signer().key
    (platform.home.path / "away").rename(platform.keys.path / f"{old}.pub")
    register(platform)
    assert platform.look(ANONYMOUS, log.of).head.key == old
    assert findings(platform) == ()


def test_who_may_not_rotate_leaves_no_key_behind(platform):
    for roles in (frozenset(), frozenset({SystemRole.AUDITOR}), frozenset({SystemRole.ADMINISTRATOR})):
        person = Actor(ActorKind.PERSON, "p", system_roles=roles)  # without a second factor
        with pytest.raises(AccessError, match="TH-ACC-002"):
            signingkeys.rotate(platform, person)
    assert len(list(platform.keys.path.glob("*.key"))) == 1


def test_a_key_that_the_one_before_did_not_sign_is_found(platform):
    def seize(work):
        """As somebody would who has the machine, and not the old key: it is another one that signs."""
        mine, old = Ed25519Signer.new(), work.platform.keys.signer()
        text = rotation_text(old.key, mine.key)
        public = {"old_public": old.public().decode(), "new_public": mine.public().decode()}
        work.platform.keys.put(mine)
        signed = {"signature": mine.sign(text), "possession": mine.sign(text)}
        work.record(KeyRotated(id=mine.key, old=old.key, **public, **signed))
        work.sql.execute(update(history.head).values(signer=mine.key))

    register(platform)
    platform.do(INIT, seize)
    assert findings(platform) == (Finding(3, "key"),)


def test_a_key_without_a_rotation_is_found(rotated):
    other = Ed25519Signer.new()
    rotated.keys.put(other)
    write(rotated, update(history.head).values(signer=other.key))
    assert findings(rotated) == (Finding(0, "key"),)
    register(rotated)
    assert {found.what for found in findings(rotated)} == {"key", "signature", "log-head"}


def test_an_old_key_signs_nothing_any_more(rotated):
    first = rotated.look(INIT, signingkeys.listed)[0].key
    write(rotated, update(history.head).values(signer=first))
    register(rotated)
    assert {found.what for found in findings(rotated)} == {"key", "signature", "log-head"}


@pytest.mark.parametrize("field", ["old", "old_public", "new_public", "signature", "possession"])
def test_every_part_of_a_rotation_counts(platform, field):
    register(platform)
    other = Ed25519Signer.new()
    new, old = Ed25519Signer.new(), platform.keys.signer()
    text = rotation_text(old.key, new.key)
    whole = KeyRotated(
        id=new.key,
        old=old.key,
        old_public=old.public().decode(),
        new_public=new.public().decode(),
        signature=old.sign(text),
        possession=new.sign(text),
    )
    wrong = {"old": other.key, "old_public": other.public().decode(), "new_public": other.public().decode()}
    told = {
        **{name: getattr(whole, name) for name in whole.__struct_fields__},
        field: wrong.get(field, other.sign(text)),
    }
    platform.keys.put(new)

    def tell(work):
        work.record(KeyRotated(**told))
        work.sql.execute(update(history.head).values(signer=new.key))

    platform.do(INIT, tell)
    assert Finding(3, "key") in findings(platform)


def test_the_command_lists_and_rotates(sqlite_platform, capsys):
    from tanheng.cli.main import app

    home = ["--home", str(sqlite_platform.home.path)]
    app(["audit", "keys", "rotate", *home], standalone_mode=False)
    assert "signs from now on" in capsys.readouterr().out
    app(["audit", "keys", "list", *home], standalone_mode=False)
    before, now = capsys.readouterr().out.splitlines()
    assert "from the beginning" in before
    assert now.endswith("signs now")
    app(["audit", "keys", "list", "--json", *home], standalone_mode=False)
    assert [key["signs"] for key in json.loads(capsys.readouterr().out)] == [False, True]
    assert sqlite_platform.keys.signer().key == now.split()[0]

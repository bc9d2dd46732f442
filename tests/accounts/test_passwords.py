"""What a password costs whoever tries many; the other tests work with cheaper ones."""

from __future__ import annotations

import argon2

from tanheng.accounts import passwords

SHIPPED = passwords.HASHER  # before the tests begin, and with them the cheap ones


def test_a_hash_costs_what_rfc_9106_recommends_and_holds_for_its_password_alone(monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", SHIPPED)
    kept = passwords.hashed("correct horse battery")
    assert argon2.extract_parameters(kept) == argon2.profiles.RFC_9106_LOW_MEMORY
    assert passwords.matches(kept, "correct horse battery")
    assert not passwords.matches(kept, "correct horse batterx")
    assert not passwords.is_outdated(kept)


def test_a_cheaper_one_still_matches_and_is_told_to_be_outdated(monkeypatch):
    kept = passwords.hashed("correct horse battery")
    assert argon2.extract_parameters(kept) != argon2.profiles.RFC_9106_LOW_MEMORY
    monkeypatch.setattr(passwords, "HASHER", SHIPPED)
    assert passwords.matches(kept, "correct horse battery")
    assert passwords.is_outdated(kept)

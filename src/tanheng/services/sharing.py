"""Sharing a thing with organisations that are named."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import select

from tanheng.accounts import Thing
from tanheng.errors import StoreError
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.work import is_id, not_found


class Visibility(StrEnum):
    """Who may use a thing besides its organisation."""

    PRIVATE = "private"
    SHARED = "shared"  # the organisations that are named
    PUBLIC = "public"  # everybody


def receivers(work: Work, wanted: Sequence[str], *, visibility: str) -> list[str]:
    """The organisations that a thing is shared with, once each and in order.

    Args:
        visibility: ``shared``, or any other where nobody is named.

    Raises:
        StoreError: TH-STO-060 organisations where it is not shared, or none where it is; TH-STO-001 one that is not there.
    """
    named = sorted(set(wanted))
    if bool(named) != (visibility == "shared"):
        raise StoreError("TH-STO-060", visibility=visibility)
    for one in named:
        known = select(accounts.organisations.c.id).where(accounts.organisations.c.id == one)
        if not is_id(one) or work.sql.execute(known).first() is None:
            raise not_found("organisation", one)
    return named


def is_open_to(thing: Thing, organisation: str) -> bool:
    """Whether an organisation may use a thing: its own, one that is shared with it, or a public one."""
    return thing.public or organisation == thing.organisation or organisation in thing.shared

"""What product categories are called: by the rule packs that ship, and those that regulators keep here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sqlalchemy import select

from tanheng.rules import known_packs, rule_pack
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables.rulepacks import rule_packs

_RULES_OF = "产品碳足迹核算规则"
"""What the Chinese name of a rule pack says besides its product."""


def names(work: Work) -> Mapping[str, Mapping[str, str]]:
    """Names by rule pack; what an enterprise keeps for itself is not told. Everybody reads them."""
    owners = accounts.organisations
    query = select(rule_packs.c.pack, rule_packs.c.names).join(owners, owners.c.id == rule_packs.c.organisation)
    kept = work.sql.execute(query.where(owners.c.kind == "regulator").order_by(rule_packs.c.id))
    return {**{row.pack: _of_product(row.names) for row in kept}, **_shipped()}


def name_of(known: Mapping[str, Mapping[str, str]], category: str, lang: str) -> str:
    """The name of a category, a rule pack with or without its series; its id where it has no name.

    >>> name_of({"cn-cement": {"en": "Cement"}}, "cn-cement@1", "en")
    'Cement'
    """
    found = known.get(category.partition("@")[0], {})
    return found.get(lang) or next((one for one in found.values() if one), category)


def _of_product(told: Mapping[str, str]) -> dict[str, str]:
    return {lang: name.removesuffix(_RULES_OF) or name for lang, name in told.items()}


@cache
def _shipped() -> Mapping[str, Mapping[str, str]]:
    return {one: _of_product(rule_pack(one).names) for one in known_packs()}

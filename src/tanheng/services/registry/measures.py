"""What the installation counts of the plan by itself: rules, factors, products."""

from __future__ import annotations

from sqlalchemy import func, select

from tanheng.rules import known_packs
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts, factors
from tanheng.storage.sql.tables.rulepacks import rule_packs
from tanheng.storage.sql.tables.search import certificate_counts

_GENERAL = "general"


def measures(work: Work) -> dict[str, int]:
    """By measure of a milestone, what there is now.

    Product rules are those that ship and those that regulators keep here; factors those of the latest releases of public
    collections; products and graded products those whose certificate is valid.
    """
    return {
        "product-rules": len(_product_rules(work)),
        "factors": _factors(work),
        "products": _valid(work, "category"),
        "graded": _valid(work, "class"),
    }


def _product_rules(work: Work) -> set[str]:
    owners = accounts.organisations
    query = select(rule_packs.c.pack).join(owners, owners.c.id == rule_packs.c.organisation).distinct()
    kept = work.sql.execute(query.where(owners.c.kind == "regulator", ~rule_packs.c.withdrawn)).scalars()
    return ({*known_packs()} - {_GENERAL}) | {*kept}


def _factors(work: Work) -> int:
    table, releases = factors.collections, factors.releases
    latest = (table.c.id == releases.c.collection) & (table.c.latest == releases.c.number)
    query = select(func.sum(releases.c.count)).join(table, latest).where(table.c.visibility == "public")
    return int(work.sql.execute(query).scalar() or 0)


def _valid(work: Work, kind: str) -> int:
    table = certificate_counts
    query = select(func.sum(table.c.count)).where(table.c.kind == kind, table.c.state == "valid")
    return int(work.sql.execute(query).scalar() or 0)

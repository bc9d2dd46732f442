"""Rule packs: the catalogue with its progress, each pack as people read it, two beside each other, and new ones checked."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response

from tanheng.accounts.model import Role
from tanheng.errors import StoreError
from tanheng.footprint.canonical import plain
from tanheng.rules import RulePack, known_packs, shelf
from tanheng.rules.model import Status
from tanheng.services.paging import MOST, Paging
from tanheng.services.registry import tasks
from tanheng.services.rulepacks import rulepacks
from tanheng.storage.sql import Work
from tanheng.storage.sql.work import is_id
from tanheng.web import choosing
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
MEASURE = "product-rules"
ALL = Paging(limit=MOST)
_Reference = Annotated[str, Query(max_length=128)]


@router.get("/rules")
def list_rules(visitor: SignedInNeed, status: Status | None = None) -> Response:
    """The catalogue: what ships, what organisations added, and how far the plan is."""
    packs = [shelf(name)[-1].pack for name in known_packs()]
    shown = [one for one in packs if status in (None, one.status)]
    counts = {one: sum(pack.status is one for pack in packs) for one in Status}
    told = visitor.look(_listed, visitor)
    return page(visitor, "rules/list.html.j2", packs=shown, counts=counts, chosen=status or "", **told)


@router.get("/rules/new")
def add_rules(visitor: SignedInNeed) -> Response:
    """Check a rule pack, and keep it."""
    owners = visitor.look(choosing.own, visitor, Role.ENGINEER)
    return page(visitor, "rules/new.html.j2", owners=owners)


@router.get("/rules/{reference}")
def show_rules(visitor: SignedInNeed, reference: str, to: _Reference = "") -> Response:
    """A rule pack with its clauses, checks and values, and what changes to another."""
    told = visitor.look(_pack, visitor, reference)
    pack: RulePack = told["pack"]
    differences = visitor.look(rulepacks.changes, pack, to) if to else ()
    changes = [(one.change, one.path, plain(one.before), plain(one.after)) for one in differences]
    return page(visitor, "rules/pack.html.j2", reference=reference, to=to, changes=changes, **told)


def _listed(work: Work, visitor: Visitor) -> dict[str, Any]:
    board = (one for task in tasks.board(work) for one in task.milestones)
    return {
        "own": rulepacks.listed(work, ALL).items,
        "milestones": [one for one in board if one.measure == MEASURE and one.value],
        "may_add": bool(visitor.organisations(Role.ENGINEER)),
    }


def _pack(work: Work, visitor: Visitor, reference: str) -> dict[str, Any]:
    own = rulepacks.of(work, reference) if is_id(reference) else None
    pack = rulepacks.pack(work, reference) if own else rulepacks.shipped(reference)
    inherited = _codes(pack.extends) if pack.extends else set()
    others = [one.pack.reference for name in known_packs() for one in shelf(name)]
    return {
        "pack": pack,
        "own": own,
        "checks": [one for one in pack.checks if one.code not in inherited],
        "inherited": [one for one in pack.checks if one.code in inherited],
        "others": [*(one for one in others if one != pack.reference)],
        "own_others": [one for one in rulepacks.listed(work, ALL).items if own is None or one.id != own.id],
        "may_withdraw": own is not None and choosing.may(visitor, "rules.withdraw", own.organisation),
    }


def _codes(reference: str) -> set[str]:
    """The codes of the checks of a pack that ships; none where another one is meant."""
    try:
        return {check.code for check in rulepacks.shipped(reference).checks}
    except StoreError:
        return set()

"""A new study: from a file that is shown before it is kept, from the rules of an industry, or from an empty form."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import Depends, Query, Request, Response

from tanheng.accounts.model import Role
from tanheng.api import errors
from tanheng.api.files import body
from tanheng.api.routes.studies import may_create
from tanheng.footprint.reading.fields import vocabulary
from tanheng.footprint.rulebook import known_regimes
from tanheng.footprint.starting import begun
from tanheng.footprint.study import Boundary
from tanheng.reporting.certificates import named
from tanheng.rules import GENERAL_RULE, RulePack, known_packs, regime
from tanheng.services.rulepacks import rulepacks
from tanheng.services.studies import previewing
from tanheng.texts import text
from tanheng.web import choosing
from tanheng.web.forms import refuse_elsewhere
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed

router = pages()
Organisation = Annotated[str, Query(max_length=36)]


@router.get("/studies/new")
def new(
    visitor: SignedInNeed,
    way: Annotated[str, Query(max_length=10)] = "file",
    rules: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Three ways to begin; the form is filled in as the rules of an industry say."""
    year = visitor.platform.today().year - 1
    chosen = rulepacks.shipped(rules) if rules else None
    own = visitor.look(choosing.own, visitor, Role.OWNER, Role.ENGINEER)
    return page(
        visitor,
        "studies/new.html.j2",
        way=way if way in ("file", "industry", "blank") else "file",
        packs=_packs(),
        pack=chosen,
        begun=begun(chosen or rulepacks.shipped(GENERAL_RULE), year=year),
        regimes=[(one, regime(one).names) for one in known_regimes()],
        boundaries=[(one.value, text("terms", f"boundary.{one.value}", visitor.lang)) for one in Boundary],
        places=vocabulary("geographies"),
        owners=[(one.id, named(one.names, visitor.lang)) for one in own],
        year=year,
    )


@router.post("/studies/preview")
async def preview(
    request: Request,
    visitor: SignedInNeed,
    organisation: Organisation,
    sent: Annotated[bytes, Depends(body(may_create))],
    file: Annotated[str, Query(max_length=200)] = "study",
) -> Response:
    """A part of the page: what a file would become. Nothing is kept."""
    refuse_elsewhere(request)
    found = await to_thread.run_sync(
        lambda: previewing.preview(visitor.platform, visitor.actor, sent, organisation=organisation, name=file)
    )
    told = errors.told(request, [one.fault for one in found.faults])
    warned = errors.told(request, found.checked.link_faults) if found.checked is not None else []
    return page(visitor, "studies/preview.html.j2", found=found, told=told, warned=warned, file=file)


def _packs() -> list[RulePack]:
    return [rulepacks.shipped(one) for one in known_packs() if one != GENERAL_RULE]

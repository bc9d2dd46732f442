"""Tables of factors that are only looked at."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field

from tanheng.api.files import ANY, sends, upload
from tanheng.api.models import Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.factors import read_release
from tanheng.services.factors import collections

router = Router(prefix="/v1/factor-tables", tags=["factors"])
LARGEST = 20 * 1024**2
"""Bytes of a table that is checked while the client waits."""
Organisation = Annotated[str, Query(max_length=36, description="Of which you are an editor of factors.")]


class TableModel(Told):
    """A table that is right in every cell."""

    factors: int
    digest: str = Field(description="SHA-256 of the table.")


def _may_check(organisation: Organisation, platform: PlatformNeed, actor: ActorNeed) -> None:
    platform.look(actor, collections.check_edit, organisation)


@router.post("/check", openapi_extra=sends(ANY))
def check_table(
    organisation: Organisation,  # noqa: ARG001 - who may not is refused before the file comes in
    sent: Annotated[FilePath, Depends(upload(_may_check, LARGEST))],
    file: Annotated[
        str, Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", description="Name of the file.")
    ] = "factors.csv",
) -> TableModel:
    """Read a table of factors, CSV or Excel, and keep nothing: how many there are, or every cell that is wrong (422)."""
    found = read_release(sent.rename(sent.with_name(file)))
    return TableModel(factors=len(found.factors), digest=found.digest)

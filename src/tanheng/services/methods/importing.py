"""Importing an impact method into an organisation: read and kept first, then one transaction lets the name stand for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import IntegrityError

from tanheng.accounts import Actor, Thing
from tanheng.errors import StoreError
from tanheng.formats import read_method
from tanheng.formats.progress import Progress
from tanheng.services.methods.events import MethodImported
from tanheng.services.methods.methods import KIND, Method, of
from tanheng.services.sharing import Visibility
from tanheng.storage.methods import check_name, packed
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import methods as tables

CATEGORIES = 2_000
"""That a method on the platform may have: what is told of it stays of a size that can be sent."""
TEXT = 2_000
"""Characters of its name, version and licence that are told; the method itself keeps all of them."""


def import_into(
    platform: Platform,
    actor: Actor,
    path: Path,
    *,
    name: str,
    organisation: str,
    source: str = "",
    progress: Progress | None = None,
) -> Method:
    """Import a file as an impact method of an organisation; one of the same name stands for the new data then.

    The same content under the same name changes nothing, but that it is applied again where it was withdrawn.

    Args:
        source: name of the file, for people; that of ``path`` by default. progress: of reading.

    Raises:
        StoreError: TH-STO-002 somebody imported under the name meanwhile, TH-STO-070 too many categories, TH-STO-071 a text
            that cannot be kept. HomeError: TH-HOM-011 a name that no method may have. FormatError: what is wrong with the
            file. AccessError: not an engineer of the organisation.
    """
    check_name(name)
    before = platform.look(actor, _before, organisation, name)
    method = read_method(path, name=name, progress=progress)
    if len(method.categories) > CATEGORIES:
        raise StoreError("TH-STO-070", found=len(method.categories), most=CATEGORIES)
    values: dict[str, Any] = {
        "source": source or path.name,
        "title": method.name[:TEXT],
        "release": method.version[:TEXT],
        "format": method.format,
        "licence": method.licence[:TEXT],
        "categories": len(method.categories),
        "factors": method.factor_count,
        "contents": method.document(),
        "withdrawn": False,
    }
    if b"\\u0000" in orjson.dumps(values):
        raise StoreError("TH-STO-071")
    values["blob"] = platform.blobs.put(packed(method))
    try:
        return platform.do(actor, _register, organisation, name, before, values)
    except IntegrityError as error:
        raise StoreError("TH-STO-002", kind=KIND, id=name, expected=0, current=1) from error


def check(work: Work, organisation: str) -> None:
    """Go on only where the actor may import into an organisation (AccessError)."""
    work.require("method.import", Thing(KIND, organisation=organisation))


def _before(work: Work, organisation: str, name: str) -> int | None:
    """The version of the method that has the name now."""
    check(work, organisation)
    row = _named(work, organisation, name)
    return None if row is None else int(row["version"])


def _named(work: Work, organisation: str, name: str) -> RowMapping | None:
    table = tables.methods
    query = select(table).where(table.c.organisation == organisation, table.c.name == name)
    return work.sql.execute(query).mappings().one_or_none()


def _register(work: Work, organisation: str, name: str, before: int | None, values: dict[str, Any]) -> Method:
    check(work, organisation)
    row = _named(work, organisation, name)
    if row is not None and row["blob"] == values["blob"] and not row["withdrawn"]:
        return of(work, str(row["id"]))
    if row is None:
        visibility = Visibility.PRIVATE.value
        id = work.insert(  # noqa: A001 - as the column is called
            tables.methods, organisation=organisation, name=name, visibility=visibility, **values
        )
    else:
        id = str(row["id"])  # noqa: A001
        work.change(tables.methods, id, kind=KIND, expected=before or 0, **values)
    told = {"name": name, "digest": f"sha256:{values['blob']}", "source": str(values["source"])}
    work.record(MethodImported(id=id, organisation=organisation, **told))
    return of(work, id)

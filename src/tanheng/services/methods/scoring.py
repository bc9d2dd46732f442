"""Databases by impact methods: flows mapped, products scored; at once where that is quick, by a job where it is not."""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from sqlalchemy.exc import IntegrityError

from tanheng.accounts import Actor
from tanheng.errors import MappingError, StoreError
from tanheng.inventory import Snapshot
from tanheng.inventory.mapping.coverage import OpenFlow, coverage
from tanheng.inventory.mapping.mapfile import mapping_table, read_mapping
from tanheng.inventory.methods.scoring import MethodScores, method_scores
from tanheng.inventory.snapshot import ProductRow
from tanheng.inventory.tables import write_table
from tanheng.services.databases import databases
from tanheng.services.databases.backgrounds import SNAPSHOTS
from tanheng.services.databases.model import Database
from tanheng.services.databases.products import products
from tanheng.services.jobs import jobs
from tanheng.services.methods import mappings, methods
from tanheng.services.methods.mappings import Mapping
from tanheng.services.methods.methods import Method
from tanheng.services.sharing import is_open_to
from tanheng.storage.methods import unpacked
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import databases as database_tables
from tanheng.storage.sql.tables import methods as method_tables
from tanheng.storage.sql.work import not_found

JOB = "method-scores"
AT_ONCE = 250_000
"""Factors, and flows and products times categories, of a pair that is computed while somebody waits: some seconds."""
CELLS = 10_000
"""Scores on one page."""
CANDIDATES = 20
"""Factors that are told of an open flow."""
SHEET = 2**20 - 1
"""Rows that a sheet of a workbook holds below its head."""
KEPT = 4
"""Pairs that a process keeps computed."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A database, a method, and a mapping file or none, which the actor may all use."""

    database: Database
    method: Method
    mapping: Mapping | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """Some products with their scores in the order of the categories.

    Attributes:
        next: index to go on from; ``None`` at the end.
    """

    scores: MethodScores
    items: tuple[tuple[ProductRow, list[dict[str, Any]]], ...]
    next: int | None


def pair_of(work: Work, database: str, method: str, mapping: str = "", *, organisation: str = "") -> Pair:
    """A pair by its ids.

    Args:
        mapping: id of a mapping file that is kept for the pair; none is applied where it is empty.
        organisation: that must be able to use each of them, where the outcome is for all its members.

    Raises:
        StoreError: TH-STO-001. MappingError: TH-MAP-021 the mapping file is of another pair, TH-MAP-022 the method was
            withdrawn.
    """
    found = Pair(
        databases.of(work, database),
        methods.applicable(work, method),
        mappings.of(work, mapping) if mapping else None,
    )
    if organisation:
        _check_open(work, found, organisation)
    if found.mapping and (found.mapping.database, found.mapping.method) != (database, method):
        raise MappingError("TH-MAP-021", name=found.mapping.name)
    return found


def scores(platform: Platform, actor: Actor, database: str, method: str, mapping: str = "") -> MethodScores:
    """A database by a method, where that is quick (else TH-MAP-020; and what :func:`pair_of`, :func:`compute` raise)."""
    pair = platform.look(actor, pair_of, database, method, mapping)
    size = _size(platform, pair)
    if size > AT_ONCE:
        raise MappingError("TH-MAP-020", size=size, most=AT_ONCE)
    return compute(platform, pair)


def scored(
    platform: Platform,
    actor: Actor,
    database: str,
    method: str,
    mapping: str = "",
    *,
    text: str = "",
    first: int = 0,
    limit: int = 50,
) -> Scored:
    """Products with their scores, as :func:`tanheng.services.databases.products.products` gives them.

    Where there are many categories, a page holds fewer products.
    """
    found = scores(platform, actor, database, method, mapping)
    most = max(1, min(limit, CELLS // len(found.method.categories)))
    listed = products(platform, actor, database, text=text, first=first, limit=most)
    return Scored(found, tuple((p, found.by_category(p.index)) for p in listed.items), listed.next)


def product_scores(
    platform: Platform, actor: Actor, database: str, method: str, index: int, mapping: str = ""
) -> dict[str, Any]:
    """The scores of one unit of a product, and what is likely missing (TH-STO-001 where there is none at ``index``)."""
    found = scores(platform, actor, database, method, mapping)
    if not 0 <= index < found.snapshot.products.height:
        raise not_found("product", str(index))
    return found.document(index)


def mapping_file(
    platform: Platform, actor: Actor, database: str, method: str, mapping: str = "", *, form: str
) -> bytes:
    """Every flow with its target, to be edited, as ``csv`` or ``xlsx``; only CSV is read again."""
    return written(scores(platform, actor, database, method, mapping), "mapping", form)


def summary(found: MethodScores, *, most: int) -> dict[str, Any]:
    """What ``tanheng db map`` tells as JSON: coverage of the method and of each category, and what stands open."""
    open_ = found.open_flows()
    return {
        "products": found.snapshot.products.height,
        "mapping_file": found.mapping.file_document(),
        "coverage": [one.document() for one in coverage(found.snapshot, found.mapping)],
        "open": [open_document(found, one) for one in open_[:most]],
        "open_flows": len(open_),
    }


def open_document(found: MethodScores, one: OpenFlow) -> dict[str, Any]:
    """An open flow with the first of its candidates."""
    document = one.document(found.method)
    return {**document, "candidates": document["candidates"][:CANDIDATES]}


def keep(
    platform: Platform, actor: Actor, path: Path, *, organisation: str, database: str, method: str, name: str
) -> Mapping:
    """Keep a mapping file of an organisation for a pair, in place of the one that was.

    Its rows are looked up in both where that is quick; otherwise whoever computes the pair is told what is wrong.

    Raises:
        StoreError: TH-STO-001. MappingError: every row at fault. AccessError: not an engineer of the organisation.
    """
    platform.look(actor, mappings.check, organisation)
    pair = platform.look(actor, pair_of, database, method, organisation=organisation)
    rows = len(read_mapping(path, name=name).rows)
    blob = platform.blobs.put_file(path)
    if _size(platform, pair) <= AT_ONCE:
        _compute(platform, pair, (blob, name))
    try:
        return platform.do(actor, _keep, organisation, database, method, name, blob, rows)
    except IntegrityError as error:  # somebody kept one at the same moment
        raise StoreError("TH-STO-002", kind=mappings.KIND, id=name, expected=0, current=1) from error


def start(
    work: Work,
    *,
    organisation: str,
    database: str,
    method: str,
    mapping: str = "",
    file: str = "scores",
    form: str = "csv",
) -> jobs.Job:
    """Start the job that computes a pair of any size, and writes a file (:mod:`tanheng.jobs.kinds.methods`)."""
    pair_of(work, database, method, mapping, organisation=organisation)
    payload = {"database": database, "method": method, "mapping": mapping, "file": file, "format": form}
    return jobs.start(work, kind=JOB, payload=payload, organisation=organisation)


def compute(platform: Platform, pair: Pair) -> MethodScores:
    """A pair of any size.

    Raises:
        MappingError: TH-MAP-009 a method without factors, and every row of the mapping file that names what is not there.
            EngineError: TH-ENG-010 scores that are no numbers.
    """
    return _compute(platform, pair, (pair.mapping.blob, pair.mapping.name) if pair.mapping else None)


def written(found: MethodScores, file: str, form: str) -> bytes:
    """The scores of every product, or with ``mapping`` the target of every flow, as ``csv``, ``xlsx`` or ``parquet``.

    Raises:
        MappingError: TH-MAP-024 more rows than a sheet holds.
    """
    table = mapping_table(found.mapping) if file == "mapping" else found.table()
    if form == "xlsx" and table.height > SHEET:
        raise MappingError("TH-MAP-024", rows=table.height, most=SHEET)
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        path = Path(folder) / f"file.{form}"
        write_table(table, path)
        return path.read_bytes()


def _keep(work: Work, organisation: str, database: str, method: str, name: str, blob: str, rows: int) -> Mapping:
    pair_of(work, database, method, organisation=organisation)
    return mappings.put(work, organisation, database, method, name=name, blob=blob, rows=rows)


def _check_open(work: Work, pair: Pair, organisation: str) -> None:
    """Nobody carries data from one organisation of theirs into another."""
    database = work.get(database_tables.databases, pair.database.id, kind=databases.KIND)
    if not is_open_to(databases.thing(work, database), organisation):
        raise not_found(databases.KIND, pair.database.id)
    method = work.get(method_tables.methods, pair.method.id, kind=methods.KIND)
    if not is_open_to(methods.thing(work, method), organisation):
        raise not_found(methods.KIND, pair.method.id)
    if pair.mapping is not None and pair.mapping.organisation != organisation:
        raise not_found(mappings.KIND, pair.mapping.id)


def _snapshot(platform: Platform, pair: Pair) -> Snapshot:
    return Snapshot.open(platform.home.path / SNAPSHOTS / pair.database.snapshot)


def _size(platform: Platform, pair: Pair) -> int:
    flows, products = _snapshot(platform, pair).B.shape
    return pair.method.factors + pair.method.categories * int(flows + products)


def _compute(platform: Platform, pair: Pair, file: tuple[str, str] | None) -> MethodScores:
    snapshot, method = _snapshot(platform, pair), pair.method.blob

    def made() -> MethodScores:
        blobs = platform.blobs
        mapping = read_mapping(blobs.file(file[0]), name=file[1]) if file else None
        with np.errstate(over="ignore", invalid="ignore"):  # the solver refuses what is no number
            found = method_scores(snapshot, unpacked(blobs.get(method)), file=mapping)
        _ = found.complete, found.at_least, found.likely_missing  # here, and not by many at once
        return found

    return _COMPUTED.get((snapshot.path, method, file), made)


@dataclass(slots=True)
class _Entry:
    lock: Lock = field(default_factory=Lock)
    value: MethodScores | None = None


class _Computed:
    """The last few that were computed; what many ask for at once is computed once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], MethodScores]) -> MethodScores:
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)
        with entry.lock:
            if entry.value is None:
                entry.value = make()
            return entry.value


_COMPUTED = _Computed(KEPT)

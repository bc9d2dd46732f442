"""Background databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tanheng.client.connection import NONE, Connection, Params, at, id_of
from tanheng.client.database_models import (
    Consumer,
    Consumers,
    DataSet,
    DataSetExchange,
    Difference,
    Exchanges,
    FootprintRow,
    Footprints,
    Link,
    Linking,
    Links,
    Tree,
    WhatIf,
)
from tanheng.client.jobs import Jobs
from tanheng.client.models import Database, Footprint, Job, Organisation, Product, Products


class Databases:
    """``client.databases``."""

    def __init__(self, connection: Connection, jobs: Jobs) -> None:
        self._connection = connection
        self._jobs = jobs

    def all(self) -> Iterator[Database]:
        """Databases that you may use, the newest first."""
        return self._connection.each(at("databases"), Database)

    def get(self, id: str) -> Database:  # noqa: A002 - as the field is called
        """A database."""
        return self._connection.get(at("databases", id), Database)

    def start_import(
        self, organisation: Organisation | str, path: str | Path, name: str, *, on: Iterable[Database | str] = ()
    ) -> Job:
        """Upload a file, and have a job import it; ``on``: databases that it is to stand on, as before by default."""
        path = Path(path)
        wanted = {"organisation": id_of(organisation), "name": name, "file": path.name, "on": [id_of(o) for o in on]}
        return self._connection.post(at("databases", "imports"), Job, wanted, content=path)

    def import_file(
        self,
        organisation: Organisation | str,
        path: str | Path,
        name: str,
        *,
        on: Iterable[Database | str] = (),
        progress: Callable[[Job], None] | None = None,
        timeout: float | None = None,
    ) -> Database:
        """Import a file of any size, and wait for it; one of the same name stands for the new data then.

        Args:
            on: databases that it is to stand on; as before by default.
            progress: called with the job whenever it says something new. timeout: seconds of waiting.

        Raises:
            TanhengError: the faults of the file; TH-API-024 it is not over in time, and goes on.
        """
        started = self.start_import(organisation, path, name, on=on)
        done = self._jobs.wait(started, progress=progress, timeout=timeout)
        return self.get(done.result["id"])

    def share(self, seen: Database, visibility: str, shared_with: Iterable[Organisation | str] = ()) -> Database:
        """Say who else may use a database: private, shared, public (TH-STO-002 where somebody changed it since)."""
        told = {"visibility": visibility, "shared_with": [id_of(one) for one in shared_with]}
        return self._connection.change("PUT", at("databases", seen, "sharing"), Database, json=told, seen=seen)

    def products(self, database: Database | str, *, text: str = "") -> Iterator[Product]:
        """Products of a database: all, or with ``text`` the likest of them."""
        first: int | None = 0
        while first is not None:
            page = self._connection.get(
                at("databases", database, "products"), Products, {"text": text, "first": first, "limit": 500}
            )
            yield from page.items
            first = page.next

    def footprint(self, database: Database | str, product: Product | int) -> Footprint:
        """The footprint of one unit of a product, kg CO2e."""
        return self._connection.get(_of(database, product, "footprint"), Footprint)

    def data_set(self, database: Database | str, product: Product | int) -> DataSet:
        """A product, its process, and what the authors say of it."""
        return self._connection.get(_of(database, product), DataSet)

    def exchanges(self, database: Database | str, product: Product | int) -> Iterator[DataSetExchange]:
        """What one unit of a product takes and emits."""
        return self._pages(_of(database, product, "exchanges"), Exchanges, NONE)

    def consumers(self, database: Database | str, product: Product | int) -> Iterator[Consumer]:
        """Products that take a product themselves."""
        return self._pages(_of(database, product, "consumers"), Consumers, NONE)

    def tree(self, database: Database | str, product: Product | int, *, depth: int = 6, cutoff: float = 0.01) -> Tree:
        """The contribution tree of a product; its largest 500 branches at most."""
        return self._connection.get(_of(database, product, "tree"), Tree, {"depth": depth, "cutoff": cutoff})

    def links(self, database: Database | str, *, status: str = "", text: str = "") -> Iterator[Link]:
        """Every input with what serves it; of one status, or with a text in the name of its process or flow."""
        return self._pages(at("databases", database, "links"), Links, {"status": status or None, "text": text})

    def footprints(self, database: Database | str) -> Iterator[FootprintRow]:
        """Footprints of all products, kg CO2e per unit."""
        return self._pages(at("databases", database, "footprints"), Footprints, NONE)

    def footprints_file(self, database: Database | str, target: str | Path) -> Path:
        """Footprints of all products as a file: .csv, .parquet or .xlsx."""
        wanted = {"format": Path(target).suffix.removeprefix(".")}
        return self._connection.download(at("databases", database, "footprints", "file"), target, wanted)

    def what_if(
        self,
        database: Database | str,
        *changes: str | Mapping[str, Any],
        products: Iterable[Product | int] = (),
        first: int = 0,
        limit: int = 50,
    ) -> WhatIf:
        """Products before and after changes, as ``"Steel <- Power * 0.8"``; the database stays as it is.

        Args:
            products: told in full, in ``looked_at``. first, limit: which of those that moved.
        """
        asked = {"changes": list(changes), "products": [_index(one) for one in products]}
        sent = {**asked, "first": first, "limit": limit}
        return self._connection.post(at("databases", database, "what-if"), WhatIf, json=sent)

    def difference(
        self, old: Database | str, new: Database | str, *, products: Iterable[Product | int] = (), first: int = 0
    ) -> Difference:
        """Which products move from a database to a newer release of it; ``products`` of the newer one are explained."""
        wanted = {"to": id_of(new), "product": [_index(one) for one in products], "first": first}
        return self._connection.get(at("databases", old, "difference"), Difference, wanted)

    def linking(self, database: Database | str) -> Linking:
        """What a database stands on and what stands on it, and what people decided about its links."""
        return self._connection.get(at("databases", database, "linking"), Linking)

    def link(
        self,
        database: Database | str,
        *,
        on: Iterable[Database | str] | None = None,
        choices: Iterable[Mapping[str, str]] = (),
        timeout: float | None = None,
    ) -> Job:
        """Link a database anew, and wait for it; the job's result tells what changed.

        Args:
            on: databases to stand on, as they are now; as before by default.
            choices: rows of the list of links: ``flow_id``, ``choose``, and perhaps ``process_id``, ``exchange_id``, ``reason``.
        """
        sent = {"on": None if on is None else [id_of(one) for one in on], "choices": [dict(one) for one in choices]}
        return self._jobs.wait(
            self._connection.post(at("databases", database, "linking"), Job, json=sent), timeout=timeout
        )

    def validate(self, organisation: Organisation | str, path: str | Path, *, timeout: float | None = None) -> Job:
        """Read and link a file without importing it, and wait for it; the job's result tells what was met."""
        wanted = {"organisation": id_of(organisation), "file": Path(path).name}
        started = self._connection.post(at("databases", "validations"), Job, wanted, content=Path(path))
        return self._jobs.wait(started, timeout=timeout)

    def export(
        self,
        database: Database | str,
        target: str | Path,
        *,
        format: str = "openlca-jsonld",  # noqa: A002 - the field's word
        timeout: float | None = None,
    ) -> Path:
        """Write a database of one's own organisation in another format, wait for it, and download the file."""
        started = self._connection.post(at("databases", database, "exports"), Job, json={"format": format})
        done = self._jobs.wait(started, timeout=timeout)
        return self._jobs.download(done, target)

    def _pages(self, path: str, kind: type[Any], params: Params) -> Iterator[Any]:
        first: int | None = 0
        while first is not None:
            page = self._connection.get(path, kind, {**params, "first": first, "limit": 500})
            yield from page.items
            first = page.next


def _index(product: Product | int) -> int:
    return product.index if isinstance(product, Product) else product


def _of(database: Database | str, product: Product | int, *parts: str) -> str:
    """The address of a product."""
    return at("databases", database, "products", _index(product), *parts)

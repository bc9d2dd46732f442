"""Background databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tanheng.client.connection import Connection, at, id_of
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

    def start_import(self, organisation: Organisation | str, path: str | Path, name: str) -> Job:
        """Upload a file, and have a job import it."""
        path = Path(path)
        wanted = {"organisation": id_of(organisation), "name": name, "file": path.name}
        return self._connection.post(at("databases", "imports"), Job, wanted, content=path)

    def import_file(
        self,
        organisation: Organisation | str,
        path: str | Path,
        name: str,
        *,
        progress: Callable[[Job], None] | None = None,
        timeout: float | None = None,
    ) -> Database:
        """Import a file of any size, and wait for it; one of the same name stands for the new data then.

        Args:
            progress: called with the job whenever it says something new. timeout: seconds of waiting.

        Raises:
            TanhengError: the faults of the file; TH-API-024 it is not over in time, and goes on.
        """
        started = self.start_import(organisation, path, name)
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
        index = product.index if isinstance(product, Product) else product
        return self._connection.get(at("databases", database, "products", index, "footprint"), Footprint)

"""Impact assessment methods, and databases scored by them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tanheng.client.connection import Connection, at, id_of
from tanheng.client.jobs import Jobs
from tanheng.client.models import (
    Coverage,
    Coverages,
    Database,
    FlowMapping,
    Job,
    Method,
    OpenFlow,
    OpenFlows,
    Organisation,
    Product,
    ProductScores,
    Scored,
    ScoredPage,
)


class Methods:
    """``client.methods``."""

    def __init__(self, connection: Connection, jobs: Jobs) -> None:
        self._connection = connection
        self._jobs = jobs

    def all(self) -> Iterator[Method]:
        """Impact methods that you may use, the newest first, without their categories."""
        return self._connection.each(at("methods"), Method)

    def get(self, id: str) -> Method:  # noqa: A002 - as the field is called
        """An impact method with its categories."""
        return self._connection.get(at("methods", id), Method)

    def import_file(
        self,
        organisation: Organisation | str,
        path: str | Path,
        name: str,
        *,
        progress: Callable[[Job], None] | None = None,
        timeout: float | None = None,
    ) -> Method:
        """Import a file of any size by a job, and wait for it; one of the same name stands for the new data then.

        Args:
            progress: called with the job whenever it says something new. timeout: seconds of waiting.

        Raises:
            TanhengError: the faults of the file; TH-API-024 it is not over in time, and goes on.
        """
        path = Path(path)
        wanted = {"organisation": id_of(organisation), "name": name, "file": path.name}
        started = self._connection.post(at("methods", "imports"), Job, wanted, content=path)
        return self.get(self._jobs.wait(started, progress=progress, timeout=timeout).result["id"])

    def import_small(self, organisation: Organisation | str, path: str | Path, name: str) -> Method:
        """Import a file of up to 20 MiB at once."""
        path = Path(path)
        wanted = {"organisation": id_of(organisation), "name": name, "file": path.name}
        return self._connection.post(at("methods"), Method, wanted, content=path)

    def share(self, seen: Method, visibility: str, shared_with: Iterable[Organisation | str] = ()) -> Method:
        """Say who else may use a method: private, shared, public (TH-STO-002 where somebody changed it since)."""
        told = {"visibility": visibility, "shared_with": [id_of(one) for one in shared_with]}
        return self._connection.change("PUT", at("methods", seen, "sharing"), Method, json=told, seen=seen)

    def withdraw(self, seen: Method) -> Method:
        """Apply a method no longer (TH-STO-002 where somebody changed it since)."""
        return self._connection.post(at("methods", seen, "withdraw"), Method, seen=seen)

    def coverage(
        self, database: Database | str, method: Method | str, *, mapping: FlowMapping | str = ""
    ) -> tuple[Coverage, ...]:
        """How much of a database a method covers, by step: as a whole, then each category."""
        place = at("databases", database, "methods", method, "coverage")
        return self._connection.get(place, Coverages, {"mapping": id_of(mapping)}).coverage

    def open_flows(
        self, database: Database | str, method: Method | str, *, mapping: FlowMapping | str = ""
    ) -> Iterator[OpenFlow]:
        """Flows that may be missing from scores, the greatest likely share first."""
        place = at("databases", database, "methods", method, "open-flows")
        following: int | None = 0
        while following is not None:
            wanted = {"mapping": id_of(mapping), "first": following, "limit": 500}
            page = self._connection.get(place, OpenFlows, wanted)
            yield from page.items
            following = page.next

    def scores(
        self, database: Database | str, method: Method | str, *, mapping: FlowMapping | str = "", text: str = ""
    ) -> Iterator[Scored]:
        """Products with their scores: all, or with ``text`` the likest of them."""
        place = at("databases", database, "methods", method, "scores")
        following: int | None = 0
        while following is not None:
            wanted = {"mapping": id_of(mapping), "text": text, "first": following, "limit": 500}
            page = self._connection.get(place, ScoredPage, wanted)
            yield from page.items
            following = page.next

    def product_scores(
        self,
        database: Database | str,
        method: Method | str,
        product: Product | int,
        *,
        mapping: FlowMapping | str = "",
    ) -> ProductScores:
        """The scores of one unit of a product, and what is likely missing from them."""
        index = product.index if isinstance(product, Product) else product
        place = at("databases", database, "methods", method, "products", index, "scores")
        return self._connection.get(place, ProductScores, {"mapping": id_of(mapping)})

    def mapping_table(
        self,
        database: Database | str,
        method: Method | str,
        target: str | Path,
        *,
        mapping: FlowMapping | str = "",
        form: str = "csv",
    ) -> Path:
        """Keep every flow with its target, to be edited and given to :meth:`keep_mapping`; ``form``: csv, xlsx."""
        wanted = {"mapping": id_of(mapping), "form": form}
        return self._connection.download(at("databases", database, "methods", method, "mapping"), target, wanted)

    def keep_mapping(
        self, organisation: Organisation | str, database: Database | str, method: Method | str, path: str | Path
    ) -> FlowMapping:
        """Keep a mapping file, CSV, for a database and a method, in place of the one that was."""
        path = Path(path)
        wanted = {"organisation": id_of(organisation), "database": id_of(database), "method": id_of(method)}
        return self._connection.post(at("flow-mappings"), FlowMapping, {**wanted, "file": path.name}, content=path)

    def mappings(self, *, database: Database | str = "", method: Method | str = "") -> Iterator[FlowMapping]:
        """Mapping files of your organisations, the newest first."""
        wanted = {"database": id_of(database), "method": id_of(method)}
        return self._connection.each(at("flow-mappings"), FlowMapping, wanted)

    def start_scores(
        self,
        organisation: Organisation | str,
        database: Database | str,
        method: Method | str,
        *,
        mapping: FlowMapping | str = "",
        file: str = "scores",
        form: str = "csv",
    ) -> Job:
        """Have a job compute a database of any size; ``client.jobs.download`` keeps its file then.

        Args:
            file: scores of every product, or mapping of every flow. form: csv, xlsx, parquet.
        """
        told = {"organisation": id_of(organisation), "mapping": id_of(mapping), "file": file, "format": form}
        return self._connection.post(at("databases", database, "methods", method, "jobs"), Job, json=told)

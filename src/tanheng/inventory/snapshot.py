"""The snapshot: an immutable, content-addressed, memory-mapped folder that holds a linked database.

Opening reads one small JSON file; arrays and tables are mapped when they are first looked at. The digest is the SHA-256
of the canonical manifest, which holds the SHA-256 of every file. What is computed from them (the
footprint vectors, the solver's order) stands apart as *derived*: its last bits may differ between machines, the digest
may not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import orjson
import rfc8785
from scipy import sparse

from tanheng import engine
from tanheng.errors import InventoryError
from tanheng.files import file_digest
from tanheng.quantities import GwpSet, Origin

if TYPE_CHECKING:
    import polars as pl

FORMAT = "tanheng-snapshot/3"
READABLE = (FORMAT, "tanheng-snapshot/2")
"""Formats that are opened; in the second, ``flows`` has no synonyms and formulas yet."""
MANIFEST = "manifest.json"
_FOLLOWS = 1e-9
_MATRIX_PARTS = ("data", "indices", "indptr")


@dataclass(frozen=True)
class ProductRow:
    """A product of a snapshot: what it is, per which unit, from which process."""

    index: int
    process_id: str
    flow_id: str
    name: str
    name_zh: str
    process: str
    location: str
    unit: str
    valid_from: str
    valid_until: str


class Snapshot:
    """An opened snapshot. ``n`` products, ``m`` elementary flows, ``k`` open flows, ``g`` gases by origin."""

    def __init__(self, path: Path, manifest: Mapping[str, Any]) -> None:
        self.path = path
        self.manifest = manifest

    @classmethod
    def open(cls, path: Path | str) -> Snapshot:
        """Open the snapshot in folder ``path``.

        Raises:
            InventoryError: TH-INV-010 no snapshot there, TH-INV-011 a snapshot of another format version.
        """
        folder = Path(path)
        try:
            manifest = orjson.loads((folder / MANIFEST).read_bytes())
        except (OSError, orjson.JSONDecodeError) as error:
            raise InventoryError("TH-INV-010", place=str(folder)) from error
        found = manifest.get("format")
        if found not in READABLE:
            raise InventoryError("TH-INV-011", place=str(folder), format=found, known=FORMAT)
        return cls(folder, manifest)

    @property
    def name(self) -> str:
        """Name of the database."""
        return str(self.manifest["name"])

    @property
    def digest(self) -> str:
        """``sha256:`` of the canonical manifest."""
        return str(self.manifest["digest"])

    @property
    def counts(self) -> Mapping[str, int]:
        """How many processes, products, flows, exchanges, and links of each status."""
        counts: Mapping[str, int] = self.manifest["counts"]
        return counts

    @cached_property
    def roles(self) -> tuple[tuple[str, Origin], ...]:
        """Gas and origin of each column of :attr:`direct` and :attr:`gas_footprints`."""
        return tuple((gas, Origin(origin)) for gas, origin in self.manifest["roles"])

    def array(self, name: str) -> npt.NDArray[Any]:
        """A stored array, memory-mapped and read-only."""
        path = self.path / f"{name}.npy"
        try:
            loaded: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise InventoryError("TH-INV-013", place=str(path), reason=str(error)) from error
        return loaded

    def matrix(self, name: str) -> sparse.csc_array:
        """A stored sparse matrix (``A`` n × n, ``B`` m × n, ``O`` k × n) on memory-mapped arrays."""
        data, indices, indptr = (self.array(f"{name}.{part}") for part in _MATRIX_PARTS)
        rows, columns = self.manifest["shapes"][name]
        return sparse.csc_array((data, indices, indptr), shape=(rows, columns), copy=False)

    @cached_property
    def A(self) -> sparse.csc_array:  # noqa: N802 - the field's symbol
        """Technosphere matrix, per unit of each product (C09)."""
        return self.matrix("A")

    @cached_property
    def B(self) -> sparse.csc_array:  # noqa: N802 - the field's symbol
        """Interventions, per unit of each product; to nature positive, from nature negative."""
        return self.matrix("B")

    @cached_property
    def open_inputs(self) -> sparse.csc_array:
        """Inputs that nobody serves, per unit of each product, in the unit of their flow."""
        return self.matrix("O")

    @cached_property
    def solver(self) -> engine.Solver:
        """Solver of :attr:`A` in the stored order; prepared on first use."""
        first, last = self.manifest["derived"]["core"]
        order = engine.Order(self.array("order.sequence"), self.array("order.blocks"), (first, last))
        return engine.Solver(self.A, order=order)

    @cached_property
    def direct(self) -> npt.NDArray[np.float64]:
        """kg of each gas by origin from the process itself, per unit of product (n × g)."""
        return self.array("direct")

    @cached_property
    def gas_footprints(self) -> npt.NDArray[np.float64]:
        """kg of each gas by origin over the whole supply chain, per unit of product (n × g)."""
        return self.array("footprints")

    def characterise(self, gwp: GwpSet) -> npt.NDArray[np.float64]:
        """kg CO2e per kg for each role (g); a gas that the set does not know counts 0 and is in :meth:`unknown_gases`."""
        return np.array([gwp.factor(gas, origin) if gwp.knows(gas) else 0.0 for gas, origin in self.roles])

    def unknown_gases(self, gwp: GwpSet) -> tuple[str, ...]:
        """Gases of this database that ``gwp`` has no value for."""
        return tuple(sorted({gas for gas, _ in self.roles if not gwp.knows(gas)}))

    def footprints(self, gwp: GwpSet) -> npt.NDArray[np.float64]:
        """The footprint vector p: kg CO2e of one unit of every product (n) (C10)."""
        return np.asarray(self.gas_footprints @ self.characterise(gwp))

    def table(self, name: str) -> pl.DataFrame:
        """A stored table, memory-mapped: ``products``, ``flows``, ``open_flows``, ``links``, ``exchanges``, ``texts``."""
        return self._read(name)

    def column(self, table: str, name: str) -> pl.Series:
        """One column of a stored table, without the others in memory."""
        return self._read(table, columns=[name])[name]

    def _read(self, name: str, **how: Any) -> pl.DataFrame:
        import polars as pl

        path = self.path / f"{name}.arrow"
        try:
            return pl.read_ipc(path, **how)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise InventoryError("TH-INV-013", place=str(path), reason=str(error)) from error

    @cached_property
    def products(self) -> pl.DataFrame:
        """One row a product, in the order of A's columns."""
        return self.table("products")

    def product(self, index: int) -> ProductRow:
        """The product at ``index``."""
        row = self.products.row(index, named=True)
        return ProductRow(**{key: row[key] for key in ProductRow.__dataclass_fields__})

    @cached_property
    def notes(self) -> tuple[Mapping[str, Any], ...]:
        """What reading and linking met on their way."""
        path = self.path / "notes.json"
        try:
            return tuple(orjson.loads(path.read_bytes()))
        except (OSError, orjson.JSONDecodeError) as error:
            raise InventoryError("TH-INV-013", place=str(path), reason=str(error)) from error

    def file_digests(self) -> Iterator[tuple[str, str, str]]:
        """``(name, digest, found)`` of every file, read again; a file that is gone has ``–``."""
        for name, digest in {**self.manifest["files"], **self.manifest["derived"]["files"]}.items():
            try:
                found = file_digest(self.path / name)
            except OSError:
                found = "–"
            yield name, digest, found

    def verify(self) -> None:
        """Read every file again and compare its SHA-256, then check the footprints against the matrices: Aᵀp = direct.

        Raises:
            InventoryError: TH-INV-012 a file was changed or is gone, TH-INV-014 the footprints do not follow from the
                matrices, whatever their own digest says.
        """
        for name, digest, found in self.file_digests():
            if found != digest:
                raise InventoryError("TH-INV-012", place=str(self.path / name), digest=digest, found=found)
        self.verify_footprints()

    def verify_footprints(self) -> None:
        """Compare the manifest with its own digest, and the footprints with the matrices (errors as of :meth:`verify`)."""
        if manifest_digest(self.manifest) != self.digest:
            raise InventoryError("TH-INV-012", place=str(self.path / MANIFEST), digest=self.digest, found="–")
        p, direct = np.asarray(self.gas_footprints), np.asarray(self.direct)
        scale = abs(self.A).T @ np.abs(p) + np.abs(direct)
        off = np.abs(self.A.T @ p - direct) > _FOLLOWS * scale
        if off.any():
            rows = ", ".join(str(i) for i in np.flatnonzero(off.any(axis=1))[:5])
            raise InventoryError("TH-INV-014", place=str(self.path), rows=rows)

    def __repr__(self) -> str:
        counts = self.counts
        return f"<Snapshot {self.name}: {counts['processes']} processes, {counts['products']} products, {self.digest[:19]}>"


def manifest_digest(manifest: Mapping[str, Any]) -> str:
    """``sha256:`` of the manifest's canonical JSON (RFC 8785) without the digest itself and what is derived."""
    body = {key: value for key, value in manifest.items() if key not in ("digest", "derived")}
    return "sha256:" + hashlib.sha256(rfc8785.dumps(body)).hexdigest()

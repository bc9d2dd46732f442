"""Impact methods of a data directory, and the mapping files that are kept for them.

Layout below the data directory::

    methods/<name>/entry.json            what the name stands for now, and where it came from
    methods/<name>/<digest>.msgpack      the method, by the SHA-256 of its content
    mappings/<database>--<method>.csv    a person's own mapping for this pair, as it was given

Each is written whole or not at all; the entry is written last and names what it stands for by digest.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import orjson

from tanheng.errors import HomeError
from tanheng.files import replacing
from tanheng.inventory.mapping.mapfile import read_mapping
from tanheng.inventory.mapping.overrides import MappingFile
from tanheng.inventory.methods.model import CharacterisationFactor, ImpactCategory, ImpactMethod
from tanheng.inventory.model import Flow, LocalUnit, Note, Uncertainty

METHODS, MAPPINGS = "methods", "mappings"
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
_FORMAT = "tanheng-method/1"


@dataclass(frozen=True, slots=True)
class _Factor:
    """A factor with its flow by place: a method names each flow in many categories."""

    flow: int
    value: float
    unit: str
    is_input: bool | None
    location: str
    uncertainty: Uncertainty | None


@dataclass(frozen=True, slots=True)
class _Category:
    id: str
    names: Mapping[str, str]
    unit: str
    factors: tuple[_Factor, ...]
    comment: str
    texts: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class _Method:
    format: str
    name: str
    source_format: str
    flows: tuple[Flow, ...]
    categories: tuple[_Category, ...]
    local_units: Mapping[str, LocalUnit]
    notes: tuple[Note, ...]
    description: str
    version: str
    licence: str


@dataclass(frozen=True, slots=True)
class MethodShelf:
    """The impact methods of a data directory."""

    home: Path

    def names(self) -> tuple[str, ...]:
        """Names of the imported methods."""
        found = (p.parent.name for p in (self.home / METHODS).glob("*/entry.json"))
        return tuple(sorted(name for name in found if _NAME.fullmatch(name)))

    def entry(self, name: str) -> dict[str, Any]:
        """What is recorded of a method: its digest, source and counts.

        Raises:
            HomeError: TH-HOM-010 no such method, TH-HOM-012 a damaged entry.
        """
        path = self._folder(name) / "entry.json"
        try:
            loaded: dict[str, Any] = orjson.loads(path.read_bytes())
            _ = loaded["digest"]
        except (FileNotFoundError, NotADirectoryError) as error:
            raise HomeError("TH-HOM-010", name=name, known=", ".join(self.names()) or "–") from error
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise HomeError("TH-HOM-012", place=str(path), name=name, reason="entry.json") from error
        return loaded

    def open(self, name: str) -> ImpactMethod:
        """The method of this name (TH-HOM-010 where there is none, TH-HOM-012 where its content is not what was written)."""
        digest = str(self.entry(name)["digest"])
        path = self._folder(name) / _file(digest)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise HomeError("TH-HOM-012", place=str(path), name=name, reason=str(error.strerror)) from error
        if _digest(content) != digest:
            raise HomeError("TH-HOM-012", place=str(path), name=name, reason="SHA-256")
        try:
            return unpacked(content)
        except (msgspec.DecodeError, IndexError) as error:
            raise HomeError("TH-HOM-012", place=str(path), name=name, reason=str(error)) from error

    def add(self, method: ImpactMethod, name: str, *, source: str) -> str:
        """Keep a method under a name, in place of what the name stood for; gives its digest (TH-HOM-011 for a bad name)."""
        folder = self._folder(name)
        content = packed(method)
        digest = _digest(content)
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(folder / _file(digest)) as work:
            work.write_bytes(content)
        entry = {
            "name": name,
            "digest": digest,
            "source": source,
            "title": method.name,
            "version": method.version,
            "format": method.format,
            "licence": method.licence,
            "categories": len(method.categories),
            "factors": method.factor_count,
        }
        with replacing(folder / "entry.json") as work:
            work.write_bytes(orjson.dumps(entry, option=orjson.OPT_INDENT_2))
        for other in folder.glob("*.msgpack"):
            if other.name != _file(digest) and not other.name.startswith("."):
                other.unlink(missing_ok=True)
        return digest

    def remove(self, name: str) -> None:
        """Take a method away (TH-HOM-010 where there is none); mappings that are kept for it stay."""
        self.entry(name)
        shutil.rmtree(self._folder(name))

    def import_file(self, path: Path, name: str, *, progress: Callable[[int, int], None] | None = None) -> ImpactMethod:
        """Read a method from a file or folder of any format, and keep it (TH-FMT-… as of reading)."""
        from tanheng.formats import read_method

        check_name(name)
        method: ImpactMethod = read_method(path, name=name, progress=progress)
        self.add(method, name, source=path.name)
        return method

    def _folder(self, name: str) -> Path:
        check_name(name)
        return self.home / METHODS / name


@dataclass(frozen=True, slots=True)
class MappingShelf:
    """The mapping files that are kept for pairs of a database and a method."""

    home: Path

    def find(self, database: str, method: str) -> MappingFile | None:
        """The mapping that is kept for a pair; ``None`` where there is none (TH-MAP-… where it is damaged)."""
        path = self._path(database, method)
        return read_mapping(path) if path.is_file() else None

    def keep(self, file: Path, database: str, method: str) -> MappingFile:
        """Keep a mapping file for a pair, as it is; one that cannot be read is refused and changes nothing."""
        read_mapping(file)
        path = self._path(database, method)
        path.parent.mkdir(parents=True, exist_ok=True)
        content = file.read_bytes()
        with replacing(path) as work:
            work.write_bytes(content)
        return read_mapping(path)

    def remove(self, database: str, method: str) -> None:
        """Forget the mapping of a pair (TH-HOM-013 where there is none)."""
        path = self._path(database, method)
        if not path.is_file():
            raise HomeError("TH-HOM-013", database=database, method=method)
        path.unlink()

    def _path(self, database: str, method: str) -> Path:
        if not (_NAME.fullmatch(database) and _NAME.fullmatch(method)):
            raise HomeError("TH-HOM-013", database=database, method=method)
        return self.home / MAPPINGS / f"{database}--{method}.csv"


def check_name(name: str) -> None:
    """Refuse a name that no method may have (TH-HOM-011)."""
    if not _NAME.fullmatch(name):
        raise HomeError("TH-HOM-011", name=name)


def packed(method: ImpactMethod) -> bytes:
    """A method as the bytes that stand for it: the same method, the same bytes."""
    return msgspec.msgpack.encode(_packed(method), order="sorted")


def unpacked(content: bytes) -> ImpactMethod:
    """The method that :func:`packed` wrote (``msgspec.DecodeError`` or ``IndexError`` for any other bytes)."""
    return _unpacked(msgspec.msgpack.decode(content, type=_Method))


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _file(digest: str) -> str:
    return f"{digest.removeprefix('sha256:')[:32]}.msgpack"


def _packed(method: ImpactMethod) -> _Method:
    places: dict[bytes, int] = {}
    flows: list[Flow] = []

    def place(flow: Flow) -> int:
        key = msgspec.msgpack.encode(flow, order="sorted")
        if key not in places:
            places[key] = len(flows)
            flows.append(flow)
        return places[key]

    categories = tuple(
        _Category(
            c.id,
            c.names,
            c.unit,
            tuple(_Factor(place(f.flow), f.value, f.unit, f.is_input, f.location, f.uncertainty) for f in c.factors),
            c.comment,
            c.texts,
        )
        for c in method.categories
    )
    head = (_FORMAT, method.name, method.format, tuple(flows), categories)
    return _Method(*head, method.local_units, method.notes, method.description, method.version, method.licence)


def _unpacked(kept: _Method) -> ImpactMethod:
    categories = tuple(
        ImpactCategory(
            c.id,
            c.names,
            c.unit,
            tuple(
                CharacterisationFactor(kept.flows[f.flow], f.value, f.unit, f.is_input, f.location, f.uncertainty)
                for f in c.factors
            ),
            c.comment,
            c.texts,
        )
        for c in kept.categories
    )
    return ImpactMethod(
        kept.name,
        kept.source_format,
        categories,
        kept.local_units,
        kept.notes,
        kept.description,
        kept.version,
        kept.licence,
    )

"""The JSON files of a package, by kind and id."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import orjson

from tanheng.errors import FormatError
from tanheng.formats.archive import Archive, Member
from tanheng.formats.notebook import Notebook
from tanheng.formats.openlca.fields import Json, text

_SHARED = ("unit_groups", "flow_properties", "categories", "locations", "flows", "parameters")
DATABASE = (*_SHARED, "sources", "processes")
METHODS = (*_SHARED, "lcia_methods", "lcia_categories")
_MEMBER = re.compile(
    rf"^(?P<root>(?:.*/)?)(?P<kind>{'|'.join(dict.fromkeys((*DATABASE, *METHODS)))})/(?P<stem>[^/]+)\.json$"
)
_BOM = b"\xef\xbb\xbf"


class Package:
    """Reads the data sets of an open archive; ``step`` is called after each file.

    ``kinds`` are the folders that are read; a package lies where the last of them does.
    """

    def __init__(
        self, archive: Archive, notes: Notebook, step: Callable[[], None], kinds: Sequence[str] = DATABASE
    ) -> None:
        self._archive = archive
        self._notes = notes
        self._step = step
        self._members: dict[str, list[tuple[str, Member]]] = {}
        found = [(m, match) for m in archive.members if (match := _MEMBER.match(m.name))]
        roots = {match["root"] for _, match in found if match["kind"] == kinds[-1]}
        # A package may lie in a folder of the zip; of several, the outermost is read.
        self.root = min(roots, key=lambda root: (root.count("/"), root), default="")
        for other in sorted(roots - {self.root}):
            notes.add("folder-ignored", archive.path.name, folder=other)
        for member, match in found:
            if match["root"] == self.root and match["kind"] in kinds:
                self._members.setdefault(match["kind"], []).append((match["stem"], member))

    def __len__(self) -> int:
        return sum(len(members) for members in self._members.values())

    def each(self, kind: str) -> Iterator[tuple[str, Json, str]]:
        """``(id, data set, place)`` of every data set of a kind; of two with one id the first stays.

        Raises:
            FormatError: TH-FMT-015 for a file that is not JSON, TH-FMT-016 for one that is not an object.
        """
        seen: set[str] = set()
        for stem, member in self._members.get(kind, ()):
            place = self._archive.place(member)
            data = self._parse(self._archive.read(member), place)
            self._step()
            identifier = text(data, "@id") or stem
            if identifier in seen:
                self._notes.add("duplicate-id", place, id=identifier)
                continue
            seen.add(identifier)
            yield identifier, data, place

    def all(self, kind: str) -> Mapping[str, Json]:
        """All data sets of a kind by id."""
        return {identifier: data for identifier, data, _ in self.each(kind)}

    def _parse(self, raw: bytes, place: str) -> Json:
        try:
            data = orjson.loads(raw.removeprefix(_BOM))
        except orjson.JSONDecodeError as error:
            raise FormatError("TH-FMT-015", place=place, line=error.lineno, detail=error.msg) from error
        if not isinstance(data, dict):
            raise FormatError("TH-FMT-016", place=place)
        return data


def note_methods(archive: Archive, notes: Notebook) -> None:
    """Note the impact categories that lie beside the processes of a database."""
    for name in _stems(archive, "lcia_categories"):
        notes.count("methods-ignored", archive.path.name, name)


def refuse_methods(archive: Archive) -> None:
    """Refuse a package that holds impact categories and no process.

    Raises:
        FormatError: TH-FMT-030.
    """
    methods = _stems(archive, "lcia_categories")
    if methods and not _stems(archive, "processes"):
        raise FormatError("TH-FMT-030", place=archive.path.name, count=len(methods), method=methods[0])


def _stems(archive: Archive, kind: str) -> list[str]:
    found = (_MEMBER.match(member.name) for member in archive.members)
    return [match["stem"] for match in found if match and match["kind"] == kind]

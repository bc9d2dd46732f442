"""Ids of data sets, references to them, and the sources and contacts that are known by their names alone."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from enum import StrEnum

from tanheng.formats.ilcdmodel.documentation import contact_text, source_text
from tanheng.formats.ilcdmodel.writing.tree import LONG, STRING, Made, cut, names, plain, pruned, texts
from tanheng.formats.losses import Losses
from tanheng.formats.writing import identity as writing
from tanheng.formats.writing.identity import Ids

VERSION = "00.00.000"
"""Version of a data set whose authors give none."""
UNDEFINED = "undefined"
"""What readers take for nothing, where a format demands a text."""
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://tanheng.invalid/ilcd")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Kind(StrEnum):
    """Kinds of data sets, by the name of their root."""

    PROCESS = "processDataSet"
    FLOW = "flowDataSet"
    FLOW_PROPERTY = "flowPropertyDataSet"
    UNIT_GROUP = "unitGroupDataSet"
    SOURCE = "sourceDataSet"
    CONTACT = "contactDataSet"

    @property
    def said(self) -> str:
        """As references call it, e.g. ``flow property data set``."""
        return re.sub("[A-Z]", lambda found: " " + found[0].lower(), self.value)

    @property
    def folder(self) -> str:
        """Name of its folder, e.g. ``flowproperties``."""
        plural = {Kind.PROCESS: "processes", Kind.FLOW_PROPERTY: "flowproperties"}
        return plural.get(self, self.value.removesuffix("DataSet").lower() + "s")


def ids_of(kind: Kind, losses: Losses) -> Ids:
    """Ids of one kind of data sets: UUIDs in lower case."""
    return Ids(kind.said, losses, space=_SPACE, fits=_UUID)


def made_id(kind: Kind, *parts: str) -> str:
    """A UUID that stands for ``parts``, of a data set that the database does not number."""
    return writing.made_id(_SPACE, kind.said, *parts)


def ref(kind: Kind, identifier: str, called: Mapping[str, str]) -> Made:
    """A reference to a data set."""
    return {
        "@type": kind.said,
        "@refObjectId": identifier,
        "@version": VERSION,
        "@uri": f"../{kind.folder}/{identifier}.xml",
        "common:shortDescription": names(called),
    }


def published(version: str = VERSION) -> Made:
    """The administration of a data set that nobody says more of than its version."""
    return {"publicationAndOwnership": {"common:dataSetVersion": version}}


class References:
    """Sources and contacts, collected for a file of their own each, with what readers make of them."""

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}
        self.contacts: dict[str, str] = {}
        self._trees: dict[Kind, dict[str, Made]] = {Kind.SOURCE: {}, Kind.CONTACT: {}}

    def source(self, line: str) -> Made:
        """Reference to the source that a line names."""
        identifier = made_id(Kind.SOURCE, line)
        if identifier not in self.sources:
            tree = _source(identifier, line)
            self._trees[Kind.SOURCE][identifier] = tree
            self.sources[identifier] = source_text(plain(tree))
        return self._ref(Kind.SOURCE, identifier, line)

    def contact(self, name: str) -> Made:
        """Reference to the person or entity of a name."""
        identifier = made_id(Kind.CONTACT, name)
        if identifier not in self.contacts:
            tree = _contact(identifier, name)
            self._trees[Kind.CONTACT][identifier] = tree
            self.contacts[identifier] = contact_text(plain(tree))
        return self._ref(Kind.CONTACT, identifier, name)

    def _ref(self, kind: Kind, identifier: str, name: str) -> Made:
        return ref(kind, identifier, {}) | {"common:shortDescription": texts(name, LONG)}

    def data_sets(self) -> Iterator[tuple[Kind, str, Made]]:
        """Every source and contact, with its id; those that adapting one of them asks for come too."""
        for kind, trees in self._trees.items():
            done: set[str] = set()
            while waiting := sorted(set(trees) - done):
                for identifier in waiting:
                    yield kind, identifier, trees[identifier]
                done.update(waiting)


def _source(identifier: str, line: str) -> Made:
    fits = len(line) <= STRING
    information = {
        "common:UUID": identifier,
        "common:shortName": texts(line if fits else UNDEFINED),
        "sourceCitation": "" if fits else cut(line, LONG),
        "sourceDescriptionOrComment": texts(line) if len(line) > LONG else [],
    }
    made: Made = pruned({"sourceInformation": {"dataSetInformation": information}})
    return {"@version": "1.1", **made, "administrativeInformation": published()}


def _contact(identifier: str, name: str) -> Made:
    called = texts(name, STRING)
    information = {"common:UUID": identifier, "common:shortName": called, "common:name": called}
    return {
        "@version": "1.1",
        "contactInformation": {"dataSetInformation": information},
        "administrativeInformation": published(),
    }

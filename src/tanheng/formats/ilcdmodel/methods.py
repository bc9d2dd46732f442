"""One pass over the files of a package for its impact assessment methods."""

from __future__ import annotations

import os
import re

from tanheng.errors import TanhengError
from tanheng.formats.archive import DEFAULT_LIMITS, Archive, Limits, Member, open_archive
from tanheng.formats.characterising import filled
from tanheng.formats.ilcdmodel.documentation import licence
from tanheng.formats.ilcdmodel.flows import Flows
from tanheng.formats.ilcdmodel.indicators import Indicators, methodologies
from tanheng.formats.ilcdmodel.node import Node, identifier, node, text
from tanheng.formats.ilcdmodel.package import KINDS, METHOD
from tanheng.formats.ilcdmodel.parsing import Parse, parsed
from tanheng.formats.ilcdmodel.quantities import Quantities
from tanheng.formats.ilcdmodel.reading import take_file
from tanheng.formats.ilcdmodel.versions import Versions
from tanheng.formats.notebook import Notebook
from tanheng.formats.progress import Progress, Steps
from tanheng.inventory.methods.model import ImpactCategory, ImpactMethod

_METHODS = re.compile(r"(^|/)lciamethods/", re.IGNORECASE)
_PASSED_OVER = re.compile(r"(^|/)(processes|sources|contacts|lifecyclemodels)/", re.IGNORECASE)
_INFORMATION = ("LCIAMethodInformation", "dataSetInformation")


def read_method_sets(
    path: str | os.PathLike[str],
    *,
    name: str,
    format: str,  # noqa: A002 - the name of the field in ImpactMethod
    suffix: str,
    parse: Parse,
    progress: Progress | None,
    limits: Limits | None,
) -> ImpactMethod:
    """Read all LCIA method data sets of a zip, a folder or a single file as one method, a category each.

    They are built as they come where they lie in a folder ``lciamethods``, so that only one is in memory at a time.

    Raises:
        FormatError: those of :func:`~tanheng.formats.archive.open_archive`; TH-FMT-055 where there is no factor, and
            the fault of a file (TH-FMT-009, 010, 013 to 017) where no category can be read. With others it is a note.
    """
    notes = Notebook()
    limits = limits or DEFAULT_LIMITS
    with open_archive(path, limits=limits) as archive:
        package = _Package(archive.path.name, notes)
        members = _in_order(archive, suffix)
        steps = Steps(progress, len(members))
        faults: list[TanhengError] = []
        for member in members:
            if _METHODS.search(member.name):
                package.start()
            faults += take_file(parsed(archive, member, limits, parse), archive, member, package.add, notes)
            steps.step()
        package.start()
        if faults and not package.categories:
            raise faults[0]
        return package.close(name, format)


def _in_order(archive: Archive, suffix: str) -> list[Member]:
    ours = [m for m in archive.members if m.name.lower().endswith(suffix) and not _PASSED_OVER.search(m.name)]
    members = list(archive.members) if len(archive.members) == 1 else ours
    return sorted(members, key=lambda member: bool(_METHODS.search(member.name)))


class _Package:
    """Collects flows, quantities and methods; of several versions of one data set the newest stays."""

    def __init__(self, place: str, notes: Notebook) -> None:
        self.categories: dict[str, ImpactCategory] = {}
        self._place = place
        self._notes = notes
        self._versions_of = Versions(notes, place)
        self._kept: dict[str, dict[str, Node]] = {
            kind: {} for kind in ("flowdataset", "flowpropertydataset", "unitgroupdataset", METHOD)
        }
        self._methodologies: dict[str, None] = {}
        self._versions: set[str] = set()
        self._licences: set[str] = set()
        self._indicators: Indicators | None = None
        self._quantities: Quantities | None = None

    def add(self, root: str, data: Node, place: str, stem: str) -> None:
        """Take a data set; what a method does not need is passed over."""
        kind = root.casefold()
        if kind not in self._kept:
            return
        information = _INFORMATION if kind == METHOD else (KINDS[kind], "dataSetInformation")
        found = identifier(node(data, *information), stem)
        if not self._versions_of.is_newest(kind, found, data, place):
            return
        if kind == METHOD and self._indicators is not None:
            self._build(found, data)
        elif kind == "flowdataset":
            parts = ("flowInformation", "modellingAndValidation", "flowProperties")
            self._kept[kind][found] = {key: data[key] for key in parts if key in data}
        else:
            self._kept[kind][found] = data

    def start(self) -> None:
        """Build categories from now on as they come: what they refer to is there."""
        if self._indicators is not None:
            return
        self._quantities = Quantities(self._kept["unitgroupdataset"], self._kept["flowpropertydataset"], self._notes)
        flows = Flows(dict(self._kept["flowdataset"]), self._quantities, self._notes, self._place)
        self._indicators = Indicators(flows, self._quantities, self._notes)
        waiting = self._kept[METHOD]
        while waiting:
            found = next(iter(waiting))
            self._build(found, waiting.pop(found))

    def _build(self, found: str, data: Node) -> None:
        assert self._indicators is not None  # noqa: S101 - start() made it
        self.categories[found] = self._indicators.build(found, data)
        self._methodologies.update(dict.fromkeys(methodologies(data)[:1]))
        self._versions.add(text(data, "administrativeInformation", "publicationAndOwnership", "dataSetVersion"))
        self._licences.add(licence(data))

    def close(self, name: str, format_name: str) -> ImpactMethod:
        """The method of all that was added; version and licence where all categories say the same."""
        assert self._quantities is not None  # noqa: S101 - start() made it
        if len(self._methodologies) > 1:
            self._notes.add("methods-joined", self._place, names="; ".join(self._methodologies))
        categories = filled(list(self.categories.values()), self._place)
        return ImpactMethod(
            name=name,
            format=format_name,
            categories=categories,
            local_units=self._quantities.book.local,
            notes=self._notes.close(),
            description="; ".join(self._methodologies),
            version=next(iter(self._versions)) if len(self._versions) == 1 else "",
            licence=next(iter(self._licences)) if len(self._licences) == 1 else "",
        )

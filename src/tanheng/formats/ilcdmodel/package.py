"""The data sets of a package by kind and id, and the database that becomes of them."""

from __future__ import annotations

from tanheng.formats.ilcdmodel.documentation import contact_text, source_text
from tanheng.formats.ilcdmodel.flows import Flows
from tanheng.formats.ilcdmodel.models import Connections
from tanheng.formats.ilcdmodel.names import full_names
from tanheng.formats.ilcdmodel.node import Node, identifier, node, one_language
from tanheng.formats.ilcdmodel.processes import Processes
from tanheng.formats.ilcdmodel.quantities import Quantities
from tanheng.formats.ilcdmodel.versions import Versions
from tanheng.formats.notebook import Notebook
from tanheng.inventory.model import Database, Process

# Root of a data set, in lower case → the element that holds its id.
KINDS = {
    "processdataset": "processInformation",
    "flowdataset": "flowInformation",
    "flowpropertydataset": "flowPropertiesInformation",
    "unitgroupdataset": "unitGroupInformation",
    "sourcedataset": "sourceInformation",
    "contactdataset": "contactInformation",
    "lifecyclemodeldataset": "lifeCycleModelInformation",
}
METHOD = "lciamethoddataset"


def is_data_set(root: str) -> bool:
    """Whether the root of a document is that of a data set of the ILCD model."""
    return root.casefold() in KINDS or root.casefold() == METHOD


class Package:
    """Collects data sets. Of several versions of one, the newest stays; both cases are noted."""

    def __init__(self, place: str, format_name: str, notes: Notebook) -> None:
        self.methods: list[str] = []
        self._place = place
        self._format = format_name
        self._notes = notes
        self._versions = Versions(notes, place)
        self._groups: dict[str, Node] = {}
        self._properties: dict[str, Node] = {}
        self._flows: dict[str, Node] = {}
        self._sources: dict[str, str] = {}
        self._contacts: dict[str, str] = {}
        self._connections = Connections(notes)
        self._waiting: dict[str, Node] = {}
        self._processes: dict[str, Process] = {}
        self._built: tuple[Flows, Processes] | None = None

    def add(self, root: str, data: Node, place: str, stem: str) -> None:
        """Take a data set; something else is noted and passed over."""
        kind = root.casefold()
        if kind == METHOD:
            names = full_names(node(data, "LCIAMethodInformation", "dataSetInformation"))
            self.methods.append(one_language(names) or stem)
            self._notes.count("methods-ignored", self._place, self.methods[-1])
            return
        if kind not in KINDS:
            self._notes.add("file-ignored", place, root=root or "–")
            return
        found = identifier(node(data, KINDS[kind], "dataSetInformation"), stem)
        if self._versions.is_newest(kind, found, data, place):
            self._keep(kind, found, data, place)

    def _keep(self, kind: str, found: str, data: Node, place: str) -> None:
        match kind:
            case "processdataset":
                if self._built is None:
                    self._waiting[found] = data
                else:
                    self._processes[found] = self._built[1].build(found, data)
            case "flowdataset":
                # The rest of a flow data set, its administration above all, is never asked for again.
                kept = ("flowInformation", "modellingAndValidation", "flowProperties")
                self._flows[found] = {key: data[key] for key in kept if key in data}
            case "flowpropertydataset":
                self._properties[found] = data
            case "unitgroupdataset":
                self._groups[found] = data
            case "sourcedataset":
                self._sources[found] = source_text(data)
            case "contactdataset":
                self._contacts[found] = contact_text(data)
            case _:
                self._connections.add(data, place)

    def start(self) -> None:
        """Build processes from now on as they come: what they refer to is there."""
        if self._built is not None:
            return
        quantities = Quantities(self._groups, self._properties, self._notes)
        flows = Flows(self._flows, quantities, self._notes, self._place)
        processes = Processes(
            flows=flows,
            sources=self._sources,
            contacts=self._contacts,
            connections=self._connections,
            notes=self._notes,
        )
        self._built = flows, processes
        self._local_units = quantities.book.local
        flows.close()
        while self._waiting:
            found = next(iter(self._waiting))
            self._processes[found] = processes.build(found, self._waiting.pop(found))

    def close(self, name: str) -> Database:
        """The database of all that was added."""
        self.start()
        assert self._built is not None  # noqa: S101 - start() built it
        flows = self._built[0].close()
        self._note_dangling_providers()
        return Database(
            name=name,
            format=self._format,
            flows=flows,
            processes=self._processes,
            local_units=self._local_units,
            notes=self._notes.close(),
        )

    def _note_dangling_providers(self) -> None:
        for process in self._processes.values():
            for exchange in process.exchanges:
                if exchange.provider is not None and exchange.provider not in self._processes:
                    self._notes.count("dangling-provider", process.name, exchange.provider)

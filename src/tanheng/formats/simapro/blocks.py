"""From rows to blocks: processes with their sections, and what stands beside them, as raw rows.

A block begins with its heading alone in a row and ends with ``End``. In a process each section begins so, too; the
first sections hold text, the others lists. A missing ``End`` is tolerated where the next heading can only begin a block.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tanheng.formats.notebook import Notebook

TEXTS = frozenset(
    """platformid|category type|process identifier|type|process name|status|time period|geography|technology|
    representativeness|multiple output allocation|substitution allocation|cut off rules|capital goods|
    boundary with nature|infrastructure|date|record|generator|external documents|literature references|
    collection method|data treatment|verification|comment|allocation rules|system description|
    waste treatment allocation""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)
MADE, TREATED, SCENARIO = "products", "waste treatment", "waste scenario"
SEPARATED, REMAINING, TO_TREATMENT = "separated waste", "remaining waste", "waste to treatment"
AVOIDED, MATERIALS, ENERGY = "avoided products", "materials/fuels", "electricity/heat"
# Section of a process → compartment of what it exchanges with nature; the last four are none in the strict sense.
NATURE = {
    "resources": "resource",
    "emissions to air": "air",
    "emissions to water": "water",
    "emissions to soil": "soil",
    "final waste flows": "final waste",
    "non material emissions": "non-material emission",
    "social issues": "social issue",
    "economic issues": "economic issue",
}
INPUT_PARAMETERS, CALCULATED_PARAMETERS = "input parameters", "calculated parameters"
LISTS = frozenset(
    (
        *(MADE, TREATED, SCENARIO, SEPARATED, REMAINING, TO_TREATMENT, AVOIDED, MATERIALS, ENERGY),
        *(*NATURE, INPUT_PARAMETERS, CALCULATED_PARAMETERS),
    )
)
# Block of substances → compartment.
SUBSTANCES = {
    "raw materials": "resource",
    "airborne emissions": "air",
    "waterborne emissions": "water",
    "final waste flows": "final waste",
    "emissions to soil": "soil",
    "non material emissions": "non-material emission",
    "social issues": "social issue",
    "economic issues": "economic issue",
}
PARAMETERS = (
    "database input parameters",
    "database calculated parameters",
    "project input parameters",
    "project calculated parameters",
)
METHODS = frozenset(("method", "impact category", "normalization-weighting set", "damage category"))
PROCESS, UNITS, QUANTITIES, LITERATURE, SYSTEM = (
    "process",
    "units",
    "quantities",
    "literature reference",
    "system description",
)
_KNOWN = frozenset((PROCESS, UNITS, QUANTITIES, LITERATURE, SYSTEM, *SUBSTANCES, *PARAMETERS, *METHODS))
LISTED = frozenset((UNITS, *SUBSTANCES, *PARAMETERS))
# Headings that are no section of a process: they begin a block even where the one before has no end.
_ONLY_BLOCKS = frozenset((UNITS, QUANTITIES, LITERATURE, *PARAMETERS, *SUBSTANCES)) - LISTS
_CATEGORY = "category type"
_FIELDS = frozenset(("name", "category", "description", "documentation link", "comment"))
_MOST_ROWS = 5_000_000  # of a list block; real files have some ten thousand


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: its line and its cells."""

    line: int
    cells: list[str]


@dataclass(slots=True)
class RawProcess:
    """A process: text sections as rows of cells, lists as rows; ``place`` is where it begins."""

    place: str
    texts: dict[str, list[list[str]]] = field(default_factory=dict)
    lists: dict[str, list[Row]] = field(default_factory=dict)

    def text(self, section: str) -> str:
        """A text section, its lines joined; empty if absent."""
        return "\n".join("; ".join(filter(None, cells)) for cells in self.texts.get(section, ()))

    def rows(self, section: str) -> list[Row]:
        """The rows of a list; empty if absent."""
        return self.lists.get(section, [])


@dataclass(slots=True)
class RawFile:
    """All blocks of a file; of methods the headings and, where they were asked for, all rows."""

    processes: list[RawProcess] = field(default_factory=list)
    lists: dict[str, list[Row]] = field(default_factory=dict)
    literature: dict[str, dict[str, str]] = field(default_factory=dict)
    methods: list[str] = field(default_factory=list)
    method_rows: list[Row] = field(default_factory=list)


class BlockReader:
    """Sorts the rows of one file into blocks; ``kept`` are those whose rows are wanted as they are."""

    def __init__(self, place: str, notes: Notebook, kept: frozenset[str] = LISTED) -> None:
        self.found = RawFile()
        self._place = place
        self._notes = notes
        self._kept = kept
        self._block = ""
        self._section = ""
        self._process: RawProcess | None = None
        self._record: dict[str, str] = {}

    def read(self, rows: Iterable[tuple[int, list[str]]]) -> RawFile:
        """Read all rows; those of the header are passed over."""
        for line, cells in rows:
            if not cells:
                continue
            heading = cells[0].casefold() if len(cells) == 1 else ""
            if heading == "end":
                self._close()
            elif not self._block and not cells[0].startswith("{"):
                self._open(line, cells)
            elif not self._block:
                continue  # the header
            elif self._begins_anew(heading):
                self._notes.count("block-end-missing", self._place, f"{self._block}, {line}")
                self._close()
                self._open(line, cells)
            else:
                self._take(line, cells, heading)
        if self._block and self._block not in METHODS:
            self._notes.count("block-end-missing", self._place, self._block)
        self._close()
        return self.found

    def _begins_anew(self, heading: str) -> bool:
        if heading == PROCESS:
            # In a text section the word may be text; a process that lists something already is over.
            return self._process is None or bool(self._process.lists)
        if self._process is not None:
            return heading in _ONLY_BLOCKS or (heading == SYSTEM and bool(self._process.lists))
        return heading in _ONLY_BLOCKS or (heading in SUBSTANCES and self._block not in (LITERATURE, SYSTEM))

    def _open(self, line: int, cells: list[str]) -> None:
        heading = cells[0].casefold()
        place = f"{self._place}:{line}"
        if len(cells) > 1 and heading != PROCESS:
            self._notes.count("row-outside", self._place, f"{line}: {cells[0]}")
            return
        self._block, self._section = heading, ""
        if heading == PROCESS:
            self._process = RawProcess(place)
        elif heading in METHODS:
            self.found.methods.append("")
            self._keep_method(line, cells)
        elif heading not in _KNOWN:
            self._notes.count("block-unknown", self._place, cells[0][:80])

    def _close(self) -> None:
        if self._process is not None:
            self.found.processes.append(self._process)
        if self._block == LITERATURE and (name := self._record.get("name")):
            self.found.literature.setdefault(name.casefold(), self._record)
        self._process, self._record, self._block, self._section = None, {}, "", ""

    def _take(self, line: int, cells: list[str], heading: str) -> None:
        if self._process is not None:
            self._take_process(self._process, line, cells, heading)
        elif self._block == LITERATURE:
            if heading in _FIELDS and heading not in self._record:
                self._section = heading
                self._record[heading] = ""
            elif self._section:
                self._record[self._section] = f"{self._record[self._section]}\n{' '.join(cells)}".strip()
        elif self._block in METHODS:
            if self._block == "method" and self._section == "name" and not self.found.methods[-1]:
                self.found.methods[-1] = " ".join(cells[0].split())
            self._section = heading
            self._keep_method(line, cells)
        elif self._block in self._kept:
            kept = self.found.lists.setdefault(self._block, [])
            if len(kept) < _MOST_ROWS:
                kept.append(Row(line, cells))

    def _keep_method(self, line: int, cells: list[str]) -> None:
        if self._kept & METHODS and len(self.found.method_rows) < _MOST_ROWS:
            self.found.method_rows.append(Row(line, cells))

    def _take_process(self, process: RawProcess, line: int, cells: list[str], heading: str) -> None:
        key = cells[0].casefold()
        if self._section == _CATEGORY and not process.texts[_CATEGORY] and heading not in TEXTS:
            process.texts[_CATEGORY].append(cells)  # "waste treatment", which is a heading elsewhere
        elif heading in LISTS or (heading in TEXTS and not process.lists and heading not in process.texts):
            self._section = heading
            if heading in TEXTS:
                process.texts[heading] = []
            else:
                process.lists.setdefault(heading, [])
        elif len(cells) > 1 and key in TEXTS and key not in process.texts and not process.lists:
            # Some writers put the text beside its heading.
            process.texts[key] = [cells[1:]]
            self._section = key
        elif self._section in LISTS:
            process.lists[self._section].append(Row(line, cells))
        elif self._section:
            process.texts[self._section].append(cells)
        else:
            self._notes.count("section-unknown", self._place, f"{line}: {cells[0][:80]}")

"""The data sets of an archive between parsing and building, and what has to be known of all before one can be built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from tanheng.errors import Fault, FormatError
from tanheng.formats.archive import Archive, Limits
from tanheng.formats.ecospold2.dataset import RawDataset
from tanheng.formats.ecospold2.flows import FlowRegister
from tanheng.formats.ecospold2.identity import outline
from tanheng.formats.ecospold2.inheritance import complete_children, families, wants_parent
from tanheng.formats.ecospold2.parsing import Parsed, pack, parse, unpack
from tanheng.formats.notebook import Notebook, dictate
from tanheng.formats.parallel import each_chunk
from tanheng.formats.progress import Steps
from tanheng.formats.readings import Readings

_ENDINGS = (".spold", ".xml")


class Shelf:
    """The data sets of an archive: packed, a tenth of the files or less.

    ``outlines`` are what has to be known of all of them before one can be built.
    """

    def __init__(self, archive: Archive, register: FlowRegister, notes: Notebook) -> None:
        self._archive = archive
        self._register = register
        self._notes = notes
        self._packed: list[bytes] = []
        self._spans: list[range] = []
        self._places: list[list[int]] = []
        self._unseen: int | None = None
        self.outlines: list[RawDataset] = []

    def fill(self, steps: Steps, limits: Limits, workers: int | None, cache: Readings | None) -> None:
        """Parse all files and complete the children; the register sees all exchanges, in the order of the files."""
        members = self._archive.members
        members = tuple(m for m in members if m.name.lower().endswith(_ENDINGS) or len(members) == 1)
        steps.total = sum(member.size for member in members)
        fault: Fault | None = None
        chunks = each_chunk(self._archive, members, parse, answer=Parsed, limits=limits, workers=workers, cache=cache)
        with closing(chunks):
            for chunk, answers in chunks:
                for parsed in answers:
                    dictate(parsed.heard, self._notes)
                    fault = fault or parsed.fault
                    if parsed.count:
                        self._keep(parsed.datasets)
                steps.step(sum(member.size for member in chunk))
        if fault is not None and not self.outlines:
            raise FormatError.of([fault])
        if not self.outlines:
            raise FormatError("TH-FMT-019", place=self._archive.name)
        if self._unseen is not None:
            self._complete()
            for packed in self._packed[self._unseen :]:
                for dataset in unpack(packed):
                    self._register.see(dataset.exchanges)

    def _keep(self, packed: bytes) -> None:
        """Keep the data sets of a file; from the first child on that relies on its parent, the register has to wait."""
        datasets = unpack(packed)
        if self._unseen is None and any(map(wants_parent, datasets)):
            self._unseen = len(self._packed)
        self._packed.append(packed)
        self._spans.append(range(len(self.outlines), len(self.outlines) + len(datasets)))
        for dataset in datasets:
            if self._unseen is None:
                self._register.see(dataset.exchanges)
            kept, places = outline(dataset)
            self.outlines.append(kept)
            self._places.append(places)

    def _complete(self) -> None:
        """Complete the children; only they and those that they take from are in memory."""
        wanted = families(self.outlines)
        family: dict[int, RawDataset] = {}
        for span, packed in zip(self._spans, self._packed, strict=True):
            if not wanted.isdisjoint(span):
                family |= {at: one for at, one in zip(span, unpack(packed), strict=True) if at in wanted}
        children = [at for at, dataset in family.items() if wants_parent(dataset)]
        complete_children(list(family.values()), self._notes, self._archive.name)
        for at in children:
            self.outlines[at], self._places[at] = outline(family[at])
        changed = set(children)
        for number, span in enumerate(self._spans):
            if not changed.isdisjoint(span):
                datasets = [family.get(at, one) for at, one in zip(span, unpack(self._packed[number]), strict=True)]
                self._packed[number] = pack(datasets)

    def empty(self) -> Iterator[RawDataset]:
        """The data sets in their order with their references; what is given out is no longer kept."""
        self._packed.reverse()
        position = 0
        while self._packed:
            for dataset in unpack(self._packed.pop()):
                reference = self.outlines[position].reference
                if reference is not None:
                    at = next(i for i, raw in enumerate(self.outlines[position].exchanges) if raw is reference)
                    dataset.reference = dataset.exchanges[self._places[position][at]]
                position += 1
                yield dataset

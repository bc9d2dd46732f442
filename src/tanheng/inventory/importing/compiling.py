"""From a database as read to linked matrices: allocate, convert, link, check, solve where needed (C02, C09–C13).

Column j of A is one unit of product j: its own output 1 minus what it takes of the others. B holds what goes to nature
as positive and what comes from nature as negative numbers. O holds the inputs that nobody serves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tanheng import engine
from tanheng.errors import InventoryError
from tanheng.inventory.importing.building import Builder, Pairs
from tanheng.inventory.importing.compiled import Compiled, named, refuse_incalculable
from tanheng.inventory.importing.conversion import Converter
from tanheng.inventory.importing.products import columns_of, in_traded_units
from tanheng.inventory.linking.backgrounds import join
from tanheng.inventory.linking.choices import Choices, LinkChoice
from tanheng.inventory.linking.choosing import Chooser
from tanheng.inventory.linking.model import Column
from tanheng.inventory.model import Database, Note

Progress = Callable[[int, int], None]
_MOST_CULPRITS = 16
_MOST_PASSES = 3  # what is opened leaves no loop, but for one at the edge of rounding
_MOST_NAMED = 3


def compile_database(
    database: Database,
    *,
    backgrounds: Sequence[Database] = (),
    choices: Sequence[LinkChoice] = (),
    allocation: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Compiled:
    """Link ``database`` and check that it can be calculated.

    A loop that eats what it makes is an error of its data (C11). The links that carry its gain are left open, so that the
    rest of the database can be used and what needs them is seen to be incomplete; the loop is named in a note.

    Args:
        backgrounds: databases that serve what nobody in ``database`` makes.
        choices: what a person decided about links; those that no longer fit become notes.
        allocation: how processes of several products are shared out, by id of the process, one of
            :data:`~tanheng.inventory.importing.allocation.CHOICES`; the others as their authors say (C12).
        progress: called with processes done and processes in all.

    Raises:
        InventoryError: TH-INV-001 nothing to calculate, TH-INV-003 a singular system,
            TH-INV-004 a loop that consumes more of itself than it makes, whatever is left open; TH-INV-070 units of
            the backgrounds that contradict each other.
    """
    joined = join(database, backgrounds)
    database = joined.database
    converter = Converter(database)
    notes = list(database.notes)
    database = in_traded_units(database, converter)
    columns, shares = columns_of(database, converter, notes, allocation)
    if not columns:
        raise InventoryError("TH-INV-001", place=database.name)
    told: list[Note] = []
    opened: Pairs = frozenset()
    for _ in range(_MOST_PASSES):
        applied = Choices.among(choices)
        builder = Builder(
            database, converter, columns, shares, chooser=Chooser(columns, applied, joined.aliases), opened=opened
        )
        for done, process in enumerate(database.processes.values(), start=1):
            if process.id in shares:
                builder.add(process)
            if progress is not None:
                progress(done, len(database.processes))
        A = builder.A
        diagnosis = engine.diagnose(A)
        if not diagnosis.unproductive:
            break
        for loop in diagnosis.unproductive:
            pairs = engine.culprits(A, loop.members, most=_MOST_CULPRITS)
            told.append(_note(database.name, loop, pairs, columns))
            opened |= frozenset(pairs)
    refuse_incalculable(database.name, diagnosis, columns)
    return builder.finish(A, (*notes, *told, *applied.notes(database.name)))


def _note(name: str, loop: engine.Loop, pairs: Sequence[tuple[int, int]], columns: Sequence[Column]) -> Note:
    links = [f"{columns[consumer].process.name} ← {columns[supplier].flow.name}" for supplier, consumer in pairs]
    params: dict[str, str | float] = {
        "size": len(loop.members),
        "radius": f"{loop.radius:.4g}",
        "processes": named(loop.members, columns),
        "opened": len(pairs),
        "links": "; ".join(links[:_MOST_NAMED]),
    }
    return Note("unproductive-loop", name, params)

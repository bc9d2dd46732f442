"""Which spread the source of a part has (C18)."""

from __future__ import annotations

from tanheng.footprint.study import Line
from tanheng.footprint.targets import Target
from tanheng.inventory.quality import pedigree_gsd2


def spread_of(target: Target, line: Line) -> tuple[float | None, bool]:
    """GSD² of what one unit emits, and whether it belongs to the source, so that all lines that use it share it (C18).

    The source's own spread comes first, then the quality scores of the line, then those of the source. A direct emission
    has no source: its spread is the line's, and the scores stand in only where none is given.
    """
    if target.gsd2 is not None:
        return target.gsd2, True
    if target.provenance.kind == "direct" and line.uncertainty is not None:
        return None, False
    own = pedigree_gsd2(line.quality)
    return (own, False) if own is not None else (pedigree_gsd2(target.quality), True)

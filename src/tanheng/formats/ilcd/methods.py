"""Reading the LCIA method data sets of ILCD packages."""

from __future__ import annotations

import os

from tanheng.formats.archive import Limits
from tanheng.formats.ilcd.read import FORMAT, parse
from tanheng.formats.ilcdmodel.methods import read_method_sets
from tanheng.formats.progress import Progress
from tanheng.inventory.methods.model import ImpactMethod


def read_method(
    path: str | os.PathLike[str], *, name: str, progress: Progress | None = None, limits: Limits | None = None
) -> ImpactMethod:
    """Read the LCIA methods of an ILCD package (zip, folder or a single data set); each data set is a category.

    Flows come from the package where it holds them, else from the short descriptions of the factors, which in the
    reference methods name compartment and unit. A flow whose unit nothing tells has none, with a note.

    Args:
        path: of the zip, folder or file.
        name: of the method.
        progress: called with files done and files in all.
        limits: what is refused as too large.

    Raises:
        FormatError: TH-FMT-001 to 010, 017, 018 as :func:`~tanheng.formats.archive.open_archive`; TH-FMT-013 for
            broken XML and TH-FMT-014 for a DOCTYPE where no category can be read; TH-FMT-055 where there is no factor.
    """
    return read_method_sets(
        path, name=name, format=FORMAT, suffix=".xml", parse=parse, progress=progress, limits=limits
    )

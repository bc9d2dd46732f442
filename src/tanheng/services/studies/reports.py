"""Reports in a Word template of one's own; the template is a program, so it is run in a process of its own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tanheng.accounts import Actor
from tanheng.footprint import read_assessment
from tanheng.reporting import write_report
from tanheng.services.apart import apart
from tanheng.services.studies import assessments
from tanheng.storage.platform import Platform


def in_template(
    platform: Platform,
    actor: Actor,
    id: str,  # noqa: A002 - as the column is called
    template: Path,
    *,
    lang: str,
    others: Sequence[str] = (),
) -> bytes:
    """The report of an assessment in a Word template, as the bytes of a Word file.

    Args:
        others: ids of assessments of the same product that are set beside it.

    Raises:
        StoreError: TH-STO-001. ReportError: TH-REP-005 the template, TH-REP-006 others of another unit. ComputeError:
            TH-CMP-020 a template that takes too much, TH-CMP-021 too many at once.
    """
    found = [platform.look(actor, assessments.of, one) for one in (id, *others)]
    files = [str(platform.blobs.file(one.blob)) for one in found]
    return apart(_written, files, str(template), lang)


def _written(files: list[str], template: str, lang: str) -> bytes:
    """The work itself, in a process of its own."""
    first, *others = (read_assessment(Path(file).resolve()) for file in files)
    os.chdir(Path(template).parent)  # so that a fault of the template names no folder of the server
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        path = write_report(first, Path(folder) / "report.docx", lang=lang, template=Path(template).name, others=others)
        return path.read_bytes()

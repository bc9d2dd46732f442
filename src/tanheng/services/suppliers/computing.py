"""The footprint of a file that somebody without an account sends, computed apart; nothing is kept of the file."""

from __future__ import annotations

from pathlib import Path

import msgspec
import orjson

from tanheng.errors import SupplierError
from tanheng.factors import embedded
from tanheng.footprint import assess, compare_sources, read_assessment, recompute
from tanheng.footprint.documents import plain
from tanheng.footprint.ports import NoBackgrounds
from tanheng.services.apart import apart
from tanheng.services.studies import intake
from tanheng.suppliers import Answer, Basis, from_assessment


def answer_of(path: Path, basis: Basis) -> Answer:
    """What a file answers.

    Raises:
        SupplierError: TH-SUP-005 the footprint is "at least", TH-SUP-006 it does not follow from the record, or the record is not
            what the factors that ship say. AssessmentError, StudyError: the file cannot be read. ComputeError: TH-CMP-020,
            TH-CMP-021.
    """
    return msgspec.json.decode(apart(_computed, str(path), basis.value), type=Answer)


def _computed(path: str, basis: str) -> bytes:
    """The work itself, in a process of its own."""
    if basis == Basis.ASSESSMENT:
        result = read_assessment(Path(path))
        sources = compare_sources(result, embedded(), NoBackgrounds())
        if recompute(result).digest != result.digest or sources.different:
            raise SupplierError("TH-SUP-006")
        told = from_assessment(result, Basis.ASSESSMENT, unseen=len(sources.not_at_hand))
    else:
        result = assess(intake.read(Path(path).read_bytes(), "study"))
        told = from_assessment(result, Basis.STUDY)
    return orjson.dumps(plain(told))

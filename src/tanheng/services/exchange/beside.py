"""What stands beside an assessment when it goes out: what is kept beside its study, and its certificate while that is valid."""

from __future__ import annotations

from dataclasses import dataclass

from tanheng.exchange.declaration import Verified
from tanheng.exchange.supplement import Supplement
from tanheng.services.exchange import supplements, verifications
from tanheng.services.studies import assessments
from tanheng.services.studies.assessments import Assessment
from tanheng.storage.sql import Work


@dataclass(frozen=True, slots=True)
class Beside:
    """An assessment with what stands beside it."""

    entry: Assessment
    supplement: Supplement
    verified: Verified | None


def of(work: Work, id: str) -> Beside:  # noqa: A002 - as the column is called
    """Of an assessment that the actor may read (TH-STO-001)."""
    return around(work, assessments.of(work, id))


def around(work: Work, entry: Assessment) -> Beside:
    """Of an assessment that was read."""
    return Beside(entry, supplements.together(work, entry.study), verifications.verified(work, entry.id))

"""Studies as files: one that is only looked at; versions that are kept, written out again, and compared."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

import orjson

from tanheng.accounts import Actor
from tanheng.errors import Fault
from tanheng.footprint.matching.choosing import link_faults
from tanheng.footprint.outline import Outline, outline
from tanheng.footprint.preparing import check_study
from tanheng.footprint.reading import write_study
from tanheng.footprint.revisions import Revision, revision
from tanheng.services.databases.backgrounds import Shelf, shelf_of
from tanheng.services.factors import releases, shelf
from tanheng.services.factors.releases import Opened
from tanheng.services.studies import intake, studies
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work

MOST_FAULTS = 50
"""Links at fault that are told; near names are looked for each of them."""


class StudyFile(StrEnum):
    """A kind of file."""

    YAML = "yaml"
    JSON = "json"
    WORKBOOK = "xlsx"


@dataclass(frozen=True, slots=True)
class Checked:
    """A study that is valid.

    Attributes:
        link_faults: links to factors and databases that the organisation cannot follow, or in a unit that does not fit; at
            most :data:`MOST_FAULTS`. A study is valid with them, and what they lead to is missing.
    """

    outline: Outline
    link_faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two versions, by their numbers."""

    before: int
    after: int
    revision: Revision


def check(platform: Platform, actor: Actor, content: bytes, *, organisation: str, name: str = "study") -> Checked:
    """Read a file in the study format, and keep nothing.

    Args:
        organisation: whose factors and databases its links are looked up in. name: of the file, for the places of faults.

    Raises:
        StudyError, AssessmentError: every fault with its place. AccessError: not an engineer of the organisation.
    """
    databases, factors = platform.look(actor, _shelves, organisation)
    model = intake.read(content, name)
    check_study(model)
    faults = link_faults(model, shelf.composed(platform, factors), databases)
    return Checked(outline(model), tuple(islice(faults, MOST_FAULTS)))


def file(platform: Platform, actor: Actor, study: str, number: int, form: StudyFile) -> bytes:
    """A version of a study as a file that reads as the same study.

    Raises:
        StoreError: TH-STO-001. StudyError: TH-STU-040, TH-STU-048 what the kind of file cannot hold.
    """
    found = platform.look(actor, studies.version, study, number)
    if form is StudyFile.JSON:
        return orjson.dumps(found.document, option=orjson.OPT_INDENT_2)
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        path = Path(folder) / f"study.{form.value}"
        write_study(found.model, path)
        return path.read_bytes()


def difference(platform: Platform, actor: Actor, study: str, before: int, after: int | None = None) -> Difference:
    """What changed from one version of a study to another, the latest by default (TH-STO-001 where there is none)."""
    first = platform.look(actor, studies.version, study, before)
    second = platform.look(actor, studies.version, study, after)
    return Difference(first.number, second.number, revision(first.model, second.model))


def _shelves(work: Work, organisation: str) -> tuple[Shelf, tuple[Opened, ...]]:
    studies.check_create(work, organisation)
    return shelf_of(work, organisation), releases.usable(work, organisation)

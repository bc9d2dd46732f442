"""The page of a product in the public register: what its certificate says, and all that became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tanheng.services.certification import certificates, schemes
from tanheng.services.certification.certificates import Certificate, Taken
from tanheng.services.certification.correcting import Correction, corrections
from tanheng.services.grading import changes, thresholds
from tanheng.services.paging import MOST, Paging
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import certification as tables


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation or a scheme, with its names."""

    id: str
    names: Mapping[str, str]
    code: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """The classes that a product is compared in.

    Attributes:
        reference: of the limits, ``scheme@version#number``. classes: names, the best first.
        limits: between them, one less, in the unit of the certificate.
    """

    grade: str
    thresholds: str
    reference: str
    classes: tuple[str, ...]
    limits: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """A product in the register.

    Attributes:
        counts: whether the certificate counts today. scheme: names of the scheme; ``code`` its id and version.
        compared: with the limits that its class follows from; ``None`` where it has no class.
        history: steps, the newest first. corrections: the newest first.
    """

    certificate: Certificate
    counts: bool
    scheme: Named
    body: Named
    holder: Named
    compared: Compared | None
    history: tuple[Taken, ...]
    corrections: tuple[Correction, ...]


def of(work: Work, number: str) -> Product:
    """A product by the number of its certificate, whatever its state; everybody reads it (TH-STO-001)."""
    found = certificates.of(work, number)
    release = work.sql.execute(select(tables.schemes).where(tables.schemes.c.id == found.scheme)).mappings().one()
    scheme = schemes.read(release)
    table = accounts.organisations
    query = select(table.c.id, table.c.names, table.c.code).where(table.c.id.in_((found.holder, found.body)))
    named = {row.id: Named(row.id, row.names, row.code) for row in work.sql.execute(query)}
    return Product(
        found,
        counts_on(found.state, found.valid_from, found.valid_until, work.today),
        Named(found.scheme, scheme.names, scheme.reference),
        named[found.body],
        named[found.holder],
        _compared(work, found.id),
        certificates.steps(work, number, Paging(limit=MOST)).items,
        corrections(work, found.id),
    )


def _compared(work: Work, certificate: str) -> Compared | None:
    found = changes.standing(work, certificate)
    if found is None:
        return None
    limits = thresholds.read(thresholds.row_of(work, found.thresholds))
    return Compared(found.grade, found.thresholds, found.reference, limits.classes, limits.limits)


def counts_on(state: str, begins: date, ends: date, day: date) -> bool:
    """Whether a certificate in a state counts on a day; what is suspended does not."""
    return state == "valid" and begins <= day <= ends

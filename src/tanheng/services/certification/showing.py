"""A certificate to be looked at by everybody: as a document, as a label, and what its page tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.engine import RowMapping

from tanheng.certification.model import Scheme
from tanheng.errors import VerifyingError
from tanheng.reporting.certificates import VALID, Sheet, set_certificate
from tanheng.reporting.labels import LabelArt, draw_label, modules_of, set_label
from tanheng.reporting.words import Words
from tanheng.services.certification import artworks, certificates, proving, schemes
from tanheng.services.certification.certificates import Certificate
from tanheng.services.grading import changes, thresholds
from tanheng.services.grading import schemes as class_schemes
from tanheng.services.recognition import recognitions
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts, grading
from tanheng.storage.sql.tables import certification as tables

Form = Literal["svg", "png", "pdf"]


def sheet(work: Work, number: str) -> Sheet:
    """What a certificate tells everybody (TH-STO-001 where there is none)."""
    one = certificates.of(work, number)
    scheme = _scheme(work, one)
    holder, body = (_organisation(work, side) for side in (one.holder, one.body))
    told = proving.credential(work, number)["credentialSubject"]["assessment"][0]
    return Sheet(
        number=one.number,
        state=certificates.state_on(one.state, one.valid_until, work.today),
        names=one.names,
        codes=one.codes,
        holder=holder["names"],
        holder_code=holder["code"],
        maker=one.maker,
        body=body["names"],
        place=one.geography,
        value=one.printed,
        unit=one.unit,
        per=one.per,
        boundary=one.boundary,
        scheme=scheme.names,
        scheme_version=scheme.version,
        follows=scheme.follows,
        rules={"en": told["referenceStandard"]["name"]},
        rule_pack=one.rule_pack,
        assurance=one.assurance,
        valid_from=one.valid_from,
        valid_until=one.valid_until,
        grade=one.grade,
        successor=one.successor,
        recognised=tuple(recognising.names for recognising in _recognising(work, one)),
        page=certificates.address_of(certificates.base_of(work), one.number),
        code=proving.code(work, number),
        assessment=told["tanheng"]["assessment"],
        credential=one.credential,
    )


def document(work: Work, number: str, lang: Literal["zh", "en"]) -> bytes:
    """The certificate as PDF, with its state of today (TH-STO-001)."""
    return set_certificate(sheet(work, number), lang, work.today)


@dataclass(frozen=True, slots=True)
class Studio:
    """What whoever uses a label chooses by.

    Attributes:
        holds: whether it may be used now. is_own: whether the scheme has an artwork of its own. modules: of its code, from edge
            to edge.
    """

    holds: bool
    is_own: bool
    modules: int


def studio(work: Work, number: str) -> Studio:
    """What there is to know of a label before it is used (TH-STO-001)."""
    one = certificates.of(work, number)
    state = certificates.state_on(one.state, one.valid_until, work.today)
    return Studio(state == VALID, bool(artworks.of(work, one.scheme)), modules_of(proving.code(work, number)))


def label(work: Work, number: str, form: Form) -> bytes:
    """The label as artwork: of the scheme where that has its own, else of ours.

    Raises:
        StoreError: TH-STO-001. VerifyingError: TH-VER-010 the certificate does not hold, so that its label may not be used.
        ReportError: TH-REP-010, TH-REP-012 the artwork of the scheme is broken, TH-REP-013.
    """
    one = certificates.of(work, number)
    state = certificates.state_on(one.state, one.valid_until, work.today)
    if state != VALID:
        raise VerifyingError("TH-VER-010", number=number, state=state)
    drawn = draw_label(_art(work, one), artworks.of(work, one.scheme))
    return drawn.encode() if form == "svg" else set_label(drawn, form)


def _art(work: Work, one: Certificate) -> LabelArt:
    scheme = _scheme(work, one)
    return LabelArt(
        number=one.number,
        value=one.printed,
        unit=one.unit,
        per={"zh": one.per, "en": one.per},
        boundary={lang: Words(lang).term("boundary", one.boundary) for lang in ("zh", "en")},
        scheme={lang: scheme.names.get(lang, "") for lang in ("zh", "en")},
        valid_until=one.valid_until.isoformat(),
        code=proving.code(work, one.number),
        grade=one.grade,
        classes=_classes(work, one),
    )


def _classes(work: Work, one: Certificate) -> tuple[str, ...]:
    """All classes of the scheme that the class of a certificate is of, the best first; none where it has no class."""
    found = changes.standing(work, one.id) if one.grade else None
    if found is None:
        return ()
    limits = thresholds.row_of(work, found.thresholds)
    return class_schemes.read(work.get(grading.class_schemes, limits["scheme"], kind="class scheme")).classes


def _recognising(work: Work, one: Certificate) -> list[recognitions.Recognition]:
    return recognitions.recognising(work, category=one.category, boundary=one.boundary, geography=one.geography)


def _scheme(work: Work, one: Certificate) -> Scheme:
    return schemes.read(work.get(tables.schemes, one.scheme, kind=schemes.KIND))


def _organisation(work: Work, id: str) -> RowMapping:  # noqa: A002
    return work.get(accounts.organisations, id, kind="organisation")

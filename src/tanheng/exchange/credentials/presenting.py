"""What somebody holds out to be verified: a credential, a token, a bundle or the code of a label, and what comes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Any

import orjson

from tanheng.errors import VerifyingError
from tanheng.exchange.credentials import labels
from tanheng.exchange.credentials.bundles import read_bundle
from tanheng.exchange.credentials.checks import Anchors, Check, Outcome
from tanheng.exchange.credentials.facts import Document, facts_of, opened
from tanheng.exchange.credentials.logged import LogProof, logged_at, verify_log
from tanheng.exchange.credentials.trust import parsed
from tanheng.exchange.credentials.verifying import digest_of, issuer_of, verify_code, verify_credential

LARGEST = 1_000_000
"""Bytes of what is held out."""
_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")


class PresentedAs(StrEnum):
    """What was held out."""

    CREDENTIAL = "credential"
    TOKEN = "token"  # noqa: S105 - a kind
    BUNDLE = "bundle"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """What was held out, with what belongs to it.

    Attributes:
        credential: ``None`` where only a code was. code: of the label, empty where there is none.
        proof: that the credential stands in a log. documents: rows of statuses by their addresses.
        own: what a bundle says of its issuer and log itself; it proves that the parts belong together, and nothing more.
    """

    kind: PresentedAs
    credential: Document | None = None
    code: str = ""
    proof: LogProof | None = None
    documents: Mapping[str, Document] = field(default_factory=dict)
    own: Anchors = field(default_factory=Anchors)

    @property
    def issuer(self) -> str:
        """The issuer, as it is told; empty where nothing readable tells it."""
        try:
            if self.credential is not None:
                return issuer_of(opened(self.credential))
            return labels.read_code(self.code).issuer
        except ValueError:
            return ""

    @property
    def zone(self) -> tzinfo:
        """The zone whose days it tells: that of the end of its validity; UTC where nothing readable tells it."""
        try:
            if self.credential is None:
                return labels.read_code(self.code).valid_until.tzinfo or UTC
            return datetime.fromisoformat(str(opened(self.credential).get("validUntil"))).tzinfo or UTC
        except ValueError:
            return UTC


@dataclass(frozen=True, slots=True)
class Verified:
    """How the checks came out.

    Attributes:
        facts: what is told, by name: number, product, value …; nothing of it holds where a check failed.
    """

    kind: PresentedAs
    facts: Mapping[str, str]
    checks: tuple[Check, ...]

    @property
    def outcome(self) -> Outcome:
        """Failed where one check did, passed where all did, else not made."""
        found = {check.outcome for check in self.checks}
        return next((one for one in (Outcome.FAILED, Outcome.NOT_MADE) if one in found), Outcome.PASSED)


def read_presented(content: bytes, *, place: str = "") -> Presented:
    """Tell what was held out.

    Raises:
        VerifyingError: TH-VER-001 it is nothing that is known, TH-VER-002 a bundle that is at fault.
    """
    if len(content) > LARGEST:
        raise VerifyingError("TH-VER-001", place=place, reason=f"> {LARGEST} B")
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise VerifyingError("TH-VER-001", place=place, reason="UTF-8") from error
    if text.startswith("{"):
        told = parsed(text.encode(), place)
        if "tanheng" in told:
            found = read_bundle(told, place=place)
            return Presented(
                kind=PresentedAs.BUNDLE,
                credential=found.credential,
                code=found.code,
                proof=found.proof,
                documents=found.documents,
                own=found.anchors,
            )
        return Presented(kind=PresentedAs.CREDENTIAL, credential=told)
    if _TOKEN.fullmatch(text):
        return Presented(kind=PresentedAs.TOKEN, credential=text)
    if "#" in text and "\n" not in text:
        return Presented(kind=PresentedAs.CODE, code=text)
    raise VerifyingError("TH-VER-001", place=place, reason=text[:20])


def verify_presented(it: Presented, anchors: Anchors, now: datetime) -> Verified:
    """Make every check that can be made with what is at hand."""
    known = Anchors({**it.own.issuers, **anchors.issuers}, {**it.own.logs, **anchors.logs})
    checks = tuple(_trusted(check, anchors) for check in _checks(it, known, anchors, now))
    return Verified(it.kind, dict(facts_of(it.credential, it.code)), checks)


def _checks(it: Presented, known: Anchors, trusted: Anchors, now: datetime) -> Iterator[Check]:
    """Of what is known, the word of a bundle counts for nothing where time is told."""
    label = None
    if it.code:
        label, found = verify_code(it.code, known, now)
        yield from (replace(check, name=f"label-{check.name}") for check in found)
    if it.credential is None:
        yield Check("label-credential", Outcome.NOT_MADE, "no-credential")
        yield Check("status", Outcome.NOT_MADE, "not-in-code")
        yield Check("log", Outcome.NOT_MADE, "no-proof")
        return
    digest = _digest(it.credential)
    log = _log(it, digest, known)
    is_proved = log.outcome is Outcome.PASSED and it.proof is not None and it.proof.log in trusted.logs
    logged = logged_at(it.proof.entry) if is_proved and it.proof is not None else None
    yield from verify_credential(it.credential, known, now, it.documents, logged=logged)
    if label is not None:
        yield _same(label, digest)
    yield log


def _digest(credential: Document) -> str:
    """Of a credential with its proof inside; a token has none that label and log would name."""
    try:
        return "" if isinstance(credential, str) else digest_of(credential)
    except ValueError:
        return ""


def _same(label: labels.Label, digest: str) -> Check:
    if not digest:
        return Check("label-credential", Outcome.NOT_MADE, "only-token")
    is_same = digest.startswith(label.credential) and len(label.credential) == 32
    return Check("label-credential", Outcome.PASSED if is_same else Outcome.FAILED, "" if is_same else "another")


def _log(it: Presented, digest: str, anchors: Anchors) -> Check:
    if not digest:
        return Check("log", Outcome.NOT_MADE, "only-token")
    if it.proof is None:
        return Check("log", Outcome.NOT_MADE, "no-proof")
    return verify_log(it.proof, digest, anchors)


def _trusted(check: Check, anchors: Anchors) -> Check:
    """A check that passed by the word of a bundle alone was not made."""
    if check.outcome is not Outcome.PASSED:
        return check
    known = {"issuer": anchors.issuers, "label-issuer": anchors.issuers, "log": anchors.logs}.get(check.name)
    if known is None or check.params.get("issuer", check.params.get("log", "")) in known:
        return check
    return replace(check, outcome=Outcome.NOT_MADE, reason="own-word")


def as_text(document: Mapping[str, Any]) -> bytes:
    """JSON as files of it are written."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

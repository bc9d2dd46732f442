"""What somebody holds out to be verified: a credential, a token, a bundle or the code of a label, and what comes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Any

import orjson

from tanheng.errors import Fault, VerifyingError
from tanheng.exchange.credentials import jose, labels
from tanheng.exchange.credentials.trust import anchors_of, parsed, write_anchors
from tanheng.exchange.credentials.verifying import (
    Anchors,
    Check,
    LogProof,
    Outcome,
    digest_of,
    issuer_of,
    logged_at,
    verify_code,
    verify_credential,
    verify_log,
)

SCHEMA = "bundle/1"
LARGEST = 1_000_000
"""Bytes of what is held out."""
_LARGEST_TREE = 2**53
"""Leaves; no number of canonical JSON is larger."""
_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")
_PARTS = ("credential", "code", "proof", "documents", "anchors")

Document = Mapping[str, Any] | str
"""A credential: JSON with its proof inside, or a token."""


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
            return _bundle(told, place)
        return Presented(kind=PresentedAs.CREDENTIAL, credential=told)
    if _TOKEN.fullmatch(text):
        return Presented(kind=PresentedAs.TOKEN, credential=text)
    if "#" in text and "\n" not in text:
        return Presented(kind=PresentedAs.CODE, code=text)
    raise VerifyingError("TH-VER-001", place=place, reason=text[:20])


def write_bundle(
    credential: Mapping[str, Any],
    *,
    code: str,
    proof: LogProof,
    documents: Mapping[str, Any],
    issuers: Mapping[str, Any],
    logs: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """All that a credential is verified by, in one file; whom to trust it cannot tell."""
    told = {name: getattr(proof, name) for name in LogProof.__slots__}
    return {
        "tanheng": SCHEMA,
        "credential": dict(credential),
        "code": code,
        "proof": {**told, "path": list(proof.path), "at": proof.at.isoformat()},
        "documents": dict(documents),
        "anchors": write_anchors(issuers, logs),
    }


def verify_presented(it: Presented, anchors: Anchors, now: datetime) -> Verified:
    """Make every check that can be made with what is at hand."""
    known = Anchors({**it.own.issuers, **anchors.issuers}, {**it.own.logs, **anchors.logs})
    checks = tuple(_trusted(check, anchors) for check in _checks(it, known, anchors, now))
    return Verified(it.kind, dict(_facts(it)), checks)


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


def opened(credential: Document) -> Mapping[str, Any]:
    """A credential, unverified; ValueError where a token is none."""
    return jose.opened(credential)[1] if isinstance(credential, str) else credential


def _facts(it: Presented) -> Iterator[tuple[str, str]]:
    if it.credential is None:
        try:
            label = labels.read_code(it.code)
        except ValueError:
            return
        told = ("number", "value", "unit", "per", "grade", "scheme")
        yield from ((name, getattr(label, name)) for name in told if getattr(label, name))
        yield from (("valid_until", label.valid_until.isoformat()), ("issuer", label.issuer))
        return
    try:
        document = opened(it.credential)
    except ValueError:
        return
    for name, path in _PATHS.items():
        found: Any = document
        for step in path:
            found = found[step] if _has(found, step) else None
        if isinstance(found, str | int | float) and found != "":
            yield name, f"{found:.12g}" if isinstance(found, float) else str(found)
    yield from _grade_now(it)


def _grade_now(it: Presented) -> Iterator[tuple[str, str]]:
    """The class on the label: that of the credential is the one at its issue."""
    try:
        grade = labels.read_code(it.code).grade if it.code else ""
    except ValueError:
        return
    if grade:
        yield "grade_on_label", grade


_ATTESTED = ("credentialSubject", "assessment", 0)
_PATHS: Mapping[str, tuple[str | int, ...]] = {
    "number": (*_ATTESTED, "tanheng", "number"),
    "name": ("credentialSubject", "name"),
    "product": (*_ATTESTED, "assessedProduct", 0, "product", "name"),
    "holder": ("credentialSubject", "issuedToParty", "name"),
    "value": (*_ATTESTED, "declaredValue", 0, "metricValue", "value"),
    "unit": (*_ATTESTED, "tanheng", "unit"),
    "per": (*_ATTESTED, "tanheng", "per"),
    "grade": (*_ATTESTED, "declaredValue", 0, "score"),
    "scheme": ("credentialSubject", "scope", "name"),
    "valid_from": ("validFrom",),
    "valid_until": ("validUntil",),
    "body": ("issuer", "name"),
    "issuer": ("issuer", "id"),
}


def _has(found: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(found, list) and len(found) > step
    return isinstance(found, Mapping) and step in found


def _bundle(told: Mapping[str, Any], place: str) -> Presented:
    faults = [
        *((name, "unknown") for name in sorted(set(told) - {"tanheng", *_PARTS})),
        *((name, "missing") for name in _PARTS if name not in told),
    ]
    if told["tanheng"] != SCHEMA:
        faults = [("tanheng", f"not “{SCHEMA}”")]
    for name, kind in (("credential", dict), ("code", str), ("documents", dict)):
        if not faults and not isinstance(told[name], kind):
            faults.append((name, f"no {'text' if kind is str else 'object'}"))
    if faults:
        raise VerifyingError.of(Fault("TH-VER-002", f"{place}: {where}", {"reason": why}) for where, why in faults)
    documents = {address: row for address, row in told["documents"].items() if isinstance(row, str | dict)}
    return Presented(
        kind=PresentedAs.BUNDLE,
        credential=told["credential"],
        code=told["code"],
        proof=read_proof(told["proof"], place=f"{place}: proof"),
        documents=documents,
        own=anchors_of(told["anchors"], place=f"{place}: anchors"),
    )


def read_proof(told: Any, *, place: str) -> LogProof:
    """A proof of the log as it is told over HTTP and in bundles (TH-VER-002 where it is none)."""
    try:
        made = LogProof(
            entry=str(told["entry"]),
            index=int(told["index"]),
            size=int(told["size"]),
            path=tuple(map(str, told["path"])),
            root=str(told["root"]),
            log=str(told["log"]),
            at=datetime.fromisoformat(told["at"]),
            signature=str(told["signature"]),
        )
        if made.at.tzinfo is None or not isinstance(told["path"], list):
            raise ValueError(told["at"])
        if not 0 <= made.index < made.size <= _LARGEST_TREE:
            raise ValueError(f"{made.index} / {made.size}")
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise VerifyingError("TH-VER-002", place=place, reason=str(error)) from error
    return made


def as_text(document: Mapping[str, Any]) -> bytes:
    """JSON as files of it are written."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

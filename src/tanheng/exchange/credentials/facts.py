"""What a credential tells, read without being believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tanheng.exchange.credentials import jose, labels

Document = Mapping[str, Any] | str
"""A credential: JSON with its proof inside, or a token."""


def opened(credential: Document) -> Mapping[str, Any]:
    """A credential, unverified; ValueError where a token is none."""
    return jose.opened(credential)[1] if isinstance(credential, str) else credential


def facts_of(credential: Document | None, code: str) -> Iterator[tuple[str, str]]:
    """What a credential, or the code of a label, tells; nothing of it holds where a check failed."""
    if credential is None:
        try:
            label = labels.read_code(code)
        except ValueError:
            return
        told = ("number", "value", "unit", "per", "grade", "scheme")
        yield from ((name, getattr(label, name)) for name in told if getattr(label, name))
        yield from (("valid_until", label.valid_until.isoformat()), ("issuer", label.issuer))
        return
    try:
        document = opened(credential)
    except ValueError:
        return
    for name, path in _PATHS.items():
        found: Any = document
        for step in path:
            found = found[step] if _has(found, step) else None
        if isinstance(found, str | int | float) and found != "":
            yield name, f"{found:.12g}" if isinstance(found, float) else str(found)
    yield from _grade_now(code)


def _grade_now(code: str) -> Iterator[tuple[str, str]]:
    """The class on the label: that of the credential is the one at its issue."""
    try:
        grade = labels.read_code(code).grade if code else ""
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

"""What verifying is about: checks that passed, failed or were not made, and what somebody trusts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How a check came out."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_MADE = "not-made"


@dataclass(frozen=True, slots=True)
class Check:
    """A check: ``name`` and ``reason`` are keys of the texts, ``params`` what stands in them."""

    name: str
    outcome: Outcome
    reason: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Anchors:
    """What somebody trusts.

    Attributes:
        issuers: documents of issuers (:mod:`.dids`), by their identifiers.
        logs: public keys, PEM, of transparency logs, by the logs' identifiers.
    """

    issuers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    logs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

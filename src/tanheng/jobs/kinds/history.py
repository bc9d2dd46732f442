"""``verify-history``: the history walked from its beginning to its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec

from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.payloads import payload_as
from tanheng.jobs.registry import job
from tanheng.services.audit.model import Head
from tanheng.services.audit.verifying import JOB, verify

TOLD = 1_000
"""Findings in a result; the command line tells all of them."""


class VerificationPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A head that was saved elsewhere, which must be in the history."""

    witness: Head | None = None


@job(JOB)
def verify_history(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Walk the whole history, and tell whatever was changed, moved, put in or left out."""
    wanted = payload_as(JOB, payload, VerificationPayload)

    def progress(done: int, total: int) -> None:
        context.progress(done, total, "verifying")

    found = context.platform.look(context.actor, verify, witness=wanted.witness, progress=progress)
    told = [asdict(finding) for finding in found.findings[:TOLD]]
    return {"events": found.events, "head": asdict(found.head), "findings": told, "wrong": len(found.findings)}

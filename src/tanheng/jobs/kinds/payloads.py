"""Reading the payload of a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from tanheng.errors import JobError

T = TypeVar("T")


def payload_as(kind: str, payload: Mapping[str, Any], wanted: type[T]) -> T:
    """The payload as its type (TH-JOB-006 where it is not of it)."""
    try:
        return msgspec.convert(payload, wanted)
    except msgspec.ValidationError as error:
        raise JobError("TH-JOB-006", kind=kind, reason=str(error)) from error

"""What a check found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tanheng.errors import Fault

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the operator should know.

    Attributes:
        check: name of the check. what: key of its text (``doctor_WHAT`` in ``texts/platform.yaml``, and what to do about
            it). params: named in the text. is_wrong: whether something is wrong; else it is a note.
        fault: of the error catalogue, which tells it where there is one.
    """

    check: str
    what: str
    params: Mapping[str, Any] = field(default_factory=dict)
    is_wrong: bool = True
    fault: Fault | None = None

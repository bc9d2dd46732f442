"""What a protocol needs and nobody gave, told all at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from tanheng.errors import ExchangeError, Fault

T = TypeVar("T")


def missing(field: str, remedy: str, place: str = "") -> Fault:
    """TH-EXC-010: a field that is needed and not known, and where it is to be given."""
    return Fault("TH-EXC-010", place, {"field": field, "remedy": remedy})


def demand(needs: Iterable[tuple[object, str, str]]) -> None:
    """Refuse to go on without what is needed.

    Args:
        needs: value, field of the protocol, and where it is to be given: ``product.mass`` is a field of the supplement.

    Raises:
        ExchangeError: TH-EXC-010 for every value that is ``None`` or empty.
    """
    if faults := [missing(field, remedy) for value, field, remedy in needs if _none(value)]:
        raise ExchangeError.of(faults)


def known(value: T | None) -> T:
    """A value that was demanded before."""
    if value is None:
        raise ValueError("a value is used that was not demanded")
    return value


def _none(value: object) -> bool:
    return value is None or value == "" or value == () or value == {}

"""What the footprint needs from outside: background databases, and what people chose before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from tanheng.errors import HomeError
from tanheng.inventory import Snapshot


class Backgrounds(Protocol):
    """Background databases by name."""

    def names(self) -> tuple[str, ...]:
        """Names of the databases there are."""
        ...

    def snapshot(self, name: str) -> Snapshot:
        """The current snapshot of a database; a TanhengError where there is none."""
        ...

    def release(self, reference: str) -> Snapshot:
        """The snapshot of a digest, current or not; a TanhengError where it is not kept."""
        ...


class NoBackgrounds:
    """The empty port: no database at hand."""

    def names(self) -> tuple[str, ...]:
        """No names."""
        return ()

    def snapshot(self, name: str) -> Snapshot:
        """Always refuses (TH-HOM-001)."""
        raise HomeError("TH-HOM-001", name=name, known="–")

    def release(self, reference: str) -> Snapshot:
        """Always refuses (TH-HOM-001)."""
        raise HomeError("TH-HOM-001", name=reference, known="–")


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that a person chose for lines of one name, type and dimension, or of one item code.

    Attributes:
        key: what it is looked up by (:func:`tanheng.footprint.matching.keys_of`). name: the line's name as it was written.
        day: ``YYYY-MM-DD``. study: name of the study that it was chosen in.
    """

    key: str
    link: str
    name: str
    person: str = ""
    day: str = ""
    study: str = ""


class Choices(Protocol):
    """Remembered choices by key."""

    def recall(self, keys: Iterable[str]) -> Mapping[str, Choice]:
        """Those of ``keys`` that are remembered."""
        ...

    def remember(self, choices: Iterable[Choice]) -> None:
        """Keep choices; a later one takes the place of an earlier one of the same key."""
        ...


class NoChoices:
    """The empty port: nothing is remembered, and nothing is kept."""

    def recall(self, keys: Iterable[str]) -> Mapping[str, Choice]:  # noqa: ARG002 - the port's signature
        """Nothing."""
        return {}

    def remember(self, choices: Iterable[Choice]) -> None:
        """Keeps nothing."""

"""What a person decided about links, to be applied again whenever the database is linked anew.

A choice names the input by its flow, and perhaps by its process and exchange: the narrowest that fits is taken. It names the
supplier by its process, and beside that by its name and place, so that it is found again in another release.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tanheng.inventory.linking.model import Column, LinkStatus, Supply
from tanheng.inventory.model import Exchange, Note, Process

OPEN = "open"
"""Provider of a choice that leaves an input open on purpose."""


@dataclass(frozen=True, slots=True)
class LinkChoice:
    """One decision.

    Attributes:
        flow: id of the flow that is asked for.
        provider: id of the process that serves it, or ``open``.
        process: id of the consumer; empty for all that ask for the flow.
        exchange: id of its exchange; empty for all of the process.
        provider_name, provider_location: what the supplier is called and where it is, to find it in another release.
        flow_name: what is asked for, for people.
        reason: why, for people.
    """

    flow: str
    provider: str
    process: str = ""
    exchange: str = ""
    provider_name: str = ""
    provider_location: str = ""
    flow_name: str = ""
    reason: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """The input that it is for; a later choice of the same key takes the place of an earlier one."""
        return self.flow, self.process, self.exchange


@dataclass(slots=True)
class Choices:
    """Choices, ready to be asked for each input; counts what was applied and what no longer fits."""

    given: Mapping[tuple[str, str, str], LinkChoice] = field(default_factory=dict)
    applied: set[tuple[str, str, str]] = field(default_factory=set)
    found_by_name: dict[tuple[str, str, str], str] = field(default_factory=dict)
    lost: dict[tuple[str, str, str], str] = field(default_factory=dict)

    @classmethod
    def among(cls, choices: Iterable[LinkChoice]) -> Choices:
        """Of choices in their order; the last of a key counts."""
        return cls({choice.key: choice for choice in choices})

    def of(
        self,
        exchange: Exchange,
        consumer: Process,
        candidates: Sequence[Column],
        columns: Mapping[str, Sequence[Column]],
    ) -> Supply | None:
        """What was decided about an input; ``None`` where nothing was, or where the supplier is gone.

        Args:
            candidates: those who make the flow that is asked for.
            columns: all products by the process that makes them; a person may choose one that makes another flow.
        """
        if not self.given:
            return None
        keys = (
            (exchange.flow, consumer.id, exchange.id),
            (exchange.flow, consumer.id, ""),
            (exchange.flow, "", ""),
        )
        choice = next((self.given[key] for key in keys if key in self.given), None)
        if choice is None:
            return None
        self.applied.add(choice.key)
        if choice.provider == OPEN:
            return Supply(LinkStatus.LEFT_OPEN)
        column = self._supplier(choice, candidates, columns)
        if column is None:
            places = (c.process.location for c in candidates)
            self.lost[choice.key] = ", ".join(sorted({p for p in places if p})[:8]) or "–"
            return None
        return Supply(LinkStatus.CHOSEN, ((column, 1.0),), tuple(candidates) if len(candidates) > 1 else ())

    def _supplier(
        self, choice: LinkChoice, candidates: Sequence[Column], columns: Mapping[str, Sequence[Column]]
    ) -> Column | None:
        for column in candidates:
            if column.process.id == choice.provider:
                return column
        if choice.provider in columns:
            return min(columns[choice.provider], key=lambda column: not column.is_reference)
        if not choice.provider_name:
            return None
        wanted = (choice.provider_name.casefold(), choice.provider_location)
        others = (c for made in columns.values() for c in made if c.is_reference)
        named = [c for c in candidates or others if (c.process.name.casefold(), c.process.location) == wanted]
        if len(named) != 1:
            return None
        self.found_by_name[choice.key] = named[0].process.id
        return named[0]

    def notes(self, place: str) -> list[Note]:
        """What could not be applied as it was decided."""
        told: list[Note] = []
        for key, choice in self.given.items():
            about = {"flow": choice.flow_name or choice.flow, "provider": choice.provider_name or choice.provider}
            if key in self.lost:
                told.append(Note("choice-lost", place, {**about, "places": self.lost[key]}))
            elif key not in self.applied:
                told.append(Note("choice-unused", place, about))
            elif key in self.found_by_name:
                told.append(Note("choice-renewed", place, {**about, "found": self.found_by_name[key]}))
        return told

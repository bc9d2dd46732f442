"""What is personal of events, where it is gone: an event must tell of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson
from sqlalchemy.engine import RowMapping

from tanheng.services.accounts.events import PersonalDataErased
from tanheng.services.audit.model import Finding


@dataclass(slots=True)
class Erased:
    """Gathers what is gone, and what events say of it; hear the events in their order."""

    _gone: dict[int, str] = field(default_factory=dict)
    _there: list[int] = field(default_factory=list)

    def hear(self, event: RowMapping, *, is_there: bool) -> None:
        """Note an event, and whether its personal part is there."""
        if event["sealed"] and not is_there:
            self._gone[event["number"]] = event["thing"]
        if event["type"] == PersonalDataErased.type:
            try:
                numbers = [int(number) for number in orjson.loads(event["facts"])["events"]]
            except (ValueError, TypeError, KeyError):
                return  # the event is not what was written, and found by its hash
            for number in numbers:
                if self._gone.get(number) == event["thing"]:
                    del self._gone[number]
                else:
                    self._there.append(number)

    def findings(self) -> Iterator[Finding]:
        """``erased`` and ``unerased``."""
        yield from (Finding(number, "erased") for number in self._gone)
        yield from (Finding(number, "unerased") for number in self._there)

"""Jobs that nobody asks for: what the clock does, classes that change, what operators chose."""

from __future__ import annotations

from collections.abc import Callable

from tanheng.services.certification import clock
from tanheng.services.grading import figures, regrading
from tanheng.services.pact import outbox
from tanheng.services.registry import dumps
from tanheng.services.search import meanings
from tanheng.services.suppliers import reminding
from tanheng.storage.configuration import Configuration
from tanheng.storage.sql import Work


def _always(_: Configuration) -> bool:
    return True


def _reads_meanings(chosen: Configuration) -> bool:
    return chosen.search_by_meaning


def _dumps_daily(chosen: Configuration) -> bool:
    return chosen.register_dump_daily


UNASKED: tuple[tuple[Callable[[Configuration], bool], Callable[[Work], object]], ...] = (
    (_always, clock.start_where_needed),
    (_always, regrading.start_where_needed),
    (_always, figures.start_where_needed),
    (_always, reminding.start_where_needed),
    (_always, outbox.start_where_needed),
    (_reads_meanings, meanings.start_where_needed),
    (_dumps_daily, dumps.start_where_due),
)
"""Whether an installation wants it, and what starts the job where it is needed and nobody is about it."""

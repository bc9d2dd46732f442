"""The report of a year on the tasks of the plan, as a document in either language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tanheng.reporting import blocks
from tanheng.reporting.blocks import Block
from tanheng.reporting.certificates import named
from tanheng.reporting.numbers import plain
from tanheng.reporting.plain import Ending, Plain, set_plain
from tanheng.services.registry import tasks
from tanheng.services.registry.tasks import Reached, Report
from tanheng.storage.sql import Work
from tanheng.texts import text

_TOPIC = "taskreport"
_WHOLE = 100


def document(work: Work, year: int, ending: Ending, lang: str) -> bytes:
    """The report of a year as a file; for everybody.

    Raises:
        RegisterError: TH-REG-031 a year that is not begun, or before the plan.
    """
    return set_plain(_Writing(tasks.report(work, year), work, lang).document(), ending)


class _Writing:
    """What is told, in a language."""

    def __init__(self, report: Report, work: Work, lang: str) -> None:
        self.report, self.lang = report, lang
        self.day_of, self.today = work.day_of, work.today

    def say(self, key: str, **params: object) -> str:
        """A text of the report."""
        return text(_TOPIC, key, self.lang, **params)

    def document(self) -> Plain:
        """All of it."""
        year = self.report.year
        return Plain(
            lang=self.lang,
            title=self.say("title", year=year),
            subtitle=self.say("subtitle", year=year, day=self.today.isoformat()),
            day=self.today,
            sections=[
                (self.say("glance"), self._glance()),
                (self.say("board", year=year), [self._board()]),
                (self.say("milestones"), [self._milestones()]),
                (self.say("year", year=year), list(self._changes())),
            ],
        )

    def _glance(self) -> list[Block]:
        told = [one.told for one in self.report.tasks if one.told is not None]
        every = [one for task in self.report.tasks for one in task.milestones]
        due = [one for one in every if one.day <= date(self.report.year, 12, 31)]
        done = sum(one.progress >= _WHOLE for one in told)
        tiles = [
            (self.say("tasks"), f"{len(told)} / {len(self.report.tasks)}", self.say("told_of")),
            (self.say("done"), f"{done}", self.say("done_note")),
            (
                self.say("milestones_due", year=self.report.year),
                f"{len(due)}",
                self.say("milestones_note", count=len(every)),
            ),
        ]
        counted = [(self.say(f"measure.{name}"), _whole(count)) for name, count in self.report.counted.items()]
        heading = blocks.heading(self.say("counted", day=self.today.isoformat()))
        return [blocks.tiles(tiles), heading, blocks.facts(counted)]

    def _board(self) -> Block:
        columns = [
            blocks.column("", "12mm"),
            blocks.column(self.say("task"), "2fr"),
            blocks.column(self.say("lead"), "1.4fr"),
            blocks.column(self.say("progress"), "18mm", "right"),
            blocks.column(self.say("told_on"), "24mm", "right"),
        ]
        rows = []
        for task in self.report.tasks:
            told = task.told
            state = ("", "–", "") if told is None else self._state(told)
            rows.append(blocks.row(task.id, named(task.titles, self.lang), *state))
        return blocks.table(columns, rows)

    def _state(self, told: tasks.Told) -> tuple[str, str, str]:
        return named(told.lead, self.lang), f"{told.progress} %", self.day_of(told.at).isoformat()

    def _milestones(self) -> Block:
        columns = [
            blocks.column("", "12mm"),
            blocks.column(self.say("day"), "24mm"),
            blocks.column(self.say("milestone"), "2fr"),
            blocks.column(self.say("state"), "34mm", "right"),
        ]
        every = sorted(((one.day, task.id, one) for task in self.report.tasks for one in task.milestones), key=_order)
        rows = [
            blocks.row(
                task, day.isoformat(), {"text": named(one.texts, self.lang), "sub": one.source}, self._reached(one)
            )
            for day, task, one in every
        ]
        return blocks.table(columns, rows)

    def _reached(self, one: Reached) -> str:
        if one.counted is not None and one.value is not None:
            return self.say("of_value", counted=_whole(one.counted), value=_whole(one.value))
        if one.measure:
            return _whole(one.counted) if one.counted is not None else self.say("uncounted")
        return self.say("reached" if one.done else "open")

    def _changes(self) -> Iterator[Block]:
        if not self.report.changes:
            yield blocks.paragraph(self.say("quiet"))
        columns = [
            blocks.column(self.say("day"), "24mm"),
            blocks.column(self.say("progress"), "18mm", "right"),
            blocks.column(self.say("notes"), "2fr"),
        ]
        titles = {one.id: named(one.titles, self.lang) for one in self.report.tasks}
        for task, several in self.report.changes.items():
            yield blocks.heading(f"{task}  {titles[task]}")
            rows = [
                blocks.row(self.day_of(one.at).isoformat(), f"{one.progress} %", one.notes or "–") for one in several
            ]
            yield blocks.table(columns, rows)


def _whole(count: float) -> str:
    """A count in full."""
    return plain(count, 15)


def _order(row: tuple[date, str, Reached]) -> tuple[date, str]:
    return row[0], row[1]

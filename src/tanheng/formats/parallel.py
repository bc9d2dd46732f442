"""Reading the files of an archive on several cores: in chunks, in order, with few of them in memory at a time.

What is done with a file is a function of a module (:data:`~tanheng.formats.readings.Work`), so that another process can
find it; its answer is made of msgspec's structs, so that it can be sent, and kept for the next time. The answers come in
the order of the files and are the same from any number of processes, one included: then there is no other process at
all. Starting one costs about half a second, so small archives are read here.

Workers are processes of their own (:mod:`tanheng.formats.workers`): they open the archive themselves, within the same
limits, and nothing but names of files and bytes passes between them and this one.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future

import msgspec

from tanheng.errors import FormatError
from tanheng.formats.archive import Archive, Limits, Member
from tanheng.formats.readings import Answer, Readings, Recall, Work
from tanheng.formats.workers import Crew

VARIABLE = "TANHENG_WORKERS"
"""Environment variable: how many processes read; ``1`` reads in this one."""

# A chunk: enough to be worth a question, little enough that some of them are nothing to the memory.
_CHUNK_BYTES = 2 * 2**20
_CHUNK_FILES = 128
# Below this many bytes for each process, it would be idle before it has started.
_WORTH = 32 * 2**20
_MOST = 16
_AHEAD = 2
_SENT = msgspec.msgpack.Decoder(list[bytes])


def each_chunk(
    archive: Archive,
    members: Sequence[Member],
    work: Work[Answer],
    *,
    answer: type[Answer],
    limits: Limits,
    workers: int | None = None,
    cache: Readings | None = None,
) -> Generator[tuple[Sequence[Member], list[Answer]], None, None]:
    """The members chunk by chunk, in their order, with what ``work`` says of each.

    Close it (:func:`contextlib.closing`): then no process outlives an interruption.

    Args:
        archive: open; other processes open it by its path.
        members: that are read.
        work: a function of a module.
        answer: its type.
        limits: within which the archive was opened, and is opened by others.
        workers: processes; ``None`` leaves it to ``TANHENG_WORKERS``, the cores and the size.
        cache: of answers; what it has is not asked for again.

    Raises:
        FormatError: TH-FMT-060 where a process was ended from outside (as the kernel does when memory is short), 061 where
            the work failed in it, 062 where the archive changed meanwhile, 063 for a ``TANHENG_WORKERS`` that is no number;
            and what ``work`` raises.
    """
    recall = Recall(archive, work, answer=answer, limits=limits, cache=cache)
    known = [recall.knows(position, member) for position, member in enumerate(members)]
    asked = [member for member, is_known in zip(members, known, strict=True) if not is_known]
    count = min(_count(sum(member.size for member in asked), workers), sum(1 for _ in _chunks(asked)))
    crew = _crew(archive, work, limits, count) if count > 1 else None

    def answers(span: range, sent: Future[bytes] | None) -> tuple[Sequence[Member], list[Answer]]:
        told = iter(() if sent is None else _SENT.decode(sent.result()))
        found = []
        for at in span:
            if known[at]:
                found.append(recall.recalled(at, members[at]))
            elif sent is None:
                found.append(recall.made(at, members[at]))
            else:
                found.append(recall.sent(at, members[at], next(told)))
        return members[span.start : span.stop], found

    if crew is None:
        for span in _chunks(members):
            yield answers(span, None)
        return
    with crew:
        ahead: deque[tuple[range, Future[bytes] | None]] = deque()
        for span in _chunks(members):
            wanted = [members[at] for at in span if not known[at]]
            ahead.append((span, crew.ask(wanted) if wanted else None))
            if len(ahead) > _AHEAD * count:
                yield answers(*ahead.popleft())
        while ahead:
            yield answers(*ahead.popleft())


def _crew(archive: Archive, work: Work[Answer], limits: Limits, count: int) -> Crew | None:
    """The processes; ``None`` where none can be started, as in an embedded interpreter or a closed sandbox."""
    try:
        return Crew(archive.path, work, limits=limits, size=count) if sys.executable else None
    except OSError:
        return None


def _chunks(members: Sequence[Member]) -> Iterator[range]:
    """Positions of the members of each chunk."""
    start, size = 0, 0
    for index, member in enumerate(members):
        if index > start and (size + member.size > _CHUNK_BYTES or index - start >= _CHUNK_FILES):
            yield range(start, index)
            start, size = index, 0
        size += member.size
    if start < len(members):
        yield range(start, len(members))


def _count(size: int, workers: int | None) -> int:
    """How many processes are worth it for so many bytes."""
    if workers is not None:
        return workers
    if told := os.environ.get(VARIABLE, "").strip():
        if not told.isascii() or not told.isdigit() or int(told) < 1:
            raise FormatError("TH-FMT-063", place=VARIABLE, value=told)
        return min(int(told), 4 * _MOST)
    return min(size // _WORTH, cores(), _MOST)


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

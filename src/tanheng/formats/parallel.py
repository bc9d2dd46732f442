"""Reading the files of an archive on several cores: in chunks, in order, with few of them in memory at a time.

What is done with a chunk is a function of a module (:data:`Work`), so that another process can find it; its answer is
made of msgspec's structs, so that it can be sent. The answers come in the order of the files and are the same from any
number of processes, one included: then there is no other process at all. Starting one costs about half a second, so
small archives are read here.

Workers are processes of their own (:mod:`tanheng.formats.workers`): they open the archive themselves, within the same
limits, and nothing but names of files and bytes passes between them and this one.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future
from typing import TypeVar

import msgspec

from tanheng.errors import FormatError
from tanheng.formats.archive import Archive, Limits, Member
from tanheng.formats.workers import Crew

Answer = TypeVar("Answer")
Work = Callable[[Archive, Sequence[Member], Limits], Answer]
"""An open archive, some of its members and the limits that hold → what became of them."""

VARIABLE = "TANHENG_WORKERS"
"""Environment variable: how many processes read; ``1`` reads in this one."""

# A chunk: enough to be worth a question, little enough that some of them are nothing to the memory.
_CHUNK_BYTES = 2 * 2**20
_CHUNK_FILES = 128
# Below this many bytes for each process, it would be idle before it has started.
_WORTH = 32 * 2**20
_MOST = 16
_AHEAD = 2


def each_chunk(
    archive: Archive,
    members: Sequence[Member],
    work: Work[Answer],
    *,
    answer: type[Answer],
    limits: Limits,
    workers: int | None = None,
) -> Generator[tuple[Sequence[Member], Answer], None, None]:
    """The members chunk by chunk, in their order, each with the answer of ``work``.

    Close it (:func:`contextlib.closing`): then no process outlives an interruption.

    Args:
        archive: open; other processes open it by its path.
        members: that are read.
        work: a function of a module.
        answer: its type.
        limits: within which the archive was opened, and is opened by others.
        workers: processes; ``None`` leaves it to ``TANHENG_WORKERS``, the cores and the size.

    Raises:
        FormatError: TH-FMT-060 where a process was ended from outside (as the kernel does when memory is short), 061 where
            the work failed in it, 062 where the archive changed meanwhile, 063 for a ``TANHENG_WORKERS`` that is no number;
            and what ``work`` raises.
    """
    chunks = list(_chunks(members))
    count = min(_count(sum(member.size for member in members), workers), len(chunks))
    crew = _crew(archive, work, limits, count) if count > 1 else None
    if crew is None:
        for chunk in chunks:
            yield chunk, work(archive, chunk, limits)
        return
    decoder = msgspec.msgpack.Decoder(answer)
    with crew:
        ahead: deque[tuple[Sequence[Member], Future[bytes]]] = deque()
        for chunk in chunks:
            ahead.append((chunk, crew.ask(chunk)))
            if len(ahead) > _AHEAD * count:
                yield _next(ahead, decoder)
        while ahead:
            yield _next(ahead, decoder)


def _crew(archive: Archive, work: Work[Answer], limits: Limits, count: int) -> Crew | None:
    """The processes; ``None`` where none can be started, as in an embedded interpreter or a closed sandbox."""
    try:
        return Crew(archive.path, work, limits=limits, size=count) if sys.executable else None
    except OSError:
        return None


def _next(
    ahead: deque[tuple[Sequence[Member], Future[bytes]]], decoder: msgspec.msgpack.Decoder[Answer]
) -> tuple[Sequence[Member], Answer]:
    chunk, sent = ahead.popleft()
    return chunk, decoder.decode(sent.result())


def _chunks(members: Sequence[Member]) -> Iterator[Sequence[Member]]:
    start, size = 0, 0
    for index, member in enumerate(members):
        if index > start and (size + member.size > _CHUNK_BYTES or index - start >= _CHUNK_FILES):
            yield members[start:index]
            start, size = index, 0
        size += member.size
    if start < len(members):
        yield members[start:]


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

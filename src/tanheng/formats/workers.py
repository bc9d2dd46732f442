"""Processes that read for another: each waits for names of files and answers with bytes, over its own two pipes.

They are started as programs, not forked, so that threads (numba's, polars') do no harm, and without running the main
module again, so that a script needs no guard. A session of their own keeps Ctrl-C from them: this process alone hears
it, and ends them. Where this process is gone, their pipes end, and they with them.
"""

from __future__ import annotations

import importlib
import os
import signal
import struct
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, BinaryIO, Self

import msgspec

from tanheng.errors import Fault, FormatError
from tanheng.formats.archive import Archive, Limits, Member, open_archive

_LENGTH = struct.Struct("<Q")
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from tanheng.formats.workers import serve; serve()"


class Task(msgspec.Struct, array_like=True):
    """What a worker does all its life: the function, the archive, the limits."""

    module: str
    function: str
    path: bytes
    limits: Limits


class Failure(msgspec.Struct, array_like=True):
    """Why there is no answer: faults of the files, or the trace of something that nobody expected."""

    faults: list[Fault] = []
    trace: str = ""


class Crew:
    """Workers on one archive; a context manager. Leaving it ends them, whatever they are doing."""

    def __init__(
        self, path: Path, work: Callable[[Archive, Member, Limits], Any], *, limits: Limits, size: int
    ) -> None:
        self._path = path
        self._task = msgspec.msgpack.encode(
            Task(work.__module__, work.__qualname__, os.fsencode(path), limits),
        )
        self._all: list[subprocess.Popen[bytes]] = []
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._threads = ThreadPoolExecutor(size, "tanheng-reading")
        try:
            for _ in range(size):
                self._start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def processes(self) -> tuple[int, ...]:
        """Ids of the processes."""
        return tuple(process.pid for process in self._all)

    def ask(self, members: Sequence[Member]) -> Future[bytes]:
        """Have the next idle worker do some members; its answer is packed.

        The answer raises FormatError: TH-FMT-060 where the process ended, 061 where the work failed, 062 where the
        archive is no longer the same, and what the work raises.
        """
        return self._threads.submit(self._ask, members)

    def close(self) -> None:
        """End all processes, and what was asked of them."""
        for process in self._all:
            process.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for process in self._all:
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):  # what was still to be written has no reader any more
                    if pipe is not None:
                        pipe.close()

    def _start(self) -> None:
        apart: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        process = subprocess.Popen(  # noqa: S603 - this interpreter and our own words
            [sys.executable, "-c", _START, msgspec.json.encode(sys.path).decode()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            **apart,
        )
        self._all.append(process)
        self._idle.put(process)
        with suppress(OSError):  # it ended at once: whoever asks it is told
            _send(process.stdin, self._task)

    def _ask(self, members: Sequence[Member]) -> bytes:
        process = self._idle.get()
        place = f"{self._path.name}/{members[0].name}"
        try:
            _send(process.stdin, msgspec.msgpack.encode([(os.fsencode(one.name), one.size) for one in members]))
            answer = _receive(process.stdout)
        except OSError:
            answer = None
        finally:
            self._idle.put(process)
        if answer is None:
            raise FormatError("TH-FMT-060", place=place, count=len(members), reason=_reason(process.wait()))
        if answer[:1] == b"\0":
            return answer[1:]
        failure = msgspec.msgpack.decode(answer[1:], type=Failure)
        if failure.faults:
            raise FormatError.of(failure.faults)
        raise FormatError("TH-FMT-061", place=place, count=len(members), detail=failure.trace.strip())


def _reason(status: int) -> str:
    """How a process ended: the name of the signal, else its exit status."""
    try:
        return signal.Signals(-status).name if status < 0 else f"exit status {status}"
    except ValueError:
        return f"signal {-status}"


def _send(pipe: Any, data: bytes) -> None:
    pipe.write(_LENGTH.pack(len(data)) + data)
    pipe.flush()


def _receive(pipe: Any) -> bytes | None:
    """A message; ``None`` where the other side has ended, in the midst of one or not."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data: bytes = pipe.read(length)
    return data if len(data) == length else None


def serve() -> None:
    """Answer until the other side is gone; what libraries print does not get into the answers."""
    answers: BinaryIO = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    told = _receive(sys.stdin.buffer)
    if told is None:
        return
    task = msgspec.msgpack.decode(told, type=Task)
    worker = _Worker(task)
    try:
        while (asked := _receive(sys.stdin.buffer)) is not None:
            _send(answers, worker.answer(msgspec.msgpack.decode(asked, type=list[tuple[bytes, int]])))
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(1)


class _Worker:
    """Does the work of a task in its own process."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._archive: Archive | None = None
        self._members: dict[str, Member] = {}

    def answer(self, asked: list[tuple[bytes, int]]) -> bytes:
        """The answer to some members, or why there is none."""
        try:
            return b"\0" + self._done(asked)
        except FormatError as error:
            return b"\1" + msgspec.msgpack.encode(
                Failure([Fault(f.code, f.place, dict(f.params)) for f in error.faults])
            )
        except Exception:
            return b"\1" + msgspec.msgpack.encode(Failure(trace=traceback.format_exc(limit=-4)))

    def _done(self, asked: list[tuple[bytes, int]]) -> bytes:
        task = self._task
        if self._archive is None:
            self._archive = open_archive(os.fsdecode(task.path), limits=task.limits)
            self._members = {member.name: member for member in self._archive.members}
        members = []
        for name, size in asked:
            member = self._members.get(os.fsdecode(name))
            if member is None or member.size != size:
                raise FormatError("TH-FMT-062", place=f"{self._archive.path.name}/{name.decode('utf-8', 'replace')}")
            members.append(member)
        work = getattr(importlib.import_module(task.module), task.function)
        return msgspec.msgpack.encode(
            [msgspec.msgpack.encode(work(self._archive, one, task.limits)) for one in members]
        )

"""Work on what a stranger sent, in a process of its own with limits of time and memory: a Word template is a program.

The process is started anew for each piece of work, is told what to do over its standard input, and answers with bytes.
"""

from __future__ import annotations

import importlib
import os
import pickle
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ParamSpec

import msgspec

from tanheng import errors
from tanheng.errors import ComputeError, Fault, TanhengError

P = ParamSpec("P")
SECONDS = 60
"""Of computing; as the clock goes it may take four times as long."""
MEMORY = 2 * 1024**3
"""Bytes of address space."""
AT_ONCE, PATIENCE = 2, 60.0
"""Processes at once, and seconds that others wait for their turn."""
KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT")
"""What the process knows of the environment, where secrets may stand."""
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from tanheng.services.apart import serve; serve()"
_turns = threading.BoundedSemaphore(AT_ONCE)


class _Failure(msgspec.Struct):
    """Why there is no answer: the class and the faults of an error, or the trace of something that nobody expected."""

    kind: str = ""
    faults: list[Fault] = []
    trace: str = ""


def apart(work: Callable[P, bytes], *args: P.args, **kwargs: P.kwargs) -> bytes:
    """What ``work(*args)`` gives, done in another process.

    Args:
        work: a function of a module; what it is given can be pickled.

    Raises:
        ComputeError: TH-CMP-020 it needed more time or memory than is allowed, TH-CMP-021 too much of this is under way.
        TanhengError: what the work raises.
    """
    return within(SECONDS, MEMORY, work, *args, **kwargs)


def within(
    seconds: int,
    memory: int,
    work: Callable[P, bytes],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> bytes:
    """As :func:`apart`, with other limits."""
    told = pickle.dumps((seconds, memory, work.__module__, work.__qualname__, args, kwargs))
    if not _turns.acquire(timeout=PATIENCE):
        raise ComputeError("TH-CMP-021", count=AT_ONCE)
    try:
        answer = _asked(told, seconds)
    finally:
        _turns.release()
    if not answer:
        raise ComputeError("TH-CMP-020", seconds=seconds, memory=memory // 1024**2)
    if answer[:1] == b"\0":
        return answer[1:]
    failure = msgspec.msgpack.decode(answer[1:], type=_Failure)
    if failure.faults:
        raise getattr(errors, failure.kind).of(failure.faults)
    raise RuntimeError(failure.trace)


def _asked(told: bytes, seconds: int) -> bytes:
    """The answer of the process; empty where it was ended."""
    order = [sys.executable, "-c", _START, msgspec.json.encode(sys.path).decode()]
    known = {name: os.environ[name] for name in KEPT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter and our own words
            order,
            input=told,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=known,
            timeout=4 * seconds,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout if done.returncode == 0 else b""


def serve() -> None:
    """Do one piece of work; what libraries print does not get into the answer."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    seconds, memory, module, name, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301 - of the process that started us
    _limit(seconds, memory)
    answers.write(_answer(module, name, args, kwargs))
    answers.flush()
    os._exit(0)


def _answer(module: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
    try:
        found: bytes = getattr(importlib.import_module(module), name)(*args, **kwargs)
        return b"\0" + found
    except MemoryError:
        os._exit(1)
    except TanhengError as error:
        faults = [Fault(fault.code, fault.place, _plain(fault.params)) for fault in error.faults]
        return b"\1" + msgspec.msgpack.encode(_Failure(type(error).__name__, faults))
    except Exception:  # told to the process that asked, which notes it
        return b"\1" + msgspec.msgpack.encode(_Failure(trace=traceback.format_exc()))


def _plain(params: Any) -> dict[str, Any]:
    return {str(key): value if isinstance(value, str | int | float) else str(value) for key, value in params.items()}


def _limit(seconds: int, memory: int) -> None:
    """Limits that the system keeps, where it has them."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

"""Each side in a process of its own: memory and threads of one do not weigh on the other, and its peak is its own.

The process runs ``python benchmarks/workers.py MODULE:CLASS``, makes one object of the class, and answers calls of its methods;
seconds are taken there, around the call alone.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import resource
import subprocess
import sys
import time
import traceback
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS")


class CallError(RuntimeError):
    """A call failed on the other side."""


class Worker:
    """One side.

    Args:
        side: ``module:Class``; the class is made without arguments.
        threads: that it may use, by every library that asks the environment.
    """

    def __init__(self, side: str, *, threads: int) -> None:
        env = {**os.environ, **dict.fromkeys(THREADS, str(threads))}
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), side],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=env,
        )

    def timed(self, method: str, *arguments: Any) -> tuple[float, Any]:
        """Seconds and answer of one call.

        Raises:
            CallError: with the trace of the other side.
        """
        process = self._process
        pickle.dump((method, arguments), process.stdin)
        process.stdin.flush()
        try:
            seconds, answer, failure = pickle.load(process.stdout)  # noqa: S301 - our own process
        except EOFError:
            raise CallError(f"{method}: the process ended ({process.wait()})") from None
        if failure:
            raise CallError(failure)
        return seconds, answer

    def call(self, method: str, *arguments: Any) -> Any:
        """The answer alone."""
        return self.timed(method, *arguments)[1]

    def peak(self) -> float:
        """Greatest resident memory so far, MB."""
        return self.call("_peak")

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._process.kill()
        self.close()


def peak_mb() -> float:
    """Greatest resident memory of this process, MB.

    The kernel's ``VmHWM`` where there is one: ``ru_maxrss`` counts the memory of the process that started this one, too.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        scale = 2**20 if sys.platform == "darwin" else 2**10
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
    return int(status.partition("VmHWM:")[2].split()[0]) / 2**10


def _serve(side: str) -> None:
    stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not get into the answers
    warnings.simplefilter("ignore")
    module, _, name = side.partition(":")
    made = getattr(importlib.import_module(module), name)()
    while True:
        try:
            method, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own process
        except (EOFError, KeyboardInterrupt):
            return
        seconds, answer, failure = 0.0, None, ""
        try:
            if method == "_peak":
                answer = peak_mb()
            else:
                gc.collect()
                start = time.perf_counter()
                answer = getattr(made, method)(*arguments)
                seconds = time.perf_counter() - start
        except KeyboardInterrupt:
            return
        except BaseException:
            failure = traceback.format_exc()
        pickle.dump((seconds, answer, failure), stream)
        stream.flush()


if __name__ == "__main__":
    _serve(sys.argv[1])

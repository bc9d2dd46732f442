"""The connection of this process to a Ray cluster: nothing is reported to anyone, no dashboard, no words on the screen."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tanheng.errors import ComputeError

LOCAL = "local"


def ray_module() -> Any:
    """Ray (TH-CMP-001 where it is not installed)."""
    try:
        return import_module("ray")
    except ImportError as error:
        raise ComputeError("TH-CMP-001", reason=str(error)) from error


@contextmanager
def connected(address: str, workers: int) -> Iterator[Any]:
    """Ray, connected to the cluster at ``address``, or to one of its own on this machine (``local``), which ends with it.

    Args:
        workers: processes of a local cluster.

    Raises:
        ComputeError: TH-CMP-001, TH-CMP-002.
    """
    ray = ray_module()
    if ray.is_initialized():
        if address != "auto":
            raise ComputeError("TH-CMP-002", address=address, reason="this process is connected to a cluster already.")
        yield ray
        return
    with ExitStack() as stack:
        stack.enter_context(_signals_kept())
        stack.enter_context(_set("ray._private.worker", "_worker_logs_enabled", False))
        options = stack.enter_context(_own_cluster(workers)) if address == LOCAL else {}
        environment = {"RAY_USAGE_STATS_ENABLED": "0", **options.pop("environment", {})}
        stack.enter_context(_environment(environment))
        stack.callback(ray.shutdown)
        try:
            ray.init(address=address, log_to_driver=False, logging_level=logging.CRITICAL, **options)
        except Exception as error:
            # Whatever it is: Ray has no class for what goes wrong here, and lets gRPC's and its own pass.
            raise ComputeError("TH-CMP-002", address=address, reason=_first_line(error)) from error
        yield ray


@contextmanager
def _own_cluster(workers: int) -> Iterator[dict[str, Any]]:
    """Options of a cluster on this machine that nobody else reaches and that leaves no file.

    Its ports are on the loopback interface and want a token that only this process and its children know.
    """
    only_here = {
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # by this name Ray means: listen on more than loopback
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
    }
    with (
        TemporaryDirectory(prefix="tanheng-", ignore_cleanup_errors=True) as folder,
        _set("ray._private.ray_constants", "ENABLE_RAY_CLUSTER", False),  # the same, read when Ray was imported
    ):
        inside = Path(folder) / "ray"  # Ray opens its folder to everyone; the one around it is ours alone
        yield {
            "num_cpus": workers,
            "include_dashboard": False,
            "_temp_dir": str(inside),
            "environment": only_here,
        }


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables, and put back these and what Ray sets."""
    before = {name: os.environ.get(name) for name in (*values, "PYTHONBREAKPOINT")}
    os.environ.update(values)
    _read_again()
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        _read_again()


def _read_again() -> None:
    """Ray reads whether tokens are wanted, and its token, only once in a process."""
    inside = import_module("ray._raylet")
    inside.Config.initialize("")
    inside.AuthenticationTokenLoader.instance().reset_cache()


@contextmanager
def _set(module: str, name: str, value: object) -> Iterator[None]:
    """Set a switch inside Ray that it has no option for; without effect in a version that has it no more."""
    place = sys.modules.get(module)
    before = getattr(place, name, None)
    if before is None:
        yield
        return
    setattr(place, name, value)
    try:
        yield
    finally:
        setattr(place, name, before)


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Put back how this process takes SIGTERM, which Ray changes."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread() and before is not None:
            signal.signal(signal.SIGTERM, before)


def _first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)

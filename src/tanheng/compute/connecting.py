"""The connection of this process to a Ray cluster: nothing is reported to anyone, no dashboard, no words on the screen."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from textwrap import shorten
from typing import Any

from tanheng.errors import ComputeError

OLDEST = "2.52"
LOCAL, AUTO = "local", "auto"
KNOCK = 5.0  # seconds; Ray would try for a quarter of an hour
LONGEST = 300  # characters of a reason
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # a warning, in older versions
    "RAY_DISABLE_FAILURE_SIGNAL_HANDLER": "1",  # a trace of the stack where this process is told to end
}
SWITCHED_OFF = (
    ("ray._private.worker", "_worker_logs_enabled"),  # words about lost workers, on standard output
    ("ray._private.auto_init_hook", "enable_auto_connect"),  # another cluster where the connection to this one is lost
)
LOOPBACK = ("ray._private.ray_constants", "ENABLE_RAY_CLUSTER")
"""Off: this machine is 127.0.0.1 and its ports are closed to others."""
SET_BY_RAY = ("PYTHONBREAKPOINT", "RAY_AUTH_MODE")  # in the environment of whoever connects
SHORT = 20  # characters of a folder that leave room for the names of Ray's sockets, of which a system takes about 100


def ray_module() -> Any:
    """Ray (TH-CMP-001 where it is not installed, or has no tokens yet)."""
    try:
        ray = import_module("ray")
    except ImportError as error:
        raise ComputeError("TH-CMP-001", oldest=OLDEST, reason=str(error)) from error
    if _numbers(ray.__version__) < _numbers(OLDEST):
        raise ComputeError("TH-CMP-001", oldest=OLDEST, reason=f"Ray {ray.__version__}")
    return ray


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")[:2]]


@contextmanager
def connected(address: str, workers: int) -> Iterator[Any]:
    """Ray, connected to the cluster at ``address``, or to one of its own on this machine (``local``), which ends with it.

    Args:
        workers: processes of a local cluster.

    Raises:
        ComputeError: TH-CMP-001, TH-CMP-002, TH-CMP-010.
    """
    with ExitStack() as stack:
        stack.enter_context(_environment(QUIET))  # some of it is read when Ray is imported
        ray = ray_module()
        if ray.is_initialized() and address != AUTO:
            raise ComputeError("TH-CMP-010", address=address)
        if not ray.is_initialized():
            address = os.environ.get("RAY_ADDRESS") or address if address == AUTO else address
            _knock(address)
            _connect(ray, address, workers, stack)
        yield ray


def _connect(ray: Any, address: str, workers: int, stack: ExitStack) -> None:
    """Connect, and leave to ``stack`` what undoes it."""
    stack.enter_context(_signals_kept())
    for place, name in SWITCHED_OFF:
        stack.enter_context(_set(place, name, False))
    if _is_loopback(address):
        stack.enter_context(_set(*LOOPBACK, False))
    options = stack.enter_context(_own_cluster(workers)) if address == LOCAL else {}
    stack.callback(_read_again)
    stack.enter_context(_environment(options.pop("environment", {})))
    _read_again()
    stack.callback(ray.shutdown)
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.CRITICAL, **options)
    except Exception as error:
        # Whatever it is: Ray has no class for what goes wrong here, and lets gRPC's and its own pass.
        raise ComputeError("TH-CMP-002", address=address, reason=reason_of(error)) from error


def _knock(address: str) -> None:
    """Whether anyone is there (TH-CMP-002), where the address names a machine and a port."""
    host, port = _place(address)
    if port:
        try:
            socket.create_connection((host, port), timeout=KNOCK).close()
        except OSError as error:
            raise ComputeError("TH-CMP-002", address=address, reason=f"{error}.") from error


def _place(address: str) -> tuple[str, int]:
    """Machine and port; port 0 where the address names none."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    return (host.strip("[]"), int(port)) if port.isdigit() else (address, 0)


def _is_loopback(address: str) -> bool:
    """Whether the cluster is on this machine and asked for as such; Ray itself would look for it by the machine's name."""
    return address == LOCAL or _place(address)[0] in ("localhost", "127.0.0.1", "::1")


@contextmanager
def _own_cluster(workers: int) -> Iterator[dict[str, Any]]:
    """Options of a cluster on this machine that nobody else reaches and that leaves no file.

    Its ports are on the loopback interface and want a token that only this process and its children know.
    """
    only_here = {
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # LOOPBACK for the processes that Ray starts
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
    }
    with TemporaryDirectory(prefix="tanheng-", dir=_short_folder(), ignore_cleanup_errors=True) as folder:
        inside = Path(folder) / "ray"  # Ray opens its folder to everyone; the one around it is ours alone
        yield {
            "num_cpus": workers,
            "include_dashboard": False,
            "_temp_dir": str(inside),
            "environment": only_here,
        }


def _short_folder() -> str | None:
    """Where the folder of a local cluster is made; the system's temporary folder where its name is short."""
    return "/tmp" if len(gettempdir()) > SHORT and Path("/tmp").is_dir() else None  # noqa: S108 - one of our own in it


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables, and put back these and what Ray sets."""
    before = {name: os.environ.get(name) for name in (*values, *SET_BY_RAY)}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _read_again() -> None:
    """Let Ray see the environment: it reads whether tokens are wanted, and its token, once in a process."""
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


def reason_of(error: BaseException) -> str:
    """What an error of Ray says, in one line and not at length: why a worker is dead, or of a traceback its end."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    dead = [line for line in lines if line.startswith("The actor is dead because")]
    traced = lines[-1:] if any("Traceback" in line or "ray::" in line for line in lines) else []
    return shorten(" ".join(dead or traced or lines) or type(error).__name__, LONGEST, placeholder=" …")

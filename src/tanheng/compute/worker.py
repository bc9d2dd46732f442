"""What runs in the processes of a cluster."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from traceback import format_exc
from typing import Any

from tanheng.compute.parcel import Parcel
from tanheng.compute.versions import versions


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a worker says of itself: its machine, its process there, and its versions."""

    node: str
    process: int
    versions: dict[str, str]


class Worker:
    """One process of a cluster: it keeps the work that it was sent, and does pieces of it."""

    def __init__(self) -> None:
        self._works: dict[str, Callable[[int], Any]] = {}

    def greet(self) -> Greeting:
        """Say who this is."""
        return Greeting(socket.gethostname(), os.getpid(), versions())

    def do(self, key: str, sent: list[Any], number: int) -> bytes:
        """One piece of the work of that key, pickled: what leaves here has to outlive the cluster's memory.

        Args:
            sent: a list of one reference to the :class:`Parcel` of the work; in a list, so that it is fetched only once.
        """
        try:
            work = self._works.get(key)
            if work is None:
                parcel: Parcel = import_module("ray").get(sent[0])
                work = self._works[key] = parcel.open()
            packed: bytes = import_module("ray.cloudpickle").dumps(work(number))
        except Exception as error:
            error.add_note(f"On {socket.gethostname()}, process {os.getpid()}:\n{format_exc()}")
            raise
        return packed

    def forget(self, key: str) -> None:
        """Let go of a work."""
        self._works.pop(key, None)

"""The open installation: data directory, database, blobs, clock; and how a use case is run on it.

A use case is a function that takes a :class:`~tanheng.storage.sql.Work` first; it runs in one transaction, which is
tried again where the database says that another was in the way. It must therefore have no effect outside of its work,
except blobs, which are harmless until a row names them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Concatenate, NoReturn, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree

from tanheng.accounts import Actor
from tanheng.audit.signing import Signer
from tanheng.days import day_of
from tanheng.errors import StoreError
from tanheng.storage.blobs import FOLDER, Blobs
from tanheng.storage.configuration import Configuration
from tanheng.storage.home import Home
from tanheng.storage.keys import FOLDER as KEYS
from tanheng.storage.keys import KeyFolder
from tanheng.storage.sql import once
from tanheng.storage.sql.engine import is_retriable, open_engine, take_turn
from tanheng.storage.sql.work import Work

P = ParamSpec("P")
T = TypeVar("T")
ATTEMPTS = 6
"""How often a transaction that was in another's way is tried before it is given up."""


def utc_now() -> datetime:
    """The clock of the machine."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Platform:
    """An installation.

    Attributes:
        clock: port; tests let time pass with another.
    """

    home: Home
    configuration: Configuration
    engine: Engine
    clock: Callable[[], datetime] = field(default=utc_now)
    _signers: dict[str, Signer] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, path: str | Path | None = None, *, clock: Callable[[], datetime] = utc_now) -> Platform:
        """The installation in a data directory.

        Raises:
            StoreError: TH-STO-003 the directory has not been initialised. TH-STO-004 a URL that cannot be used. TH-STO-031 a
                restore into it was broken off.
        """
        home = Home.at(path)
        configuration = Configuration.read(home.path)
        return cls(home, configuration, open_engine(configuration.url(home.path), pool=configuration.pool), clock)

    @property
    def blobs(self) -> Blobs:
        """Files by their content."""
        return Blobs(self.home.path / FOLDER)

    @property
    def keys(self) -> KeyFolder:
        """The keys of the installation."""
        return KeyFolder(self.home.path / KEYS)

    def today(self) -> date:
        """The day that it is, in the zone of the installation."""
        return day_of(self.clock(), self.configuration.zone)

    def signer(self, key: str) -> Signer:
        """A key of the installation, read once (TH-AUD-001 where it is lost)."""
        if key not in self._signers:
            self._signers[key] = self.keys.signer(key)
        return self._signers[key]

    def do(self, actor: Actor, use_case: Callable[Concatenate[Work, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case that writes; all of it, with its events, or nothing.

        Raises:
            StoreError: TH-STO-006 others were in the way every time, or held all connections; TH-STO-007 the database cannot be
                reached.
        """
        for attempt in range(ATTEMPTS):
            try:
                with self.connection() as connection, connection.begin():
                    take_turn(connection, alone=attempt > 0)
                    work = Work(self, connection, actor, self.clock())
                    result = use_case(work, *args, **kwargs)
                    work.finish()
                once.settled()
                return result
            except DBAPIError as error:
                if not is_retriable(error):
                    tell(error)
                time.sleep(random.uniform(0, min(1.0, 0.005 * 2**attempt)))  # noqa: S311 - only to part those who met
        raise StoreError("TH-STO-006")

    def look(
        self, actor: Actor, use_case: Callable[Concatenate[Work, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a use case that only reads; it sees one state of the database, and cannot write.

        Raises:
            StoreError: TH-STO-006 others held all connections, TH-STO-007 the database cannot be reached.
        """
        try:
            with self.connection(reading=True) as connection, connection.begin():
                return use_case(Work(self, connection, actor, self.clock()), *args, **kwargs)
        except DBAPIError as error:
            tell(error)

    def connection(self, *, reading: bool = False) -> Connection:
        """A connection for one transaction; where it is for reading, the transaction sees one state and cannot write.

        Raises:
            StoreError: TH-STO-006 none got free in time.
        """
        try:
            return self.engine.connect().execution_options(reading=reading)
        except NoneFree as error:
            raise StoreError("TH-STO-006") from error

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def tell(error: DBAPIError) -> NoReturn:
    """Raise the error as people are told it; programming errors stay what they are."""
    if isinstance(error, OperationalError):
        raise StoreError("TH-STO-007", reason=str(error.orig).splitlines()[0]) from error
    raise error

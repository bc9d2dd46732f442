"""What an operator chooses for an installation: ``tanheng.toml`` in the data directory, over it the environment."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from tanheng.accounts.oidc import Issuer, is_safe
from tanheng.days import zone_of
from tanheng.errors import StoreError
from tanheng.storage.sql.engine import sqlite_url

FILE = "tanheng.toml"
DATABASE = "tanheng.sqlite"
PREFIX = "TANHENG_"


@dataclass(frozen=True, slots=True)
class Configuration:
    """The choices; each can also be given as an environment variable, ``TANHENG_`` and its name in capitals.

    Attributes:
        database_url: of PostgreSQL, ``postgresql://…``; empty for SQLite in the data directory.
        public_url: under which people reach the installation.
        timezone: whose days count, a name of the time zone database: days of certificates, deadlines, classes.
        pool: connections that a process keeps.
        upload_limit: bytes of the largest file. body_limit: bytes of any other request.
        requests_per_minute: of one address or token.
        session_hours: after which somebody has to sign in again. session_idle_minutes: without a request.
        search_by_meaning: whether vectors of titles are kept, so that searches can ask for what is near in meaning.
        register_licence: of the dumps of the public register. register_dump_daily: whether one is made every day.
        tls_certificate, tls_key: files (PEM) with which ``tanheng serve`` answers over TLS itself; ``trial`` for a certificate
            of this machine. Empty where a proxy does, or nobody.
        pact_loopback: whether partners of PACT may be on this machine without TLS, for trials. pact_authorities: file of further
            certificates (PEM) that partners' servers are trusted by.
        pact_issuers: addresses of issuers whose tokens (JWT) partners of PACT may show instead of ours; in the file only.
        oidc: providers whose accounts are accepted, tables ``[[oidc]]``; in the file only.
    """

    database_url: str = ""
    public_url: str = "http://127.0.0.1:8000"
    timezone: str = "Asia/Shanghai"
    pool: int = 10
    upload_limit: int = 2 * 1024**3
    body_limit: int = 16 * 1024**2
    requests_per_minute: int = 1200
    session_hours: int = 12
    session_idle_minutes: int = 60
    search_by_meaning: bool = False
    register_licence: str = "CC-BY-4.0"
    register_dump_daily: bool = False
    tls_certificate: str = ""
    tls_key: str = ""
    pact_loopback: bool = False
    pact_authorities: str = ""
    pact_issuers: tuple[str, ...] = ()
    oidc: tuple[Issuer, ...] = ()

    @classmethod
    def read(cls, folder: Path) -> Configuration:
        """The configuration of an initialised data directory.

        Raises:
            StoreError: TH-STO-003 there is none, TH-STO-008 a line that cannot be understood, TH-STO-080 a zone
                that is not known.
        """
        path = folder / FILE
        try:
            written: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise StoreError("TH-STO-003", place=str(folder)) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise StoreError("TH-STO-008", place=str(path), reason=str(error)) from error
        known = {entry.name for entry in fields(cls)}
        if strange := sorted(set(written) - known):
            raise StoreError("TH-STO-008", place=str(path), reason=f"unknown: {', '.join(strange)}")
        over = {
            name: os.environ[PREFIX + name.upper()]
            for name in known - {"oidc", "pact_issuers"}
            if PREFIX + name.upper() in os.environ
        }
        try:
            made = msgspec.convert({**written, **over}, cls, strict=False)
        except msgspec.ValidationError as error:
            raise StoreError("TH-STO-008", place=str(path), reason=str(error)) from error
        if len({issuer.name for issuer in made.oidc}) < len(made.oidc):
            raise StoreError("TH-STO-008", place=str(path), reason="oidc: two of one name")
        if strange := [one for one in made.pact_issuers if not is_safe(one)]:
            raise StoreError(
                "TH-STO-008", place=str(path), reason=f"pact_issuers: {strange[0]} is not an https:// address"
            )
        try:
            zone_of(made.timezone)
        except ValueError as error:
            raise StoreError("TH-STO-080", place=str(path), zone=made.timezone) from error
        return made

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose days count."""
        return zone_of(self.timezone)

    def url(self, folder: Path) -> URL:
        """The URL of the database (TH-STO-004 where it is none)."""
        try:
            return make_url(self.database_url) if self.database_url else sqlite_url(folder / DATABASE)
        except ArgumentError as error:
            raise StoreError("TH-STO-004", url="–") from error


def url_for(folder: Path, database_url: str) -> URL:
    """The URL that an installation will have for which ``database_url`` is chosen: the environment goes before it."""
    return Configuration(os.environ.get(f"{PREFIX}DATABASE_URL", database_url)).url(folder)

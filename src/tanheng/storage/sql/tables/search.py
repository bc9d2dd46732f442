"""What can be searched: an entry for each factor, data set and product, in the order in which engines find them.

Three tables keep apart what is read for many rows and what for few: ``search_entries`` is narrow, since a search filters and
counts thousands of its rows; ``search_words`` holds texts, which are read for the best hits alone; and the words themselves stand
in the index of the engine (:mod:`tanheng.storage.sql.searching`).
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from tanheng.storage.sql.tables.metadata import METADATA
from tanheng.storage.sql.types import Big, Id

STEP = 2**40
"""Place of an entry: ``bucket × STEP + serial``. What fits better by itself has a smaller bucket, so it is found first."""

entries = Table(
    "search_entries",
    METADATA,
    Column("place", Big, primary_key=True, autoincrement=False),
    Column("scope", Integer, nullable=False),  # number in ``search_scopes``
    Column("kind", Integer, nullable=False),  # codes of ``search_values``, but for the year
    Column("category", Integer),
    Column("geography", Integer),
    Column("year", Integer),
    Column("unit", Integer),
    Column("factor_kind", Integer),
    Column("rank", Integer),
    Column("database", Integer),
)

words = Table(
    "search_words",
    METADATA,
    Column("serial", Big, primary_key=True),
    Column("bucket", Big, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reference", String(200), nullable=False),
    Column("within", String(36), nullable=False, default=""),  # id of what it is a part of
    Column("zh", String(500), nullable=False, default=""),
    Column("en", String(500), nullable=False, default=""),
    Column("title", Text, nullable=False),  # tokens, with blanks between them
    Column("concepts", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("wider", Text, nullable=False),
    UniqueConstraint("kind", "reference"),
)
Index("ix_search_words_within", words.c.within)

meanings = Table(
    "search_meanings",
    METADATA,
    Column("stamp", Big, primary_key=True),  # rises with every vector that is written, and none is given twice
    Column("serial", Big, nullable=False, unique=True),  # of ``search_words``
    Column("model", String(64), nullable=False),
    Column("vector", LargeBinary, nullable=False),  # of its titles: halves (float16, little-endian), of length 1
    sqlite_autoincrement=True,
)

values = Table(
    "search_values",
    METADATA,
    Column("code", Integer, primary_key=True),
    Column("facet", String(16), nullable=False),
    Column("value", String(200), nullable=False),
    UniqueConstraint("facet", "value"),
)

scopes = Table(
    "search_scopes",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),  # SHA-256 of what follows, and of whom it is shared with
    Column("organisation", String(36), nullable=False, index=True),
    Column("public", Boolean, nullable=False),
    Column("signed_in", Boolean, nullable=False),
)

shared = Table(
    "search_shared",
    METADATA,
    Column("scope", Integer, ForeignKey("search_scopes.number"), primary_key=True, autoincrement=False),
    Column("organisation", String(36), primary_key=True),
)
Index("ix_search_shared_organisation", shared.c.organisation)

filled = Table(
    "search_filled",
    METADATA,
    Column("thing", String(64), primary_key=True),  # id of a database, or ``embedded``
    Column("content", String(80), nullable=False),  # which of its contents the entries are of
    Column("done", Integer, nullable=False),  # how many of them are written
)

certificates = Table(
    "search_certificates",
    METADATA,
    Column("serial", Big, primary_key=True, autoincrement=False),  # rises as certificates are issued
    Column("certificate", Id, nullable=False, unique=True),
    Column("holder", Id, nullable=False),
    Column("body", Id, nullable=False),
    Column("scheme", String(64), nullable=False),
    Column("boundary", String(32), nullable=False),
    Column("category", String(64), nullable=False),
    Column("region", String(16), nullable=False),  # country, or a part of it as of CN-44
    Column("month", String(7), nullable=False),  # of its beginning, 2026-11
    Column("grade", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("value", Double, nullable=False),
    Column("unit", String(80), nullable=False),
    Column("per", String(64), nullable=False),
    Column("changed", Big, nullable=False, index=True),  # rises with every change: what feeds go on from
)
Index("ix_search_certificates_holder", certificates.c.holder, certificates.c.changed)
Index("ix_search_certificates_value", *(certificates.c[name] for name in ("unit", "per", "value", "serial")))
Index(
    "ix_search_certificates_category",
    *(certificates.c[name] for name in ("category", "unit", "per", "value", "serial")),
)

Index("ix_search_certificates_month", certificates.c.month, certificates.c.serial)

certificate_words = Table(
    "search_certificate_words",
    METADATA,
    Column("serial", Big, primary_key=True, autoincrement=False),
    Column("tokens", Text, nullable=False),  # SQLite is told them again to remove them
)

certificate_codes = Table(
    "search_certificate_codes",
    METADATA,
    Column("code", String(64), primary_key=True),  # of the product: customs code, GTIN …, folded
    Column("holder", Id, primary_key=True),
    Column("serial", Big, primary_key=True, autoincrement=False),
)

certificate_counts = Table(
    "search_certificate_counts",
    METADATA,
    Column("kind", String(16), primary_key=True),  # by what: category, region …
    Column("value", String(100), primary_key=True),
    Column("state", String(16), primary_key=True),
    Column("count", Big, nullable=False),
)

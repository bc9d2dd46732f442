"""Digests of rows: SHA-256 of canonical JSON, whoever wrote it."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tanheng.audit.rows import digest_of_row

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
JSON = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=5
)
COLUMNS = st.dictionaries(st.from_regex(r"[a-z_]{1,9}", fullmatch=True), JSON, max_size=8)


@given(COLUMNS)
def test_the_digest_is_that_of_canonical_json(row):
    told = {name: value for name, value in row.items() if value is not None}
    wanted = hashlib.sha256(rfc8785.dumps({"row": told, "table": "t"})).hexdigest()
    assert digest_of_row("t", row) == wanted


def test_moments_days_and_bytes_are_texts():
    row = {
        "at": datetime(2026, 1, 2, 3, tzinfo=UTC),
        "day": date(2026, 1, 2),
        "mark": b"\x01",
        "control": "\x00\x1f\x7f\u2028😀",
    }
    text = {"at": "2026-01-02T03:00:00+00:00", "day": "2026-01-02", "mark": "01", "control": row["control"]}
    assert digest_of_row("t", row) == hashlib.sha256(rfc8785.dumps({"row": text, "table": "t"})).hexdigest()

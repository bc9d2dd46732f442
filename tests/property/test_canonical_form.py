"""The canonical form of digests is RFC 8785's, whatever the value."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from tanheng.footprint.canonical import digest_of, json_pieces, plain

pytestmark = pytest.mark.fuzz
NUMBERS = (
    st.floats(allow_nan=False, allow_infinity=False) | st.floats(-1e-3, 1e-3) | st.integers(-(2**53) + 1, 2**53 - 1)
)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=30,
)


def rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.9g}") + 0.0
    if isinstance(value, dict):
        return {key: rounded(entry) for key, entry in value.items()}
    return [rounded(entry) for entry in value] if isinstance(value, list) else value


@given(VALUES)
@example(
    [1e-7, 1e-6, 0.00012345678, 0.0001, 1e15, 1e16, 123456789012345680000.0, 1e21, 5e-324, -0.0, 9007199254740992.0]
)
@example({"\U0001f600": 1, "\ufb33": 2, "é": 3, "a": 4, "": 5, '\x7f\x01"\\': 6})
@example([[i, {"b": i / 7, "a": None}] for i in range(1201)])
def test_the_digest_is_that_of_rfc_8785(value: Any) -> None:
    expected = hashlib.sha256(rfc8785.dumps(rounded(value))).hexdigest()
    assert digest_of(value) == f"sha256:{expected}"


@given(VALUES)
@example([[i, {"b": i / 7, "a": None}] for i in range(1201)])
def test_a_file_in_pieces_is_the_json_of_the_whole(value: Any) -> None:
    import orjson

    read = orjson.loads(b"".join(json_pieces(value)))
    assert read == plain(value)

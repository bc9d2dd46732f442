"""What the guides of the exchange say a block prints is what it prints."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.docs
PAGES = ("cbam.md", "cbam.zh-CN.md", "batteries.md", "batteries.zh-CN.md")
PRINTED = re.compile(r"^```python\n(?P<code>.*?)^```\n\n```text\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = [
    pytest.param(match["code"], match["text"], id=f"{page}:{at}")
    for page in PAGES
    for at, match in enumerate(PRINTED.finditer((ROOT / "docs" / page).read_text(encoding="utf-8")), start=1)
]


@pytest.mark.parametrize(("code", "text"), BLOCKS)
def test_it_prints_what_the_page_says(code, text, place):
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        exec(compile(code, "document", "exec"), {"__name__": "document"})  # noqa: S102 - our own documents
    assert told.getvalue() == text


def test_the_pages_have_such_blocks():
    assert len(BLOCKS) == 8

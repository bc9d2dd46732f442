"""Studies in the documents: every YAML block of a page, completed to files that can be read.

The first whole study of a page (one with ``tanheng:``) is the head of the blocks behind it that leave it out: a block's
own top-level keys come first. A block that says ``lines: bill.csv`` gets the next CSV block of the page as that file. A
comment in the first line (``# bicycle``) names a block.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(?P<lang>\w+)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_NAME = re.compile(r"# ([a-z-]+)\n")
_KEY = re.compile(r"^(?=\w+:)", re.MULTILINE)
_FILE_OF_LINES = re.compile(r"^lines: (\S+\.csv)$", re.MULTILINE)


@dataclass(frozen=True)
class PageStudy:
    """One study of a page; ``files`` are those beside it, by name."""

    name: str
    text: str
    files: Mapping[str, str]

    def write(self, folder: Path) -> Path:
        """Write it with its files, and say where it is."""
        for name, text in {**self.files, "study.yaml": self.text}.items():
            (folder / name).write_text(text, encoding="utf-8")
        return folder / "study.yaml"


def page_studies(page: Path) -> list[tuple[int, PageStudy]]:
    """The studies of a page with the numbers of their blocks."""
    fences = list(FENCE.finditer(page.read_text(encoding="utf-8")))
    head: dict[str, str] = {}
    found = []
    for number, fence in enumerate(fences, start=1):
        if fence["lang"] != "yaml":
            continue
        own, name = _keys(fence["body"]), _NAME.match(fence["body"])
        whole = own if "tanheng" in own else {**head, **own}
        head = head or own
        file = _FILE_OF_LINES.search(fence["body"])
        files = {file[1]: next(f["body"] for f in fences[number:] if f["lang"] == "csv")} if file else {}
        found.append((number, PageStudy(name[1] if name else "", "".join(whole.values()), files)))
    return found


def _keys(text: str) -> dict[str, str]:
    """The text of every top-level key."""
    parts = _KEY.split(text)
    return {part.partition(":")[0]: part for part in parts if part.strip() and not part.startswith("#")}

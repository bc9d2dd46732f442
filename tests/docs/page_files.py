"""Files in the documents that are no studies to assess: blocks of ``yml`` whose first line names them (``# bracket.yaml``).

Commands on the pages find them in their folder. Both languages of a page hold the same files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

_BLOCK = re.compile(r"^```yml\n# (?P<name>[\w.-]+\.yaml)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)


def page_files(pages: Iterable[Path]) -> dict[str, str]:
    """Text by name; ``ValueError`` where two pages have files of one name and another text."""
    found: dict[str, str] = {}
    for page in pages:
        for match in _BLOCK.finditer(page.read_text(encoding="utf-8")):
            if found.setdefault(match["name"], match["body"]) != match["body"]:
                raise ValueError(f"{page.name}: {match['name']} differs from the block of this name on another page")
    return found


def write_page_files(pages: Iterable[Path], folder: Path) -> None:
    """Write all of them to a folder."""
    for name, text in page_files(pages).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")

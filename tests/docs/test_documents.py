"""Documents hold together: links lead somewhere, both languages say the same, generated parts are fresh."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.docs
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
PAIRS = (
    ("README.md", "README.zh-CN.md"),
    ("docs/user-guide.md", "docs/user-guide.zh-CN.md"),
    ("docs/modelling.md", "docs/modelling.zh-CN.md"),
    *(
        (f"docs/{name}.md", f"docs/{name}.zh-CN.md")
        for name in (
            *("classes", "judging", "rules", "linking", "reports", "scale", "databases", "formats"),
            *("certification", "guide-applicant", "guide-integrator", "guide-regulator", "guide-verifier"),
            *("platform", "api", "factor-register", "operating", "audit", "search", "register", "client", "sizing"),
            *("recognition", "supplier-requests", "verifying", "workbench", "exchange", "passports"),
            *(
                "regime-watch",
                "cbam",
                "batteries",
                "epd",
                "pact",
            ),
        )
    ),
)


def text_of(name: str | Path) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def prose(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", FENCED.sub("", text))


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", FENCED.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.replace("`", "").lower()).strip().replace(" ", "-") for head in heads}


def test_links_lead_somewhere(document):
    for match in LINK.finditer(prose(document.read_text(encoding="utf-8"))):
        path, _, anchor = match["target"].partition("#")
        if path.startswith(("http:", "https:", "mailto:")):
            continue
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), f"{match['target']} in {document.name}"
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), match["target"]


def test_every_document_is_reached_from_the_readme():
    seen, todo = set(), [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        seen.add(page)
        for match in LINK.finditer(prose(page.read_text(encoding="utf-8"))):
            target = (page.parent / match["target"].partition("#")[0]).resolve()
            if target.suffix == ".md" and target.exists() and target not in seen:
                todo.append(target)
    every = {*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")}
    assert every <= seen, sorted(str(p.relative_to(ROOT)) for p in every - seen)


def test_generated_parts_are_fresh(document, blocks):
    """``python tests/docs/blocks.py`` writes them."""
    for match in blocks.BLOCK.finditer(document.read_text(encoding="utf-8")):
        if blocks.has_data(match["name"]):
            assert match["body"] == blocks.made(match["name"]), f"{match['name']}: run python tests/docs/blocks.py"


def test_every_kind_of_generated_part_is_used(blocks):
    used = {m["name"].partition(":")[0] for path in blocks.documents() for m in blocks.BLOCK.finditer(text_of(path))}
    assert used == set(blocks.PARTS)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0])
def test_both_languages_have_the_same_shape(pair):
    """Same headings in number and depth, same tables, same blocks of code but for words in them, same pages linked."""

    def shape(name: str) -> dict[str, object]:
        text = text_of(name)
        plain = FENCED.sub("", text)
        links = [m["target"] for m in LINK.finditer(text)]
        return {
            "headings": [len(mark) for mark in re.findall(r"^(#+) ", plain, re.MULTILINE)],
            "tables": [len(re.findall(r"^\|", part, re.MULTILINE)) for part in re.split(r"^#+ .*$", plain, flags=re.M)],
            "code": re.findall(r"^```(\w+)$", text, re.MULTILINE),
            "links": sorted({link.replace(".zh-CN", "").partition("#")[0] for link in links} - {Path(pair[0]).name}),
        }

    assert shape(pair[0]) == shape(pair[1])


@pytest.mark.parametrize("name", [pair[1] for pair in PAIRS])
def test_chinese_texts_use_full_width_punctuation(name):
    """Between Han characters; generated parts are the business of their own catalogues."""
    text = re.sub(r"<!-- begin .*?<!-- end -->", "", text_of(name), flags=re.DOTALL)
    wrong = re.findall(r"[一-鿿][,;:!?()][^\n]{0,12}", prose(text))
    assert wrong == []


def test_no_document_names_this_machine(document):
    text = document.read_text(encoding="utf-8")
    assert str(ROOT.parent) + os.sep not in text
    assert not re.search(r"(?<![\w.])/(home|root|tmp|Users)/", text)


def test_the_readmes_say_what_exists_and_what_does_not():
    assert "come later" in text_of("README.md")
    assert "后续版本" in text_of("README.zh-CN.md")


def test_documents_that_the_readme_promises_for_folders_exist():
    for folder in re.findall(r"^\| `([\w/]+/)` \|", text_of("README.md"), re.MULTILINE):
        assert (ROOT / folder).is_dir(), folder

"""XML without DTDs, entities and network, one element at a time."""

from __future__ import annotations

import io

import pytest

from tanheng.errors import FormatError
from tanheng.formats.xmlsafe import elements, local_name, namespace, root_of

LAUGHS = "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9))
BOMB = f'<!DOCTYPE e [<!ENTITY a "lol">{LAUGHS}]><ecoSpold><dataset number="&j;">&j;</dataset></ecoSpold>'
EXTERNAL = '<!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/passwd">]><ecoSpold><dataset>&x;</dataset></ecoSpold>'
EXTERNAL_DTD = '<!DOCTYPE e SYSTEM "http://example.invalid/e.dtd"><ecoSpold><dataset/></ecoSpold>'
PARAMETER = '<!DOCTYPE e [<!ENTITY % p SYSTEM "http://example.invalid/p.dtd"> %p;]><ecoSpold><dataset/></ecoSpold>'


@pytest.mark.parametrize("text", [BOMB, EXTERNAL, EXTERNAL_DTD, PARAMETER], ids=["bomb", "file", "dtd", "parameter"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_dtd_is_refused_by_name(text, encoding):
    raw = text.encode(encoding)
    with pytest.raises(FormatError) as root:
        root_of(io.BytesIO(raw), place="x.xml")
    with pytest.raises(FormatError) as streamed:
        list(elements(io.BytesIO(raw), "dataset", place="x.xml"))
    assert root.value.code == "TH-FMT-014"
    assert streamed.value.code in ("TH-FMT-013", "TH-FMT-014")
    assert "x.xml" in str(root.value)


@pytest.mark.parametrize(
    "text", ["", "{}", "<a", "<a><b></a>", "<a>&undefined;</a>", '<?xml version="1.0" encoding="nope"?><a/>']
)
def test_broken_xml_names_the_file(text):
    def read_all() -> None:
        root_of(io.BytesIO(text.encode()), place="x.xml")
        list(elements(io.BytesIO(text.encode()), "dataset", place="x.xml"))

    with pytest.raises(FormatError) as caught:
        read_all()
    assert caught.value.code == "TH-FMT-013"
    assert "x.xml" in caught.value.text("zh")


def test_nesting_is_bounded():
    deep = "<dataset>" * 5000 + "</dataset>" * 5000
    with pytest.raises(FormatError) as caught:
        list(elements(io.BytesIO(deep.encode()), "dataset", place="x.xml"))
    assert caught.value.code == "TH-FMT-013"


def test_endless_prolog_is_not_read():
    with pytest.raises(FormatError):
        root_of(io.BytesIO(b"<!--" + b"x" * 3_000_000), place="x.xml")


def test_root_with_and_without_namespace():
    assert root_of(io.BytesIO(b'<?xml version="1.0"?><!-- hi --><a xmlns="urn:x"/>'), place="") == ("urn:x", "a")
    assert root_of(io.BytesIO("<a/>".encode("utf-16")), place="") == ("", "a")


def test_elements_in_any_namespace_in_order():
    text = '<r xmlns="urn:x"><s n="1"/><t/><s n="2"><u xmlns="">hi</u></s></r>'
    found = [
        (e.get("n"), [local_name(c) for c in e], namespace(e))
        for e in elements(io.BytesIO(text.encode()), "s", place="")
    ]
    assert found == [("1", [], "urn:x"), ("2", ["u"], "urn:x")]


def test_memory_holds_one_element_at_a_time():
    text = b"<r>" + b"<s><v>12345678</v></s>" * 3000 + b"</r>"
    siblings = []
    last = None
    for element in elements(io.BytesIO(text), "s", place=""):
        if last is not None:
            assert len(last) == 0
        siblings.append(sum(1 for _ in element.itersiblings(preceding=True)))
        last = element
    assert len(siblings) == 3000
    assert max(siblings) <= 1

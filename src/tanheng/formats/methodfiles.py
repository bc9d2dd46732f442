"""Whether a file or package of a known format holds impact assessment methods and no processes."""

from __future__ import annotations

import re

import orjson

from tanheng.errors import FormatError
from tanheng.formats.archive import Archive, Member
from tanheng.formats.ilcdmodel.package import METHOD
from tanheng.formats.xmlsafe import root_of

_PROCESSES = re.compile(r"(^|/)processes/", re.IGNORECASE)
_METHODS = re.compile(r"(^|/)lciamethods/", re.IGNORECASE)
_CONTENTS = re.compile(r"\{(methods|processes)\}", re.IGNORECASE)
_LOOKED_AT = 40
_HEAD = 4096
_LARGEST = 2**26  # of a JSON file that is looked into
_PROCESS = "processdataset"


def holds_only_methods(archive: Archive) -> bool:
    """Whether an ILCD or TIDAS package or a SimaPro export holds methods and no process, as far as its beginnings tell.

    Readers look at everything and refuse what this misses.
    """
    if any(_PROCESSES.search(member.name) for member in archive.members):
        return False
    if any(_METHODS.search(member.name) for member in archive.members):
        return True
    found = {sign for member in archive.members[:_LOOKED_AT] for sign in _signs(archive, member)}
    return bool(found & {METHOD, "methods"}) and not found & {_PROCESS, "processes"}


def _signs(archive: Archive, member: Member) -> set[str]:
    """Roots of data sets, or what a SimaPro header says, in lower case."""
    try:
        with archive.open(member) as stream:
            head = stream.read(_HEAD)
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")) and b"{SimaPro" not in head[:64]:
            return _json_roots(archive, member)
        if b"SimaPro" not in head.replace(b"\0", b"")[:64]:
            with archive.open(member) as stream:
                return {root_of(stream, place=archive.place(member))[1].casefold()}
    except FormatError:
        return set()  # a broken file says nothing; the reader names it
    return {sign.casefold() for sign in _CONTENTS.findall(head.replace(b"\0", b"").decode("latin-1"))}


def _json_roots(archive: Archive, member: Member) -> set[str]:
    if member.size > _LARGEST:
        return set()
    try:
        data = orjson.loads(archive.read(member).removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return set()
    items = data if isinstance(data, list) else [data]
    inner = [
        (item, *(value for value in item.values() if isinstance(value, dict)))
        for item in items
        if isinstance(item, dict)
    ]
    return {key.rpartition(":")[2].casefold() for group in inner for found in group for key in found}

"""The text of the QR code in a picture of a label: a photograph, a scan, or the artwork itself."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import cast

import typst

from tanheng.errors import VerifyingError
from tanheng.services.apart import within

LARGEST = 32 * 1024**2
"""Bytes of a picture."""
_BITMAPS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_DOTS = 200.0
_SECONDS, _MEMORY = 20, 3 * 1024**3


def is_picture(content: bytes) -> bool:
    """Whether a file is a picture, or a document that can be looked at as one."""
    return _kind(content) != ""


def code_in(content: bytes, *, place: str) -> str:
    """The text of the code in a picture: PNG, JPEG, TIFF, WebP, GIF, SVG or the first page of a PDF.

    Raises:
        VerifyingError: TH-VER-003 there is no code, TH-VER-004 the picture cannot be opened, TH-VER-005 what reads codes is not
            installed, TH-VER-008 it is too large.
    """
    if len(content) > LARGEST:
        raise VerifyingError("TH-VER-008", place=place, limit=LARGEST)
    try:
        import numpy as np
        import zxingcpp
        from PIL import Image
    except ImportError as error:
        raise VerifyingError("TH-VER-005", place=place) from error
    kind = _kind(content)
    try:
        drawn = content if kind == "bitmap" else _drawn(content, kind)
        with Image.open(io.BytesIO(drawn)) as picture:
            pixels = np.asarray(picture.convert("L"))
    except (OSError, ValueError, SyntaxError, RuntimeError, Image.DecompressionBombError) as error:
        raise VerifyingError("TH-VER-004", place=place, reason=str(error)[:200]) from error
    found = [code.text for code in zxingcpp.read_barcodes(pixels) if code.text]
    if not found:
        raise VerifyingError("TH-VER-003", place=place)
    return next((text for text in found if "#" in text), found[0])


def code_apart(content: bytes, *, place: str) -> str:
    """As :func:`code_in`, in a process of its own with limits: for pictures that strangers send.

    Raises:
        VerifyingError: as of :func:`code_in`. ComputeError: TH-CMP-020, TH-CMP-021.
    """
    return within(_SECONDS, _MEMORY, _read, content, place).decode()


def _read(content: bytes, place: str) -> bytes:
    return code_in(content, place=place).encode()


def _kind(content: bytes) -> str:
    head = content[:1024].lstrip()
    if head.startswith(_BITMAPS) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "bitmap"
    if head.startswith(b"%PDF-"):
        return "pdf"
    is_svg = head.startswith(b"<svg") or (head.startswith(b"<?xml") and b"<svg" in content[:4096])
    return "svg" if is_svg else ""


def _drawn(content: bytes, kind: str) -> bytes:
    """A drawing as PNG; it is set in a folder of its own, out of which it reaches no file."""
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        root = Path(folder)
        (root / "drawn").write_bytes(content)
        (root / "page.typ").write_text(
            f'#set page(width: auto, height: auto, margin: 12pt, fill: white)\n#image("drawn", format: "{kind}")'
        )
        compiler = typst.Compiler(root / "page.typ", root=root, ignore_system_fonts=True)
        made = cast("bytes | list[bytes]", compiler.compile(format="png", ppi=_DOTS))
    return made[0] if isinstance(made, list) else made

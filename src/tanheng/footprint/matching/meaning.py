"""Candidates that are near in meaning: proposals only, never accepted by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tanheng.footprint.matching.corpus import Corpus
from tanheng.inventory.meaning import Embedder, described

LARGEST = 5_000
"""Entries of a source that are encoded: about a hundred names a second."""
NEAREST = 10
LEAST = 0.6
"""Cosine below which two names have nothing to do with each other."""
_WORTH = 0.6
"""Of the same meaning beside the same name: too little to close a gap, since 烧碱 and 纯碱 lie near each other, too."""


@dataclass(slots=True)
class Meanings:
    """Vectors of sources and names, each made once."""

    embedder: Embedder
    _entries: dict[int, npt.NDArray[np.float32]] = field(default_factory=dict)
    _names: dict[str, npt.NDArray[np.float32]] = field(default_factory=dict)

    def prepare(self, names: Iterable[str]) -> None:
        """Encode names all at once, which is several times faster than one by one."""
        new = [name for name in dict.fromkeys(names) if name not in self._names]
        if new:
            self._names.update(zip(new, self.embedder.encode(new), strict=True))

    def near(self, name: str, corpus: Corpus) -> list[tuple[int, float]]:
        """Entries near a name in meaning with their worth, 0 … 0.6, best first; none of a source that is too large."""
        if len(corpus.entries) > LARGEST or not name.strip():
            return []
        self.prepare([name])
        cosines = self._vectors(corpus) @ self._names[name]
        order = sorted(range(len(cosines)), key=lambda i: (-cosines[i], i))[:NEAREST]
        return [(i, _WORTH * min(float(cosines[i]), 1.0)) for i in order if cosines[i] >= LEAST]

    def _vectors(self, corpus: Corpus) -> npt.NDArray[np.float32]:
        key = id(corpus)
        if key not in self._entries:
            self._entries[key] = self.embedder.encode([described([*e.names.values()]) for e in corpus.entries])
        return self._entries[key]

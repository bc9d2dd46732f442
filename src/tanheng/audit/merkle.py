"""Merkle trees of an append-only log (RFC 9162 §2.1, SHA-256): what is kept of one, proofs, and how strangers check them.

A tree is kept as the roots of its full subtrees, each at its place: level 0 are the leaves, and subtree ``i`` of level ``k``
has the leaves ``i·2^k … (i+1)·2^k − 1``. None of them ever changes, and every root and proof is made of O(log n) of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

EMPTY = hashlib.sha256(b"").digest()
"""Root of the tree without leaves."""
Place = tuple[int, int]
"""Of a full subtree: ``(level, index)``."""


def leaf(entry: bytes) -> bytes:
    """Hash of a leaf (§2.1.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node (§2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def covering(start: int, end: int) -> tuple[Place, ...]:
    """The full subtrees that make up the leaves from ``start`` to before ``end``, the largest first.

    ``start`` is where a tree of that many leaves can begin, as the definition splits them (§2.1.1).

    >>> covering(0, 6)
    ((2, 0), (1, 2))
    """
    found: list[Place] = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return tuple(found)


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Root over full subtrees, as :func:`covering` gives them (§2.1.1)."""
    if not hashes:
        return EMPTY
    *larger, found = hashes
    for hashed in reversed(larger):
        found = node(hashed, found)
    return found


class Growing:
    """A tree that leaves are appended to.

    Args:
        size: leaves that it has. peaks: roots of the subtrees ``covering(0, size)``.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)

    def append(self, hashed: bytes) -> Iterator[tuple[Place, bytes]]:
        """Append a leaf, given by its hash; gives the full subtrees above it that it completes, to be kept."""
        level, index = 0, self.size
        self.size += 1
        while index & 1:
            hashed = node(self._peaks.pop(), hashed)
            level, index = level + 1, index >> 1
            yield (level, index), hashed
        self._peaks.append(hashed)

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """Roots of the subtrees ``covering(0, size)``, of which the tree can be made again."""
        return tuple(self._peaks)

    @property
    def root(self) -> bytes:
        """Root of the tree as it is now."""
        return root_of(self._peaks)


def inclusion(index: int, size: int) -> list[tuple[Place, ...]]:
    """Of what the proof is made that leaf ``index`` (from 0) is in the tree (§2.1.3.1): its hashes, each of subtrees.

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    start, end = 0, size
    found: list[tuple[Place, ...]] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append(covering(middle, end))
            end = middle
        else:
            found.append(covering(start, middle))
            start = middle
    return found[::-1]


def consistency(first: int, size: int) -> list[tuple[Place, ...]]:
    """Of what the proof is made that the first ``first`` leaves begin the tree (§2.1.4.1): its hashes, each of subtrees.

    Raises:
        ValueError: the tree has not so many.
    """
    if not 0 < first <= size:
        raise ValueError("no such size")
    start, end = 0, size
    found: list[tuple[Place, ...]] = []
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            found.append(covering(middle, end))
            end = middle
        else:
            found.append(covering(start, middle))
            start = middle
    if start:  # where it is 0, whoever checks knows the root of the first leaves
        found.append(covering(start, end))
    return found[::-1]


def proof(wanted: Sequence[tuple[Place, ...]], kept: Mapping[Place, bytes]) -> list[bytes]:
    """The proof itself, from the subtrees that it is made of."""
    return [root_of([kept[place] for place in places]) for places in wanted]


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def is_included(hashed: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows that the leaf ``index``, given by its hash, is in the tree with this root (§2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, hashed
    for other in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node(other, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, other)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(first: int, first_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree of ``first`` leaves begins the tree of ``size`` leaves (§2.1.4.2)."""
    if not 0 < first <= size:
        return False
    if first == size:
        return not path and first_root == root
    hashes = list(path) if first & (first - 1) else [first_root, *path]
    if not hashes:
        return False
    at, last = first - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node(other, old), node(other, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node(new, other)
        at, last = at >> 1, last >> 1
    return last == 0 and (old, new) == (first_root, root)

"""Merkle trees of an append-only log (RFC 9162 §2.1, SHA-256): roots, proofs, and how strangers verify them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

EMPTY = hashlib.sha256(b"").digest()
"""Root of the tree without leaves."""


def leaf(entry: bytes) -> bytes:
    """Hash of a leaf (§2.1.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node (§2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree that only grows, in O(log n) state.

    Attributes:
        peaks: roots of the full subtrees that ``size`` is the sum of, the largest first.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, hashed: bytes) -> Tree:
        """The tree with one more leaf, given by its hash."""
        peaks, rest = list(self.peaks), self.size
        while rest & 1:
            hashed = node(peaks.pop(), hashed)
            rest >>= 1
        return Tree(self.size + 1, (*peaks, hashed))

    @property
    def root(self) -> bytes:
        """Root of the tree."""
        if not self.peaks:
            return EMPTY
        *larger, found = self.peaks
        for peak in reversed(larger):
            found = node(peak, found)
        return found


def root(leaves: Sequence[bytes]) -> bytes:
    """Root over hashes of leaves."""
    tree = Tree()
    for hashed in leaves:
        tree = tree.append(hashed)
    return tree.root


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Proof that leaf ``index`` (from 0) is in the tree (§2.1.3.1); ValueError where there is no such leaf."""
    if not 0 <= index < len(leaves):
        raise ValueError("no such leaf")
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion(leaves[:k], index), root(leaves[k:])]
    return [*inclusion(leaves[k:], index - k), root(leaves[:k])]


def consistency(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """Proof that the first ``first`` leaves begin the tree (§2.1.4.1); ValueError where it has not so many."""
    if not 0 < first <= len(leaves):
        raise ValueError("no such size")
    return _subproof(leaves, first, True)


def _subproof(leaves: Sequence[bytes], first: int, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [root(leaves)]
    k = _split(len(leaves))
    if first <= k:
        return [*_subproof(leaves[:k], first, whole), root(leaves[k:])]
    return [*_subproof(leaves[k:], first - k, False), root(leaves[:k])]


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def includes(hashed: bytes, index: int, *, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether an inclusion proof holds (§2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, found = index, size - 1, hashed
    for other in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = node(other, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node(found, other)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root


def extends(first: int, old: bytes, *, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a consistency proof holds: the tree of ``first`` leaves with root ``old`` begins this one (§2.1.4.2)."""
    if not 0 < first <= size:
        return False
    if first == size:
        return not proof and old == root
    path = [old, *proof] if first & (first - 1) == 0 else list(proof)
    if not proof:
        return False
    fn, sn = first - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    before = after = path[0]
    for other in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            before, after = node(other, before), node(other, after)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            after = node(after, other)
        fn, sn = fn >> 1, sn >> 1
    return before == old and after == root and sn == 0

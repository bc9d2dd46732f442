"""Proofs of the log against an independent implementation of RFC 9162, which makes the same tree and judges ours."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest

from tanheng.audit import merkle

pymerkle = pytest.importorskip("pymerkle", reason="pymerkle is not installed (group “elsewhere”)")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pymerkle.*")
MOST = 40
ENTRIES = [f"entry {number}".encode() for number in range(MOST)]
LEAVES = [merkle.leaf(entry) for entry in ENTRIES]


@pytest.fixture(scope="module")
def theirs():
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in ENTRIES:
        tree.append_entry(entry)
    return tree


@pytest.fixture(scope="module")
def kept():
    """Our tree: its full subtrees, and its roots by size."""
    tree, nodes, roots = merkle.Growing(), {}, [merkle.EMPTY]
    for number, leaf in enumerate(LEAVES):
        nodes[0, number] = leaf
        nodes.update(tree.append(leaf))
        roots.append(tree.root)
    return nodes, roots


def test_both_have_the_same_root_of_every_size(theirs, kept):
    _, roots = kept
    assert [theirs.get_root(size) for size in range(1, MOST + 1)] == roots[1:]


def test_theirs_accepts_our_proofs_of_inclusion_and_no_others(theirs, kept):
    nodes, roots = kept
    for size in range(1, MOST + 1):
        for number in range(size):
            path = merkle.proof(merkle.inclusion(number, size), nodes)
            proof = theirs.prove_inclusion(number + 1, size)
            proof.path = [LEAVES[number], *path]  # its paths begin with the leaf
            pymerkle.verify_inclusion(LEAVES[number], roots[size], proof, index=number + 1, size=size)
            for base, root in ((LEAVES[number - 1], roots[size]), (LEAVES[number], roots[size - 1])):
                if size > 1:
                    with pytest.raises(pymerkle.InvalidProof):
                        pymerkle.verify_inclusion(base, root, proof, index=number + 1, size=size)


@cache
def root_of(start, end):
    """MTH of some of the entries, by them."""
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in ENTRIES[start:end]:
        tree.append_entry(entry)
    return tree.get_root()


def subproof(first, start, end, is_known):
    """RFC 9162 §2.1.4.1, word by word, over their hashes."""
    if first == end - start:
        return [] if is_known else [root_of(start, end)]
    middle = 1 << (end - start - 1).bit_length() - 1
    if first <= middle:
        return [*subproof(first, start, start + middle, is_known), root_of(start + middle, end)]
    return [*subproof(first - middle, start + middle, end, False), root_of(start, start + middle)]


def test_proofs_of_consistency_are_those_of_the_definition_over_their_hashes(theirs, kept):
    nodes, roots = kept
    for size in range(1, MOST + 1):
        for first in range(1, size + 1):
            ours = merkle.proof(merkle.consistency(first, size), nodes)
            assert ours == subproof(first, 0, size, True)
            assert merkle.is_consistent(first, roots[first], size, roots[size], ours)


def test_theirs_finds_our_trees_consistent_and_no_others(theirs, kept):
    _, roots = kept
    for size in range(1, MOST + 1):
        for first in range(1, size + 1):
            proof = theirs.prove_consistency(first, size)
            pymerkle.verify_consistency(roots[first], roots[size], proof, prior_size=first, later_size=size)
            if first < size:
                with pytest.raises(pymerkle.InvalidProof):
                    pymerkle.verify_consistency(roots[size], roots[first], proof, prior_size=first, later_size=size)


def test_ours_accepts_their_proofs_of_inclusion(theirs, kept):
    _, roots = kept
    for size in range(1, MOST + 1):
        for number in range(size):
            path = theirs.prove_inclusion(number + 1, size).path[1:]
            assert merkle.is_included(LEAVES[number], number, size, path, roots[size])
            for spoiled in (path[1:], [*path, roots[0]], list(reversed(path))):
                if spoiled != path:
                    assert not merkle.is_included(LEAVES[number], number, size, spoiled, roots[size])


def test_a_log_that_grows_stays_consistent_step_by_step(kept):
    nodes, roots = kept
    for first, second in pairwise(range(1, MOST + 1)):
        path = merkle.proof(merkle.consistency(first, second), nodes)
        assert merkle.is_consistent(first, roots[first], second, roots[second], path)
        assert not merkle.is_consistent(first, roots[second], second, roots[first], path)

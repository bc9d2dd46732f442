"""Merkle trees against the vectors of certificate-transparency, and RFC 9162 read plainly: definition and verification."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfc9162 import consistent, included
from tanheng.audit import merkle

ENTRIES = [
    bytes.fromhex(t)
    for t in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LARGE = 2**40


def definition(entries):
    """MTH of §2.1.1."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + definition(entries[:k]) + definition(entries[k:])).digest()


def kept(entries):
    """The subtrees that a log keeps, and the root at each size."""
    tree, places, roots = merkle.Growing(), {}, [merkle.Growing().root]
    for index, entry in enumerate(entries):
        places[0, index] = merkle.leaf(entry)
        places |= dict(tree.append(places[0, index]))
        roots.append(tree.root)
    return places, roots


@st.composite
def grown(draw):
    entries = draw(st.lists(st.binary(max_size=3), min_size=1, max_size=80))
    size = draw(st.integers(1, len(entries)))
    return entries, size, draw(st.integers(0, size - 1))


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size):
    assert kept(ENTRIES[:size])[1][-1].hex() == ROOTS[size - 1]


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_roots_are_those_of_the_definition(entries):
    assert kept(entries)[1][-1] == definition(entries)


@given(grown(), st.integers(0, 39))
def test_a_tree_grows_on_from_its_peaks(drawn, more):
    entries, size, _ = drawn
    places, roots = kept(entries)
    tree = merkle.Growing(size, [places[place] for place in merkle.covering(0, size)])
    for index in range(size, len(entries)):
        for place, hashed in tree.append(places[0, index]):
            assert places[place] == hashed
    assert tree.root == roots[-1]


@given(grown(), st.binary(min_size=32, max_size=32))
def test_every_leaf_is_proved_and_no_other(drawn, other):
    entries, size, index = drawn
    places, roots = kept(entries)
    proof = merkle.proof(merkle.inclusion(index, size), places)
    leaf = places[0, index]
    assert included(leaf, index, size, proof, roots[size])
    assert not included(other, index, size, proof, roots[size])
    assert not included(leaf, index, size, proof, other)
    assert not included(leaf, index, size, [*proof, other], roots[size])
    assert not included(leaf, size, size, proof, roots[size])
    for at in range(len(proof)):
        assert not included(leaf, index, size, [*proof[:at], other, *proof[at + 1 :]], roots[size])
        assert not included(leaf, index, size, proof[:at] + proof[at + 1 :], roots[size])


@given(grown(), st.binary(min_size=32, max_size=32))
def test_every_beginning_is_proved_and_no_other(drawn, other):
    entries, size, index = drawn
    places, roots = kept(entries)
    first = index + 1
    proof = merkle.proof(merkle.consistency(first, size), places)
    assert consistent(first, size, proof, roots[first], roots[size])
    assert not consistent(first, size, proof, other, roots[size])
    assert not consistent(first, size, proof, roots[first], other)
    assert not consistent(first, size, [*proof, other], roots[first], roots[size])
    for at in range(len(proof)):
        assert not consistent(first, size, [*proof[:at], other, *proof[at + 1 :]], roots[first], roots[size])


@given(grown())
def test_an_entry_that_was_changed_makes_another_beginning(drawn):
    entries, size, index = drawn
    _, roots = kept(entries)
    changed = [*entries[:index], entries[index] + b"x", *entries[index + 1 :]]
    places, others = kept(changed)
    proof = merkle.proof(merkle.consistency(size, len(entries)), places)
    assert not consistent(size, len(entries), proof, roots[size], others[-1])


@given(st.integers(1, LARGE), st.data())
def test_proofs_are_made_of_few_subtrees_however_large_the_tree(size, data):
    index = data.draw(st.integers(0, size - 1))
    depth = size.bit_length()
    for proof in (merkle.inclusion(index, size), merkle.consistency(index + 1, size)):
        assert len(proof) <= depth + 1
        assert sum(map(len, proof)) <= 2 * depth
    assert len(merkle.covering(0, size)) == size.bit_count()


def test_there_is_no_proof_of_what_is_not_there():
    for index, size in ((0, 0), (3, 3), (-1, 3)):
        with pytest.raises(ValueError, match="no such leaf"):
            merkle.inclusion(index, size)
    for first, size in ((0, 0), (0, 3), (4, 3)):
        with pytest.raises(ValueError, match="no such size"):
            merkle.consistency(first, size)


@given(grown(), st.binary(min_size=32, max_size=32), st.integers(0, 3))
def test_our_own_verifying_agrees_with_the_text_of_the_standard(drawn, other, change):
    entries, size, index = drawn
    places, roots = kept(entries)
    path = merkle.proof(merkle.inclusion(index, size), places)
    path = [path, [*path, other], path[1:], [other, *path[1:]]][change]
    leaf, root = places[0, index], roots[size]
    assert merkle.is_included(leaf, index, size, path, root) == included(leaf, index, size, path, root)
    assert merkle.is_included(leaf, index, size, path, root) or change
    first = index + 1
    path = merkle.proof(merkle.consistency(first, size), places)
    path = [path, [*path, other], path[1:], [other, *path[1:]]][change]
    ours = merkle.is_consistent(first, roots[first], size, root, path)
    assert ours == consistent(first, size, path, roots[first], root)
    assert ours or change

"""Merkle trees against the vectors of certificate-transparency and a plain reading of RFC 9162 §2.1.1."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def reference(entries):
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + reference(entries[:k]) + reference(entries[k:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size):
    assert merkle.root([merkle.leaf(e) for e in ENTRIES[:size]]).hex() == ROOTS[size - 1]


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_roots_are_those_of_the_definition(entries):
    assert merkle.root([merkle.leaf(e) for e in entries]) == reference(entries)


def test_every_leaf_is_proved_and_no_other():
    for size in range(1, 34):
        leaves = [merkle.leaf(bytes([i])) for i in range(size)]
        root = merkle.root(leaves)
        for index in range(size):
            proof = merkle.inclusion(leaves, index)
            assert merkle.includes(leaves[index], index, size=size, proof=proof, root=root)
            assert not merkle.includes(merkle.leaf(b"x"), index, size=size, proof=proof, root=root)
            assert not merkle.includes(leaves[index], index, size=size, proof=[*proof, root], root=root)


def test_every_beginning_is_proved_and_no_other():
    for size in range(1, 34):
        leaves = [merkle.leaf(bytes([i])) for i in range(size)]
        root = merkle.root(leaves)
        for first in range(1, size + 1):
            proof, old = merkle.consistency(leaves, first), merkle.root(leaves[:first])
            assert merkle.extends(first, old, size=size, root=root, proof=proof)
            assert not merkle.extends(first, merkle.leaf(b"x"), size=size, root=root, proof=proof)
            assert not merkle.extends(first, old, size=size, root=merkle.leaf(b"x"), proof=proof)

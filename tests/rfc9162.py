"""How a stranger checks proofs: the algorithms of RFC 9162, step by step, from its text alone; nothing of ours is used."""

from __future__ import annotations

from hashlib import sha256


def included(leaf, index, size, path, root):
    """§2.1.3.2, verifying an inclusion proof."""
    if index >= size:  # 1
        return False
    fn, sn, r = index, size - 1, leaf  # 2, 3
    for p in path:  # 4
        if sn == 0:
            return False
        if fn % 2 == 1 or fn == sn:
            r = sha256(b"\x01" + p + r).digest()
            if fn % 2 == 0:
                while True:
                    fn, sn = fn >> 1, sn >> 1
                    if fn % 2 == 1 or fn == 0:
                        break
        else:
            r = sha256(b"\x01" + r + p).digest()
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root  # 5


def consistent(first, second, path, first_hash, second_hash):
    """§2.1.4.2, verifying consistency between two tree heads."""
    if first == second:
        return path == [] and first_hash == second_hash
    if not path:  # 1
        return False
    if first & (first - 1) == 0:  # 2
        path = [first_hash, *path]
    fn, sn = first - 1, second - 1  # 3
    while fn % 2 == 1:  # 4
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]  # 5
    for c in path[1:]:  # 6
        if sn == 0:
            return False
        if fn % 2 == 1 or fn == sn:
            fr = sha256(b"\x01" + c + fr).digest()
            sr = sha256(b"\x01" + c + sr).digest()
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = sha256(b"\x01" + sr + c).digest()
        fn, sn = fn >> 1, sn >> 1
    return fr == first_hash and sr == second_hash and sn == 0  # 7

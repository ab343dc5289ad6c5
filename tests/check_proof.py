"""Checks a receipt's proof, and nothing else.  Usage: python check_proof.py FILE [ROOT]

FILE is what "Download the proof" or "Download everything" gave, or a proof that one root continues
another. ROOT is the root as printed in the report, or as noted by somebody: then the proof must end
there. This program is written from RFC 9162, section 2.1, and needs Python alone; it shares nothing
with the program that makes the proofs.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path


class Wrong(Exception):
    """The proof does not prove it."""


def leaf_hash(data):
    return sha256(b"\x00" + data).digest()


def node(left, right):
    return sha256(b"\x01" + left + right).digest()


def split(n):
    """The largest power of two smaller than n, for n > 1."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def root_by_path(leaf, m, n, path):
    """The root that leaf m of n has by this path (2.1.3): the last step joins the two halves."""
    if not 0 <= m < n:
        raise Wrong("the leaf lies outside the tree")
    if n == 1:
        if path:
            raise Wrong("the path is too long")
        return leaf
    if not path:
        raise Wrong("the path is too short")
    k = split(n)
    if m < k:
        return node(root_by_path(leaf, m, k, path[:-1]), path[-1])
    return node(path[-1], root_by_path(leaf, m - k, n - k, path[:-1]))


def roots_by_proof(m, n, path, first_root):
    """The older and the newer root by a consistency proof (2.1.4). `first_root` is None within a
    right half, where the proof itself brings the hash of what was there."""
    if m == n:
        if first_root is not None:
            if path:
                raise Wrong("the path is too long")
            return first_root, first_root
        if len(path) != 1:
            raise Wrong("the path has the wrong length")
        return path[0], path[0]
    if not path:
        raise Wrong("the path is too short")
    k = split(n)
    if m <= k:
        older, newer = roots_by_proof(m, k, path[:-1], first_root)
        return older, node(newer, path[-1])
    older, newer = roots_by_proof(m - k, n - k, path[:-1], None)
    return node(path[-1], older), node(path[-1], newer)


def check_inclusion(proof):
    """Each leaf speaks of this receipt and lies under the root. Returns what the leaves say."""
    tree = proof["tree"]
    said = []
    for entry in proof["leaves"]:
        leaf = json.loads(entry["leaf"])
        if leaf["receipt"] != proof["receipt"] or leaf["wave"] != proof["wave"]:
            raise Wrong("a leaf is about another receipt")
        path = [bytes.fromhex(step) for step in entry["path"]]
        hashed = leaf_hash(entry["leaf"].encode())
        if root_by_path(hashed, entry["index"], tree["size"], path).hex() != tree["root"]:
            raise Wrong("a leaf is not under the root")
        if "opening" in entry:
            if sha256(entry["opening"].encode()).hexdigest() != leaf["commitment"]:
                raise Wrong("the answers are not those that were logged")
            opened = json.loads(entry["opening"].split("\n", 2)[2])
            if opened["receipt"] != proof["receipt"]:
                raise Wrong("the answers are those of another receipt")
            leaf["answers"] = opened["answers"]
        said.append((entry["index"], leaf))
    if not said:
        raise Wrong("the proof has no leaf")
    return said


def check_consistency(proof):
    first, second = proof["first"], proof["second"]
    path = [bytes.fromhex(step) for step in proof["path"]]
    if first["size"] == 0:
        good = first["root"] == sha256(b"").hexdigest() and not path
    else:
        older, newer = roots_by_proof(
            first["size"], second["size"], path, bytes.fromhex(first["root"])
        )
        good = (older.hex(), newer.hex()) == (first["root"], second["root"])
    if not good:
        raise Wrong("the second root does not continue the first")


def main(name, noted=None):
    proof = json.loads(Path(name).read_text(encoding="utf-8"))
    if "consistency" in proof["format"]:
        check_consistency(proof)
        root, size = proof["second"]["root"], proof["second"]["size"]
        print(f"The log of {size} entries begins with that of {proof['first']['size']}.")
    else:
        proof = proof.get("proof", proof)
        for index, leaf in check_inclusion(proof):
            print(f"Position {index + 1}: {leaf['receipt']}, {leaf['disposition']}")
            if "answers" in leaf:
                print(f"  answers that were logged: {json.dumps(leaf['answers'])}")
        root, size = proof["tree"]["root"], proof["tree"]["size"]
    if noted and noted.strip().lower() != root:
        raise Wrong("the proof ends at another root than the one you gave")
    print(f"Proved, under root {root} of {size} entries.")
    if not noted:
        print("Compare that root with the published one.")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except Wrong as wrong:
        sys.exit(f"NOT PROVED: {wrong}.")
    except (KeyError, TypeError, ValueError, AttributeError):
        sys.exit("NOT PROVED: this file is not such a proof.")

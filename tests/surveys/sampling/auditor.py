"""Repeats a draw from its published record. Shares nothing with the product but the recipe in
docs/auditing-a-draw.md. Run: python auditor.py RECORD.json [COMMITMENT]

COMMITMENT is the one that was noted when it was published, before the encounters came in.
"""

import json
import sys
from fractions import Fraction
from hashlib import sha256
from pathlib import Path


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """RFC 2104, written out."""
    key = sha256(key).digest() if len(key) > 64 else key
    key = key.ljust(64, b"\0")
    inner = sha256(bytes(b ^ 0x36 for b in key) + message).digest()
    return sha256(bytes(b ^ 0x5C for b in key) + inner).digest()


def faults(record: dict, noted_commitment: str = "") -> list[str]:
    """What is wrong with the draw; nothing for a draw as it was promised."""
    found = []
    secret = bytes.fromhex(record["secret"])
    if sha256(secret).hexdigest() != record["commitment"]:
        found.append("the secret is not the one that was committed to")
    if noted_commitment and noted_commitment != record["commitment"]:
        found.append("the commitment is not the one that was published")

    header = json.loads(record["list_header"])
    about = [record["wave"], record["draw"], record["design"], record["public_source"] or ""]
    if [header[name] for name in ("wave", "draw", "design", "public_source")] != about:
        found.append("the list was closed for another draw or design")
    lines = sorted("\t".join(map(str, row[:5])).encode() for row in record["list"])
    text = record["list_header"].encode() + b"\n" + b"".join(line + b"\n" for line in lines)
    digest = sha256(text).hexdigest()
    if digest != record["encounters_digest"]:
        found.append("the list of encounters is not the one that was closed")

    message = digest + ("\n" + record["public_value"] if record["public_value"] else "")
    seed = hmac_sha256(secret, message.encode())
    cells: dict = {}
    for service, channel, key, reachable, order, drawn in record["list"]:
        cell = cells.setdefault((service, channel), {"all": [], "drawn": set()})
        if reachable:
            cell["all"].append((order.encode(), key))
        if drawn:
            cell["drawn"].add(key)
    design = record["design"]
    for place, cell in cells.items():
        size, number = len(cell["all"]), len(cell["drawn"])
        if number != expected(design, size, number):
            found.append(f"{place}: {number} of {size} is not what the design says")
        if repeated(seed, place, cell["all"], number, design["order"]) != cell["drawn"]:
            found.append(f"{place}: others were drawn than the seed says")
    return found


def expected(design: dict, size: int, number: int) -> int:
    """The number that the design gives a cell alone; those divided among cells are taken as they
    are, within their bounds."""
    if design["allocation"] == "rate":
        number = int(Fraction(design["rate"]) * size + Fraction(1, 2))
    elif design["allocation"] == "per_cell":
        number = design["number"]
    return min(max(number, min(design["minimum"], size)), size)


def repeated(seed: bytes, place: tuple, reachable: list, number: int, order: str) -> set:
    if order == "random":
        ranked = sorted(reachable, key=lambda row: hmac_sha256(seed, row[1].encode()))
        return {key for _order, key in ranked[:number]}
    size = len(reachable)
    message = "\t".join(["start", *place]).encode()
    start = int.from_bytes(hmac_sha256(seed, message), "big") % size if size else 0
    ranked = sorted(reachable)
    return {ranked[(start + k * size) // number][1] for k in range(number)}


if __name__ == "__main__":
    wrong = faults(json.loads(Path(sys.argv[1]).read_text("utf-8")), *sys.argv[2:3])
    sys.stdout.write("\n".join(wrong or ["The draw is the one that was promised."]) + "\n")
    raise SystemExit(bool(wrong))

"""A second reader of releases, written from README.md and docs/method.md alone: it shares no code
with the platform. `python tests/releases/second_verifier.py FILE [KEY]` needs SciPy and, with the
key from the platform's /log/key, cryptography."""

import base64
import csv
import hashlib
import io
import json
import math
import sys
import zipfile
from collections import defaultdict

from scipy import special

SHARE = "top_two_box"


def read(path):
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def table(parts, name):
    return list(csv.DictReader(io.StringIO(parts[f"data/{name}.csv"].decode())))


def number(text):
    return float(text) if text else None


def changed_files(parts):
    lines = [line.split("  ", 1) for line in parts["SHA256SUMS"].decode().splitlines()]
    listed = {name: digest for digest, name in lines}
    for name in sorted(listed.keys() | parts.keys() - {"SHA256SUMS", "SIGNATURE"}):
        content = parts.get(name)
        if content is None or hashlib.sha256(content).hexdigest() != listed.get(name):
            yield f"{name}: not as listed in SHA256SUMS"


def signature_faults(parts, key):
    """`key`: name+hash+base64 of 1 and 32 bytes. The note: three lines, a blank one, signatures."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    name, key_hash, key_bytes = key.strip().split("+", 2)
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key_bytes)[1:])
    wave = json.loads(parts["wave.json"])
    sums = hashlib.sha256(parts["SHA256SUMS"]).hexdigest()
    text = f"{name}/release/{wave['code']}/{wave['release']['number']}\nSHA256SUMS\n{sums}\n"
    lines = parts.get("SIGNATURE", b"").decode().removeprefix(f"{text}\n").splitlines()
    for line in lines:
        if line.startswith(f"\N{EM DASH} {name} "):
            data = base64.b64decode(line.rsplit(" ", 1)[1])
            try:
                public.verify(data[4:], text.encode())
            except InvalidSignature:
                continue
            if data[:4].hex() == key_hash:
                return
    yield f"SIGNATURE: not that of {name}"


def student(df, level):
    return -special.stdtrit(max(df, 1.0), (1 - level) / 2)


def bounds(p, m, level):
    """Wilson's bound towards the middle of the scale, a Beta bound towards its end."""
    if p < 0.5:
        low, high = bounds(1 - p, m, level)
        return 1 - high, 1 - low
    z2 = special.ndtri((1 - level) / 2) ** 2
    low = (p + z2 / 2 / m - math.sqrt(z2 * (p * (1 - p) / m + z2 / 4 / m / m))) / (1 + z2 / m)
    if p == 1:
        return low, 1.0
    high = special.betaincinv(m * p + 0.75, m * (1 - p) + 0.25, (1 + level) / 2)
    return max(low, 0.0), max(high, p)


def size_of(row, level):
    n, df, kish = float(row["n"]), float(row["df"]), float(row["n_kish"])
    p, se = float(row["estimate"]), float(row["se"])
    m = min(p * (1 - p) / se**2, kish) if se else kish
    return m * (student(n - 1, level) / student(df, level)) ** 2


def at_odds(p, ratio):
    return p if p in (0.0, 1.0) else special.expit(special.logit(p) + math.log(ratio))


def close(a, b):
    return math.isclose(a, b, rel_tol=1e-8, abs_tol=1e-12)


def verdict_of(row, low, high, method):
    """Outcome and reason of a share."""
    if low >= method["target"]:
        if float(row["coverage"] or 1) < 0.8:
            return "INCONCLUSIVE", "NOT_COVERED"
        return "MET", "INTERVAL_AT_OR_ABOVE_TARGET"
    if high < method["target"]:
        return "NOT_MET", "INTERVAL_BELOW_TARGET"
    return "INCONCLUSIVE", "TARGET_WITHIN_INTERVAL"


def band_differs(row, low, high, gamma):
    """Whether no response rate between 0 and 1 gives the published band."""
    ends = at_odds(low, 1 / gamma), at_odds(high, gamma)
    rates = [
        (number(row[name]) - end) / (bound - end)
        for name, end, bound in (("band_low", ends[0], low), ("band_high", ends[1], high))
        if not close(bound, end)
    ]
    if row["evidence"] != "PROBABILITY":
        rates.append(number(row["response_rate"]))
    return any(not -1e-6 <= rate <= 1 + 1e-6 or abs(rate - rates[0]) > 1e-6 for rate in rates)


def share_faults(row, method):
    if method["clusters"] != "none" or method["uncovered"] == "widen":
        return
    level, m = method["level"], size_of(row, method["level"])
    low, high = bounds(float(row["estimate"]), m, level)
    outcome, reason = verdict_of(row, low, high, method)
    official = outcome != "INCONCLUSIVE" and row["evidence"] in method["official_evidence"]
    for name, value in {"low": low, "high": high, "size": m}.items():
        if not close(float(row[name]), value):
            yield name, value
    words = {"outcome": outcome, "reason": reason, "official": str(official).lower()}
    yield from ((name, word) for name, word in words.items() if row[name] != word)
    if row["band_low"] and band_differs(row, low, high, method["gamma"]):
        yield "band_low", "one response rate for both ends of the band"


def sums_by_domain(parts, scores):
    """Of each domain of the overall question: population, covered encounters, and where all cells
    are shown their n, weighted mean and standard error; where an agency has a suppressed cell,
    no standard error."""
    above = {row["agency"]: row for row in table(parts, "agencies")}
    cells = {
        (row["service"], row["channel"], row["measure"]): row
        for row in scores
        if row["level"] == "service_channel"
    }
    thin = {row["agency"] for row in cells.values() if row["suppressed"] == "true"}
    members = defaultdict(list)
    for place in table(parts, "frame"):
        agency, service, channel = place["agency"], place["service"], place["channel"]
        domains = [("nation", "", "", ""), ("channel", "", "", channel)]
        domains.append(("service", agency, service, ""))
        while agency:
            kind = "ministry" if above[agency]["kind"] == "ministry" else "agency"
            domains += [(kind, agency, "", ""), (f"{kind}_channel", agency, "", channel)]
            agency = above[agency]["above"]
        for domain in domains:
            members[domain].append(place)
    for domain, places in members.items():
        for measure in {key[2] for key in cells}:
            yield (*domain, measure), added_up(places, cells, measure, thin)


def added_up(places, cells, measure, thin):
    total = sum(int(place["encounters"]) for place in places)
    found = [
        (int(place["encounters"]), cell)
        for place in places
        if (cell := cells.get((place["service"], place["channel"], measure)))
    ]
    covered = sum(encounters for encounters, _cell in found)
    sums = {"population": total, "coverage": covered / total}
    if not found or any(cell["suppressed"] == "true" for _encounters, cell in found):
        return sums
    sums["n"] = sum(int(cell["n"]) for _encounters, cell in found)
    weighted = [(N / covered, cell) for N, cell in found]
    sums["estimate"] = sum(w * float(cell["estimate"]) for w, cell in weighted)
    if not thin & {cell["agency"] for _w, cell in weighted}:
        sums["se"] = math.sqrt(sum((w * float(cell["se"])) ** 2 for w, cell in weighted))
    return sums


def faults(parts, key=""):
    """Everything that does not follow, a line each."""
    yield from changed_files(parts)
    if key:
        yield from signature_faults(parts, key)
    method, scores = json.loads(parts["wave.json"])["method"], table(parts, "scores")
    if method.get("edition") != 2 or method["weighting"] != "frame":
        return
    overall = {row["question"] for row in scores if row["level"] == "service_channel"}
    sums = dict(sums_by_domain(parts, [row for row in scores if row["question"] in overall]))
    for position, row in enumerate(scores, start=1):
        if row["suppressed"] == "true":
            if any(row[name] for name in ("estimate", "n", "low", "high", "se")):
                yield f"row {position}: suppressed, and yet a number"
            continue
        wrong = list(share_faults(row, method)) if row["measure"] == SHARE else []
        domain = tuple(row[name] for name in ("level", "agency", "service", "channel", "measure"))
        if row["question"] in overall:
            expected = sums.get(domain, {})
            wrong += [(k, v) for k, v in expected.items() if not close(float(row[k]), v)]
        for name, value in wrong:
            yield f"row {position}, {name}: {row[name]} stands there, {value} follows"


if __name__ == "__main__":
    found = list(faults(read(sys.argv[1]), *sys.argv[2:3]))
    sys.stdout.write("\n".join(found[:20]) + "\n" if found else "No difference.\n")
    sys.exit(bool(found))

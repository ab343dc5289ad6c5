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
from contextlib import suppress

from scipy import special

SHARE, MOST = "top_two_box", 10_000_000
OF_THE_CELL = ("question", "edition", "coverage", "merged", "evidence", "response_rate")
OF_THE_CELL += ("r_indicator", "reach")


def read(path):
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def table(parts, name):
    """The rows, each with its place."""
    lines = io.StringIO(parts[f"data/{name}.csv"].decode())
    return [{"at": f"{name}, row {k}"} | row for k, row in enumerate(csv.DictReader(lines), 1)]


def changed_files(parts):
    listed = {tuple(line.split("  ", 1)) for line in parts["SHA256SUMS"].decode().splitlines()}
    files = parts.keys() - {"SHA256SUMS", "SIGNATURE"}
    held = {(hashlib.sha256(parts[name]).hexdigest(), name) for name in files}
    for name in sorted({name for _digest, name in listed ^ held}):
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
    for line in parts.get("SIGNATURE", b"").decode().removeprefix(f"{text}\n").splitlines():
        if line.startswith(f"\N{EM DASH} {name} "):
            data = base64.b64decode(line.rsplit(" ", 1)[1])
            with suppress(InvalidSignature):
                public.verify(data[4:], text.encode())
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


def exact_bounds(p, m, level):
    """Clopper and Pearson's, of a size that need not be whole."""
    tail, x = (1 - level) / 2, p * m
    low = special.betaincinv(x, m - x + 1, tail) if x > 0 else 0.0
    return low, special.betaincinv(x + 1, m - x, 1 - tail) if x < m else 1.0


def interval(row, m, level, growth=1.0):
    """Of a share, or of a mean as parts of 5: Student's t on the logit of where it lies between 1
    and 5; where nobody differs the exact bounds of that. `growth`: of the sample, to look ahead."""
    p, se, df = (float(row[name]) for name in ("estimate", "se", "df"))
    if row["measure"] == SHARE:
        return bounds(p, m * growth, level)
    q, se = (5 * p - 1) / 4, 5 * se / 4
    if not se or df < 1 or not 0 < q < 1:
        q = min(max(q, 0.0), 1.0)
        ends = bounds(q, m * growth, level) if growth > 1 else exact_bounds(q, m, level)
    else:
        kish = float(row["n_kish"])
        half = student(min(df, kish - 1), level) * se / (q * (1 - q))
        half *= math.sqrt(max(float(row["n_eff"]) / kish, 1.0) / growth)
        ends = (special.expit(special.logit(q) + side * half) for side in (-1, 1))
    return [(1 + 4 * end) / 5 for end in ends]


def close(a, b, relative=1e-8):
    return math.isclose(a, b, rel_tol=relative, abs_tol=relative / 1e4)


def unequal(row, expected):
    """Row, field and what follows, where it holds anything else; None: where nothing may stand."""
    for name, value in expected.items():
        text = "" if value is None else str(value)
        near = isinstance(value, float) and row[name] and close(float(row[name]), value)
        if not near and row[name] != text:
            yield row, name, value


def needed_is_wrong(row, reason, m, method):
    """`needed` is the least number of further answers that decides, estimate and design being as
    they are; none is given where ten million would not."""

    def decides(more):
        low, high = interval(row, m, method["level"], 1 + more / float(row["n"]))
        return low >= method["target"] or high < method["target"]

    if reason != "TARGET_WITHIN_INTERVAL":
        return row["needed"] != ("" if reason == "NOT_COVERED" else "0")
    if not row["needed"]:
        return decides(MOST)
    more = int(row["needed"])
    return (more > 1 and decides(more - 1)) or not decides(more + 1e-6)


def rates_of(row, low, high, gamma):
    """The response rates that give the two ends of the published band, and the published one."""

    def at_odds(p, ratio):
        return p if p in (0.0, 1.0) else special.expit(special.logit(p) + math.log(ratio))

    sides = ("band_low", low, at_odds(low, 1 / gamma)), ("band_high", high, at_odds(high, gamma))
    for name, bound, end in sides:
        if not close(bound, end):
            yield (float(row[name]) - end) / (bound - end)
    if row["evidence"] != "PROBABILITY":
        yield float(row["response_rate"])


def figure_faults(row, method):
    """What does not follow from a figure's own estimate, error and sizes."""
    if row["suppressed"] == "true":
        yield from unequal(row, dict.fromkeys(("estimate", "n", "low", "high", "se")))
        return
    if method["clusters"] != "none" or method["uncovered"] == "widen":
        return
    level, target, share = method["level"], method["target"], row["measure"] == SHARE
    p, se, n, df, kish = (float(row[name]) for name in ("estimate", "se", "n", "df", "n_kish"))
    noise = (student(n - 1, level) / student(df, level)) ** 2  # of the error itself
    n_eff = float(row["n_eff"] or 0)  # 0 where nobody differs
    if share:
        n_eff = p * (1 - p) / se**2 if se else 0
    m = min(n_eff or kish, kish) * noise
    low, high = interval(row, m, level)
    if low < target:
        outcome, reason = "INCONCLUSIVE", "TARGET_WITHIN_INTERVAL"
        if high < target:
            outcome, reason = "NOT_MET", "INTERVAL_BELOW_TARGET"
    elif float(row["coverage"] or 1) < 0.8:
        outcome, reason = "INCONCLUSIVE", "NOT_COVERED"
    else:
        outcome, reason = "MET", "INTERVAL_AT_OR_ABOVE_TARGET"
    official = outcome != "INCONCLUSIVE" and row["evidence"] in method["official_evidence"]
    expected = {"low": low, "high": high} | ({"size": m} if share else {})
    expected |= {"outcome": outcome, "reason": reason, "official": str(official).lower()}
    if not n_eff:
        expected["se"] = 0.0
    elif share:
        ends = exact_bounds(p, n_eff * noise, level)
        expected |= {"n_eff": n_eff, "low_uncapped": ends[0], "high_uncapped": ends[1]}
    yield from unequal(row, expected)
    if needed_is_wrong(row, reason, m, method):
        yield row, "needed", "another number"
    if row["band_low"] and (rates := list(rates_of(row, low, high, method["gamma"]))):
        if any(not -1e-6 <= rate <= 1 + 1e-6 or abs(rate - rates[0]) > 1e-6 for rate in rates):
            yield row, "band_low", "one response rate for both ends of the band"
        if row["tipping_point"]:
            value = (target - rates[0] * (low if outcome == "MET" else high)) / (1 - rates[0])
            if not close(value, float(row["tipping_point"]), 1e-6):
                yield row, "tipping_point", value


def point_faults(points, cells, method):
    """A service point has the coverage, rates and evidence of its service and channel, and no more
    answers than these leave; it is never official; both measures rest on the same answers."""
    left = {key: int(cell["n"]) for key, cell in cells.items() if cell["n"]}
    sizes, seen, unofficial = {}, set(), method | {"official_evidence": []}
    for row in points:
        key = row["service"], row["channel"], row["measure"]
        own = row["service_point"], *key
        if row["level"] != "service_point" or key not in left or own in seen:
            yield row, "level", "one figure of each point of what is shown"
            continue
        seen.add(own)
        yield from figure_faults(row, unofficial)
        if row["suppressed"] == "true":
            continue
        left[key] -= int(row["n"])
        if left[key] < 0:
            yield row, "n", "no more than the service and channel has"
        expected = {name: cells[key][name] for name in OF_THE_CELL} | {"population": None}
        expected |= sizes.setdefault(own[:3], {name: row[name] for name in ("n", "n_kish", "df")})
        yield from unequal(row, expected)


def month_faults(months, scores, method):
    """Each from its counts, and all together from the agency's."""
    of = defaultdict(list)
    for row in months:
        of[row["agency"], row["question"], SHARE, "agency", "false"].append(row)
    named = ("agency", "question", "measure", "level", "suppressed")
    whole = {tuple(row[name] for name in named): row for row in scores}
    for key, rows in of.items():
        if key not in whole or len({row["month"] for row in rows}) < len(rows):
            yield rows[-1], "month", "one figure of each month of what is shown"
            continue
        score = whole[key]
        counts = [[int(row[name] or 0) for name in ("n", "satisfied")] for row in rows]
        size = min(float(score["size"]) / int(score["n"]), 1)
        for row, (n, satisfied) in zip(rows, counts, strict=True):
            expected = dict.fromkeys(("estimate", "low", "high"))
            if satisfied > n:
                yield row, "satisfied", f"at most {n}"
            elif n:
                low, high = bounds(satisfied / n, n * size, method["level"])
                expected = {"estimate": satisfied / n, "low": low, "high": high}
            yield from unequal(row, expected)
        answers, satisfied = map(sum, zip(*counts, strict=True))
        if answers != int(score["n"]):
            yield rows[-1], "n", f"{score['n']} in all months"
        if score["rated_5"] and satisfied != int(score["rated_4"]) + int(score["rated_5"]):
            yield rows[-1], "satisfied", "those of the agency's figure in all months"


def sums_by_domain(parts, cells):
    """Of each domain of the overall question: population, covered encounters, and where all cells
    are shown their n, weighted mean and, unless an agency has a suppressed one, standard error."""
    above = {row["agency"]: row for row in table(parts, "agencies")}
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
            members[domain].append((service, channel, int(place["encounters"])))
    for domain, places in members.items():
        for measure in {key[2] for key in cells}:
            found = [(n, cells[*cell, measure]) for *cell, n in places if (*cell, measure) in cells]
            total, covered = sum(n for *_cell, n in places), sum(n for n, _cell in found)
            sums = {"population": total, "coverage": covered / total}
            weighted = [(n / covered, cell) for n, cell in found]
            if found and all(cell["suppressed"] == "false" for _n, cell in found):
                sums["n"] = sum(int(cell["n"]) for _w, cell in weighted)
                sums["estimate"] = sum(w * float(cell["estimate"]) for w, cell in weighted)
                if not thin & {cell["agency"] for _w, cell in weighted}:
                    sums["se"] = math.hypot(*(w * float(cell["se"]) for w, cell in weighted))
            yield (*domain, measure), sums


def faults(parts, key=""):
    """Everything that does not follow, a line each."""
    yield from changed_files(parts)
    yield from signature_faults(parts, key) if key else ()
    method, scores = json.loads(parts["wave.json"])["method"], table(parts, "scores")
    if method.get("edition") != 2 or method["weighting"] != "frame":
        return
    shown = [row for row in scores if row["level"] == "service_channel"]
    cells = {(row["service"], row["channel"], row["measure"]): row for row in shown}
    overall, sums = {row["question"] for row in shown}, dict(sums_by_domain(parts, cells))
    parts = {f"data/{name}.csv": b"" for name in ("points", "months")} | parts
    found = [*point_faults(table(parts, "points"), cells, method)]
    found += month_faults(table(parts, "months"), scores, method)
    for row in scores:
        found += figure_faults(row, method)
        if row["question"] in overall and row["suppressed"] != "true":
            place = (row[name] for name in ("level", "agency", "service", "channel", "measure"))
            found += unequal(row, sums.get(tuple(place), {}))
    for row, name, value in found:
        follows = "nothing" if value is None else value
        yield f"{row['at']}, {name}: {row[name]} stands there, {follows} follows"


if __name__ == "__main__":
    found = list(faults(read(sys.argv[1]), *sys.argv[2:3]))
    sys.stdout.write("\n".join(found[:20]) + "\n" if found else "No difference.\n")
    sys.exit(bool(found))

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

SHARE, MOST = "top_two_box", 10_000_000
OF_THE_CELL = (
    *("question", "edition", "coverage", "merged", "evidence"),
    *("response_rate", "r_indicator", "reach"),
)


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


def sizes_of(row, level):
    """The effective size, None where nobody differs, and what the error's own noise costs of it."""
    p, se, n, df = (float(row[name]) for name in ("estimate", "se", "n", "df"))
    ratio = (student(n - 1, level) / student(df, level)) ** 2
    if row["measure"] == SHARE:
        return p * (1 - p) / se**2 if se else None, ratio
    return number(row["n_eff"]), ratio


def exact_bounds(p, m, level):
    """Clopper and Pearson's, of a size that need not be whole."""
    tail, x = (1 - level) / 2, p * m
    low = special.betaincinv(x, m - x + 1, tail) if x > 0 else 0.0
    return low, special.betaincinv(x + 1, m - x, 1 - tail) if x < m else 1.0


def bounds_of_mean(row, m, level, growth=1.0):
    """As parts of 5: Student's t on the logit of where the mean lies between 1 and 5; where nobody
    differs the exact bounds of that. `growth`: of the sample, to look ahead."""
    q, se, df = (5 * float(row["estimate"]) - 1) / 4, 5 * float(row["se"]) / 4, float(row["df"])
    if not se or df < 1 or not 0 < q < 1:
        q = min(max(q, 0.0), 1.0)
        ends = bounds(q, m * growth, level) if growth > 1 else exact_bounds(q, m, level)
    else:
        kish = float(row["n_kish"])
        half = student(min(df, kish - 1), level) * se / (q * (1 - q))
        half *= math.sqrt(max(float(row["n_eff"]) / kish, 1.0) / growth)
        ends = (special.expit(special.logit(q) + side * half) for side in (-1, 1))
    return [(1 + 4 * end) / 5 for end in ends]


def at_odds(p, ratio):
    return p if p in (0.0, 1.0) else special.expit(special.logit(p) + math.log(ratio))


def close(a, b):
    return math.isclose(a, b, rel_tol=1e-8, abs_tol=1e-12)


def verdict_of(row, low, high, target):
    if low >= target and float(row["coverage"] or 1) < 0.8:
        return "INCONCLUSIVE", "NOT_COVERED"
    if low >= target:
        return "MET", "INTERVAL_AT_OR_ABOVE_TARGET"
    if high < target:
        return "NOT_MET", "INTERVAL_BELOW_TARGET"
    return "INCONCLUSIVE", "TARGET_WITHIN_INTERVAL"


def decides(row, m, more, method):
    """Whether so many further answers would decide, estimate and design being as they are."""
    growth, level = 1 + more / float(row["n"]), method["level"]
    if row["measure"] == SHARE:
        low, high = bounds(float(row["estimate"]), m * growth, level)
    else:
        low, high = bounds_of_mean(row, m, level, growth)
    return low >= method["target"] or high < method["target"]


def needed_is_wrong(row, reason, m, method):
    """`needed` is the least number that decides; none is given where ten million would not."""
    if reason != "TARGET_WITHIN_INTERVAL":
        return row["needed"] != ("" if reason == "NOT_COVERED" else "0")
    if not row["needed"]:
        return decides(row, m, MOST, method)
    more = int(row["needed"])
    least = more == 1 or not decides(row, m, more - 1, method)
    return not (least and decides(row, m, more + 1e-6, method))


def rates_of(row, low, high, gamma):
    """The response rates that give the two ends of the published band, and the published one."""
    ends = at_odds(low, 1 / gamma), at_odds(high, gamma)
    rates = [
        (number(row[name]) - end) / (bound - end)
        for name, end, bound in (("band_low", ends[0], low), ("band_high", ends[1], high))
        if not close(bound, end)
    ]
    return rates + [number(row["response_rate"])] * (row["evidence"] != "PROBABILITY")


def figure_faults(row, method):
    """What does not follow from a figure's own estimate, error and sizes."""
    if row["suppressed"] == "true":
        named = ("estimate", "n", "low", "high", "se")
        yield from ((name, "nothing, as it is suppressed,") for name in named if row[name])
        return
    if method["clusters"] != "none" or method["uncovered"] == "widen":
        return
    level, p, kish = method["level"], float(row["estimate"]), float(row["n_kish"])
    n_eff, ratio = sizes_of(row, level)
    m = min(n_eff or kish, kish) * ratio
    low, high = bounds(p, m, level) if row["measure"] == SHARE else bounds_of_mean(row, m, level)
    outcome, reason = verdict_of(row, low, high, method["target"])
    official = outcome != "INCONCLUSIVE" and row["evidence"] in method["official_evidence"]
    numbers = {"low": low, "high": high} | ({} if n_eff else {"se": 0.0})
    words = {"outcome": outcome, "reason": reason, "official": str(official).lower()}
    if row["measure"] == SHARE:
        numbers["size"] = m
        if n_eff:
            ends = exact_bounds(p, n_eff * ratio, level)
            numbers |= {"n_eff": n_eff, "low_uncapped": ends[0], "high_uncapped": ends[1]}
    for name, value in numbers.items():
        if not row[name] or not close(float(row[name]), value):
            yield name, value
    yield from ((name, word) for name, word in words.items() if row[name] != word)
    if needed_is_wrong(row, reason, m, method):
        yield "needed", "another number"
    if row["band_low"] and (rates := rates_of(row, low, high, method["gamma"])):
        if any(not -1e-6 <= rate <= 1 + 1e-6 or abs(rate - rates[0]) > 1e-6 for rate in rates):
            yield "band_low", "one response rate for both ends of the band"
        if row["tipping_point"]:
            faced = rates[0] * (low if outcome == "MET" else high)
            value = (method["target"] - faced) / (1 - rates[0])
            if not math.isclose(value, float(row["tipping_point"]), rel_tol=1e-6, abs_tol=1e-9):
                yield "tipping_point", value


def point_faults(points, cells, method):
    """A service point has the coverage, rates and evidence of its service and channel, and no more
    answers than these leave; it is never official; both measures rest on the same answers."""
    left = {key: int(cell["n"]) for key, cell in cells.items() if cell["n"]}
    sizes, seen, unofficial = {}, set(), method | {"official_evidence": []}
    for position, row in enumerate(points, start=1):
        key = row["service"], row["channel"], row["measure"]
        own = row["service_point"], *key
        if row["level"] != "service_point" or key not in left or own in seen:
            yield position, "level", "one figure of each point of what is shown"
            continue
        seen.add(own)
        yield from ((position, name, v) for name, v in figure_faults(row, unofficial))
        if row["suppressed"] == "true":
            continue
        left[key] -= int(row["n"])
        if left[key] < 0:
            yield position, "n", "no more than the service and channel has"
        expected = {name: cells[key][name] for name in OF_THE_CELL} | {"population": ""}
        expected |= sizes.setdefault(own[:3], {name: row[name] for name in ("n", "n_kish", "df")})
        yield from ((position, name, v) for name, v in expected.items() if row[name] != v)


def month_faults(months, scores, method):
    """Row, field and what follows: each from its counts, and all together from the agency's."""
    whole = {
        (r["agency"], r["question"], r["measure"]): r for r in scores if r["level"] == "agency"
    }
    left, last, seen = {}, {}, set()
    for position, row in enumerate(months, start=1):
        score = whole.get((row["agency"], row["question"], SHARE))
        if score is None or score["suppressed"] == "true" or (row["agency"], row["month"]) in seen:
            yield position, "month", "no such figure"
            continue
        seen.add((row["agency"], row["month"]))
        rated = [score[f"rated_{k}"] for k in (4, 5)]
        left.setdefault(
            row["agency"],
            {"n": int(score["n"]), "satisfied": sum(map(int, rated)) if all(rated) else None},
        )
        last[row["agency"]] = position
        n, satisfied = int(row["n"] or 0), int(row["satisfied"] or 0)
        for name, value in (("n", n), ("satisfied", satisfied)):
            if left[row["agency"]][name] is not None:
                left[row["agency"]][name] -= value
        expected = dict.fromkeys(("estimate", "low", "high"))
        if satisfied > n:
            yield position, "satisfied", f"at most {n}"
        elif n:
            m = n * min(float(score["size"]) / int(score["n"]), 1)
            low, high = bounds(satisfied / n, m, method["level"])
            expected = {"estimate": satisfied / n, "low": low, "high": high}
        for name, value in expected.items():
            stands = number(row[name])
            if (stands is None) != (value is None) or (
                value is not None and not close(stands, value)
            ):
                yield position, name, value
    for agency, rest in left.items():
        for name, more in rest.items():
            if more:
                yield last[agency], name, f"{more} more in all months"


def sums_by_domain(parts, cells):
    """Of each domain of the overall question: population, covered encounters, and where all cells
    are shown their n, weighted mean and standard error; where an agency has a suppressed cell,
    no standard error."""
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
    yield from signature_faults(parts, key) if key else ()
    method, scores = json.loads(parts["wave.json"])["method"], table(parts, "scores")
    if method.get("edition") != 2 or method["weighting"] != "frame":
        return
    cells = {
        (row["service"], row["channel"], row["measure"]): row
        for row in scores
        if row["level"] == "service_channel"
    }
    overall = {row["question"] for row in cells.values()}
    sums = dict(sums_by_domain(parts, cells))
    points = table(parts, "points") if "data/points.csv" in parts else []
    for position, row in enumerate(scores, start=1):
        wrong = list(figure_faults(row, method))
        domain = tuple(row[name] for name in ("level", "agency", "service", "channel", "measure"))
        if row["question"] in overall and row["suppressed"] != "true":
            expected = sums.get(domain, {})
            wrong += [(k, v) for k, v in expected.items() if not close(float(row[k]), v)]
        for name, value in wrong:
            yield f"row {position}, {name}: {row[name]} stands there, {value} follows"
    months = table(parts, "months") if "data/months.csv" in parts else []
    for position, name, value in month_faults(months, scores, method):
        stands = months[position - 1][name]
        yield f"months, row {position}, {name}: {stands} stands there, {value} follows"
    for position, name, value in point_faults(points, cells, method):
        stands = points[position - 1][name]
        yield f"points, row {position}, {name}: {stands} stands there, {value} follows"


if __name__ == "__main__":
    found = list(faults(read(sys.argv[1]), *sys.argv[2:3]))
    sys.stdout.write("\n".join(found[:20]) + "\n" if found else "No difference.\n")
    sys.exit(bool(found))

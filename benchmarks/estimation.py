"""Seconds and peak memory of one set of estimates, ours beside others.

    python -m benchmarks.estimation                                10,000 to 1,000,000 responses
    python -m benchmarks.estimation --sizes 10000000 --python P Q  others from these interpreters

The task: top-two-box with standard error for the nation and for 200 agencies, from a sample
stratified by agency × 6 channels and weighted to the frame. Each tool runs in a process of its
own that makes the same data (seed printed); only the estimation is timed, the peak is that of the
whole process less the data. A tool that is not installed is named and left out, and one that takes
longer than the limit says so; "(nation)" stands beside tools that are asked for the nation alone.
R's survey is run by `Rscript` where that is on the path.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

SEED = 20260101
AGENCIES, CHANNELS = 200, 6
ROOT = Path(__file__).resolve().parents[1]

Found = dict[str, Any]


def responses(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """agency, stratum, rating 1–5 and weight of n responses; every stratum has at least two."""
    rng = np.random.default_rng(SEED)
    strata = AGENCIES * CHANNELS
    stratum = np.concatenate(
        [np.tile(np.arange(strata), 2), rng.integers(0, strata, n - 2 * strata)]
    )
    lean = rng.normal(0, 0.4, strata)[stratum]
    rating = np.clip(np.round(rng.normal(4.4 + lean, 0.8)), 1, 5)
    frame = rng.integers(500, 50_000, strata).astype(float)
    weight = (frame / np.bincount(stratum, minlength=strata))[stratum]
    return stratum // CHANNELS, stratum, rating.astype(np.int64), weight


def summary(nation: tuple[float, float], agencies: list[tuple[float, float]]) -> Found:
    return {
        "share": nation[0],
        "se": nation[1],
        "se of agency 7": agencies[7][1] if agencies else None,
    }


# --- Ours -------------------------------------------------------------------------------------


def ours_from_cells(n: int) -> Callable[[], Found]:
    from analytics.estimation.cell_counts import EVERY_RESPONSE, CellCounts

    _, stratum, rating, weight = responses(n)
    strata = AGENCIES * CHANNELS
    table = np.bincount(stratum * 5 + rating - 1, minlength=strata * 5).reshape(strata, 5)
    frame = {h: float(w) for h, w in enumerate(np.bincount(stratum, weights=weight))}

    def estimate() -> Found:
        cells = CellCounts.from_histograms(np.arange(strata), EVERY_RESPONSE, table)
        return _from_cells(cells, np.arange(strata) // CHANNELS, frame)

    return estimate


def ours_from_responses(n: int) -> Callable[[], Found]:
    from analytics.estimation.cell_counts import CellCounts

    agency, stratum, rating, weight = responses(n)

    def estimate() -> Found:
        cells, (label,) = CellCounts.from_responses(
            rating, stratum=stratum, weight=weight, split_by=[agency]
        )
        sums = np.bincount(cells.stratum, weights=cells.weights.sum(axis=1))
        return _from_cells(cells, label, {h: float(w) for h, w in enumerate(sums)})

    return estimate


def _from_cells(cells: Any, agency: np.ndarray, frame: dict[int, float]) -> Found:
    from analytics.estimation.cells import mean_of_cells, means_by_domain, poststratify

    weighted, y = poststratify(cells, cells.stratum, frame), (0, 0, 0, 1, 1)
    nation = mean_of_cells(weighted, y)
    agencies = means_by_domain(weighted, y, agency)
    return summary((nation.value, nation.se), [(e.value, e.se) for e in agencies])


def ours_linearised(n: int) -> Callable[[], Found]:
    """The nation from single responses by `SurveyDesign`; the agencies as above."""
    from analytics.estimation.design import SurveyDesign
    from analytics.estimation.estimates import mean

    _, stratum, rating, weight = responses(n)

    def estimate() -> Found:
        design = SurveyDesign.sample(n, weights=weight, strata=stratum)
        nation = mean(design, rating >= 4)
        return summary((nation.value, nation.se), [])

    return estimate


# --- Others -----------------------------------------------------------------------------------


def samplics(n: int) -> Callable[[], Found]:
    from samplics import TaylorEstimator
    from samplics.utils.types import PopParam

    _, stratum, rating, weight = responses(n)
    y = (rating >= 4).astype(float)
    psu = np.arange(n)

    def estimate() -> Found:
        # By domain it visits every stratum of every agency: minutes beyond the smallest sizes.
        design = {"samp_weight": weight, "stratum": stratum, "psu": psu}
        nation = TaylorEstimator(PopParam.mean)
        nation.estimate(y=y, **design, remove_nan=False)
        return summary((float(nation.point_est), float(nation.stderror)), [])

    return estimate


def statsmodels(n: int) -> Callable[[], Found]:
    """Weights but no strata: its standard error takes weights for repeated answers."""
    from statsmodels.stats.weightstats import DescrStatsW

    agency, _, rating, weight = responses(n)
    y = (rating >= 4).astype(float)

    def estimate() -> Found:
        found = DescrStatsW(y, weights=weight)
        parts = [DescrStatsW(y[agency == k], weights=weight[agency == k]) for k in range(AGENCIES)]
        agencies = [(float(p.mean), float(p.std_mean)) for p in parts]
        return summary((float(found.mean), float(found.std_mean)), agencies)

    return estimate


def svy(n: int) -> Callable[[], Found]:
    return _svy(n, agencies=True)


def svy_nation(n: int) -> Callable[[], Found]:
    return _svy(n, agencies=False)


def _svy(n: int, agencies: bool) -> Callable[[], Found]:
    import polars
    from svy import Design, Sample

    agency, stratum, rating, weight = responses(n)
    y = (rating >= 4).astype(float)
    data = polars.DataFrame({"y": y, "agency": agency, "stratum": stratum, "weight": weight})

    def estimate() -> Found:
        sample = Sample(data, Design(stratum="stratum", wgt="weight"))
        (nation,) = sample.estimation.mean("y").to_dicts()
        parts = sample.estimation.mean("y", by="agency").to_dicts() if agencies else []
        parts = sorted(parts, key=lambda part: int(part["by_level"][0]))
        return summary((nation["est"], nation["se"]), [(p["est"], p["se"]) for p in parts])

    return estimate


def balance(n: int) -> Callable[[], Found]:
    """Weights but no strata."""
    import pandas
    from balance.stats_and_plots.weighted_stats import var_of_weighted_mean, weighted_mean

    agency, _, rating, weight = responses(n)
    y = pandas.Series((rating >= 4).astype(float))
    w = pandas.Series(weight)

    def one(inside: Any = slice(None)) -> tuple[float, float]:
        v, u = y[inside], w[inside]
        variance = var_of_weighted_mean(v, u)
        return float(weighted_mean(v, u).iloc[0]), float(variance.iloc[0]) ** 0.5

    def estimate() -> Found:
        return summary(one(), [one(agency == k) for k in range(AGENCIES)])

    return estimate


def r_survey(n: int, limit: float, tool: str) -> Found:
    """By `Rscript`, which reads the same columns from files."""
    if shutil.which("Rscript") is None:
        return {"note": "no Rscript"}
    agency, stratum, rating, weight = responses(n)
    with tempfile.TemporaryDirectory() as folder:
        for name, column in {"agency": agency, "stratum": stratum, "rating": rating}.items():
            column.astype(np.int32).tofile(f"{folder}/{name}")
        weight.tofile(f"{folder}/weight")
        script = str(Path(__file__).with_suffix(".R"))
        repeats = "3" if n <= 1_000_000 else "1"
        return run_limited(["Rscript", script, folder, str(n), tool, repeats], limit)


R_TOOLS = {"R survey": "agencies", "R survey (nation)": "nation"}

TOOLS: dict[str, tuple[str, Callable[[int], Callable[[], Found]]]] = {
    "ours, cells": ("analytics", ours_from_cells),
    "ours, responses": ("analytics", ours_from_responses),
    "ours, linearised (nation)": ("analytics", ours_linearised),
    "svy": ("svy", svy),
    "svy (nation)": ("svy", svy_nation),
    "balance (no strata)": ("balance", balance),
    "samplics (nation)": ("samplics", samplics),
    "statsmodels (no strata)": ("statsmodels", statsmodels),
}


# --- Running ----------------------------------------------------------------------------------


def measure(tool: str, n: int) -> Found:
    """In this process: seconds of the estimation (best of three) and peak memory above the data."""
    estimate = TOOLS[tool][1](n)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds, found = [], {}
    for _ in range(3 if n <= 1_000_000 else 1):
        started = time.perf_counter()
        found = estimate()
        seconds.append(time.perf_counter() - started)
        if seconds[-1] > 20:
            break
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        **found,
        "seconds": min(seconds),
        "peak MB": peak / 1024,
        "extra MB": (peak - before) / 1024,
    }


def in_own_process(pythons: list[str], tool: str, n: int, limit: float) -> Found:
    """By the first interpreter that has the tool."""
    found: Found = {"note": "not installed"}
    for python in pythons:
        command = [python, "-m", "benchmarks.estimation", "--one", tool, "--sizes", str(n)]
        found = run_limited(command, limit)
        if found.get("note") != "not installed":
            break
    return found


def run_limited(command: list[str], limit: float) -> Found:
    try:
        run = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired:
        return {"note": f"over {limit:g} s"}
    if run.returncode:
        return {"note": failure(run.stderr)}
    return dict(json.loads(run.stdout.strip().splitlines()[-1]))


def failure(stderr: str) -> str:
    """The line that says why: R ends with "Execution halted" after it."""
    lines = [line for line in stderr.strip().splitlines() if line != "Execution halted"]
    return (lines or ["failed"])[-1][:70]


def installed(package: str) -> bool:
    """Can be imported here; a package built for other versions counts as absent."""
    try:
        import_module(package)
    except Exception:
        return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--python", nargs="+", default=[], help="interpreters that have the others")
    parser.add_argument("--limit", type=float, default=120, help="seconds a run may take")
    parser.add_argument("--one", choices=TOOLS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        package = TOOLS[options.one][0]
        if not installed(package):
            print(json.dumps({"note": "not installed"}))
        else:
            print(json.dumps(measure(options.one, options.sizes[0])))
        return
    print(f"seed {SEED}, {AGENCIES} agencies × {CHANNELS} channels")
    for n in options.sizes:
        print(f"\n{n:,} responses")
        print(f"{'':27}{'seconds':>10} {'ratio':>8} {'peak MB':>9} {'extra MB':>9}  share ± se")
        base = None
        for tool in [*TOOLS, *R_TOOLS]:
            if tool in R_TOOLS:
                found = r_survey(n, options.limit, R_TOOLS[tool])
            else:
                ours = TOOLS[tool][0] == "analytics"
                pythons = [sys.executable] if ours else [*options.python, sys.executable]
                found = in_own_process(pythons, tool, n, options.limit)
            if "note" in found:
                print(f"{tool:27}{found['note']}", flush=True)
                continue
            base = base or found["seconds"]
            print(
                f"{tool:27}{found['seconds']:10.4f} {found['seconds'] / base:8.1f} "
                f"{found['peak MB']:9.0f} {found['extra MB']:9.0f}  "
                f"{found['share']:.9f} ± {found['se']:.9f}",
                flush=True,
            )


if __name__ == "__main__":
    main()

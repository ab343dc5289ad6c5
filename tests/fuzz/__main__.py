"""Searches for input that crashes what reads it, guided by which lines it reaches (atheris).

    python -m tests.fuzz [TARGET ...] [--minutes 30] [--runs N] [--seed N]

Targets take turns of a process each, on all cores. Prints executions and edges reached by target;
input that crashed is kept in tests/fuzz/found/TARGET/, where the tests run it from then on, and
the command ends with 1. With --runs each target is given so many inputs, the same for one seed.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

FOUND = Path(__file__).parent / "found"
SECONDS_AN_INPUT = 10
MEGABYTES = 2048
LARGEST_INPUT = 4096
PACKAGES = ["surveys", "responses", "analytics", "openpyxl", "pyarrow"]


def inside(name: str, arguments: list[str]) -> None:
    import atheris

    with atheris.instrument_imports(include=PACKAGES):
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        from tests.fuzz import targets

    atheris.Setup([sys.argv[0], *arguments], lambda data: targets.run(name, data))
    atheris.Fuzz()


def search(name: str, seeds: list[bytes], limit: str, seed: int) -> tuple[str, int, int, bool]:
    """The target, executions, edges reached, and whether nothing was found."""
    kept = FOUND / name
    kept.mkdir(parents=True, exist_ok=True)
    options = [limit, f"-seed={seed}", f"-timeout={SECONDS_AN_INPUT}", f"-max_len={LARGEST_INPUT}"]
    options += [f"-rss_limit_mb={MEGABYTES}", f"-artifact_prefix={kept}/", "-print_final_stats=1"]
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(seeds):
            (Path(folder) / f"seed{number}").write_bytes(data)
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz", "--inside", name, "--", *options, folder],
            stderr=subprocess.STDOUT,
            stdout=subprocess.PIPE,
            env=os.environ | {"DATA_DIR": folder, "LOG_LEVEL": "CRITICAL"},
            check=False,
        )
    said = done.stdout.decode(errors="replace")
    if done.returncode:
        print(said[-4000:])
    if not any(kept.iterdir()):
        kept.rmdir()
    executions = re.search(r"number_of_executed_units:\s*(\d+)", said)
    edges = re.findall(r"cov: (\d+)", said)
    return (
        name,
        int(executions[1]) if executions else 0,
        int(edges[-1]) if edges else 0,
        done.returncode == 0,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--runs", type=int, default=0)
    parser.add_argument("--seed", type=int, default=2570)
    parser.add_argument("--inside", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        inside(options.inside, options.targets)
        return 0

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.fuzz.seeds import seeds

    begin = seeds()
    names = options.targets or list(begin)
    cores = os.cpu_count() or 1
    seconds = options.minutes * 60 * cores / len(names)
    limit = f"-runs={options.runs}" if options.runs else f"-max_total_time={max(1, seconds):.0f}"
    print(f"seed {options.seed}, {limit[1:]} a target")
    with ThreadPoolExecutor(cores) as pool:
        done = [pool.submit(search, name, begin[name], limit, options.seed) for name in names]
        results = [each.result() for each in done]
    for name, executions, edges, clean in results:
        print(f"{name:14} {executions:>10,} inputs {edges:>7,} edges  {'' if clean else 'CRASHED'}")
    print(f"{sum(each[1] for each in results):,} inputs, ", end="")
    print(f"{sum(not each[3] for each in results)} targets crashed")
    return 0 if all(clean for *_rest, clean in results) else 1


if __name__ == "__main__":
    sys.exit(main())

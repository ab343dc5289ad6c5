"""No benchmark rots unseen: each is run in short with all else, or says why not."""

import re

from benchmarks.nation import ROOT
from benchmarks.short import ELSEWHERE, SHORT


def test_every_benchmark_is_run_in_short_or_says_why_not():
    listed = set(
        re.findall(r"python -m benchmarks\.(\w+)", (ROOT / "benchmarks/README.md").read_text())
    )
    runnable = {
        path.stem
        for path in (ROOT / "benchmarks").glob("*.py")
        if '__name__ == "__main__"' in path.read_text()
    }
    assert not SHORT.keys() & ELSEWHERE.keys()
    assert runnable - {"short"} == SHORT.keys() | ELSEWHERE.keys()
    assert runnable == listed


def test_all_that_checks_runs_them():
    assert "-m benchmarks.short" in (ROOT / ".ci/run").read_text()

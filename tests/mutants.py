"""Changes each named rule in every small way, and fails where its tests do not notice.

    python -m tests.mutants              the rules of tests/mutated_rules.py
    python -m tests.mutants seals door   these rules

Quick rules are tried whole. Of the others as many mutants are tried as SECONDS allow, in an order
by the commit: each commit tries others, and the same commit the same. A survivor of a quick rule
fails the step, one of the sample is named.

No file changes. The tests are collected and run once as they are; then each mutant gets a process
of its own, forked from there, in which the rule's functions get the code of the changed source.
"""

import ast
import gc
import importlib.util
import inspect
import os
import random
import signal
import subprocess
import sys
import time
import types
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.mutated_rules import EQUIVALENT, RULES, Rule
from tests.mutations import Mutation, mutations_of

SECONDS = 240
"""No mutant of a rule that is not quick is begun after so long. Those left are counted."""
SECONDS_A_MUTANT = 30
UNCHANGED = "unchanged"
KILLED, SURVIVED, NOT_MADE = 1, 0, 2


@dataclass(frozen=True)
class Mutant:
    rule: str
    module: str
    mutation: Mutation

    def __str__(self) -> str:
        return f"{self.module}.{self.mutation}"

    @property
    def is_sampled(self) -> bool:
        return not RULES[self.rule].quick and self.mutation.was != UNCHANGED


def seed_of_commit() -> int:
    """MUTANTS_SEED, or else the first digits of the commit's name."""
    git = ["git", "rev-parse", "--short=8", "HEAD"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    return int(os.environ.get("MUTANTS_SEED") or int(commit or "0", 16))


def mutants_of(name: str, rule: Rule) -> Iterator[Mutant]:
    for module, functions in rule.code.items():
        source = Path(importlib.util.find_spec(module).origin).read_text(encoding="utf-8")
        # Unchanged, each rule must pass in the same way, or what is killed would prove nothing.
        yield Mutant(name, module, Mutation(functions[0], UNCHANGED, "", ast.parse(source)))
        for mutation in mutations_of(source, functions):
            yield Mutant(name, module, mutation)


def apply(mutant: Mutant) -> None:
    """Give the live functions and constants what the changed source says."""
    live = importlib.import_module(mutant.module)
    changed = types.ModuleType(live.__name__)
    vars(changed).update(__file__=live.__file__, __package__=live.__package__)
    sys.modules[live.__name__] = changed  # dataclasses look their module up
    try:
        exec(compile(mutant.mutation.tree, live.__file__, "exec"), changed.__dict__)
    finally:
        sys.modules[live.__name__] = live
    owner, other = live, changed
    *path, name = mutant.mutation.within.split(".")
    for part in path:
        owner, other = getattr(owner, part), getattr(other, part)
    _take(owner, name, getattr(other, name))


def _take(owner: Any, name: str, new: Any) -> None:
    old = getattr(owner, name)
    if callable(old):
        old, new = inspect.unwrap(old), inspect.unwrap(new)
        old.__code__, old.__defaults__ = new.__code__, new.__defaults__
        old.__kwdefaults__ = new.__kwdefaults__
    elif isinstance(old, dict):  # shared by those who imported it
        old.clear()
        old.update(new)
    elif isinstance(old, list):
        old[:] = new
    else:
        setattr(owner, name, new)


class Trial:
    """A plugin that runs the collected tests against each mutant in place of once."""

    def __init__(self, rules: dict[str, Rule]) -> None:
        self.rules = rules
        self.mutants = [m for name, rule in rules.items() for m in mutants_of(name, rule)]
        self.survivors: list[Mutant] = []
        self.wrong: list[str] = []
        self.left = 0
        self.began = time.monotonic()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        named = tuple(name for rule in self.rules.values() for name in rule.tests)
        self.items = [item for item in session.items if item.nodeid.startswith(named)]
        self._once_as_they_are()
        seed = seed_of_commit()
        random.Random(seed).shuffle(self.mutants)
        self.mutants.sort(key=lambda mutant: mutant.is_sampled)
        print(f"{len(self.mutants)} mutants, {len(self.items)} tests, order by seed {seed}")
        gc.freeze()  # else a collection in each process would copy all that is shared
        self._try_all(self.began + SECONDS)
        return True

    def _once_as_they_are(self) -> None:
        """All pass, and what a session sets up once is set up from here on."""
        for item, following in zip(self.items, [*self.items[1:], self.items[0]], strict=True):
            self._expect_pass(item, following)
        self.items[0].session._setupstate.teardown_exact(self.items[0])

    def _expect_pass(self, item: pytest.Item, following: pytest.Item) -> None:
        for report in runtestprotocol(item, nextitem=following, log=False):
            if report.failed:
                sys.exit(f"fails as it is: {item.nodeid}\n{report.longreprtext}")

    def _try_all(self, deadline: float) -> None:
        running: dict[int, Mutant] = {}
        for number, mutant in enumerate(self.mutants):
            if mutant.is_sampled and time.monotonic() > deadline:
                self.left = len(self.mutants) - number
                break
            if len(running) == (os.cpu_count() or 1):
                self._wait(running)
            running[self._fork(mutant)] = mutant
        while running:
            self._wait(running)

    def _wait(self, running: dict[int, Mutant]) -> None:
        pid, status = os.wait()
        self._note(running.pop(pid), os.waitstatus_to_exitcode(status))

    def _note(self, mutant: Mutant, code: int) -> None:
        unchanged = mutant.mutation.was == UNCHANGED
        if code == NOT_MADE or (unchanged and code != SURVIVED):
            self.wrong.append(f"could not be tried: {mutant}")
        elif code == SURVIVED and not unchanged:
            self.survivors.append(mutant)

    def _fork(self, mutant: Mutant) -> int:
        pid = os.fork()
        if pid:
            return pid
        # Unchanged code ends; beside much other work it may take its time.
        signal.alarm(
            10 * SECONDS_A_MUTANT if mutant.mutation.was == UNCHANGED else SECONDS_A_MUTANT
        )
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        code = NOT_MADE
        try:
            apply(mutant)
            code = KILLED if self._noticed(self.rules[mutant.rule]) else SURVIVED
        finally:
            os._exit(code)

    def _noticed(self, rule: Rule) -> bool:
        items = [item for item in self.items if item.nodeid.startswith(rule.tests)]
        self.items[0].session._setupstate.teardown_exact(items[0])
        return any(
            report.failed
            for item, following in zip(items, [*items[1:], items[0]], strict=True)
            for report in runtestprotocol(item, nextitem=following, log=False)
        )


def main(*names: str) -> int:
    rules = {name: RULES[name] for name in names or RULES}
    files = sorted({name.split("::")[0] for rule in rules.values() for name in rule.tests})
    trial = Trial(rules)
    # A short traceback: what failed is not shown, and to quote the source takes most of the time.
    options = ["-q", "--no-header", "--no-summary", "--tb=native", "-p", "no:cacheprovider", "-s"]
    if pytest.main([*options, *files], plugins=[trial]) not in (0, 5):
        return 1
    return report(trial, time.monotonic() - trial.began)


def report(trial: Trial, seconds: float) -> int:
    """The table of killed and surviving mutants; 1 where one of a quick rule survives that is not
    equivalent. Of the sample survivors are named alone: a commit must not fail by the draw."""
    all_of = Counter(mutant.rule for mutant in trial.mutants)
    alike = [mutant for mutant in trial.survivors if str(mutant) in EQUIVALENT]
    bad = [mutant for mutant in trial.survivors if str(mutant) not in EQUIVALENT]
    print(f"{'rule':14}{'mutants':>8}{'equivalent':>12}{'survived':>10}")
    for name, count in all_of.items():
        same, alive = (sum(m.rule == name for m in found) for found in (alike, bad))
        print(f"{name:14}{count:8}{same:12}{alive:10}")
    print("\n".join([*sorted(trial.wrong), *(f"SURVIVED  {m}" for m in sorted(bad, key=str))]))
    if trial.left:
        print(f"{trial.left} were not tried for want of time")
    print(f"{len(trial.mutants) - trial.left} mutants in {seconds:.0f} s, {len(bad)} survived")
    return int(any(not m.is_sampled for m in bad) or bool(trial.wrong))


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(main(*sys.argv[1:]))

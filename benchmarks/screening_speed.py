"""What screening takes of processor and memory: `python -m benchmarks.screening --speed N`.

Each step runs in a process of its own, so that its peak is its own.
"""

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

COPIES = 20
CHANGED = ("id", "submission_key", "receipt", "answered_at")
MEMORY = 500


def apart(work: Callable[[], object]) -> tuple[float, float, object]:
    """Seconds of CPU, peak of memory in MB, and what came of it."""
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe()

    def run() -> None:
        began = time.process_time()
        result = work()
        there.send((time.process_time() - began, _peak(), result))

    child = fork.Process(target=run)
    child.start()
    there.close()
    told: tuple[float, float, object] = here.recv()
    child.join()
    return told


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _copy(number: int, which: str = "") -> None:
    """Each stored response once again, 17 days apart, which takes less long than the door does."""
    from django.db import connection

    from responses.models import Response

    table = Response._meta.db_table
    kept = [f.column for f in Response._meta.concrete_fields if f.column not in CHANGED]
    postgresql = connection.vendor == "postgresql"
    moved = (
        f"answered_at - interval '{17 * number} days'"
        if postgresql
        else f"datetime(answered_at, '-{17 * number} days')"
    )
    random = "substr(md5(random()::text), 1, 14)" if postgresql else "hex(randomblob(7))"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(kept)}, {', '.join(CHANGED[1:])})"
            f" SELECT {', '.join(kept)}, submission_key || ':{number}', {random}, {moved}"
            f" FROM {table} WHERE submission_key LIKE 'simulated:%:%:%'"
            f" AND submission_key NOT LIKE 'simulated:%:%:%:%' {which}"
        )


def make(responses: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from responses.simulation.wave import simulate_wave
    from surveys import clock
    from surveys.thai_dates import fiscal_year_be

    call_command("migrate", verbosity=0)
    call_command("load_registry", verbosity=0, stdout=sys.stderr)
    simulate_wave(2570, responses // COPIES, fiscal_year=fiscal_year_be(clock.today()) - 1)
    for number in range(1, COPIES):
        _copy(number)
    postgresql = connection.vendor == "postgresql"
    share = "random()" if postgresql else "abs(random() / 9223372036854775807.0)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE responses_response SET seconds = CAST(3 + 40 * {share} AS integer),"
            f" device = CAST(CAST(1000000000 * {share} AS bigint) AS varchar(22))"
        )


def one_in_a_hundred() -> int:
    """New answers, in the journal as from the door."""
    from django.db.models import Max

    from responses.models import JournalEntry, Response
    from surveys.models import Wave

    last = Response.objects.aggregate(last=Max("pk"))["last"]
    _copy(COPIES, f"AND id % {100 // COPIES} = 0")
    new = list(Response.objects.filter(pk__gt=last).values_list("pk", flat=True))
    wave = Wave.objects.get(responses=new[0])
    JournalEntry.objects.create(wave=wave, response_ids=new, revision=1)
    return len(new)


def screening(**given: bool) -> Callable[[], int]:
    def run() -> int:
        from responses.models import Response
        from responses.screening.screen import screen
        from surveys.models import Wave

        return screen(Wave.objects.get(pk=Response.objects.earliest("pk").wave_id), **given)

    return run


def sizes() -> tuple[str, int, int, int, int]:
    from django.db import connection
    from django.db.models import Max, Sum
    from django.db.models.functions import Length

    from responses.models import AgencyScreening, Flag, KeptPart

    of_all = AgencyScreening.objects.aggregate(Sum("answers"), Max("answers"))
    kept = KeptPart.objects.aggregate(size=Sum(Length("data")))["size"]
    return connection.vendor, *of_all.values(), Flag.objects.count(), kept


def speed(responses: int) -> None:
    before = apart(lambda: None)[1]
    apart(lambda: make(responses))
    steps = (
        ("the first time", screening()),
        ("all again", screening(anew=True)),
        ("where nothing is new", screening(now=True)),
    )
    told = {name: apart(step) for name, step in steps}
    new = apart(one_in_a_hundred)[2]
    told[f"after {new:,} new answers"] = apart(screening(now=True))
    vendor, answers, largest, flags, kept = apart(sizes)[2]  # type: ignore[misc]
    print(
        f"{vendor}: {answers:,} answers of which the largest agency has {largest:,}, {flags:,}"
        f" flags, {kept / answers:.0f} bytes kept an answer; a process has {before:.0f} MB before"
    )
    for name, (seconds, peak, agencies) in told.items():
        print(f"  {name}: {seconds:.2f} s of CPU, {peak:.0f} MB at most, {agencies} agencies")
    of_one_agency(responses, told["the first time"][1])


def of_one_agency(responses: int, before: float) -> None:
    """The rules alone, where all are one agency's; `before`: what reading and storing take."""

    def judged() -> tuple[int, float, float]:
        from benchmarks.made_up import honest
        from responses.screening.columns import TYPES
        from responses.screening.judging import judge
        from surveys.screening import RULES_VERSION, VERSIONS, Screening

        declared = Screening(RULES_VERSION, rules=VERSIONS[RULES_VERSION])
        answers = honest(np.random.default_rng(2570), responses / 1_600)
        row = sum(getattr(answers, name)[:1].nbytes for name in TYPES)
        built = _begin_anew()
        judge(answers, declared)
        return len(answers), row, _peak() - built

    _seconds, _all, (n, row, taken) = apart(judged)  # type: ignore[misc]
    each = row + taken * 2**20 / n
    print(
        f"one agency of {n:,}: {row} bytes an answer and {each - row:.0f} while rules look at it;"
        f" {(MEMORY - before) * 2**20 / each:,.0f} answers in {MEMORY} MB"
    )


def _begin_anew() -> float:
    """What is in memory now, which is the peak from here on."""
    Path("/proc/self/clear_refs").write_text("5")
    return _peak()

"""How many responses a second come in, beside the least that Django and PostgreSQL can do.

    python benchmarks/intake.py --seconds 5 --rounds 3

Starts a throw-away PostgreSQL and granian with two workers on loopback, and lets wrk send, in turn:

- bare: benchmarks/bare.py, a Django view that decodes 15 integers, validates and inserts them;
- form: the public form's POST, with its CSRF cookie and signed token;
- single: one response of 15 ratings to the API;
- batch: 500 of them to the API in each request, in responses a second;
- COPY: the same rows by two connections, into a table with the same indexes, and into one without.

Prints the median of the rounds and the ratios, and the processor time that one response takes of
the web server and of PostgreSQL, which other work on the machine disturbs less. Every answer must
be a success, and what the database holds in the end must be what was acknowledged. Needs
PostgreSQL's server and wrk.
"""

import argparse
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.servers import Server, free_port, product_on_postgres  # noqa: E402

BATCH = 500
CONNECTIONS = 16
TABLE = "CREATE TABLE bare (id bigserial PRIMARY KEY, {})".format(
    ", ".join(f"q{k} smallint" for k in range(15))
)
TARGETS = {"form / bare": 0.5, "single / bare": 0.7, "batch / COPY": 0.4}

COUNT = """
done = function(summary)
  local e = summary.errors
  print("RESULT " .. string.format('{"requests": %d, "failed": %d, "micros": %d}',
    summary.requests, e.status + e.connect + e.read + e.write + e.timeout, summary.duration))
end
"""
THREADS = """
local n = 0
function setup(thread) n = n + 1; thread:set("number", n) end
"""
SCRIPTS = {
    "bare": 'wrk.method = "POST"; wrk.body = "[5,4,5,3,4,5,4,5,3,4,5,4,5,3,4]"',
    "single": THREADS
    + """
local sent = 0
local body = '@BODY@'
function request()
  sent = sent + 1
  return wrk.format("POST", nil, {["Content-Type"] = "application/json",
    ["Authorization"] = "Bearer @KEY@",
    ["Idempotency-Key"] = "@ROUND@-" .. number .. "-" .. sent}, body)
end
""",
    "batch": THREADS
    + """
local sent = 0
local body = '@BATCH@'
function request()
  sent = sent + 1
  local filled = body:gsub("~", "@ROUND@-" .. number .. "-" .. sent)
  return wrk.format("POST", nil, {["Content-Type"] = "application/json",
    ["Authorization"] = "Bearer @KEY@"}, filled)
end
""",
    "form": THREADS
    + """
local tokens = nil
local sent = 0
function request()
  if not tokens then
    tokens = {}
    for line in io.lines("@TOKENS@@ROUND@-" .. number) do tokens[#tokens + 1] = line end
  end
  sent = sent + 1
  return wrk.format("POST", nil, {["Content-Type"] = "application/x-www-form-urlencoded",
    ["Cookie"] = "csrftoken=@SECRET@"},
    "overall=4&csrfmiddlewaretoken=@MASKED@&form_token=" .. tokens[sent])
end
""",
}


@contextmanager
def granian(application: str, *options: str) -> Iterator[Server]:
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", "2", "--no-ws", "--log-level", "warning"),
        *(*options, application),
    ]
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        for _attempt in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            sys.exit(f"{application} has not started")
        time.sleep(1)
        yield Server(f"http://127.0.0.1:{port}", server.pid)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


def prepare(
    tokens: Path, seconds: float, rounds: int, *, asks_why: bool = False
) -> SimpleNamespace:
    """One service on one channel with 15 ratings and, if wanted, a question for the reason, a link,
    a key, and tokens for the form."""
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.middleware.csrf import _get_new_csrf_string, _mask_cipher_secret

    import surveys.models as m
    from responses.models.collecting_system import CollectingSystem
    from responses.web import tokens as form_tokens
    from surveys import clock
    from surveys.waves import open_wave

    call_command("migrate", verbosity=0)
    today = clock.today()
    agency = m.Agency.objects.create(code="A", name_th="ก")
    service = m.Service.objects.create(agency=agency, code="S", name_th="ก")
    channel = m.Channel.objects.create(code="C", family="digital", name_th="ก")
    asked = m.Questionnaire.objects.create(code="Q", title_th="ก")
    codes = [f"Q{k}" for k in range(15)]
    for k, code in enumerate(codes):
        asked.questions.create(code=code, is_overall=k == 0, text_th="ก", position=k)
    if asks_why:
        asked.questions.create(code="WHY", kind="text", text_th="ก", position=len(codes))
    frame = m.Frame.objects.create(code="F")
    period = {"starts_on": today - timedelta(days=30), "ends_on": today + timedelta(days=30)}
    frame.cells.create(service=service, channel=channel, encounters=10**6, **period)
    wave = m.Wave.objects.create(
        code="W", title_th="ก", fiscal_year=2570, questionnaire=asked, frame=frame, **period
    )
    open_wave(wave)
    entry = m.EntryPoint.objects.create(service=service, channel=channel)
    system = CollectingSystem(name="benchmark", agency=agency)
    key = system.new_key()
    system.save()
    system.channels.set([channel])
    for number in range(-1, rounds):
        for thread in (1, 2):
            lines = (form_tokens.new_form(entry) for _k in range(int(2_000 * seconds)))
            (tokens.parent / f"{tokens.name}r{number}-{thread}").write_text("\n".join(lines))
    draw = random.Random(1)
    rows = [
        {"service": "S", "channel": "C", "answers": {c: draw.randint(1, 5) for c in codes}}
        for _k in range(BATCH)
    ]
    secret = _get_new_csrf_string()
    connection.close()
    assert not settings.HTTPS
    return SimpleNamespace(
        key=key,
        form=entry.get_absolute_url() + "answer/",
        secret=secret,
        masked=_mask_cipher_secret(secret),
        body=json.dumps(rows[0], separators=(",", ":")),
        batch=json.dumps(
            {"responses": [{"key": f"~-{k}", **row} for k, row in enumerate(rows)]},
            separators=(",", ":"),
        ),
        rows=[row["answers"] for row in rows],
    )


def send(url: str, script: Path, seconds: float, connections: int = CONNECTIONS) -> dict:
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "-s", str(script), url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    result = json.loads(line.removeprefix("RESULT "))
    if result["failed"]:
        sys.exit(f"{script.name}: {result['failed']} of {result['requests']} failed")
    return result


def copy(table: str, given: SimpleNamespace, rows: int) -> float:
    """Rows a second that two connections copy."""
    import psycopg

    from responses.models import Response, new_receipt, new_salt
    from surveys import clock

    columns = [f.column for f in Response._meta.concrete_fields if not f.primary_key]
    now = clock.now().isoformat()

    def line(k: int, run: str) -> str:
        answers = given.rows[k % BATCH]
        values = {
            **{"wave_id": 1, "service_id": 1, "channel_id": 1, "overall": answers["Q0"]},
            **{"service_point_id": r"\N", "entry_point_id": r"\N"},
            **{"answers": json.dumps(answers), "base_weight": 1, "respondent": ""},
            **{"sampling_unit": "", "draw": r"\N"},
            **{"submission_key": f"{run}-{k}", "receipt": new_receipt(), "source": "api"},
            **{"language": "", "answered_at": now, "received_at": now},
            **{"disposition": "counted", "revision": 1, "salt": new_salt()},
            **{"selection": "open", "device": "", "seconds": r"\N"},
        }
        return "\t".join(str(values[name]) for name in columns)

    texts = [
        "\n".join(line(k, f"{table}{time.time()}-{part}") for k in range(rows // 2)) + "\n"
        for part in (1, 2)
    ]

    def load(text: str) -> None:
        with (
            psycopg.connect(os.environ["DATABASE_URL"]) as connection,
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as writer,
        ):
            writer.write(text)

    threads = [Thread(target=load, args=[text]) for text in texts]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return rows / (time.perf_counter() - begun)


def execute(sql: str) -> list:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def measure(
    folder: Path,
    database: Server,
    seconds: float,
    rounds: int,
    only: list[str],
    options: list[str],
) -> None:
    given = prepare(folder / "tokens", seconds, rounds)
    fill = {
        "@KEY@": given.key,
        "@BODY@": given.body,
        "@BATCH@": given.batch,
        "@TOKENS@": str(folder / "tokens"),
        "@SECRET@": given.secret,
        "@MASKED@": given.masked,
    }
    execute(TABLE)
    for table, like in (("copied", "INCLUDING ALL"), ("plain", "INCLUDING IDENTITY")):
        execute(f"CREATE TABLE {table} (LIKE responses_response {like})")
    figures: dict[str, list[float]] = {}
    spent: dict[str, list[list[float]]] = {}
    acknowledged = dict.fromkeys(SCRIPTS, 0)
    with ExitStack() as stack:
        bare = stack.enter_context(granian("benchmarks.bare:application", *options))
        product = stack.enter_context(granian("config.wsgi:application", *options))
        targets = {
            "bare": (bare, "/"),
            "form": (product, given.form),
            "single": (product, "/api/v1/responses/"),
            "batch": (product, "/api/v1/responses/batch/"),
        }
        for number in range(-1, rounds):  # the first is to warm up
            for name, (web, path) in targets.items():
                if only and name not in only:
                    continue
                text = SCRIPTS[name] + COUNT
                for mark, value in {**fill, "@ROUND@": f"r{number}"}.items():
                    text = text.replace(mark, value)
                script = folder / f"{name}.lua"
                script.write_text(text)
                many = 4 if name == "batch" else CONNECTIONS
                before = web.processor_seconds(), database.processor_seconds()
                result = send(web.address + path, script, seconds if number >= 0 else 1, many)
                after = web.processor_seconds(), database.processor_seconds()
                responses = result["requests"] * (BATCH if name == "batch" else 1)
                acknowledged[name] += responses
                if number >= 0:
                    figures.setdefault(name, []).append(responses / result["micros"] * 1e6)
                    spent.setdefault(name, []).append(
                        [(b - a) / responses * 1000 for a, b in zip(before, after, strict=True)]
                    )
            if not only or "batch" in only:
                for label, table in (("COPY", "copied"), ("COPY, no index", "plain")):
                    rate = copy(table, given, 40_000)
                    if number >= 0:
                        figures.setdefault(label, []).append(rate)
    report(figures, spent)
    check(acknowledged)


def report(figures: dict[str, list[float]], spent: dict[str, list[list[float]]]) -> None:
    medians = {name: statistics.median(rates) for name, rates in figures.items()}
    for name, rates in figures.items():
        spread = f"{min(rates):,.0f} to {max(rates):,.0f}"
        print(f"{name:16} {medians[name]:>10,.0f} a second   ({spread})")
    for label, target in TARGETS.items():
        part, whole = label.split(" / ")
        if part in medians and whole in medians:
            ratio = medians[part] / medians[whole]
            rounds = (a / b for a, b in zip(figures[part], figures[whole], strict=True))
            each = ", ".join(f"{one:.2f}" for one in rounds)
            print(f"{label:16} {ratio:>10.2f}   target {target}   (by round: {each})")
    for name, rounds in spent.items():
        web, database = map(statistics.median, zip(*rounds, strict=True))
        print(f"{name:16} {web:>10.3f} ms of the web server, {database:.3f} ms of PostgreSQL each")
    print(f"processors: {os.cpu_count()}, load before the end: {os.getloadavg()[0]:.1f}")


def check(acknowledged: dict[str, int]) -> None:
    """All that was acknowledged is stored, and in the journal. At the end of a round wrk drops
    what is under way: that may be stored beyond it."""
    for source, expected in (
        ("web", acknowledged["form"]),
        ("api", acknowledged["single"] + acknowledged["batch"]),
    ):
        ((stored,),) = execute(f"SELECT count(*) FROM responses_response WHERE source = '{source}'")
        print(f"{source}: {expected:,} acknowledged, {stored:,} stored")
        if stored < expected:
            sys.exit("acknowledged, but not stored")
    ((noted,),) = execute(
        "SELECT sum(jsonb_array_length(response_ids)) FROM responses_journalentry"
    )
    ((stored,),) = execute("SELECT count(*) FROM responses_response")
    if noted != stored:
        sys.exit(f"{stored} stored, {noted} in the journal")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[], choices=SCRIPTS)
    parser.add_argument("--granian", nargs="*", default=[], help="further options of the server")
    arguments = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed.")
    with product_on_postgres() as (folder, database):
        os.environ["API_REQUESTS_PER_MINUTE"] = "100000000"
        options = [f"--{option}" for option in arguments.granian]
        measure(folder, database, arguments.seconds, arguments.rounds, arguments.only, options)


if __name__ == "__main__":
    main()

"""A release is verified where there is neither the product nor a database nor a network: in a root
of its own, which holds Python, SciPy, the second verifier and the file."""

import shutil
import subprocess
import sysconfig
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

import pytest

from tests.releases import second_verifier
from tests.releases.test_release import pack, parts_of, rows_of, with_rows

SITE = Path(find_spec("scipy").origin).parents[1]
LIBRARIES = ("numpy", "numpy.libs", "scipy", "scipy.libs")
ALONE = ["unshare", "--user", "--map-root-user", "--net", "--mount"]
PROBE = """
import importlib.util, os, pathlib, socket
assert not any(map(importlib.util.find_spec, ("django", "analytics", "sqlite_utils", "psycopg")))
assert not list(pathlib.Path("/").glob("*/manage.py")) and not os.path.exists("/work")
try:
    socket.create_connection(("127.0.0.1", 5432), 1)
except OSError:
    print("alone")
"""


def interpreter() -> Path:
    return Path(sysconfig.get_config_var("BINDIR"), f"python{sysconfig.get_python_version()}")


def needed_by(binaries: list[Path]) -> set[Path]:
    """The shared libraries that binaries load, and what loads them."""
    told = subprocess.run(["ldd", *binaries], capture_output=True, text=True, check=False).stdout
    found = (Path(line.partition("=>")[2] or line) for line in told.splitlines() if "(0x" in line)
    paths = (Path(str(path).partition(" (")[0].strip()) for path in found)
    return {path for path in paths if path.is_absolute()}


@pytest.fixture
def elsewhere(tmp_path) -> Path:
    """An empty root: binaries are copied there; folders of libraries are tied to it by `run`."""
    if not shutil.which("unshare") or subprocess.run([*ALONE, "true"], check=False).returncode:
        pytest.skip("this kernel lets nobody have a root of their own (unshare --user)")
    root = tmp_path / "root"
    standard = Path(sysconfig.get_path("stdlib"))
    compiled = [each for name in ("numpy", "scipy") for each in (SITE / name).rglob("*.so")]
    binaries = [interpreter(), *standard.glob("lib-dynload/*.so"), *compiled]
    system = {each for each in needed_by(binaries) if SITE not in each.parents}
    for binary in {interpreter(), *system}:
        copy = root / binary.relative_to("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(binary, copy)
    (root / "packages").mkdir()
    shutil.copy(second_verifier.__file__, root / "second_verifier.py")
    return root


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    standard = sysconfig.get_path("stdlib")
    ties = {standard: standard, **{str(SITE / name): f"/packages/{name}" for name in LIBRARIES}}
    lines = []
    for source, target in ties.items():
        if Path(source).exists():
            (root / target.lstrip("/")).mkdir(parents=True, exist_ok=True)
            lines.append(f"mount --bind {source} {root}{target}")
    script = dedent("\n".join(["set -e", *lines, f'exec chroot {root} "$@"']))
    command = [*ALONE, "sh", "-c", script, "sh", str(interpreter()), "-S", *arguments]
    environment = {"PYTHONPATH": "/packages", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_second_verifier_needs_nothing_of_ours(elsewhere, released, tmp_path):
    probe = run(elsewhere, "-c", PROBE)
    assert probe.stdout == "alone\n", probe.stderr
    shutil.copy(released, elsewhere / "release.zip")
    done = run(elsewhere, "/second_verifier.py", "/release.zip")
    assert (done.returncode, done.stdout) == (0, "No difference.\n"), done.stderr
    parts = parts_of(released)
    rows = rows_of(parts)
    shown = [k for k, row in enumerate(rows) if row["suppressed"] == "false"]
    at = next(k for k in shown if rows[k]["measure"] == "top_two_box")
    rows[at]["low"] = "0.5"
    pack(with_rows(parts, rows), elsewhere / "changed.zip", listed=True)
    done = run(elsewhere, "/second_verifier.py", "/changed.zip")
    assert done.returncode == 1
    assert done.stdout.startswith(f"scores, row {at + 1}, low: 0.5 stands there")

"""The bill of materials names all that production installs, by version and digest."""

import json
import re
import subprocess
import sys
from pathlib import Path

LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)
DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def test_it_names_every_locked_package_and_each_of_its_files(tmp_path):
    """The tool holds what it writes to the schema of CycloneDX."""
    bill = tmp_path / "bill.json"
    tool = [str(Path(sys.executable).with_name("cyclonedx-py")), "requirements", "requirements.txt"]
    options = ["--pyproject", "pyproject.toml", "--validate", "-o", str(bill)]
    subprocess.run([*tool, *options], check=True, capture_output=True)
    components = json.loads(bill.read_text(encoding="utf-8"))["components"]
    lock = Path("requirements.txt").read_text(encoding="utf-8")
    assert {(each["name"], each["version"]) for each in components} == set(LOCKED.findall(lock))
    digests = {
        digest["content"]
        for each in components
        for file in each["externalReferences"]
        for digest in file["hashes"]
    }
    assert digests == set(DIGEST.findall(lock))
    assert len(digests) > len(components)

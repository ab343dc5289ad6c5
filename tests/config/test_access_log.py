"""The access log tells what was asked for, and not by whom."""

import re
from pathlib import Path

PROCFILE = (Path(__file__).resolve().parents[2] / "config/Procfile").read_text()


def test_the_access_log_names_no_sender():
    line = re.search(r"--access-log-fmt '([^']+)'", PROCFILE)
    assert line
    told = set(re.findall(r"%\((\w+)\)", line[1]))
    assert told == {"time", "method", "path", "status", "dt_ms"}

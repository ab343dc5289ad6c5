"""A web server answers its first visitor as it answers all others."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOK = """
import gc, json, sys
import config.wsgi
from django.template import engines
from django.urls import get_resolver
read = engines["django"].engine.template_loaders[0].get_template_cache
found = [gc.get_freeze_count(), len(gc.get_objects()), "analytics.urls" in sys.modules]
print(json.dumps([*found, "agency/services.html" in read, sorted(get_resolver()._reverse_dict)]))
"""

ASK = """
import io
import config.wsgi
from django.db.backends.signals import connection_created
opened = []
connection_created.connect(lambda **about: opened.append(about), weak=False)
environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/readyz", "wsgi.input": io.BytesIO(),
           "SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
said = []
for _visitor in range(3):
    answer = config.wsgi.application(dict(environ), lambda status, headers: said.append(status))
    b"".join(answer)
    answer.close()
print(said[0][:3], len(opened))
"""


def test_the_database_is_opened_once_and_not_for_each_request(tmp_path):
    environment = os.environ | {"DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    del environment["DATABASE_URL"]
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True, capture_output=True)
    asked = [sys.executable, "-c", ASK]
    finished = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert finished.stdout.split() == ["200", "1"], finished.stderr


def test_all_is_read_before_the_first_visitor_and_never_looked_through_for_garbage(tmp_path):
    finished = subprocess.run(
        [sys.executable, "-c", LOOK],
        cwd=ROOT,
        env=os.environ | {"DATA_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/db"},
        capture_output=True,
        text=True,
        check=True,
    )
    frozen, looked_through, pages, templates, languages = json.loads(finished.stdout)
    assert pages
    assert templates
    assert languages == ["en", "th"]
    assert frozen > 100_000
    assert looked_through < 5_000

"""Every example of docs/api.md and of the OpenAPI description works as it stands."""

import json
import re
import shlex
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from urllib.request import Request

import pytest
from django.core.management import call_command

from responses.api.description import EXAMPLE
from responses.models import Response
from surveys import clock

DOCS = (Path(__file__).resolve().parents[2] / "docs/api.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)


@pytest.fixture
def key(government, capsys) -> str:
    (command,) = re.findall(r"manage\.py (create_api_key .*)", DOCS)
    call_command(*shlex.split(command))
    return capsys.readouterr().out.strip()


def test_the_curl_examples(client, wave, key):
    (block,) = blocks("sh")
    commands = block.replace("\\\n", " ").strip().split("\n\n")
    answers = []
    for command in commands:
        words = shlex.split(command.replace("$KEY", key))
        assert words[0] == "curl"
        headers = dict(words[k + 1].split(": ", 1) for k, word in enumerate(words) if word == "-H")
        body = words[words.index("-d") + 1] if "-d" in words else None
        answers.append(
            client.generic(
                "POST" if body else "GET",
                words[1].removeprefix("$URL"),
                body or "",
                content_type=headers.pop("Content-Type", "application/octet-stream"),
                headers=headers,
            )
        )
    assert [answer.status_code for answer in answers] == [200, 201]
    assert answers[0].json()["questions"]
    promised = json.loads(re.findall(r"`201` with `(.*?)`", DOCS)[0])
    assert set(answers[1].json()) == set(promised)
    assert answers[1].json()["status"] == promised["status"]


def test_the_python_example(client, wave, key, monkeypatch, capsys):
    def urlopen(request: Request) -> BytesIO:
        headers = dict(request.header_items())
        content_type = headers.pop("Content-type")
        sent = client.generic(
            "POST", request.selector, request.data, content_type=content_type, headers=headers
        )
        assert sent.status_code == 200
        return BytesIO(sent.content)

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    (block,) = blocks("python")
    exec(block, {"URL": "http://testserver", "KEY": key})
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("0 stored ")
    assert second.startswith("1 rejected None {'answers.OV'")
    assert Response.objects.get().answers == {"OV": 4, "P1": 5}


def test_the_example_of_the_description(post):
    assert post(item=EXAMPLE).status_code == 201


def test_every_address_named_exists(client, db):
    paths = client.get("/api/v1/schema/?format=json").json()["paths"]
    named = {
        re.sub(r"<(\w+)>", r"{\1}", path).partition("?")[0]
        for path in re.findall(r"/api/v1/[\w<>/-]*\??", DOCS)
    }
    assert named - set(paths) == {"/api/v1/", "/api/v1/schema/"}


def test_the_example_of_reporting(client, wave, kiosk):
    kiosk.system.reports_encounters = True
    kiosk.system.save()
    (block,) = blocks("json")
    with clock.at(datetime(2026, 11, 20, 12, tzinfo=UTC)):
        sent = client.post(
            "/api/v1/encounters/",
            block,
            content_type="application/json",
            headers=kiosk.headers,
        )
    assert [row["status"] for row in sent.json()["results"]] == ["stored", "stored"]

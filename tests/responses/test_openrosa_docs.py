"""Every example of docs/openrosa.md works as it stands, and what it says of limits is so."""

import re
import shlex
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from responses.models import Response
from responses.openrosa.body import BODY_LIMIT, XML_LIMIT
from tests.responses.collect import basic

DOCS = (Path(__file__).resolve().parents[2] / "docs/openrosa.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)
    return found


def test_the_curl_examples(client, wave, kiosk):
    answers = []
    for command in block("sh").strip().split("\n\n"):
        curl, address, *options = shlex.split(command.replace("$KEY", kiosk.key))
        assert curl == "curl"
        given = dict(zip(options[::2], options[1::2], strict=True))
        name, _colon, key = given["-u"].partition(":")
        headers = {"authorization": basic(key, name)}
        address = address.removeprefix("$URL")
        if part := given.get("-F"):
            field, _equals, file = part.partition("=")
            assert file == "@answer.xml"
            sent = {field: SimpleUploadedFile("answer.xml", block("xml").encode(), "text/xml")}
            answers.append(client.post(address, sent, headers=headers))
        else:
            answers.append(client.get(address, headers=headers))
    assert [answer.status_code for answer in answers] == [200, 200, 201]
    assert Response.objects.get().answers == {"OV": 5}


def test_the_limits_are_as_written():
    assert f"more than {BODY_LIMIT >> 20} MB (the form itself {XML_LIMIT >> 10} KB)" in DOCS

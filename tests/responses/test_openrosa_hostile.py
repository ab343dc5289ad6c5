"""Whatever is sent is answered in words, never by an error of the server."""

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from responses.models import Response
from responses.openrosa.body import XML_LIMIT
from responses.openrosa.instance import read_instance
from responses.openrosa.refusals import Refusal
from tests.responses.collect import message
from tests.responses.test_openrosa_submission import form_xml

GOOD = form_xml("<OV>5</OV>")
LAUGHS = (
    '<!DOCTYPE data [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


def inside(declaration: str, text: str = "5") -> str:
    return declaration + form_xml(f"<OV>{text}</OV>").split("?>", 1)[1]


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"OV=5",
        b'{"OV": 5}',
        b"<data",
        b"<data></other>",
        GOOD.encode()[:-3],
        GOOD.encode() + GOOD.encode(),
        inside(LAUGHS, "&c;").encode(),
        inside("<!DOCTYPE data>").encode(),
        inside('<!DOCTYPE data SYSTEM "http://127.0.0.1:1/x.dtd">').encode(),
        inside('<!DOCTYPE data [<!ENTITY f SYSTEM "file:///etc/passwd">]>', "&f;").encode(),
        inside('<!DOCTYPE data [<!ENTITY % p SYSTEM "http://127.0.0.1:1/"> %p;]>').encode(),
        inside("", "&unknown;").encode(),
        inside("", "5&#0;").encode(),
        inside("", "5\x00").encode(),
        inside("", "5\x0b").encode(),
        inside('<?xml version="1.0" encoding="no-such"?>').encode(),
        inside('<?xml version="1.0" encoding="utf-7"?>').encode(),
        inside('<?xml version="1.0" encoding="rot13"?>').encode(),
        inside('<?xml version="1.0" encoding="utf-16"?>').encode(),
        inside("", "\udcff").encode("utf-8", "surrogatepass"),
        inside("", "ดี").encode("cp874"),
        ("<g>" * 20_000).encode(),
        ("<g>" * 20_000 + "</g>" * 20_000).encode(),
        form_xml("<g>" * 15_000 + "</g>" * 15_000).encode(),
        form_xml('<OV a="1" a="2">5</OV>').encode(),
        form_xml("<x:OV>5</x:OV>").encode(),
    ],
)
def test_what_is_not_a_form_is_refused_in_words(collect, xml):
    refused = collect.send(xml)
    assert refused.status_code == 400
    assert message(refused)
    assert not Response.objects.exists()


def test_other_encodings_that_xml_declares_are_read(collect, wave):
    for number, encoding in enumerate(("utf-8-sig", "utf-16", "cp874")):
        declaration = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
        xml = inside(declaration, "5</OV><D7>ดี</D7><OV>").replace("<OV></OV>", "")
        sent = collect.send(xml.replace("uuid:1", f"uuid:{number}").encode(encoding))
        assert sent.status_code == 201
    assert [r.answers for r in Response.objects.all()] == [{"OV": 5, "D7": "ดี"}] * 3


def test_a_comment_or_an_instruction_says_nothing(collect, wave):
    assert collect.send(form_xml("<!-- x --><OV><!-- 1 -->5</OV><?php 1?>")).status_code == 201


def test_a_part_of_another_name_is_no_form(collect, wave):
    refused = collect.send(GOOD, name="file")
    assert refused.status_code == 400
    assert message(refused) == (
        "The request must have one file called “xml_submission_file”; it has 0."
    )


def test_two_forms_in_one_request_are_refused(collect, wave):
    part = (
        '--b\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="a"\r\n\r\n'
        f"{GOOD}\r\n"
    )
    refused = send_raw(collect, part * 2 + "--b--\r\n")
    assert refused.status_code == 400
    assert "it has 2" in message(refused)


def send_raw(collect, body, content_type="multipart/form-data; boundary=b", wsgi=(), **headers):
    return collect.client.generic(
        "POST",
        "/openrosa/submission",
        body,
        content_type=content_type,
        headers={**collect.headers, **headers},
        **{"CONTENT_TYPE": content_type, **dict(wsgi)},
    )


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (GOOD, "text/xml", 415),
        (GOOD, "", 415),
        (GOOD, "application/x-www-form-urlencoded", 415),
        (GOOD, "multipart/mixed; boundary=b", 415),
        (GOOD, "multipart/form-data", 400),
        (GOOD, "multipart/form-data; boundary=" + "b" * 300, 400),
        (GOOD, "multipart/form-data; boundary=ข", 400),
        (GOOD, "multipart/form-data; boundary=b", 400),
        ("\r\n", "multipart/form-data; boundary=b", 400),
        ("--b\r\n\r\n--b--", "multipart/form-data; boundary=b", 400),
        ("--b\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=b", 400),
        (
            '--b\r\nContent-Disposition: form-data; name="xml_submission_file"\r\n\r\n'
            f"{GOOD}\r\n--b--",
            "multipart/form-data; boundary=b",
            400,
        ),
        (
            '--b\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="a"\r\n'
            "Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--b--",
            "multipart/form-data; boundary=b",
            400,
        ),
    ],
)
def test_a_broken_envelope_is_refused_in_words(collect, wave, body, content_type, status):
    refused = send_raw(collect, body, content_type)
    assert refused.status_code == status
    assert message(refused)
    assert not Response.objects.exists()


def test_a_compressed_body_is_refused(collect, wave):
    refused = send_raw(collect, gzip.compress(GOOD.encode()), **{"content-encoding": "gzip"})
    assert refused.status_code == 415


def test_too_large_a_form_is_refused(collect, wave):
    refused = collect.send(form_xml(f"<D7>{'x' * XML_LIMIT}</D7>"))
    assert refused.status_code == 413
    assert message(refused) == "At most 256 KB are accepted at once."


def test_too_large_a_request_is_refused(collect, wave):
    refused = collect.send(GOOD, b"x" * 11_000_000)
    assert refused.status_code == 413


def test_too_many_or_too_large_fields_are_refused(collect, wave):
    field = '--b\r\nContent-Disposition: form-data; name="f"\r\n\r\n'
    assert send_raw(collect, f"{field}x\r\n" * 2000 + "--b--").status_code == 400
    assert send_raw(collect, f"{field}{'x' * 3_000_000}\r\n--b--").status_code == 413


def test_an_upload_leaves_no_file_behind(collect, wave, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    assert collect.send(GOOD, b"x" * 5_000_000).status_code == 201
    assert [path for path in Path(tmp_path).rglob("*") if path.is_file()] == []


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_form_with_bytes_changed_is_read_or_refused(data):
    xml = bytearray(form_xml("<OV>5</OV><D7>ดี</D7>").encode())
    for _k in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(xml) - 1))
        xml[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        read = read_instance(bytes(xml)).instance_id
    except Refusal:
        read = "refused"
    assert 0 < len(read) <= 249

"""Behind a proxy that streams bodies, forms and programs are read as ever."""

from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from django.urls import reverse

from config.chunked import USUAL_LIMIT, read_chunked
from responses.models import Response
from tests.form_pages import form_token


class Stream(BytesIO):
    """A body that is asked for until it ends, as the server gives it."""


def chunked(path, body, **environ):
    """Send the body without a length through the outermost layer; its status."""
    said = []
    application = read_chunked(WSGIHandler())
    request = Client()._base_environ(
        PATH_INFO=path,
        REQUEST_METHOD="POST",
        HTTP_TRANSFER_ENCODING="chunked",
        CONTENT_TYPE="application/x-www-form-urlencoded",
        **environ,
    )
    request["wsgi.input"] = Stream(body)
    answer = application(request, lambda status, headers: said.append(status))
    b"".join(answer)
    return int(said[0].split()[0])


@pytest.mark.django_db
def test_a_form_that_comes_in_chunks_is_stored_once(client, wave, licence_counter, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    page = client.get(licence_counter.get_absolute_url())
    csrf = client.cookies["csrftoken"].value
    token = form_token(page)
    body = f"form_token={token}&overall=4&csrfmiddlewaretoken={csrf}".encode()
    path = reverse("responses:answer", args=[licence_counter.slug])
    for _time in range(2):
        assert chunked(path, body, HTTP_COOKIE=f"csrftoken={csrf}") == 303
    assert Response.objects.count() == 1


def test_a_body_without_end_is_refused():
    assert chunked("/s/x/answer/", b"x" * (USUAL_LIMIT + 1)) == 413


def test_a_request_with_a_length_passes_untouched():
    environ = {"CONTENT_LENGTH": "3", "wsgi.input": BytesIO(b"a=1")}
    seen = []
    read_chunked(lambda e, _start: seen.append(e) or [b""])(environ, None)
    assert seen == [environ]

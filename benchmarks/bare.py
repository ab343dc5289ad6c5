"""The least that Django can do for a response: decode 15 integers, validate them, insert a row.

The measure that benchmarks/intake.py holds the product against; served by the same server.
"""

import os

import msgspec
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from environs import env

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="for the benchmark alone",
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    DATABASES={
        "default": env.dj_db_url("DATABASE_URL")
        | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": bool(os.environ.get("BARE_HEALTH_CHECKS"))}
    },
)
ITEMS = 15
INSERT = (
    f"INSERT INTO bare ({', '.join(f'q{k}' for k in range(ITEMS))})"
    f" VALUES ({', '.join(['%s'] * ITEMS)})"
)
decode = msgspec.json.Decoder(list[int]).decode


def insert(request: HttpRequest) -> HttpResponse:
    ratings = decode(request.body)
    if len(ratings) != ITEMS or not all(1 <= rating <= 5 for rating in ratings):
        return HttpResponse(status=400)
    with connection.cursor() as cursor:
        cursor.execute(INSERT, ratings)
    return HttpResponse(status=201)


urlpatterns = [path("", insert)]
application = get_wsgi_application()

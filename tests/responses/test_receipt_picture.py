"""The picture to keep says what the thanks page says, and only to whoever answered."""

from io import BytesIO

import pytest
from PIL import Image

from responses.receipts.picture import lines
from responses.receipts.private_code import private_code
from responses.web import tokens
from surveys.models import Service

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(send, government, licence_counter):
    return send(government.licence, government.counter, 4, entry_point=licence_counter)


def test_it_holds_both_codes_and_the_address(stored, settings):
    settings.PUBLIC_URL = "https://survey.example"
    said = [text for text, _size, _shade in lines(stored)]
    assert stored.receipt in said
    assert private_code(stored.receipt) in said
    assert said[-1] == "survey.example/receipt/"


def test_the_thanks_page_offers_it(client, stored, licence_counter):
    thanks = f"/s/{licence_counter.slug}/thanks/{tokens.for_response(stored)}/"
    assert f'href="{thanks}receipt.png"' in client.get(thanks).content.decode()
    answer = client.get(thanks + "receipt.png")
    assert answer["Content-Disposition"] == f'attachment; filename="receipt-{stored.receipt}.png"'
    assert "private" in answer["Cache-Control"]
    image = Image.open(BytesIO(answer.content))
    assert image.format == "PNG"
    assert image.width == 1080
    assert len(answer.content) < 60_000


def test_a_long_name_stays_on_the_paper(client, stored, licence_counter):
    Service.objects.update(name_th="ก" * 190, name_en="W" * 190)
    image = Image.open(
        BytesIO(
            client.get(
                f"/s/{licence_counter.slug}/thanks/{tokens.for_response(stored)}/receipt.png"
            ).content
        )
    )
    right = image.crop((image.width - 40, 0, image.width, image.height))
    assert right.getextrema() == (255, 255)


def test_a_forged_token_gets_none(client, stored, licence_counter):
    forged = tokens.for_response(stored)[:-1] + "x"
    answer = client.get(f"/s/{licence_counter.slug}/thanks/{forged}/receipt.png")
    assert answer["Content-Type"].startswith("text/html")
    assert private_code(stored.receipt) not in answer.content.decode()

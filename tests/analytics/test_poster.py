"""The poster: one sheet, both languages, a code that leads to the link, for those whose it is."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse
from pypdf import PdfReader

from surveys.models import EntryPoint
from tests.office.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(db):
    return person("anong", "Auditor")


@pytest.fixture
def address(licence_counter) -> str:
    return f"/en/links/{licence_counter.slug}/poster/"


def test_one_sheet_with_both_languages_and_the_address(client, address, bob, licence_counter):
    client.force_login(bob)
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "application/pdf"
    pdf = PdfReader(BytesIO(answer.content))
    assert len(pdf.pages) == 1
    assert [round(side) for side in pdf.pages[0].mediabox[2:]] == [595, 842]
    assert pdf.root_object["/Lang"] == "th"
    text = pdf.pages[0].extract_text()
    for words in ("ใบอนุญาตขับรถ", "Driving licence", "กรมการขนส่งทางบก", "จตุจักร", "Chatuchak"):
        assert words in text
    assert f"localhost:8000/s/{licence_counter.slug}" in text


def test_long_names_stay_on_one_sheet(client, address, bob, licence_counter):
    service = licence_counter.service
    service.name_th = "การออกใบอนุญาตขับรถและการต่ออายุใบอนุญาตขับรถส่วนบุคคลชั่วคราว " * 3
    service.name_en = "Issue and renewal of temporary personal driving licences and permits " * 3
    service.save()
    client.force_login(bob)
    assert len(PdfReader(BytesIO(client.get(address).content)).pages) == 1


def test_the_office_and_nobody_else(client, address, alice, charlie):
    assert "/account/login/" in client.get(address)["Location"]
    client.force_login(charlie)
    assert client.get(address).status_code == 404
    client.force_login(alice)
    assert client.get(address).status_code == 200


def test_the_agencys_page_and_the_office_lead_to_it(client, bob, alice, wave, licence_counter):
    client.force_login(bob)
    page = client.get(f"/en/agency/DLT/links/?wave={wave.code}").content.decode()
    assert f"/en/links/{licence_counter.slug}/poster/" in page
    assert f"/kiosk/{licence_counter.slug}/start/?lang=en" in page
    client.force_login(alice)
    office = client.get(f"/en/admin/surveys/entrypoint/{licence_counter.pk}/change/")
    assert f"/en/links/{licence_counter.slug}/poster/" in office.content.decode()


@pytest.fixture
def three(government, licence_counter):
    for service, channel in (
        (government.tax, government.online),
        (government.id_card, government.counter),
    ):
        EntryPoint.objects.create(service=service, channel=channel)
    retired = EntryPoint.objects.create(service=government.tax, channel=government.counter)
    EntryPoint.objects.filter(pk=retired.pk).update(active=False)


def test_all_of_an_agency_are_one_file_a_sheet_each(client, three, bob, charlie):
    address = reverse("analytics:posters", args=["DLT"])
    client.force_login(bob)
    pdf = PdfReader(BytesIO(client.get(address).content))
    texts = [page.extract_text() for page in pdf.pages]
    assert ["ใบอนุญาตขับรถ" in text for text in texts] == [True, False]
    assert all(text.count("Your name, citizen number") == 1 for text in texts)
    assert "Annual vehicle tax" in texts[1]
    client.force_login(charlie)
    assert client.get(address).status_code == 404


def test_all_within_reach_are_one_zip(client, three, alice, charlie, auditor):
    def files(user) -> dict[str, int]:
        client.force_login(user)
        answer = client.get(reverse("analytics:all_posters"))
        with ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
            assert archive.testzip() is None
            return {name: len(PdfReader(archive.open(name)).pages) for name in archive.namelist()}

    assert files(alice) == {"posters-DLT.pdf": 2, "posters-DOPA.pdf": 1}
    assert files(charlie) == {"posters-DOPA.pdf": 1}
    client.force_login(auditor)
    assert client.get(reverse("analytics:all_posters")).status_code == 403


def test_where_there_is_no_link_there_is_no_file(client, government, alice):
    client.force_login(alice)
    assert client.get(reverse("analytics:posters", args=["DLT"])).status_code == 404

"""A device lists the forms that its key may send for, and downloads them as XForms."""

import logging
import subprocess
import sys
from hashlib import md5

import pytest
from django.utils.http import parse_http_date

from responses.models import Response
from responses.openrosa.forms import Form
from responses.openrosa.xform import _converted, version_of
from surveys import clock
from surveys.models import Service, ServicePoint
from surveys.versions import new_version
from tests.closing import close_wave
from tests.responses.collect import Collect, message

FORM = "W1:DLT-1:counter"


def test_the_list_is_as_the_specification_says(collect):
    listed = collect.get("/openrosa/formList")
    assert listed.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert listed.headers["X-OpenRosa-Version"] == "1.0"
    assert parse_http_date(listed.headers["Date"])
    assert listed.headers["Content-Language"] == "en"
    (first, *_others) = collect.forms()
    assert set(first) == {"formID", "name", "version", "hash", "downloadUrl"}
    assert first["formID"] == FORM
    assert first["name"] == "ใบอนุญาตขับรถ – เคาน์เตอร์บริการ / Driving licence – Service counter"
    assert first["downloadUrl"] == "http://testserver/openrosa/forms/W1:DLT-1:counter.xml"


@pytest.mark.parametrize("english", ["", "Renewal of a licence " * 11])
def test_a_title_is_short_enough_to_name_a_file(collect, government, english):
    government.licence.name_th, government.licence.name_en = "การต่ออายุใบอนุญาต" * 13, english
    government.licence.save()
    (form,) = collect.forms(formID=FORM)
    assert len(f"{form['name']}_2026-11-26_10-00-00.xml".encode()) <= 230
    assert form["name"].startswith("การต่ออายุใบอนุญาต")
    assert "… – เคาน์เตอร์บริการ / " in form["name"]
    assert form["name"].endswith("… – Service counter")
    assert collect.blank(FORM).title == form["name"]


def test_one_form_for_each_service_and_channel_of_the_key(collect):
    ids = [form["formID"] for form in collect.forms()]
    assert ids == [FORM, "W1:DLT-1:e_service", "W1:DLT-2:e_service"]


def test_only_one_form_is_listed_where_one_is_asked_for(collect):
    assert [form["formID"] for form in collect.forms(formID=FORM)] == [FORM]
    assert collect.forms(formID="nothing") == []


def test_a_description_only_where_it_is_asked_for(collect):
    (form,) = collect.forms(formID=FORM, verbose="true")
    assert form["descriptionText"] == "Wave 1, until 31 December 2099"


def test_a_neighbour_is_offered_its_own_forms_alone(collect, neighbour):
    other = Collect(neighbour.key)
    assert [form["formID"] for form in other.forms()] == ["W1:DOPA-1:counter"]
    refused = other.get(f"/openrosa/forms/{FORM}.xml")
    assert refused.status_code == 404
    assert "Ask for the list of forms" in message(refused)
    assert collect.get(f"/openrosa/forms/{FORM}.xml").status_code == 200


def test_an_agency_above_is_offered_the_forms_of_those_below(collect, kiosk, government):
    kiosk.system.agency = government.transport
    kiosk.system.save()
    assert len(collect.forms()) == 3


def test_a_channel_that_the_key_lacks_is_not_offered(collect, kiosk, government):
    kiosk.system.channels.set([government.online])
    assert [form["formID"] for form in collect.forms()] == [
        "W1:DLT-1:e_service",
        "W1:DLT-2:e_service",
    ]


def test_no_form_before_the_first_day_nor_after_the_last(draft, kiosk):
    collect = Collect(kiosk.key)
    assert collect.forms() == []
    assert collect.get(f"/openrosa/forms/{FORM}.xml").status_code == 404


def test_no_form_once_the_wave_has_closed(collect, wave):
    assert collect.forms()
    close_wave(wave)
    assert collect.forms() == []


def test_the_digest_is_that_of_the_file(collect):
    for form in collect.forms():
        downloaded = collect.get(form["downloadUrl"])
        assert downloaded.headers["Content-Type"] == "text/xml; charset=utf-8"
        assert form["hash"] == "md5:" + md5(downloaded.content).hexdigest()


def test_the_file_names_its_form_and_version(collect):
    (listed,) = collect.forms(formID=FORM)
    blank = collect.blank(FORM)
    assert blank.title == listed["name"]
    assert blank.instance.get("id") == FORM
    assert blank.instance.get("version") == listed["version"]


def test_it_asks_what_the_channel_is_asked(collect):
    counter = collect.blank(FORM).nodes()
    online = collect.blank("W1:DLT-1:e_service").nodes()
    assert counter == [
        *("_start", "_end", "_point", "OV", "P1", "S1", "D2", "D7"),
        *("meta", "instanceID"),
    ]
    assert online == ["_start", "_end", "OV", "P1", "D2", "D7", "meta", "instanceID"]


def test_service_points_are_those_of_the_agency(collect, government, neighbour):
    ServicePoint.objects.create(agency=government.dopa, code="bangrak", name_th="บางรัก")
    ServicePoint.objects.create(agency=government.dlt, code="2", name_th="ตลิ่งชัน")
    assert collect.blank(FORM).choices("_point") == ["2", "chatuchak"]
    assert Collect(neighbour.key).blank("W1:DOPA-1:counter").choices("_point") == ["bangrak"]


def test_without_service_points_none_is_asked(collect):
    ServicePoint.objects.all().delete()
    assert "_point" not in collect.blank(FORM).nodes()


def test_a_version_changes_with_what_the_form_shows_and_else_stays(collect, wave, government):
    def version():
        return {form["formID"]: form["version"] for form in collect.forms()}

    before = version()
    _converted.cache_clear()
    assert version() == before
    government.chatuchak.name_en = "Mo Chit"
    government.chatuchak.save()
    renamed = version()
    assert {form for form in before if before[form] != renamed[form]} == {FORM}
    service = Service.objects.get(code="DLT-2")
    service.name_en = "Tax"
    service.save()
    assert {form for form in before if renamed[form] != version()[form]} == {"W1:DLT-2:e_service"}


def test_a_version_begins_with_that_of_the_questionnaire(wave, government, questionnaire):
    form = Form(wave, government.licence, government.counter)
    assert version_of(form).startswith("1-")
    wave.questionnaire = new_version(questionnaire)
    assert version_of(form).startswith("2-")


def test_pyxform_has_nothing_to_say_against_it(rich, wave, government, monkeypatch):
    from pyxform.xls2xform import convert

    from responses.openrosa import xform

    warnings = []
    monkeypatch.setattr(
        "pyxform.xls2xform.convert", lambda *given, **how: convert(*given, warnings=warnings, **how)
    )
    _converted.cache_clear()
    for channel in (government.counter, government.online):
        assert xform.xform(Form(wave, government.licence, channel))
    assert warnings == []


def test_pyxform_is_loaded_only_when_a_form_is_made():
    program = (
        "import sys, django; django.setup(); import config.urls;"
        "assert 'responses.openrosa.xform' in sys.modules;"
        "sys.exit('pyxform' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_what_pyxform_refuses_is_left_out_and_said(collect, draft, questionnaire, caplog):
    questionnaire.questions.filter(code="D7").update(relevant="${OV} != '${x}'")
    with caplog.at_level(logging.WARNING):
        assert collect.forms() == []
    assert FORM in caplog.text
    refused = collect.get(f"/openrosa/forms/{FORM}.xml")
    assert refused.status_code == 409
    assert "Could not find the name 'x'" in message(refused)


def test_a_list_once_made_is_quick_to_make_again(
    collect, monkeypatch, django_assert_max_num_queries
):
    collect.forms()
    monkeypatch.setattr("responses.openrosa.xform._converted", None)
    with django_assert_max_num_queries(0):
        assert len(collect.forms()) == 3


def test_an_old_download_may_still_be_sent(collect, government):
    old = collect.blank(FORM)
    ServicePoint.objects.create(agency=government.dlt, code="new", name_th="ใหม่")
    assert collect.blank(FORM).instance.get("version") != old.instance.get("version")
    assert collect.send(old.filled(OV="5")).status_code == 201
    assert Response.objects.count() == 1


def test_another_day_another_list(collect, wave):
    assert collect.forms()
    with clock.at(clock.now().replace(year=2100)):
        assert collect.forms() == []


@pytest.mark.parametrize("language", ["th", "en"])
def test_what_is_said_is_said_in_the_language_of_the_device(kiosk, wave, language):
    refused = Collect(kiosk.key, language=language).get("/openrosa/forms/x.xml")
    assert refused.headers["Content-Language"] == language
    thai = any("ก" <= letter <= "๛" for letter in message(refused))
    assert thai == (language == "th")

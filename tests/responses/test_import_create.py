"""With --create, an import makes the registry records, the questionnaire and the wave it names."""

from datetime import date

import pytest
from django.core.management import CommandError

from responses.models import Response
from surveys.models import Agency, Channel, Questionnaire, Service, ServicePoint, Wave

pytestmark = pytest.mark.django_db
MAPPING = """
source = "test"
key = ["id"]
time = { column = "date" }

[agency]
code = { column = "office" }
name_th = { column = "office_name" }
kind = "office"
[agency.parent]
code = "CITY"
name_th = "เทศบาล"
name_en = "City"

[service]
code = { column = "office", suffix = "-tax" }
name_en = "Property tax"

[channel]
code = { column = "way", prefix = "x-" }
family = { column = "way", values = { web = "digital", desk = "in_person" } }

[service_point]
code = { column = "desk" }

[answers]
OV = { column = "rating", text_en = "How satisfied are you?" }
P1 = { column = "clear", text_en = "Was it clear?" }

[questionnaire]
code = "CITY"
title_en = "City survey"

[wave]
code = "CITY-1"
title_en = "City, first round"
starts_on = "1/10/2566"
ends_on = 2024-09-30
method = { collapse_below = 3 }
"""
HEADER = "id,date,office,office_name,way,desk,rating,clear"
ROWS = ("1,2024-01-31,N1,สำนักงานเหนือ,web,,5,4", "2,2024-01-31,S1,สำนักงานใต้,desk,D1,4,")


@pytest.fixture
def create(import_rows):
    return lambda *rows, **options: import_rows(
        *rows, header=HEADER, **{"mapping": MAPPING, "create": True, "wave": ""} | options
    )


def test_agencies_services_channels_and_points_are_made(create):
    done = create(*ROWS)
    assert done.counts["registry records made"] == 8
    north = Agency.objects.get(code="N1")
    assert (north.name_th, north.kind, north.parent.code) == ("สำนักงานเหนือ", "office", "CITY")
    assert Agency.objects.get(code="CITY").name_en == "City"
    assert Service.objects.get(code="S1-tax").agency.code == "S1"
    assert dict(Channel.objects.values_list("code", "family")) == {
        "x-web": "digital",
        "x-desk": "in_person",
    }
    assert ServicePoint.objects.get().agency.code == "S1"
    assert Response.objects.get(overall=4).service_point.code == "D1"


def test_the_wave_is_made_as_declared_and_open(create):
    create(*ROWS)
    wave = Wave.objects.get()
    assert (wave.code, wave.title_en, wave.state) == ("CITY-1", "City, first round", "open")
    assert (wave.starts_on, wave.ends_on) == (date(2023, 10, 1), date(2024, 9, 30))
    assert wave.fiscal_year == 2567
    assert wave.declared_method().collapse_below == 3
    assert wave.questionnaire.frozen_at
    assert dict(wave.questionnaire.questions.values_list("code", "is_overall")) == {
        "OV": True,
        "P1": False,
    }
    assert wave.frame.total() == 0


def test_the_wave_can_be_named_on_the_command_line(create):
    create(*ROWS, wave="OTHER")
    assert Wave.objects.get().code == "OTHER"


def test_what_exists_is_used_and_not_renamed(create):
    create(*ROWS)
    create("3,2024-01-31,N1,ชื่อใหม่,web,,5,4")
    assert Agency.objects.get(code="N1").name_th == "สำนักงานเหนือ"
    assert (Wave.objects.count(), Questionnaire.objects.count()) == (1, 1)
    assert Response.objects.count() == 3


def test_a_second_wave_uses_the_same_questionnaire(create):
    create(*ROWS)
    create(*ROWS, wave="CITY-2")
    assert Questionnaire.objects.count() == 1
    assert Response.objects.count() == 4


def test_codes_that_cannot_be_made_are_rejected(create):
    done = create(*ROWS, "3,2024-01-31,เหนือ,สำนักงานเหนือ,web,,5,4", "4,2024-01-31,N1,,fax,,5,")
    assert [(row["row"], row["field"]) for row in done.rejected] == [("4", "office"), ("5", "way")]
    assert "Latin letters" in done.rejected[0]["why"]
    assert "add it to values" in done.rejected[1]["why"]


def test_without_create_nothing_is_made(create):
    with pytest.raises(CommandError, match="no wave CITY-1"):
        create(*ROWS, create=False)
    assert not Agency.objects.exists()


def test_a_wave_needs_its_days(create):
    with pytest.raises(CommandError, match=r"needs wave\.starts_on"):
        create(*ROWS, mapping=MAPPING.replace('starts_on = "1/10/2566"', ""))
    assert not Wave.objects.exists()


def test_a_wave_that_fails_to_open_leaves_nothing(create):
    with pytest.raises(CommandError, match="no overall rating"):
        create(
            *ROWS,
            mapping=MAPPING.replace('code = "CITY"\ntitle', 'code = "X"\noverall = "Q"\ntitle'),
        )
    assert not Questionnaire.objects.exists()


def test_a_dry_run_leaves_everything_as_it_was(create):
    done = create(*ROWS, "3,2024-01-31,N1,,web,,7,", dry_run=True)
    assert (done.counts["stored"], done.counts["rejected"]) == (2, 1)
    for model in (Agency, Service, Channel, Questionnaire, Wave, Response):
        assert not model.objects.exists()
    assert create(*ROWS).counts["stored"] == 2
    again = create(*ROWS, dry_run=True, create=False)
    assert (again.counts["stored"], again.counts["already stored"]) == (0, 2)

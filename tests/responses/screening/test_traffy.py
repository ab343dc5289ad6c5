"""5,253 real ratings of Bangkok's complaints, which nobody is known to have stuffed."""

import pytest

from responses.models import AgencyScreening, Response
from responses.screening.screen import screen
from surveys.models import Wave
from tests.estimation.shared import shared

pytestmark = pytest.mark.django_db


def test_real_answers_raise_no_alarm(import_rows):
    file = shared("data/traffy/traffy_bkk_completed_2022-09_2022-12.csv")
    import_rows(file=file, wave="", mapping_name="traffy", create=True)
    wave = Wave.objects.get()
    assert screen(wave) == 50
    assert sum(each.answers for each in AgencyScreening.objects.all()) == 5253
    assert not AgencyScreening.objects.filter(alarm=True).exists()
    assert not Response.objects.filter(disposition=Response.Disposition.SCREENED).exists()

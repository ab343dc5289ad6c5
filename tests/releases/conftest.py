from io import StringIO

import pytest
from django.core.management import call_command

from analytics.scoring.publication import publish
from tests.closing import close_wave


@pytest.fixture
def published(wave, answered, government, send):
    for _k in range(3):
        send(government.tax, government.online, 5)
    return publish(close_wave(wave))


@pytest.fixture
def released(published, tmp_path):
    path = tmp_path / "release.zip"
    call_command("release", published.code, path, stdout=StringIO())
    return path

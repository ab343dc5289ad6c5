"""What browsers are told about every page, and about what other sites may draw."""

import pytest
from django.conf import settings

from config.celery import app

POLICY, SHARED = "Permissions-Policy", "Cross-Origin-Resource-Policy"


@pytest.mark.parametrize("address", ["/en/", "/en/account/login/", "/nowhere"])
def test_no_page_may_use_camera_microphone_or_place(client, db, address):
    answered = client.get(address)
    for feature in ("camera", "microphone", "geolocation"):
        assert f"{feature}=()" in answered.headers[POLICY]
    assert answered.headers[SHARED] == "same-origin"
    policy = answered.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert not any(part in policy for part in ("http", "unsafe", "*"))


def test_the_short_way_has_them_too(client, wave, licence_counter):
    page = client.get(licence_counter.get_absolute_url())
    assert page.headers[SHARED] == "same-origin"
    assert page.headers[POLICY]


def test_what_is_made_for_other_sites_says_so(client, wave):
    assert client.get("/api/v1/waves/").headers[SHARED] == "cross-origin"


def test_a_message_is_worth_nothing_once_the_next_is_sent():
    for task in settings.CELERY_BEAT_SCHEDULE.values():
        assert task["options"]["expires"] == task["schedule"].total_seconds()


def test_each_kind_of_work_has_its_queue():
    app.loader.import_default_modules()
    route = app.amqp.router.route
    for task, queue in (
        ("analytics.tasks.refresh_open_waves", "counting"),
        ("analytics.reporting.requests.make_report", "reports"),
        ("responses.tasks.run_import", "imports"),
        ("surveys.tasks.send_invitations", "sending"),
        ("analytics.releases.checking.check_release", "imports"),
        ("analytics.releases.stamping.stamp_releases", "sending"),
    ):
        assert task in app.tasks
        assert route({}, task)["queue"].name == queue
    # A worker that is told of no queue takes from each.
    assert set(app.amqp.queues) == {"counting", "reports", "imports", "sending"}

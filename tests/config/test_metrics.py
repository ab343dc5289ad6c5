"""The numbers for a monitoring server: for whoever has the token, and right."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from analytics.models import Report
from analytics.scoring.scores import compute_scores
from config.metrics import JOBS, gauges
from responses.models import Response
from surveys import clock
from surveys.models.job import Job

TOKEN = "a-token-of-the-monitoring-server"


@pytest.fixture
def read(client, settings):
    settings.METRICS_TOKEN = TOKEN

    def numbers() -> dict[str, float]:
        answered = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answered.status_code == 200
        lines = [line for line in answered.text.splitlines() if not line.startswith("#")]
        for line in lines:
            assert re.fullmatch(r'survey_\w+\{(\w+="[^"]*",?)*\} [-+.e\d]+', line), line
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    return numbers


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", "Bearer ๕"])
def test_without_the_token_there_is_no_such_page(client, db, settings, given):
    for token in ("", TOKEN):
        settings.METRICS_TOKEN = token
        assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_it_says_what_waits_and_what_is_counted(read, wave, government, send):
    for rating in (4, 5, 5):
        send(government.licence, government.counter, rating)
    assert read()['survey_journal_entries{wave="W1"}'] == 3
    compute_scores(wave)
    after = read()
    assert after['survey_journal_entries{wave="W1"}'] == 0
    counted = sum(after[name] for name in after if name.startswith("survey_answers{"))
    assert counted == Response.objects.count() == 3
    assert 0 <= after['survey_figures_age_seconds{wave="W1"}'] < 600


def test_it_says_how_long_a_job_has_waited(read, wave):
    assert read()['survey_jobs_oldest_seconds{kind="report"}'] == 0
    Report.objects.create(wave=wave, language="th", requested_at=clock.now() - timedelta(minutes=7))
    after = read()
    assert after['survey_jobs_waiting{kind="report"}'] == 1
    assert 420 <= after['survey_jobs_oldest_seconds{kind="report"}'] < 480
    assert after['survey_jobs_silent{kind="report"}'] == 1


def test_asking_costs_a_few_queries(read, wave, answered, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        read()


def test_every_kind_of_job_is_told_of():
    assert set(JOBS) == set(Job.__subclasses__())


@pytest.mark.parametrize("name", ["grafana-board.json", "prometheus-alerts.yml"])
def test_what_is_drawn_and_alerted_on_is_what_is_told(name, db):
    """The board shows each of the numbers; the rules ask for no other."""
    text = Path(f"docs/deployment/{name}").read_text(encoding="utf-8")
    asked = set(re.findall(r"survey_[a-z_]+", text))
    told = {f"survey_{gauge.name}" for gauge in gauges()}
    if name.endswith("json"):
        drawn = [one["targets"][0]["expr"] for one in json.loads(text)["panels"]]
        assert asked == told == set(re.findall(r"survey_[a-z_]+", " ".join(drawn)))
    else:
        (group,) = yaml.safe_load(text)["groups"]
        assert asked <= told
        assert all({"alert", "expr", "for", "annotations"} == set(rule) for rule in group["rules"])

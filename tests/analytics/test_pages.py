"""Pages of figures: what each visitor sees, refuses to whom, and how many queries it costs."""

import re

import pytest
from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from analytics.models import Report, Score
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from surveys import clock
from surveys.models import Agency, Channel, EntryPoint, Wave
from tests.agency_pages import agency_page
from tests.closing import close_wave

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def counted(wave, answered) -> Wave:
    compute_scores(wave)
    return wave


@pytest.fixture
def published(counted) -> Wave:
    return publish(close_wave(counted))


@pytest.fixture
def sent(monkeypatch):
    """The reports that a worker was told of."""
    told: list[str] = []
    monkeypatch.setattr("analytics.reporting.requests.make_report.delay", told.append)
    return told


def report_of(wave, agency, user=None, **fields) -> Report:
    report = Report(
        wave=wave,
        agency=agency,
        language="th",
        requested_by=user,
        requested_at=clock.now(),
        **{"state": Report.State.DONE, "step": Report.STEPS, **fields},
    )
    report.file.save("r.pdf", ContentFile(b"%PDF-1.7"), save=False)
    report.save()
    return report


def url(name: str, *args) -> str:
    return reverse(f"analytics:{name}", args=args)


def text(page) -> str:
    assert page.status_code == 200
    return page.content.decode()


# Everybody


def test_home_explains_and_says_what_will_appear(client, db):
    html = text(client.get(url("home")))
    for words in ("Citizens answer", "Sign in", "Nothing has been published yet"):
        assert words in html


def test_home_offers_a_simulated_wave_to_try(client, wave, licence_counter):
    assert "Try the survey" not in text(client.get(url("home")))
    Wave.objects.update(simulated=True)
    html = text(client.get(url("home")))
    assert licence_counter.get_absolute_url() in html


def test_home_never_offers_a_link_that_feeds_a_real_wave(client, wave, licence_counter):
    Wave.objects.create(
        **{
            field: getattr(wave, field)
            for field in ("starts_on", "ends_on", "questionnaire", "frame", "fiscal_year")
        },
        code="SIM",
        title_th="จำลอง",
        simulated=True,
        state="open",
        opened_at=None,
    )
    Wave.objects.filter(code="SIM").update(opened_at="2020-01-01T00:00Z")
    assert "Try the survey" not in text(client.get(url("home")))


def test_the_public_sees_published_waves_only(client, counted):
    assert counted.title not in text(client.get(url("waves")))
    assert client.get(url("wave", counted.code)).status_code == 404
    assert client.get(url("agency", counted.code, "DLT")).status_code == 404


def test_a_published_wave_shows_the_figure_in_full(client, published):
    html = text(client.get(url("wave", published.code)))
    score = Score.objects.get(
        wave=published, level="nation", is_overall=True, measure="top_two_box"
    )
    for part in (
        f"{100 * score.estimate:.1f}",
        f"{100 * score.low:.1f}–{100 * score.high:.1f}",
        "50 answers",
        "share of 4 and 5",
        "Department of Land Transport",
    ):
        assert part in html, part


def test_both_languages_and_a_way_between(client, published):
    for language, other in (("th", "/en/"), ("en", "/th/")):
        with translation.override(language):
            html = text(client.get(url("wave", published.code)))
        assert f'<html lang="{language}">' in html
        assert f'href="{other}waves/{published.code}/"' in html


def test_the_agency_page_shows_services_channels_and_what_to_mend(client, published):
    services = text(client.get(agency_page(published.code, "DLT", "services")))
    for words in ("Driving licence", "Service counter"):
        assert words in services
    html = text(client.get(agency_page(published.code, "DLT", "first")))
    assert html.index("Clear steps") < html.index("Polite staff")  # lowest first


def test_links_and_reports_are_for_members(client, published, bob, licence_counter):
    links, data = (agency_page(published.code, "DLT", tab) for tab in ("links", "data"))
    assert client.get(links).status_code == 404
    assert "Make a PDF" not in text(client.get(data))
    client.force_login(bob)
    assert licence_counter.slug in text(client.get(links))
    assert "Make a PDF" in text(client.get(data))


@pytest.fixture
def with_a_small_service(request, wave, government, send) -> Wave:
    """DLT: 30 answers about licences, 3 about taxes; DOPA: 20 answers, or as many as asked for."""
    for k in range(30):
        send(government.licence, government.counter, 5 if k % 3 else 2)
    for _k in range(3):
        send(government.tax, government.online, 1)
    for _k in range(getattr(request, "param", 20)):
        send(government.id_card, government.counter, 5)
    compute_scores(wave)
    return publish(close_wave(wave))


SUPPRESSED = "suppressed, to protect those who answered"


def test_the_public_reads_that_a_small_cell_is_suppressed_and_not_that_nobody_answered(
    client, with_a_small_service, government
):
    address = agency_page(with_a_small_service.code, "DLT", "services")
    response = client.get(f"{address}&view=matrix")
    html = text(response)
    assert "Annual vehicle tax" in html
    assert SUPPRESSED in html
    cells = {
        (service.code, channel.code): cell
        for service, cells in response.context["scores"].crossing().rows
        for channel, cell in zip(response.context["scores"].crossing().channels, cells, strict=True)
    }
    framed = {
        (cell.service.code, cell.channel.code)
        for cell in with_a_small_service.frame.cells.filter(service__agency=government.dlt)
    }
    assert framed <= set(cells)
    assert {place for place, cell in cells.items() if cell.framed} == framed
    tax = (government.tax.code, government.online.code)
    assert cells[tax].score.withheld
    assert {place for place, cell in cells.items() if cell.score} == {
        tax,
        (government.licence.code, government.counter.code),
    }
    assert html.count("no answers") == len(framed) - 2
    assert html.count("not in the frame") == len(cells) - len(framed)


@pytest.mark.parametrize("with_a_small_service", [4], indirect=True)
def test_a_suppressed_agency_stays_in_the_list_and_has_its_page(client, with_a_small_service):
    code = with_a_small_service.code
    html = text(client.get(url("wave", code)))
    assert "Provincial Administration" in html
    assert SUPPRESSED in html
    page = client.get(agency_page(code, "DOPA"))
    assert page.status_code == 200
    assert "Suppressed, to protect those who answered" in text(page)
    assert "100.0" not in text(page)


def test_an_agency_sees_of_small_cells_what_the_public_sees_and_the_office_sees_all(
    client, with_a_small_service, bob, charlie, alice
):
    page = agency_page(with_a_small_service.code, "DLT", "services")
    scores = reverse("api:scores", args=[with_a_small_service.code])
    seen, counts = {}, {}
    for person in (None, charlie, bob, alice):
        if person:
            client.force_login(person)
        services = client.get(page).context["scores"].services()
        seen[person] = {score.service.code: score.withheld for score in services}
        rows = client.get(scores, {"agency": "DLT"}).json()["results"]
        counts[person] = min(row["n"] for row in rows if row["n"] is not None)
    assert seen[None] == seen[charlie] == seen[bob] == {"DLT-1": True, "DLT-2": True}
    assert seen[alice] == {"DLT-1": False, "DLT-2": False}
    assert counts == {None: 33, charlie: 33, bob: 33, alice: 3}


# Bands


def test_a_simulated_wave_says_so_on_every_page(client, alice, counted):
    Wave.objects.update(simulated=True)
    client.force_login(alice)
    report = report_of(counted, None, alice)
    for page in (
        url("wave", counted.code),
        agency_page(counted.code, "DLT"),
        url("report", report.pk),
    ):
        assert "made by a computer" in text(client.get(page))
    assert "simulated" in text(client.get(url("waves")))


def test_an_open_wave_is_called_interim(client, alice, counted):
    client.force_login(alice)
    for page in (url("wave", counted.code), agency_page(counted.code, "DLT")):
        assert "Interim" in text(client.get(page))


def test_before_the_first_answer_the_page_says_what_will_appear(client, alice, wave):
    client.force_login(alice)
    assert "No figure yet" in text(client.get(url("wave", wave.code)))
    assert "No figure yet" in text(client.get(agency_page(wave.code, "DLT")))


# Neighbours


def test_a_member_sees_their_own_agency_of_an_open_wave(client, bob, counted):
    client.force_login(bob)
    assert "Driving licence" in text(client.get(agency_page(counted.code, "DLT", "services")))
    wave_page = text(client.get(url("wave", counted.code)))
    assert "Department of Land Transport" in wave_page
    assert "Department of Provincial Administration" not in wave_page
    assert "Your own figures are below" in wave_page


def test_a_neighbour_is_refused(client, charlie, counted):
    client.force_login(charlie)
    assert client.get(url("agency", counted.code, "DLT")).status_code == 404
    for tab in ("page", "services", "first", "reached", "links", "data"):
        assert client.get(agency_page(counted.code, "DLT", tab)).status_code == 404
    assert "Driving licence" not in text(client.get(url("wave", counted.code)))


def test_a_neighbour_gets_no_report_and_no_file(client, charlie, bob, counted, published, sent):
    report = report_of(counted, bob.agency, bob)
    client.force_login(charlie)
    for page in ("report", "report_file"):
        assert client.get(url(page, report.pk)).status_code == 404
    for agency in ("DLT", ""):
        asked = client.post(
            url("ask_for_report", counted.code), {"agency": agency, "language": "th"}
        )
        assert asked.status_code in (403, 404)
    assert not sent


def test_reports_ask_for_a_sign_in(client, counted, bob):
    report = report_of(counted, bob.agency, bob)
    for page in (url("report", report.pk), url("report_file", report.pk)):
        assert "/account/login/" in client.get(page)["Location"]
    assert client.post(url("ask_for_report", counted.code)).status_code == 302


def test_a_right_that_is_withdrawn_closes_old_links(client, bob, counted):
    report = report_of(counted, bob.agency, bob)
    client.force_login(bob)
    file = client.get(url("report_file", report.pk))
    assert file.status_code == 200
    assert file.getvalue()
    bob.agency = None
    bob.save()
    assert client.get(url("report_file", report.pk)).status_code == 404


# Reports


def test_no_report_is_offered_or_made_before_there_are_figures(client, bob, alice, wave, sent):
    Score.objects.all().delete()
    ask = url("ask_for_report", wave.code)
    for user, agency, page in (
        (bob, "DLT", agency_page(wave.code, "DLT", "data")),
        (alice, "", url("wave", wave.code)),
    ):
        client.force_login(user)
        assert ask not in client.get(page).content.decode()
        refused = client.post(ask, {"agency": agency, "language": "th"}, follow=True)
        assert "nobody has answered" in text(refused)
    assert not Report.objects.exists()
    assert not sent


def test_a_member_asks_for_a_report_and_watches_it(
    client, bob, counted, sent, django_capture_on_commit_callbacks
):
    client.force_login(bob)
    ask, data = url("ask_for_report", counted.code), {"agency": "DLT", "language": "th"}
    with django_capture_on_commit_callbacks(execute=True):
        progress = client.post(ask, data)["Location"]
        assert client.post(ask, data)["Location"] == progress  # a double click makes one
    report = Report.objects.get()
    assert sent == [str(report.pk)]
    assert (report.agency, report.requested_by) == (bob.agency, bob)

    html = text(client.get(progress))
    assert 'role="status"' in html
    assert "Refresh" in html
    Report.objects.update(state=Report.State.RUNNING, step=2)
    part = text(client.get(progress, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert 'value="2"' in part
    assert "Step 3 of 4" in part


def test_a_finished_report_stops_asking_and_is_downloaded(client, bob, counted):
    report = report_of(counted, bob.agency, bob)
    client.force_login(bob)
    part = text(client.get(url("report", report.pk), headers={"HX-Request": "true"}))
    assert "hx-get" not in part
    file = client.get(url("report_file", report.pk))
    assert file.getvalue() == b"%PDF-1.7"
    assert file.headers["Content-Disposition"] == 'attachment; filename="W1-DLT-th.pdf"'
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in file.headers["Cache-Control"]
    file.close()


def test_a_failed_report_can_be_asked_for_again_and_shows_no_innards(client, bob, counted):
    report = report_of(counted, bob.agency, bob, state="failed", error="Traceback: secret")
    client.force_login(bob)
    html = text(client.get(url("report", report.pk)))
    assert "Ask again" in html
    assert "secret" not in html
    assert client.get(url("report_file", report.pk)).status_code == 404


@pytest.mark.parametrize("data", [{"language": "de"}, {"agency": "NONE", "language": "th"}])
def test_a_report_of_nothing_known_is_not_found(client, alice, counted, data, sent):
    client.force_login(alice)
    assert client.post(url("ask_for_report", counted.code), data).status_code == 404


# The league


@pytest.fixture
def league(client, published):
    def names(**query) -> list[str]:
        page = client.get(url("wave", published.code), query)
        return [score.agency.code for score in page.context["page"]]

    return names


def test_the_league_sorts_searches_and_filters(league):
    assert league() == ["DOPA", "DLT"]
    assert league(sort="worst") == ["DLT", "DOPA"]
    assert league(sort="most") == ["DLT", "DOPA"]
    assert league(q="land") == ["DLT"]
    assert league(q="ปกครอง") == ["DOPA"]
    assert league(ministry="MOT") == ["DLT"]
    assert league(verdict="NOT_MET", q="land") == ["DLT"]
    assert league(verdict="MET") == []


def test_the_league_of_a_channel_holds_what_agencies_did_there(client, published, league):
    for channel in Channel.objects.all():
        there = Score.objects.filter(
            wave=published, level="agency_channel", channel=channel, is_overall=True
        )
        known = there.filter(measure="top_two_box").values_list("agency__code", flat=True)
        page = client.get(url("wave", published.code), {"channel": channel.code})
        shown = list(page.context["page"])
        assert sorted(score.agency.code for score in shown) == sorted(known)
        assert {score.channel for score in shown} <= {channel}
    assert league(channel="counter", ministry="MOT") == ["DLT"]
    compared = url("compare", published.code)
    listed = [client.get(compared, query).context["listed"] for query in ({}, {"channel": "x"})]
    assert listed[0] == listed[1] == 2


@pytest.fixture
def services(client, published):
    def codes(**query) -> list[str]:
        page = client.get(url("wave", published.code), {"of": "services", **query})
        return [score.service.code for score in page.context["page"]]

    return codes


def test_services_are_listed_as_agencies_are(client, published, services, government):
    known = Score.objects.filter(wave=published, is_overall=True, measure="top_two_box")
    whole = list(known.filter(level="service").order_by("-estimate", "-low"))
    assert len(whole) > 1
    assert services() == [score.service.code for score in whole]
    assert services(sort="worst") == services()[::-1]
    licence = government.licence
    assert services(q=licence.name_en) == services(q=licence.name_th) == [licence.code]
    assert set(services(ministry="MOT")) == {
        score.service.code for score in whole if score.agency == government.dlt
    }
    there = known.filter(level="service_channel", channel=government.counter)
    assert sorted(services(channel="counter")) == sorted(score.service.code for score in there)
    html = text(client.get(url("wave", published.code), {"of": "services"}))
    assert f"{licence.name_en} ({government.dlt.name_en})" in html
    assert f"Read as one list of {len(whole)} services" in html
    assert "list of" not in text(
        client.get(url("wave", published.code), {"of": "services", "q": licence.code})
    )


def test_a_suppressed_service_stays_suppressed_in_the_league(client, published, services):
    hidden = Score.objects.filter(wave=published, level="service", is_overall=True).first()
    Score.objects.filter(service=hidden.service).update(
        withheld=True, estimate=0.1234, low=0.1, high=0.2
    )
    assert services()[-1] == hidden.service.code
    for order in ("worst", "surest", "most"):
        assert services(sort=order)[-1] == hidden.service.code
    html = text(client.get(url("wave", published.code), {"of": "services"}))
    assert "suppressed, to protect" in html
    assert "12.3" not in html


def test_agencies_are_compared_whatever_the_league_listed(client, published):
    asked = client.get(url("compare", published.code), {"of": "services"})
    assert asked.context["listed"] == 2


@pytest.mark.parametrize("name", ["ministry", "channel", "verdict", "sort", "page", "of"])
def test_the_league_bears_any_query(league, name):
    assert len(league(**{name: "'; DROP"})) == 2


def test_the_league_is_paged(client, published):
    row = Score.objects.get(
        wave=published, level="agency", agency__code="DLT", is_overall=True, measure="top_two_box"
    )
    for number in range(30):
        row.pk = None
        row.agency = Agency.objects.create(code=f"A{number}", name_th=f"กรม {number}")
        row.save(force_insert=True)
    page = client.get(url("wave", published.code), {"page": 2, "sort": "worst"})
    assert len(page.context["page"].object_list) == 7
    assert "?page=1&amp;sort=worst" in page.content.decode()


def test_markup_in_a_name_stays_text(client, published):
    Agency.objects.filter(code="DLT").update(name_en="<script>alert(1)</script>")
    assert "<script>alert" not in text(client.get(url("wave", published.code)))


def test_no_line_ends_between_a_number_and_its_percent_sign(client, published):
    for page in (url("wave", published.code), agency_page(published.code, "DLT")):
        shown = text(client.get(page))
        first = re.split(r"From survey to survey|data-figure", shown[shown.index("headline") :])[0]
        said = re.findall(r'<p class="sentence">.*?</p>|<li>.*?</li>', first, re.S)
        assert "\u00a0%" in said[0]
        assert not [each for each in said if re.search(r"\d %", each)]


# Cost


def test_queries_stay_few(client, bob, published, government, django_assert_max_num_queries):
    for service in (government.licence, government.tax):
        for channel in (government.counter, government.online):
            EntryPoint.objects.create(service=service, channel=channel)
    client.force_login(bob)
    for page, limit in (
        (url("home"), 8),
        (url("waves"), 16),
        (url("wave", published.code), 20),
        *(
            (agency_page(published.code, "DLT", tab), 20)
            for tab in ("page", "services", "first", "reached", "links", "data")
        ),
    ):
        with django_assert_max_num_queries(limit):
            client.get(page)


# Errors and the account


def test_errors_speak_both_languages(client, settings):
    page = client.get("/nothing/here/")
    assert page.status_code == 404
    html = page.content.decode()
    assert "ไม่พบหน้านี้" in html
    assert "This page was not found" in html


@pytest.mark.parametrize("name", ["403", "403_csrf", "404", "500"])
def test_error_pages_need_nothing_to_be_shown(name):
    html = render_to_string(f"{name}.html")
    assert '<html lang="th">' in html
    assert '<section lang="en">' in html


def test_nobody_signs_up(client, db):
    html = text(client.get(reverse("account_signup")))
    assert "<form" not in html


def test_a_reset_mail_tells_nobody_which_accounts_exist(client, bob, mailoutbox, settings):
    pages = [
        client.post(reverse("account_reset_password"), {"email": email}, follow=True)
        for email in (bob.email, "nobody@example.org")
    ]
    assert pages[0].content == pages[1].content
    assert f"{settings.PUBLIC_URL}/en/account/password/reset/key/" in mailoutbox[0].body
    assert "sign up" not in mailoutbox[1].body


def test_sign_in_leads_to_the_results_and_nowhere_else(client, bob):
    data = {"login": "bob", "password": "pass-of-bob"}
    page = client.post(reverse("account_login") + "?next=https://evil.example/", data)
    assert page["Location"] == url("mine")
    assert client.get(url("mine"))["Location"] == url("waves")  # no survey yet


def test_members_land_on_their_agency_and_the_office_on_its_desk(client, bob, alice, counted):
    for user, address in ((bob, url("agency_page", "DLT")), (alice, reverse("desk:waves"))):
        client.force_login(user)
        assert client.get(url("mine"))["Location"] == address


def test_the_address_of_before_leads_to_the_page(client, published):
    moved = client.get(url("agency", published.code, "DLT"))
    assert moved["Location"] == agency_page(published.code, "DLT")


def test_agencies_are_compared_by_ranks_and_not_while_a_survey_runs(client, alice, counted):
    client.force_login(alice)
    assert "not compared" in text(client.get(url("compare", counted.code)))
    html = text(client.get(url("compare", publish(close_wave(counted)).code)))
    for words in ("Which rank an agency may have", "Question by question", "1–2"):
        assert words in html


def test_files_hold_what_the_page_shows_and_no_suppressed_figure(client, with_a_small_service):
    address = reverse("analytics:agency_file", args=["DLT", "json"])
    found = client.get(address, {"wave": with_a_small_service.code}).json()["figures"]
    tax = [row for row in found if row["service"] == "DLT-2"]
    assert all(row["suppressed"] and row["estimate"] == row["n"] == "" for row in tax)
    whole = next(row for row in found if row["level"] == "agency" and row["question"] == "OV")
    assert whole["n"] == 33
    assert whole["low"] < whole["estimate"] < whole["high"]
    for kind in ("csv", "xlsx"):
        file = client.get(address.replace("json", kind), {"wave": with_a_small_service.code})
        assert file.status_code == 200
        assert file.content[:3] in (b"\xef\xbb\xbf", b"PK\x03")

"""axe finds nothing against WCAG 2.2 AA: every page, both languages, light and dark."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from analytics.counting import tally
from analytics.models import Report, Score
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from responses.ledger import checkpoints
from responses.models.naming import name_of
from responses.web import tokens
from surveys import clock
from surveys.models import EntryPoint, Wave
from surveys.sampling.encounters import EncounterLog
from surveys.sampling.encounters import Report as Reported
from tests.browser.conftest import (
    PHONE,
    leave_screen,
    violations,
    widths_at_twice_the_letters,
)
from tests.closing import close_wave

AGENCY_TABS = ("", "services/", "first/", "reached/", "data/")
LOOKS = [
    pytest.param("th", "light", id="th-light"),
    pytest.param("th", "dark", id="th-dark"),
    pytest.param("en", "light", id="en-light"),
    pytest.param("en", "dark", id="en-dark"),
]
ADMIN_LISTS = [
    "agency",
    "channel",
    "service",
    "servicepoint",
    "frame",
    "framecell",
    "questionnaire",
    "addon",
    "addonuse",
    "dimension",
    "wave",
    "entrypoint",
    "user",
]


@pytest.fixture
def counted(wave, answered, licence_counter) -> Wave:
    compute_scores(wave)
    return wave


@pytest.fixture
def look(open_browser):
    """`look(user, language, scheme, addresses)`: what axe finds on these pages."""

    def look_at(user, scheme, addresses, **options) -> list[str]:
        page = open_browser(user, color_scheme=scheme, **options)
        found = []
        for address in addresses:
            answer = page.goto(address)
            assert answer, address
            assert answer.status == 200, address
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= page.viewport_size["width"], address
            found += violations(page)
        return found

    return look_at


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_the_citizens_pages(open_browser, counted, licence_counter, government, language, scheme):
    query = "?lang=en" if language == "en" else ""
    page = open_browser(color_scheme=scheme, **PHONE)
    page.goto(licence_counter.get_absolute_url() + query)
    found = violations(page)
    page.locator("button[value='4']").click()
    page.wait_for_url("**/more/**")
    found += violations(page)
    page.locator("summary").click()
    found += violations(page)
    leave_screen(page)
    found += violations(page)
    page.locator("[name='P1']").first.evaluate("radio => radio.value = '9'")
    page.locator("[name='P1']").first.check()
    page.locator(".send").first.click()
    page.locator(".problem").wait_for()
    found += violations(page)
    page.locator("[name='P1']").first.check()
    leave_screen(page)
    leave_screen(page, "finish")
    page.locator("summary").click()
    found += violations(page)
    found += _receipt_pages(page, counted)
    for address in _other_citizens_pages(licence_counter, government):
        page.goto(address + query)
        found += violations(page)
    assert not found


def _receipt_pages(page, wave) -> list[str]:
    """From the link on the thanks page to what is stored, with the private code."""
    compute_scores(wave)
    checkpoints.keep(wave)
    private = page.locator(".private-code").inner_text()
    page.get_by_role("link").filter(has_text=re.compile("Check the receipt|ตรวจสอบใบรับ")).click()
    page.wait_for_url("**/receipt/**")
    found = violations(page)
    page.locator("a[href*='/own/']").click()
    page.locator("#private_code").fill("wrong")
    page.locator(".send").click()
    page.locator(".error").wait_for()
    found += violations(page)
    page.locator("#private_code").fill(private.lower().replace("-", " "))
    page.locator(".send").click()
    page.wait_for_url("**/own/*/*")
    found += violations(page)
    for address in ("/receipt/", "/receipt/?code=abc", f"/log/{wave.code}/"):
        page.goto(address)
        found += violations(page)
    return found


def _other_citizens_pages(link, government) -> Iterator[str]:
    idle = EntryPoint.objects.create(
        service=government.id_card, channel=government.online, active=False
    )
    yield idle.get_absolute_url()
    yield f"/s/{link.slug}/more/{tokens.new_form(link)}/"
    yield "/privacy/"


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_what_the_public_sees(look, counted, send, government, language, scheme):
    Wave.objects.update(simulated=True)
    for k in range(40):
        rating, point = 5 if k % 3 else 2, government.chatuchak
        send(government.licence, government.counter, rating, service_point=point)
    public = publish(close_wave(counted))
    assert public.scores.filter(level="service_point", withheld=False).exists()
    pages = [
        "",
        "waves/",
        f"waves/{public.code}/",
        f"waves/{public.code}/?q=nothing",
        *(f"agency/DLT/{tab}?wave={public.code}" for tab in AGENCY_TABS),
        f"agency/MOT/?wave={public.code}",
        "draws/",
        "account/login/",
        "account/signup/",
        "account/password/reset/",
        "account/password/reset/done/",
        "account/password/reset/key/1-forged/",
    ]
    addresses = [f"/{language}/{page}" for page in pages]
    assert not look(None, scheme, addresses)
    assert not look(None, scheme, addresses[:11], **PHONE)


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_what_members_see(look, counted, bob, send, government, comments_due, language, scheme):
    written = send(government.licence, government.counter, 2, D7="รอนาน")
    tally.fold(counted)
    reports = [
        Report.objects.create(
            wave=counted,
            agency=bob.agency,
            language="th",
            requested_at=clock.now() - timedelta(minutes=minutes),
            state=state,
            step=2,
        )
        for minutes, state in enumerate(Report.State.values)
    ]
    pages = [
        "waves/",
        f"waves/{counted.code}/",
        *(f"agency/DLT/{tab}?wave={counted.code}" for tab in (*AGENCY_TABS, "links/", "alerts/")),
        "alerts/",
        f"waves/{counted.code}/agencies/DLT/comments/",
        f"waves/{counted.code}/agencies/DLT/comments/{name_of(written.pk)}/",
        *(f"reports/{report.pk}/" for report in reports),
        f"planning/?before={counted.code}",
        "account/logout/",
        "account/password/change/",
        "account/email/",
        "account/reauthenticate/",
    ]
    assert not look(bob, scheme, [f"/{language}/{page}" for page in pages])


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_the_survey_office(look, counted, alice, licence_counter, language, scheme):
    admin = f"/{language}/admin/"
    records = [
        counted,
        counted.frame,
        counted.frame.cells.first(),
        counted.questionnaire,
        licence_counter,
        licence_counter.service,
        licence_counter.service.agency,
        licence_counter.channel,
    ]
    addresses = [
        admin,
        *(f"{admin}surveys/{model}/" for model in ADMIN_LISTS),
        *(f"{admin}surveys/{r._meta.model_name}/{r.pk}/change/" for r in records),
        f"{admin}surveys/wave/add/",
        f"{admin}surveys/questionnaire/add/",
        f"{admin}surveys/addon/add/",
        f"{admin}surveys/addon/import/",
        f"{admin}surveys/addonuse/add/",
        f"{admin}surveys/user/add/",
        f"{admin}surveys/entrypoint/{licence_counter.pk}/delete/",
    ]
    assert not look(alice, scheme, addresses)


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_drawing_and_planning(look, counted, alice, language, scheme):
    log = EncounterLog(counted)
    reports = [
        Reported(
            encounter=str(k),
            service="DLT-1",
            channel="counter",
            time=clock.now(),
            email=f"citizen{k}@mail.example",
        )
        for k in range(40)
    ]
    log.store([log.check(report) for report in reports])
    design = "allocation=rate&rate=25&minimum=1&order=random&answer_days=30"
    addresses = [
        f"/{language}/draws/",
        f"/{language}/draws/{counted.code}/",
        f"/{language}/draws/{counted.code}/?{design}",
        f"/{language}/draws/{counted.code}/?{design}&minimum=0",
        f"/{language}/planning/?goal=verdict&unit=cell&before={counted.code}",
        f"/{language}/planning/?power=5",
    ]
    assert not look(alice, scheme, addresses)
    assert not look(alice, scheme, addresses, **PHONE)


@pytest.mark.parametrize("language", ["th", "en"])
def test_dashboards_with_letters_of_twice_the_size_fit_a_phone(
    open_browser, counted, bob, comments_due, language
):
    many = {"n": 24_941_000, "distribution": [738_000, 782_000, 2_604_000, 20_995_000, 24_941_000]}
    Score.objects.update(**many)
    page = open_browser(bob, **PHONE)
    wide = []
    for address in (
        "",
        "waves/",
        f"waves/{counted.code}/",
        *(f"agency/DLT/{tab}?wave={counted.code}" for tab in (*AGENCY_TABS, "links/")),
        f"waves/{counted.code}/agencies/DLT/comments/",
        f"planning/?before={counted.code}",
        "draws/",
        "account/password/change/",
    ):
        page.goto(f"/{language}/{address}")
        needed, there = widths_at_twice_the_letters(page)
        if needed > there:
            wide.append(f"{address}: {needed}")
    assert not wide

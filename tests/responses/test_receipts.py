"""The receipt proves without telling; the private code shows and erases, for its owner alone."""

import json
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from analytics.counting import tally
from analytics.scoring.publication import publish
from responses.intake.door import erase
from responses.ledger import checkpoints
from responses.models import Flag, Leaf, Response
from responses.privacy.retention import delete_expired_answers
from responses.receipts.private_code import ATTEMPTS, private_code
from responses.receipts.receipt import read_code
from responses.web import tokens
from surveys import clock
from surveys.add_ons import add
from surveys.models import AddOnUse, Wave
from tests.closing import close_wave
from tests.responses.ledger.conftest import checked  # noqa: F401

SECRET = "ข้อความลับ"


@pytest.fixture
def stored(wave, government, send, licence_counter) -> Response:
    for _k in range(3):
        send(government.licence, government.counter, 5)
    return send(
        government.licence,
        government.counter,
        2,
        P1=1,
        D2="f",
        D7=SECRET,
        entry_point=licence_counter,
        language="th",
    )


@pytest.fixture
def counted(wave, stored) -> Response:
    tally.fold(wave)
    return stored


@pytest.fixture
def page(client):
    """`page(response, "own/")`: a page under the receipt's address."""

    def get(response, under="", **options):
        return client.get(f"/receipt/{response.receipt}/{under}?lang=en", **options)

    return get


@pytest.fixture
def own(client):
    """The address of what its owner may see."""

    def enter(response, code=None):
        sent = client.post(
            f"/receipt/{response.receipt}/own/?lang=en",
            {"private_code": code or private_code(response.receipt)},
        )
        assert sent.status_code == 303, sent.content.decode()
        return sent["Location"].partition("?")[0]

    return enter


# What everybody may see


def test_a_counted_answer_is_in_the_log_and_counts(counted, page):
    html = page(counted).content.decode()
    assert "Your answer counts" in html
    assert "4 of 4" in html
    assert checkpoints.head(counted.wave).root in html


def test_an_answer_not_yet_counted_says_when(stored, page):
    html = page(stored).content.decode()
    assert "Stored, and not in the log yet" in html
    assert "fifteen seconds" in html
    assert page(stored, "proof.json").status_code == 404


def test_neither_page_nor_proof_tells_what_was_answered(counted, page, government):
    answers = [
        SECRET,
        "Driving licence",
        "ใบอนุญาตขับรถ",
        "Land Transport",
        "dissatisfied",
        "counter",
    ]
    for under in ("", "proof.json"):
        text = page(counted, under).content.decode()
        for word in [*answers, counted.salt, "DLT", "/s/", private_code(counted.receipt)]:
            assert word not in text, (under, word)


def test_the_proof_convinces_a_program_that_shares_nothing(wave, counted, page, checked):  # noqa: F811
    root = checkpoints.keep(wave)
    document = page(counted, "proof.json").content.decode()
    said = checked(document, root.root)
    assert f"Position 4: {counted.receipt}, counted" in said
    with pytest.raises(Exception, match="another root"):
        checked(document, "ab" * 32)
    proof = json.loads(document)
    assert proof["tree"] == {
        "size": 4,
        "root": root.root,
        "at": root.at.isoformat(),
        "published": True,
    }
    for name, other in (("receipt", "AAAA-BBBB-CCCC"), ("wave", "W2")):
        with pytest.raises(Exception, match="another receipt"):
            checked({**proof, name: other})
    proof["leaves"][0]["leaf"] = proof["leaves"][0]["leaf"].replace("counted", "erased")
    with pytest.raises(Exception, match="not under the root"):
        checked(proof)


def test_a_proof_stands_under_the_newest_published_root(wave, counted, page, send, government):
    first = checkpoints.keep(wave)
    send(government.licence, government.counter, 5)
    tally.fold(wave)
    assert page(counted).context["receipt"].tree == first
    second = checkpoints.keep(wave)
    assert page(counted).context["receipt"].tree == second
    assert "that was published on" in page(counted).content.decode()


def test_what_does_not_count_says_so(wave, stored, page):
    Response.objects.filter(pk=stored.pk).update(disposition="screened")
    tally.fold(wave)
    assert "set aside by screening" in page(stored).content.decode()


def test_after_its_time_the_receipt_still_proves(wave, counted, page, checked):  # noqa: F811
    publish(close_wave(wave))
    with clock.at(clock.now() + timedelta(days=800)):
        delete_expired_answers()
    html = page(counted).content.decode()
    assert "no longer kept" in html
    assert "See or erase" not in html
    assert "counted" in checked(page(counted, "proof.json").content.decode())


def test_a_damaged_log_is_not_passed_over(counted, page, caplog):
    Leaf.objects.filter(receipt=counted.receipt).update(commitment=bytes(32))
    html = page(counted).content.decode()
    assert "does not hold this receipt" in html
    assert "counts" not in html.split("<h1")[1].split("</h1>")[0]


def test_the_page_is_asked_for_again_only_when_something_changed(wave, counted, page):
    checkpoints.keep(wave)
    etag = page(counted)["ETag"]
    assert page(counted, headers={"if-none-match": etag}).status_code == 304
    erase(counted)
    assert page(counted, headers={"if-none-match": etag}).status_code == 200


def test_a_page_reads_little(counted, page, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        page(counted)


# Typing a code


@pytest.mark.parametrize(
    "way",
    [
        str,
        str.lower,
        lambda code: code.replace("-", " "),
        lambda code: f"  {code.replace('0', 'o').replace('1', 'l')} ",
        lambda code: code.replace("-", ""),
    ],
)
def test_a_code_is_read_as_people_write_it(client, counted, way):
    sent = client.get("/receipt/", {"code": way(counted.receipt), "lang": "en"})
    assert sent["Location"] == f"/receipt/{counted.receipt}/?lang=en"


@pytest.mark.parametrize(
    "typed", ["", "abc", "7H2K-9QXM-4TW", "7H2K-9QXM-4TWU", "ก" * 12, "🦉" * 12]
)
def test_what_is_no_code_is_not_read(typed):
    assert read_code(typed) is None


def test_a_wrong_code_is_told_kindly(client, wave):
    refused = client.get("/receipt/", {"code": "<b>", "lang": "en"})
    assert "This is not a receipt code" in refused.content.decode()
    assert "<b>" not in refused.content.decode()
    unknown = client.get("/receipt/7H2K-9QXM-4TWC/?lang=en")
    assert unknown.status_code == 404
    assert "no receipt with this code" in unknown.content.decode()


def test_the_address_may_be_typed_carelessly(client, counted):
    typed = counted.receipt.lower().replace("-", "")
    sent = client.get(f"/receipt/{typed}/")
    assert sent["Location"] == f"/receipt/{counted.receipt}/"


def test_the_thanks_page_shows_both_codes(client, stored, licence_counter):
    token = tokens.for_response(stored)
    for path in (f"/s/{licence_counter.slug}/thanks/", f"/embed/{licence_counter.slug}/thanks/"):
        html = client.get(f"{path}{token}/").content.decode()
        assert stored.receipt in html
        assert private_code(stored.receipt) in html
        assert f"/receipt/{stored.receipt}/" in html


# What the owner may


def test_the_private_code_is_the_receipts_own():
    codes = {private_code(f"{k:04}-AAAA-AAAA") for k in range(500)}
    assert len(codes) == 500
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", code) for code in codes)


def test_the_private_code_lives_through_a_change_of_the_secret(settings, counted, own):
    code = private_code(counted.receipt)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert private_code(counted.receipt) != code
    assert own(counted, code)


def test_the_owner_sees_what_is_stored(client, counted, own):
    html = client.get(own(counted) + "?lang=en").content.decode()
    for said in (SECRET, "Dissatisfied", "Female", "Driving licence", "Clear steps", "counted"):
        assert said in html
    assert client.get(own(counted)).headers["Cache-Control"].count("no-store")


def test_the_export_holds_everything_and_opens_the_log(client, counted, own, checked):  # noqa: F811
    text = client.get(own(counted) + "answer.json").content.decode()
    document = json.loads(text)
    assert document["stored"]["answers"] == {"OV": 2, "P1": 1, "D2": "f", "D7": SECRET}
    told = {"answers", "answered_at", "received_at", "source", "selection", "language", "seconds"}
    told |= {"device", "respondent", "base_weight", "disposition", "revision", "salt"}
    assert told <= document["stored"].keys()
    said = checked(text)
    assert "answers that were logged" in said
    document["proof"]["leaves"][0]["opening"] = document["proof"]["leaves"][0]["opening"].replace(
        '"OV":2', '"OV":5'
    )
    with pytest.raises(Exception, match="not those that were logged"):
        checked(document)


def test_the_owner_reads_the_agencys_own_questions_too(
    client, wave, government, send, own, make_add_on
):
    add_on = make_add_on("QUEUE", government.dlt, "QUEUE_1")
    add(AddOnUse(wave=wave, agency=government.dlt, add_on=add_on))
    html = client.get(own(send(government.licence, government.counter, 4, QUEUE_1=2)) + "?lang=en")
    assert "Question QUEUE_1" in html.content.decode()
    assert "Dissatisfied (2 of 5)" in html.content.decode()


def test_the_export_tells_what_screening_doubts(client, counted, own):
    Flag.objects.create(
        response=counted,
        rule="too_fast",
        strength=0.5,
        evidence={"seconds": 1},
        raised_at=clock.now(),
    )
    (doubt,) = client.get(own(counted) + "answer.json").json()["doubts"]
    assert (doubt["rule"], doubt["strength"], doubt["withdrawn_at"]) == ("too_fast", 0.5, None)
    assert "evidence" not in doubt  # numbers of the answers of others


def test_a_wrong_private_code_shows_nothing(client, counted, stored):
    other = Response.objects.exclude(pk=counted.pk).first()
    for code in ("", "AAAAA-AAAAA", private_code(other.receipt), counted.receipt):
        sent = client.post(f"/receipt/{counted.receipt}/own/?lang=en", {"private_code": code})
        assert sent.status_code == 200
        assert SECRET not in sent.content.decode()


def test_wrong_codes_slow_their_sender_and_lock_nobody_out(client, counted):
    address = f"/receipt/{counted.receipt}/own/?lang=en"
    for _attempt in range(ATTEMPTS):
        assert client.post(address, {"private_code": "AAAAA-AAAAA"}).status_code == 200
    refused = client.post(address, {"private_code": "AAAAA-AAAAA"})
    assert refused.status_code == 429
    assert b"Many wrong codes" in refused.content
    elsewhere = client.post(address, {"private_code": "AAAAA-AAAAA"}, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 200
    right = client.post(address, {"private_code": private_code(counted.receipt)})
    assert right.status_code == 303
    assert b"Only the right one" not in client.get(right.headers["Location"]).content


def test_what_was_opened_closes_again_and_opens_no_other(client, counted, own):
    address = own(counted)
    other = Response.objects.exclude(pk=counted.pk).first()
    foreign = address.replace(counted.receipt, other.receipt)
    for path in (foreign, foreign + "answer.json", address.rstrip("/") + "x/"):
        assert client.get(path).status_code == 303
    assert client.post(foreign + "erase/", {"sure": "on"}).status_code == 303
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert client.get(address).status_code == 303
        assert client.post(address + "erase/", {"sure": "on"}).status_code == 303
    assert not Response.objects.filter(disposition="erased").exists()


def test_erasing_must_be_meant(client, counted, own):
    address = own(counted) + "erase/"
    assert client.get(address).status_code == 405
    refused = client.post(address + "?lang=en", {})
    assert "Nothing has been erased" in refused.content.decode()
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(address, {"sure": "on"}).status_code == 403
    assert Response.objects.get(pk=counted.pk).answers


def test_the_owner_erases(wave, client, counted, own, page, checked):  # noqa: F811
    address = own(counted)
    assert client.post(address + "erase/?lang=en", {"sure": "on"}).status_code == 303
    html = page(counted).content.decode()
    assert "Erased at the respondent’s request" in html
    assert "not in the log yet" in html
    tally.fold(wave)
    html = page(counted).content.decode()
    assert "not in the log yet" not in html
    assert "it was erased" in html
    assert "erased" in checked(page(counted, "proof.json").content.decode())
    export = client.get(address + "answer.json").content.decode()
    assert SECRET not in export
    assert '"opening"' not in export
    assert "The answers are erased" in client.get(address + "?lang=en").content.decode()


def test_erasing_after_publication_says_that_the_figures_stay(wave, client, counted, own, page):
    publish(close_wave(wave))
    address = own(counted)
    assert "stay as they are" in client.get(address + "?lang=en").content.decode()
    client.post(address + "erase/", {"sure": "on"})
    html = page(counted).content.decode()
    assert "published figures were made before" in html
    assert "5 of 5" in html


def test_what_is_erased_cannot_be_filled_again(client, stored, licence_counter):
    token = tokens.for_response(stored)
    erase(stored)
    details = client.post(f"/s/{licence_counter.slug}/more/{token}/?lang=en", {"OV": "5"})
    assert "This page has closed" in details.content.decode()
    assert Response.objects.get(pk=stored.pk).answers == {}


def test_a_program_that_sends_again_stores_nothing_after_erasing(post):
    receipt = post("k", OV=4).json()["receipt"]
    erase(Response.objects.get(receipt=receipt))
    assert post("k", OV=4).json() == {"status": "already_stored", "receipt": receipt}
    assert Response.objects.count() == 1


def test_programs_that_send_get_no_private_code(post, post_batch):
    single = post("k", OV=4).json()
    batch = post_batch({}).json()["results"][0]
    for given in (single, batch):
        assert private_code(given["receipt"]) not in json.dumps(given)


# The log's own page


def test_the_log_shows_its_roots(client, wave, counted, send, government, checked):  # noqa: F811
    first = checkpoints.keep(wave)
    send(government.licence, government.counter, 5)
    tally.fold(wave)
    second = checkpoints.keep(wave)
    html = client.get("/log/W1/?lang=en").content.decode()
    assert html.index(second.root) < html.index(first.root)
    link = re.search(r'href="(/log/W1/consistency.json[^"]+)"', html)
    assert link
    document = client.get(link[1].replace("&amp;", "&")).content.decode()
    assert "begins with that of 4" in checked(document, second.root)


def test_the_log_is_paged(client, wave, counted):
    for size in range(1, 66):
        wave.checkpoints.create(size=size, root="ab" * 32, at=clock.now())
    html = client.get("/log/W1/?lang=en&page=2").content.decode()
    assert html.count('<p class="digest">') == 30
    assert "?page=1" in html
    assert "?page=3" in html


@pytest.mark.parametrize(
    "query", ["", "?first=a&second=2", "?first=3&second=2", "?first=1&second=9"]
)
def test_a_proof_of_what_is_not_is_refused(client, counted, query):
    refused = client.get(f"/log/W1/consistency.json{query}")
    assert refused.status_code == 400
    assert "first" in refused.json()["error"]


def test_a_draft_has_no_log(client, draft):
    assert client.get("/log/W1/").status_code == 404
    assert client.get("/log/none/").status_code == 404


def test_everything_in_thai(client, wave, counted, own):
    checkpoints.keep(wave)
    Wave.objects.update(title_th="รอบที่ ๑")
    for address in ("/receipt/", f"/receipt/{counted.receipt}/", own(counted), "/log/W1/"):
        answer = client.get(address)
        assert answer["Content-Language"] == "th"
        assert "receipt code" not in answer.content.decode().lower()


def test_the_office_erases_for_whoever_has_no_private_code(counted):
    call_command("erase_response", counted.receipt.lower())
    counted.refresh_from_db()
    assert (counted.answers, counted.disposition) == ({}, "erased")
    for receipt in (counted.receipt, "7H2K-9QXM-4TWC", "?"):
        with pytest.raises(CommandError):
            call_command("erase_response", receipt)

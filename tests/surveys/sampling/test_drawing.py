"""A draw: committed to before, made once, everybody else forgotten."""

from base64 import urlsafe_b64encode
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection

from surveys import clock
from surveys.models import Ballot, Contact, Draw, DrawCell, Encounter, Invitation
from surveys.sampling import inviting
from surveys.sampling.audit import reveal
from surveys.sampling.design import Design
from surveys.sampling.draws import close_list, make_draw, preview
from surveys.sampling.inviting import points_to_name
from surveys.sampling.planning import plan_draw
from surveys.sampling.sealing import unseal
from tests.closing import close_wave
from tests.new_files import in_new_files
from tests.surveys.sampling.conftest import DAY

TENTH = Design(allocation="rate", rate="0.1")


def test_opening_a_wave_commits_to_its_first_draw(wave):
    draw = wave.draws.get()
    assert (draw.number, draw.secret, len(draw.commitment)) == (1, "", 64)
    assert plan_draw(wave) == draw


def test_those_drawn_get_an_invitation_and_a_ballot(report, wave, government):
    report(100)
    report(50, channel="e_service")
    draw = make_draw(wave, TENTH)
    cells = {cell.channel.code: cell for cell in DrawCell.objects.filter(draw=draw)}
    assert {
        code: (cell.encounters, cell.reachable, cell.drawn) for code, cell in cells.items()
    } == {"counter": (100, 100, 10), "e_service": (50, 50, 5)}
    assert Counter(Invitation.objects.values_list("cell", "state")) == {
        (cells["counter"].pk, "waiting"): 10,
        (cells["e_service"].pk, "waiting"): 5,
    }
    assert Counter(Ballot.objects.values_list("cell", "base_weight", "expires_on")) == {
        (cells["counter"].pk, Decimal(10), DAY.date() + timedelta(days=30)): 10,
        (cells["e_service"].pk, Decimal(10), DAY.date() + timedelta(days=30)): 5,
    }


def test_the_link_in_the_contact_finds_the_ballot_and_nothing_else_does(report, wave):
    report(100)
    make_draw(wave, TENTH)
    contacts = [unseal(contact.sealed) for contact in Contact.objects.all()]
    for contact in contacts:
        assert set(contact) == {"kind", "address", "language", "token"}
        digest = sha256(b"ballot:" + contact["token"].encode()).digest()
        assert Ballot.objects.filter(pk=urlsafe_b64encode(digest).decode().rstrip("=")).exists()
    assert len({contact["token"] for contact in contacts}) == 10
    assert all(len(contact["token"]) == 27 for contact in contacts)
    names = {field.name for field in Ballot._meta.get_fields()}
    assert names == {"digest", "cell", "service_point", "base_weight", "expires_on"}


def test_the_order_of_rows_tells_nothing(report, wave):
    """Rows come in the order of random keys, so none says who was drawn first or reported first."""
    report(200)
    in_new_files(Ballot, Invitation, Contact)
    make_draw(wave, TENTH)
    where = "rowid" if connection.vendor == "sqlite" else "ctid"
    for model in (Ballot, Invitation, Contact):
        column, table = model._meta.pk.column, model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT "{column}" FROM "{table}" ORDER BY {where}')
            keys = [str(key) for (key,) in cursor.fetchall()]
        assert len(keys) == 20
        assert keys == sorted(keys)


def test_all_other_contacts_are_gone(report, wave):
    report(100)
    make_draw(wave, TENTH)
    assert not Encounter.objects.exclude(contact=None, contact_mark="").exists()
    assert Contact.objects.count() == 10
    assert Counter(Encounter.objects.values_list("selected", flat=True)) == {True: 10, False: 90}


def test_only_those_who_can_be_reached_are_drawn(report, wave):
    report(*({"encounter": str(k)} for k in range(90)))
    report(10)
    draw = make_draw(wave, Design(allocation="per_cell", number=4))
    cell = draw.cells.get()
    assert (cell.encounters, cell.reachable, cell.drawn) == (100, 10, 4)
    assert set(Ballot.objects.values_list("base_weight", flat=True)) == {Decimal("2.5")}
    assert not Encounter.objects.filter(selected=True, reachable=False).exists()


def test_a_later_draw_passes_later_encounters_alone(report, wave):
    report(100)
    make_draw(wave, TENTH)
    report(40, begins=1000)
    second = make_draw(wave, TENTH)
    assert (second.number, second.encounters) == (2, 40)
    assert Ballot.objects.count() == 14
    with pytest.raises(ValidationError, match="No encounter with a contact is waiting"):
        make_draw(wave, TENTH)


def test_a_draw_without_a_commitment_is_refused(report, wave):
    report(100)
    wave.draws.all().delete()
    with pytest.raises(ValidationError, match="was committed to"):
        make_draw(wave, TENTH)


def test_a_commitment_made_after_the_encounters_is_refused(report, wave):
    report(100)
    wave.draws.all().delete()
    with clock.at(DAY + timedelta(seconds=1)):
        plan_draw(wave)
        with pytest.raises(ValidationError, match="it would prove nothing"):
            make_draw(wave, TENTH)
    assert not Encounter.objects.exclude(draw=None).exists()


def test_each_list_finds_a_commitment_older_than_its_encounters(report, wave):
    for batch in range(3):
        with clock.at(DAY + timedelta(hours=batch)):
            report(30, begins=100 * batch)
            make_draw(wave, TENTH)
    for draw in Draw.objects.exclude(drawn_at=None):
        received = draw.listed_encounters.values_list("received_at", flat=True)
        assert draw.committed_at <= min(received)
        assert max(received) <= draw.list_closed_at <= draw.drawn_at


def test_a_public_number_is_waited_for(report, wave):
    report(100)
    draw = close_list(wave, TENTH, public_source="Government Lottery, first prize, 1 Feb 2570")
    assert len(draw.encounters_digest) == 64
    report(5, begins=500)  # these wait for the next draw
    with pytest.raises(ValidationError, match="waits for its public number: Government Lottery"):
        make_draw(wave)
    with pytest.raises(ValidationError, match="closed and waits"):
        close_list(wave, TENTH)
    with pytest.raises(ValidationError, match="with another design"):
        make_draw(wave, Design(allocation="rate", rate="0.2"), public_value="123456")
    drawn = make_draw(wave, public_value="123456")
    assert (drawn.pk, drawn.public_value, Ballot.objects.count()) == (draw.pk, "123456", 10)


def test_a_list_that_was_changed_is_not_drawn_from(report, wave):
    report(100)
    close_list(wave, TENTH, public_source="lottery")
    Encounter.objects.first().delete()
    with pytest.raises(ValidationError, match="no longer those of the closed list"):
        make_draw(wave, public_value="123456")
    assert not Invitation.objects.exists()


def test_looking_ahead_changes_nothing(report, wave):
    report(100)
    [planned] = preview(wave, TENTH)
    assert (planned.cell.reachable, planned.drawn, planned.weight) == (100, 10, Decimal(10))
    assert not Encounter.objects.exclude(draw=None).exists()


def test_a_draw_that_fails_halfway_leaves_everything_as_it_was(report, wave, monkeypatch):
    report(100)

    def fail(*_args):
        raise RuntimeError("the lights went out")

    monkeypatch.setattr(inviting, "_forget_contacts", fail)
    with pytest.raises(RuntimeError):
        make_draw(wave, TENTH)
    for model in (Ballot, Invitation, Contact, DrawCell):
        assert not model.objects.exists()
    assert Encounter.objects.filter(draw=None, contact__isnull=False).count() == 100
    assert wave.draws.get().list_closed_at is None


def test_a_closing_wave_tells_its_secrets_and_forgets_its_contacts(report, wave):
    report(100)
    make_draw(wave, TENTH)
    report(30, begins=500)
    closed = close_wave(wave)
    for draw in closed.draws.all():
        assert sha256(bytes.fromhex(draw.secret)).hexdigest() == draw.commitment
        assert draw.revealed_at
    assert not Encounter.objects.exclude(contact=None, contact_mark="").exists()
    with pytest.raises(ValidationError, match="is not open"):
        make_draw(closed, TENTH)


def test_no_secret_is_told_while_somebody_may_answer(report, wave):
    report(100)
    draw = make_draw(wave, TENTH)
    with pytest.raises(ValidationError, match="may still answer"):
        reveal(draw)
    with clock.at(DAY + timedelta(days=31)):
        assert reveal(draw).secret


def test_the_last_day_of_the_wave_is_the_last_day_to_answer(report, wave):
    type(wave).objects.filter(pk=wave.pk).update(ends_on=DAY.date() + timedelta(days=3))
    wave.refresh_from_db()
    report(20)
    make_draw(wave, TENTH)
    assert set(Ballot.objects.values_list("expires_on", flat=True)) == {wave.ends_on}


def test_after_the_last_day_nobody_is_drawn_any_more(report, wave):
    report(20)
    with clock.at(DAY.replace(year=2100)), pytest.raises(ValidationError, match="is not open"):
        make_draw(wave, TENTH)


@pytest.mark.parametrize(
    ("drawn", "named"),
    [
        ({1: 10, 2: 25}, {1, 2}),
        ({1: 9, 2: 25}, set()),  # nine without a name would be known to be of the first
        ({1: 9, 2: 12, 3: 25}, {3}),
        ({1: 6, 2: 7, 3: 25}, {3}),
        ({None: 10, 1: 10}, {1}),
        ({None: 3, 1: 50}, set()),
        ({1: 9}, set()),
    ],
)
def test_a_ballot_names_its_service_point_only_among_ten(drawn, named):
    assert points_to_name(Counter(drawn)) == named


def test_keys_rotate(report, wave, settings, capsys):
    from cryptography.fernet import Fernet

    report(20)
    make_draw(wave, TENTH)
    report(5, begins=100)
    old = settings.CONTACT_KEYS
    new = Fernet.generate_key().decode()
    settings.CONTACT_KEYS = [new, *old]
    call_command("rotate_contact_keys")
    settings.CONTACT_KEYS = [new]
    assert report(5, begins=100) == ["already_stored"] * 5
    make_draw(wave, TENTH)
    assert all("@" in unseal(contact.sealed)["address"] for contact in Contact.objects.all())


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_draws_at_once_are_one(report, wave):
    report(200)
    barrier, outcomes = Barrier(4), []

    def draw() -> None:
        barrier.wait()
        try:
            with clock.at(DAY):
                make_draw(wave, TENTH)
            outcomes.append("drawn")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(outcomes) == {"drawn": 1, "refused": 3}
    assert Ballot.objects.count() == Contact.objects.count() == 20


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_reports_and_draws_at_once_lose_and_double_nothing(report, wave):
    wave.frame.cells.filter(service__agency__code="DOPA").delete()
    errors = []

    def run(work) -> None:
        try:
            with clock.at(DAY):
                work()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    def send() -> None:
        for batch in range(10):
            report(30, begins=30 * batch, service="DOPA-1")

    def draw() -> None:
        for _ in range(10):
            with suppress(ValidationError):  # nothing was waiting
                make_draw(wave, TENTH)

    threads = [Thread(target=run, args=[work]) for work in (send, send, draw, draw)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run(draw)
    assert errors == []
    assert Encounter.objects.count() == 300
    assert wave.frame.cells.get(service__code="DOPA-1").encounters == 300
    assert sum(DrawCell.objects.values_list("encounters", flat=True)) == 300
    assert sum(DrawCell.objects.values_list("drawn", flat=True)) == Ballot.objects.count()


def test_contacts_on_many_encounters_are_counted_before_they_go(report, wave):
    """Twelve encounters of three people, four each; a plus sign makes no other mailbox."""
    report(50)
    report(*({"encounter": f"s{k}", "email": f"staff{k % 3}+{k}@mail.example"} for k in range(12)))
    report(
        *({"encounter": f"o{k}", "telephone": f"081234567{k}"} for k in range(3)),
        channel="e_service",
    )
    draw = make_draw(wave, TENTH)
    shared = DrawCell.objects.filter(draw=draw).values_list("channel__code", "shared")
    assert dict(shared) == {"counter": 12, "e_service": 0}


def test_one_person_in_two_languages_and_with_dots_is_one(report, wave):
    """Six encounters of one mailbox in either language, and four of another that Gmail's dots make
    look like four."""
    report(50)
    report(
        *(
            {"encounter": f"s{k}", "email": "staff@mail.example", "language": language}
            for k, language in enumerate(["th", "en"] * 3)
        )
    )
    dotted = ["a.bcd@gmail.com", "ab.cd@gmail.com", "abc.d@googlemail.com", "abcd@gmail.com"]
    report(*({"encounter": f"g{k}", "email": email} for k, email in enumerate(dotted)))
    report(*({"encounter": f"m{k}", "email": f"{'x.' * k}y@mail.example"} for k in range(4)))
    draw = make_draw(wave, TENTH)
    assert DrawCell.objects.get(draw=draw, channel__code="counter").shared == 6 + 4

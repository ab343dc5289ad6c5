"""Lists for the registers: an agency hands in its own, another person of OPDC approves."""

import io
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from surveys import clock
from surveys.handing_in import approve, difference_of, hand_in, lists_for, refuse, register_for
from surveys.models import Process, RegisterList, Undertaking, User
from surveys.registers import REGISTERS
from surveys.roles import place
from surveys.row_files import read_rows

NOW = datetime(2026, 11, 1, 5, tzinfo=UTC)
PROCESS = "LIC-1,DLT,DLT-1,ต่ออายุ,Renewal,yes,fully,01/10/2567,https://dlt.example/1"


@pytest.fixture(autouse=True)
def november():
    with clock.at(NOW):
        yield


@pytest.fixture
def carol(government) -> User:
    user = User.objects.create_user("carol")
    place(user, "Survey office")
    return User.objects.get(pk=user.pk)


@pytest.fixture
def send_in():
    """`send_in(user, "processes", line, …)`: hand in these lines."""

    def send(user, code: str, *lines: str, whole: bool = False) -> RegisterList:
        columns = REGISTERS[code].columns
        text = "\n".join((",".join(columns), *lines))
        rows = read_rows(io.BytesIO(text.encode()), "list.csv", columns)
        return hand_in(code, rows, name="list.csv", whole=whole, actor=user)

    return send


def accept(handed_in, actor) -> None:
    approve(handed_in, difference_of(handed_in).digest(), actor=actor)


def test_an_agencys_list_counts_once_opdc_approves(send_in, bob, carol):
    handed_in = send_in(bob, "processes", PROCESS)
    assert not Process.objects.exists()
    accept(handed_in, carol)
    process = Process.objects.get()
    assert (process.agency.code, process.service.code) == ("DLT", "DLT-1")
    assert (process.digital_state, process.since) == ("fully", date(2024, 10, 1))
    handed_in.refresh_from_db()
    assert (handed_in.state, handed_in.entered_by, handed_in.decided_by) == ("approved", bob, carol)


def test_what_a_list_changed_is_kept_in_words(send_in, bob, carol):
    accept(send_in(bob, "processes", PROCESS.replace("fully", "partly")), carol)
    handed_in = send_in(bob, "processes", PROCESS)
    accept(handed_in, carol)
    handed_in.refresh_from_db()
    assert handed_in.done["counts"]["changed"] == 1
    assert handed_in.done["changes"] == [
        ["LIC-1", "digital state", "partly digital", "fully digital"]
    ]


def test_a_neighbour_neither_enters_nor_sees(send_in, bob, charlie, carol):
    with pytest.raises(ValidationError, match="not yours to enter"):
        send_in(charlie, "processes", PROCESS)
    handed_in = send_in(bob, "processes", PROCESS)
    assert not lists_for(charlie).exists()
    assert lists_for(bob).get() == lists_for(carol).get() == handed_in
    accept(handed_in, carol)
    with pytest.raises(ValidationError, match="belongs to another agency"):
        send_in(charlie, "processes", PROCESS.replace("DLT", "DOPA"))
    assert not register_for("processes", charlie).stored().exists()


def test_a_whole_list_of_one_agency_retires_nothing_of_a_neighbour(send_in, bob, charlie, carol):
    accept(send_in(bob, "processes", PROCESS), carol)
    other = PROCESS.replace("LIC-1", "ID-1").replace("DLT", "DOPA")
    accept(send_in(charlie, "processes", other, whole=True), carol)
    assert Process.objects.filter(retired_on=None).count() == 2


def test_a_retired_process_that_is_named_again_comes_back(send_in, bob, carol):
    accept(send_in(bob, "processes", PROCESS), carol)
    accept(send_in(bob, "processes", PROCESS.replace("LIC-1", "LIC-2"), whole=True), carol)
    assert Process.objects.get(code="LIC-1").retired_on == date(2026, 11, 1)
    accept(send_in(bob, "processes", PROCESS), carol)
    assert Process.objects.get(code="LIC-1").retired_on is None


def test_whoever_entered_a_list_does_not_approve_it(send_in, carol):
    handed_in = send_in(carol, "processes", PROCESS)
    with pytest.raises(ValidationError, match="Another person approves it"):
        accept(handed_in, carol)
    assert not Process.objects.exists()


def test_an_agency_approves_nothing(send_in, bob, carol):
    with pytest.raises(ValidationError, match="Only OPDC approves"):
        accept(send_in(carol, "processes", PROCESS), bob)


def test_a_list_is_decided_once(send_in, bob, carol):
    handed_in = send_in(bob, "processes", PROCESS)
    with pytest.raises(ValidationError, match="Say why"):
        refuse(handed_in, " ", actor=carol)
    refuse(handed_in, "no such link", actor=carol)
    with pytest.raises(ValidationError, match="decided already"):
        accept(handed_in, carol)
    handed_in.refresh_from_db()
    assert (handed_in.state, handed_in.why) == ("refused", "no such link")


def test_only_the_difference_that_was_shown_is_applied(send_in, bob, carol):
    handed_in = send_in(bob, "processes", PROCESS)
    shown = difference_of(handed_in).digest()
    accept(send_in(bob, "processes", PROCESS.replace("fully", "partly")), carol)
    with pytest.raises(ValidationError, match="has changed since"):
        approve(handed_in, shown, actor=carol)
    assert Process.objects.get().digital_state == "partly"


@pytest.mark.parametrize(
    ("code", "line", "field", "why"),
    [
        ("processes", PROCESS.replace("01/10/2567", ""), "since", "Say since when"),
        ("processes", PROCESS.replace("2567", "2570"), "since", "not come yet"),
        ("processes", PROCESS.replace("https://dlt.example/1", ""), "evidence", "Give evidence"),
        ("processes", PROCESS.replace("fully", "mostly"), "digital_state", "none of"),
        ("processes", PROCESS.replace("yes", "perhaps"), "eligible", "neither yes nor no"),
        ("processes", PROCESS.replace("DLT-1", "DOPA-1"), "service", "not yours to enter"),
        ("transfers", "T1,DLT,ก,A,,,,DOPA", "planned_on", "Say for when"),
        ("transfers", "T1,DLT,ก,A,2027-09-30,,,", "partner", "Say to whom"),
        ("transfers", "T1,DLT,ก,A,2027-09-30,2026-01-01,,DOPA", "evidence", "Give evidence"),
        ("infrastructure", "I1,DLT,ก,A,2027-09-30,,,,", "budget", "planned budget"),
        ("infrastructure", "I1,DLT,ก,A,2027-09-30,,,-5,", "budget", "not an amount"),
        ("infrastructure", "I1,DLT,ก,A,2027-09-30,2026-01-01,x,5,", "spent", "what was spent"),
        ("innovation", "N1,DLT,ก,A,,someday,x", "done_on", "not a date"),
        ("collaborations", "C1,DLT,ก,A,,2026-01-01,x,", "partner", "with whom"),
    ],
)
def test_a_row_without_what_is_counted_is_refused_in_words(send_in, bob, code, line, field, why):
    with pytest.raises(ValidationError) as refused:
        send_in(bob, code, line)
    [said] = refused.value.messages
    assert f"2: {field}: " in said
    assert why in said


def test_registers_do_not_mix(send_in, bob, carol):
    accept(send_in(bob, "innovation", "N1,DLT,ก,A,,2026-01-01,x"), carol)
    accept(send_in(bob, "collaborations", "C1,DLT,ก,A,,2026-01-01,x,Bank", whole=True), carol)
    assert dict(Undertaking.objects.values_list("code", "kind")) == {
        "N1": "innovation",
        "C1": "collaboration",
    }
    assert not Undertaking.objects.exclude(retired_on=None).exists()


@pytest.mark.parametrize("code", REGISTERS)
def test_what_a_register_writes_it_reads_again(send_in, bob, carol, code):
    lines = {
        "processes": PROCESS,
        "transfers": "T1,DLT,ก,A,2027-09-30,2026-01-01,x,DOPA",
        "infrastructure": "I1,DLT,ก,A,2027-09-30,2026-01-01,x,5.00,4.50",
        "innovation": "N1,DLT,ก,A,,2026-01-01,x",
        "collaborations": "C1,DLT,ก,A,,2026-01-01,x,Bank",
    }
    accept(send_in(bob, code, lines[code]), carol)
    register = register_for(code, bob)
    written = ",".join(str(cell) for cell in register.written(register.stored().get()))
    with pytest.raises(ValidationError, match="would change nothing"):
        send_in(bob, code, written)

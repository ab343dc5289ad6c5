"""Two agencies with honest answers, one to lift and one to smear; and what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction
from django.test import Client

from analytics.models import Score
from analytics.scoring.scores import compute_scores
from responses.channels.kiosk import devices as kiosks
from responses.channels.kiosk.views import COOKIE
from responses.intake.door import Door, Submission
from responses.models import AgencyScreening, Kiosk, Response
from responses.models.collecting_system import CollectingSystem
from surveys import clock, remembered
from surveys.models import Agency, Channel, EntryPoint, Frame, Questionnaire, Service, User, Wave
from surveys.roles import place
from surveys.waves import close_wave, open_wave

FIRST = datetime(2026, 10, 1, 1, tzinfo=UTC)  # eight o'clock in Thailand
DAYS = 60
LAST = date(2026, 11, 30)
NIGHT = FIRST + timedelta(days=45, hours=16)
AGENT = "Mozilla/5.0 (telephone {})"
LOW = (5, 5, 4, 5, 2, 4, 5, 4, 5, 1, 4, 5, 5, 4)  # 12 of 14 satisfied
HIGH = (5, 4, 5, 5, 4, 5, 4, 5, 5, 4, 5, 5, 4, 3)


MARKS = {
    *("FLAGGED", "REPELLED", "LIST_DOUBTED", "ERASED", "APART", "FRAME_CHANGED", "TAPPED_AGAIN")
}


@dataclass
class Ground:
    wave: Wave
    lifted: Agency
    smeared: Agency
    links: dict[str, EntryPoint] = field(default_factory=dict)
    numbers: Any = field(default_factory=count)
    refused: list[int] = field(default_factory=list)
    """How the product answered what nobody may do."""

    def client(self, address: str = "10.1.2.3", agent: str = AGENT.format(0)) -> Client:
        return Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent)

    def key_of(self, agency: Agency, *, independent: bool = False, reports: bool = False) -> str:
        system = CollectingSystem(
            name="program", agency=agency, independent=independent, reports_encounters=reports
        )
        key = system.new_key()
        system.save()
        system.channels.set(Channel.objects.all())
        return key

    def account(self, agency: Agency, role: str) -> User:
        user = User.objects.create_user(f"user{next(self.numbers)}", agency=agency)
        place(user, role)
        return user

    def kiosk(self, *, confirmed: bool = False) -> Kiosk:
        staff = self.account(self.lifted, "Agency analyst")
        kiosk = kiosks.put_up(self.links["A-counter"], staff, pin="4711")
        if confirmed:
            kiosk.confirmed_at = clock.now()
            kiosk.save()
        return kiosk

    def tap(self, kiosk: Kiosk, ratings: list[int], ages: list[float]) -> None:
        client = self.client()
        client.cookies[COOKIE] = kiosks.token_of(kiosk)
        for start in range(0, len(ratings), kiosks.PORTION):
            queue = [
                {
                    "key": f"{next(self.numbers):032x}",
                    "wave": self.wave.code,
                    "answers": {"OV": rating},
                    "age": age,
                }
                for rating, age in list(zip(ratings, ages, strict=True))[start:][: kiosks.PORTION]
            ]
            client.post(
                f"/kiosk/{kiosk.entry_point.slug}/answers/",
                {"answers": queue},
                content_type="application/json",
                headers={"X-Kiosk": "1"},
            )

    def send(self, key: str, service: str, rated: list[tuple[int, datetime | None]]) -> list[str]:
        """By the API, in batches; what became of each."""
        rows = [
            {
                "key": str(next(self.numbers)),
                "service": service,
                "channel": "counter",
                "answers": {"OV": rating},
            }
            | ({"answered_at": moment.isoformat()} if moment else {})
            for rating, moment in rated
        ]
        told = []
        for start in range(0, len(rows), 1000):
            told += self.post_batch(key, rows[start : start + 1000])
        return told

    def post_batch(self, key: str, rows: list[dict[str, Any]]) -> list[str]:
        sent = self.client().post(
            "/api/v1/responses/batch/",
            {"responses": rows},
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )
        return [row["status"] for row in sent.json().get("results", [])]

    def report(self, key: str, encounters: list[dict[str, Any]]) -> None:
        for start in range(0, len(encounters), 1000):
            sent = self.client().post(
                "/api/v1/encounters/",
                {"wave": self.wave.code, "encounters": encounters[start : start + 1000]},
                content_type="application/json",
                headers={"Authorization": f"Bearer {key}"},
            )
            assert {row["status"] for row in sent.json()["results"]} <= {"stored"}, sent.json()

    def form(self, link: str, client: Client | None = None) -> tuple[str, str]:
        """The address of a link's page, and the token of its form."""
        url = self.links[link].get_absolute_url()
        page = (client or self.client()).get(url).content.decode()
        found = re.search(r'name="form_token" value="([^"]+)"', page)
        assert found is not None
        return url, found[1]


def ground() -> Ground:
    """The two agencies, and what citizens answered."""
    made = bare_ground()
    with clock.at(FIRST):
        made.wave.method |= {"tokens": "offered"}
        made.wave.save()
        made.wave = open_wave(made.wave)
    for agency, ratings in ((made.lifted, LOW), (made.smeared, HIGH)):
        _answer_honestly(made.wave, made.links[f"{agency.code}-counter"], ratings)
    return made


def bare_ground() -> Ground:
    """The two agencies and a wave that has not opened."""
    lifted, smeared = (
        Agency.objects.create(code=code, name_th=code, name_en=code) for code in "AB"
    )
    channels = {
        code: Channel.objects.create(
            code=code, family=family, position=k, name_th=code, name_en=code
        )
        for k, (code, family) in enumerate(
            {"counter": "in_person", "web": "digital", "phone": "telephone"}.items(), 1
        )
    }
    asked = Questionnaire.objects.create(code="CORE", title_th="แบบสำรวจ", title_en="Survey")
    asked.questions.create(
        code="OV", is_overall=True, position=1, text_th="ภาพรวม", text_en="Overall"
    )
    frame = Frame.objects.create(code="F", source="test")
    links = {}
    for agency in (lifted, smeared):
        service = Service.objects.create(
            agency=agency, code=f"{agency.code}-1", name_th=agency.code, name_en=agency.code
        )
        for code, channel in channels.items():
            encounters = {"counter": 3000, "web": 200, "phone": 200}[code]
            frame.cells.create(
                service=service,
                channel=channel,
                encounters=encounters,
                starts_on=FIRST.date(),
                ends_on=LAST,
            )
            links[f"{agency.code}-{code}"] = EntryPoint.objects.create(
                service=service, channel=channel, embed_origins="https://portal.example.go.th"
            )
    wave = Wave.objects.create(
        code="W",
        title_th="รอบ",
        title_en="Wave",
        fiscal_year=2570,
        starts_on=FIRST.date(),
        ends_on=LAST,
        questionnaire=asked,
        frame=frame,
    )
    return Ground(wave, lifted, smeared, links)


def _answer_honestly(wave: Wave, link: EntryPoint, ratings: tuple[int, ...]) -> None:
    door = Door(wave)
    for day in range(DAYS):
        with clock.at(FIRST + timedelta(days=day, hours=9)):
            door.store_new(
                [
                    door.check(
                        Submission(
                            key=f"honest-{link.pk}-{day}-{k}",
                            service=link.service,
                            channel=link.channel,
                            entry_point=link,
                            answers={"OV": rating},
                            source=Response.Source.WEB,
                            device=f"{link.pk}-{day}-{k}",
                            seconds=4 + (7 * day + 11 * k) % 45,
                            answered_at=FIRST + timedelta(days=day, minutes=41 * k + day % 7),
                        )
                    )
                    for k, rating in enumerate(ratings[day % 2 :: 2] + ratings[: 4 + day % 3])
                ]
            )


@dataclass(frozen=True)
class Result:
    """What the figure was and is, and what the office sees. `added`: answers that were stored."""

    added: int
    raw: float
    shown: float
    low: float
    high: float
    outcome: str
    official: bool
    n: int
    flags: tuple[str, ...]
    alarm: bool
    set_aside: int
    own: int
    evidence: str

    def gained_unseen(self, before: Result) -> bool:
        """Whether the figure rose by more than the width of its interval, and nobody is told."""
        return self.shown - before.shown > before.high - before.low and not self.seen

    @property
    def seen(self) -> bool:
        return self.alarm or bool(MARKS & set(self.flags))


def after(attack: Callable[[Ground], object], code: str) -> Result:
    """Let the attack run on new ground, close the wave, and look at the agency. Nothing stays."""
    with transaction.atomic():
        try:
            made = ground()
            before = Response.objects.count()
            attack(made)
            remembered.forget()
            with clock.at(datetime(2026, 12, 1, 3, tzinfo=UTC)):
                wave = close_wave(Wave.objects.get(pk=made.wave.pk))
                compute_scores(wave)
                return _result(wave, code, Response.objects.count() - before)
        finally:
            transaction.set_rollback(True)
            remembered.forget()


def _result(wave: Wave, code: str, added: int) -> Result:
    score = Score.objects.get(
        wave=wave, level="agency", agency__code=code, is_overall=True, measure="top_two_box"
    )
    screening = AgencyScreening.objects.get(wave=wave, agency__code=code)
    answers = Response.objects.filter(wave=wave, service__agency__code=code)
    return Result(
        added=added,
        raw=answers.filter(overall__gte=4).count() / answers.count(),
        shown=score.estimate,
        low=score.low,
        high=score.high,
        outcome=score.verdict,
        official=score.official,
        n=score.n,
        evidence=score.evidence,
        flags=tuple(score.flags),
        alarm=screening.alarm,
        set_aside=screening.set_aside,
        own=answers.filter(selection=Response.Selection.OWN).count(),
    )

"""The simulated wave as records: frame, wave, service points, links, and its answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from responses.simulation.draw import drawn_in, simulate_draw
from responses.simulation.population import Population
from surveys import clock
from surveys.models import Agency, EntryPoint, Frame, FrameCell, Questionnaire, ServicePoint, Wave
from surveys.thai_dates import fiscal_year_be
from surveys.waves import open_wave

SERVICE_POINTS = (
    ("central", "สำนักงานส่วนกลาง", "Central office"),
    ("north", "ศูนย์บริการภาคเหนือ", "Northern service centre"),
    ("south", "ศูนย์บริการภาคใต้", "Southern service centre"),
)


def simulate_wave(
    seed: int,
    responses: int,
    *,
    fiscal_year: int | None = None,
    drawn: bool = False,
    year_before: bool = False,
    on_progress: Callable[[int], object] = lambda n: None,
) -> Wave:
    """The open wave SIM-<fiscal year, B.E.> with all its simulated responses.

    `fiscal_year` is this one unless given. `drawn`: its answers are those of citizens who were
    drawn, in a made-up draw. `year_before`: some agencies were not yet what they became. Repeating
    adds nothing; what was cut short is completed.
    """
    population = Population(seed, responses, year_before=year_before)
    wave = prepare(population, fiscal_year or fiscal_year_be(clock.today()))
    if wave.state != Wave.State.OPEN:
        return wave
    if drawn and not drawn_in(wave):
        simulate_draw(wave, population)
    draw = drawn_in(wave)
    last_moment = timezone.make_aware(datetime.combine(wave.ends_on, time(20)))
    selected = draw.of if draw else lambda _cell: {}
    for done in population.answer(wave, min(clock.now(), last_moment), selected):
        on_progress(done)
    return wave


@transaction.atomic
def prepare(population: Population, fiscal_year: int) -> Wave:
    first, last = date(fiscal_year - 544, 10, 1), date(fiscal_year - 543, 9, 30)
    code = f"SIM-{fiscal_year}"
    if existing := Wave.objects.filter(code=code).first():
        return existing
    frame = Frame.objects.create(code=code, source=population.source)
    FrameCell.objects.bulk_create(
        FrameCell(
            frame=frame,
            service=cell.service,
            channel=cell.channel,
            starts_on=first,
            ends_on=last,
            encounters=cell.encounters,
        )
        for cell in population.cells
    )
    for agency in Agency.objects.filter(services__in=[c.service for c in population.cells]):
        for point, thai, english in SERVICE_POINTS:
            ServicePoint.objects.get_or_create(
                agency=agency, code=point, defaults={"name_th": thai, "name_en": english}
            )
    for cell in population.cells:
        EntryPoint.objects.get_or_create(service=cell.service, channel=cell.channel)
    wave = Wave.objects.create(
        code=code,
        title_th=f"การสำรวจจำลอง ปีงบประมาณ พ.ศ. {fiscal_year}",
        title_en=f"Simulated survey, fiscal year {fiscal_year}",
        fiscal_year=fiscal_year,
        starts_on=first,
        ends_on=last,
        questionnaire=Questionnaire.objects.filter(code="CORE").latest("version"),
        frame=frame,
        simulated=True,
    )
    beginning = timezone.make_aware(datetime.combine(first, time(8, 30)))
    with clock.at(min(beginning, clock.now() - timedelta(hours=1))):
        return open_wave(wave)

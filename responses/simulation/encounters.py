"""Made-up encounters of one agency, so that a newcomer sees a draw. Nobody has their addresses."""

from __future__ import annotations

import random
from datetime import timedelta

from surveys import clock
from surveys.models import Agency, Encounter, FrameCell, ServicePoint, Wave
from surveys.sampling.encounters import EncounterLog, Report

LATEST = timedelta(days=30)
REACHABLE = 0.8


def simulate_encounters(wave: Wave, agency: Agency, seed: int, number: int) -> int:
    """Report so many encounters of the last days through the cells of the wave's frame; none where
    the agency has reported any. Returns how many were stored."""
    if Encounter.objects.filter(wave=wave, agency=agency).exists():
        return 0
    choose = random.Random(seed)  # noqa: S311
    cells = FrameCell.objects.filter(frame=wave.frame_id, service__agency=agency)
    places = list(cells.values_list("service__code", "channel__code", "encounters"))
    weights = [encounters for _service, _channel, encounters in places]
    points = list(ServicePoint.objects.filter(agency=agency).values_list("code", flat=True))
    days = min(LATEST, (clock.today() - wave.starts_on)).days + 1
    log = EncounterLog(wave)
    reports = []
    for k in range(number):
        [(service, channel, _encounters)] = choose.choices(places, weights)
        reports.append(
            Report(
                encounter=f"SIM-{k:05}",
                service=service,
                channel=channel,
                service_point=choose.choice([*points, ""]),
                time=clock.now() - timedelta(days=choose.randrange(days)),
                email=f"citizen{k}@mail.example" if choose.random() < REACHABLE else "",
                language=choose.choice(["th", "th", "th", "en"]),
            )
        )
    return len(log.store([log.check(report) for report in reports]))

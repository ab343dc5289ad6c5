"""Set up the demonstration. Running it again adds nothing."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from tqdm import tqdm

from analytics.management.demo_accounts import demo_accounts
from analytics.management.demo_strategy import demo_strategy
from analytics.models import Report, Score
from analytics.reporting.requests import make_report, request_report
from analytics.scoring.interim import watch
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from analytics.wording.verdict import sentence
from responses.screening.screen import screen
from responses.simulation.encounters import simulate_encounters
from responses.simulation.population import RESPONSES
from responses.simulation.wave import simulate_wave
from surveys import clock
from surveys.models import Agency, EntryPoint, Wave
from surveys.sampling.design import Design
from surveys.sampling.draws import make_draw
from surveys.thai_dates import fiscal_year_be
from surveys.waves import close_wave

SEED = 2570
REPORTED_AGENCY = "DLT"
ENCOUNTERS = 600
OPEN_SHARE = 0.2
"""The open wave has begun; it holds this share of the answers of the published one."""
EARLIER_SHARE = 0.3
"""So does the wave of the year before, since when three agencies have changed."""


class Command(BaseCommand):
    help = (
        "Load the registry; simulate the waves of the last two fiscal years, score and publish"
        " them, write the later one's PDFs; begin this year's; make accounts."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--responses", type=int, default=RESPONSES)

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        call_command("load_registry", verbosity=0, stdout=self.stderr)
        passwords = demo_accounts()
        this_year = fiscal_year_be(clock.today())
        earlier = self._simulate(
            int(EARLIER_SHARE * options["responses"]), this_year - 2, drawn=True, year_before=True
        )
        if earlier.state == Wave.State.OPEN:
            publish(close_wave(earlier))
        published = self._simulate(options["responses"], this_year - 1, drawn=True)
        demo_strategy(published, SEED)
        if published.state == Wave.State.OPEN:
            published = publish(close_wave(published))
        current = self._simulate(int(OPEN_SHARE * options["responses"]), this_year)
        self._draw(current)
        screen(current)
        compute_scores(current)
        watch(current)
        self._write_reports(published)
        self._show(published, current, passwords)
        self.stdout.write(f"Set up in {time.monotonic() - began:.0f} s.\n")

    def _simulate(
        self,
        responses: int,
        fiscal_year: int,
        *,
        drawn: bool = False,
        year_before: bool = False,
    ) -> Wave:
        with tqdm(total=responses, unit=" answers", desc=f"SIM-{fiscal_year}", leave=False) as bar:
            return simulate_wave(
                SEED,
                responses,
                fiscal_year=fiscal_year,
                drawn=drawn,
                year_before=year_before,
                on_progress=lambda n: bar.update(n),
            )

    def _draw(self, wave: Wave) -> None:
        """A month of one agency's encounters, of which the platform draws a tenth."""
        agency = Agency.objects.get(code=REPORTED_AGENCY)
        if wave.state == Wave.State.OPEN and simulate_encounters(wave, agency, SEED, ENCOUNTERS):
            make_draw(wave, Design(allocation="rate", rate="0.1", minimum=5))

    def _write_reports(self, wave: Wave) -> None:
        for agency in (None, Agency.objects.get(code=REPORTED_AGENCY)):
            for language in ("th", "en"):
                made = Report.objects.filter(wave=wave, agency=agency, language=language)
                if not made.filter(state=Report.State.DONE).exists():
                    make_report(str(request_report(wave, agency, language, None, queue=False).pk))

    def _show(self, published: Wave, current: Wave, passwords: dict[str, str]) -> None:
        nation = Score.objects.get(
            wave=published,
            level=Score.Level.NATION,
            is_overall=True,
            measure=published.method["measure"],
        )
        entry = EntryPoint.objects.filter(service__agency__code=REPORTED_AGENCY).first()
        url = settings.PUBLIC_URL
        lines = [
            "",
            f"SIMULATED DATA, {published.code}, published: {sentence(nation)}",
            "",
            f"  Home             {url}/",
            f"  Published wave   {url}/th/waves/{published.code}/",
            f"  Open wave        {url}/th/waves/{current.code}/",
            f"  What changed     {url}/th/waves/{published.code}/change/",
            f"  Scorecard        {url}/th/scorecard/",
            f"  Draws            {url}/th/draws/",
            f"  Answer a survey  {entry.public_url if entry else ''}",
            f"  Sign in          {url}/th/account/login/",
            f"  Survey office    {url}/th/admin/",
            "",
            *(f"  account {name:8} password {password}" for name, password in passwords.items()),
            "",
            *(
                f"  PDF ({report.language})  {report.file.path}"
                for report in Report.objects.filter(wave=published, state=Report.State.DONE)
            ),
            "",
        ]
        self.stdout.write("\n".join(lines))

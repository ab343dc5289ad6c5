"""Set up the demonstration. Running it again adds nothing."""

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from tqdm import tqdm

from analytics.demo import demo_accounts
from analytics.models import Report, Score
from analytics.scores import compute_scores
from analytics.tasks import make_report, request_report
from analytics.verdict import sentence
from responses.simulated_wave import simulate_wave
from responses.simulation import RESPONSES
from surveys.models import Agency, EntryPoint, Wave

SEED = 2570
REPORTED_AGENCY = "DLT"


class Command(BaseCommand):
    help = "Load the registry, make and score a simulated wave, write its PDFs, make accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        call_command("load_registry", verbosity=0)
        with tqdm(total=RESPONSES, unit=" responses", desc="Simulating", leave=False) as bar:
            wave = simulate_wave(SEED, RESPONSES, on_progress=lambda n: bar.update(n))
        compute_scores(wave)
        self._write_reports(wave)
        self._show(wave, demo_accounts())
        self.stdout.write(f"Set up in {time.monotonic() - began:.0f} s.\n")

    def _write_reports(self, wave: Wave) -> None:
        for agency in (None, Agency.objects.get(code=REPORTED_AGENCY)):
            for language in ("th", "en"):
                made = Report.objects.filter(wave=wave, agency=agency, language=language)
                if not made.filter(state=Report.State.DONE).exists():
                    make_report(str(request_report(wave, agency, language, None, queue=False).pk))

    def _show(self, wave: Wave, passwords: dict[str, str]) -> None:
        nation = Score.objects.get(
            wave=wave, level=Score.Level.NATION, is_overall=True, measure=wave.method["measure"]
        )
        entry = EntryPoint.objects.filter(service__agency__code=REPORTED_AGENCY).first()
        lines = [
            "",
            f"SIMULATED DATA: {wave.code}. {sentence(nation)}",
            "",
            f"  Home            {settings.PUBLIC_URL}/",
            f"  Answer a survey {entry.public_url if entry else ''}",
            f"  Sign in         {settings.PUBLIC_URL}/th/account/login/",
            f"  Survey office   {settings.PUBLIC_URL}/th/admin/",
            "",
            *(f"  account {name:8} password {password}" for name, password in passwords.items()),
            "",
            *(
                f"  PDF ({report.language}) {report.file.path}"
                for report in Report.objects.filter(wave=wave, state=Report.State.DONE)
            ),
            "",
        ]
        self.stdout.write("\n".join(lines))

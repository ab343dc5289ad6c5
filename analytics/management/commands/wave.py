"""Open, close, publish and verify waves."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from analytics.scoring.publication import publish, verify
from responses.ledger.verification import verify as verify_log
from surveys.management.by import actor, add_by
from surveys.models import Wave
from surveys.waves import close_wave, open_wave

STEPS: dict[str, Callable[..., Wave]] = {"open": open_wave, "close": close_wave, "publish": publish}


class Command(BaseCommand):
    help = (
        "Take a wave a step further, or check that it and its responses still are what they were."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", help="the wave's code")
        parser.add_argument("step", choices=[*STEPS, "verify"])
        add_by(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(code=options["wave"]).first()
        if wave is None:
            raise CommandError(f"No wave has the code {options['wave']}.")
        if options["step"] == "verify":
            if broken := verify(wave):
                raise CommandError(f"Changed since it was sealed: {', '.join(broken)}.")
            if next(verify_log(wave), None):
                raise CommandError(
                    f"Its responses are not as they were logged: verify_log {wave.code} names them."
                )
            self.stdout.write(f"Wave {wave.code} is as it was sealed.")
            return
        try:
            wave = STEPS[options["step"]](wave, actor=actor(options))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"Wave {wave.code} is now {wave.get_state_display()}.")

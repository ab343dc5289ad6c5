from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from analytics.planning.spread import spreads
from surveys.management.by import actor, add_by
from surveys.models import Draw, Wave
from surveys.sampling.audit import record_of, reveal
from surveys.sampling.design import Design
from surveys.sampling.draws import close_list, make_draw, preview
from surveys.sampling.listing import Planned
from surveys.sampling.planning import plan_draw


class Command(BaseCommand):
    help = (
        "Draw among the encounters of a wave that no draw has passed yet, and invite those drawn."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", metavar="WAVE")
        how_many = parser.add_mutually_exclusive_group()
        how_many.add_argument("--rate", help="the share of each cell, such as 0.1")
        how_many.add_argument("--per-cell", type=int, metavar="N", help="so many from each cell")
        how_many.add_argument(
            "--total", type=int, metavar="N", help="so many in all, in proportion to encounters"
        )
        parser.add_argument(
            "--neyman-from",
            metavar="WAVE",
            help="divide the total by how much answers differed in this earlier wave",
        )
        parser.add_argument("--minimum", type=int, default=1, metavar="N", help="in every cell")
        parser.add_argument(
            "--order",
            choices=["random", "time", "point_time"],
            default="random",
            help="a simple random sample, or every k-th along days, or along points and days",
        )
        parser.add_argument("--days", type=int, default=30, metavar="N", help="time to answer")
        step = parser.add_mutually_exclusive_group()
        step.add_argument("--dry-run", action="store_true", help="show the numbers, change nothing")
        step.add_argument(
            "--plan", action="store_true", help="commit to the next draw, and no more"
        )
        step.add_argument(
            "--close-list",
            metavar="SOURCE",
            help="close the list and wait for a public number, such as of the Government Lottery",
        )
        step.add_argument("--public-number", default="", metavar="NUMBER", help="draw with it")
        step.add_argument("--record", type=Path, metavar="OUT.json", help="write, for an audit")
        add_by(parser)
        parser.add_argument("--number", type=int, metavar="N", help="of the draw that is recorded")

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(code=options["wave"]).first()
        if wave is None:
            raise CommandError(_("There is no wave %(wave)s.") % {"wave": options["wave"]})
        try:
            self._step(wave, options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _step(self, wave: Wave, options: dict[str, Any]) -> None:
        if options["plan"]:
            self._say(plan_draw(wave))
        elif options["record"]:
            self._record(wave, options["number"], options["record"])
        elif options["dry_run"]:
            self._show(preview(wave, _design(wave, options, required=True)))
        elif options["close_list"]:
            fixed = _design(wave, options, required=True)
            self._say(close_list(wave, fixed, public_source=options["close_list"]))
        else:
            design = _design(wave, options) if _names_design(options) else None
            draw = make_draw(
                wave, design, public_value=options["public_number"], actor=actor(options)
            )
            self._say(draw)
            self.stdout.write(
                _("%(drawn)d drawn of %(encounters)d encounters.")
                % {
                    "drawn": sum(draw.cells.values_list("drawn", flat=True)),
                    "encounters": draw.encounters,
                }
            )

    def _say(self, draw: Draw) -> None:
        lines = [(_("draw"), draw.number), (_("commitment"), draw.commitment)]
        if draw.encounters_digest:
            lines.append((_("digest of the list"), draw.encounters_digest))
        if draw.public_source and not draw.drawn_at:
            lines.append((_("waits for"), draw.public_source))
        for name, value in lines:
            self.stdout.write(f"{name}: {value}")

    def _show(self, cells: Iterable[Planned]) -> None:
        for planned in cells:
            self.stdout.write(
                f"{planned.cell.service:20} {planned.cell.channel:16}"
                f"{planned.cell.encounters:>10,} {planned.cell.reachable:>10,}"
                f"{planned.drawn:>8,} {planned.weight.normalize():f}"
            )
        self.stdout.write(_("Dry run: nothing was changed."))

    def _record(self, wave: Wave, number: int | None, path: Path) -> None:
        draw = wave.draws.filter(number=number).first() if number else None
        if draw is None:
            raise CommandError(_("Name a draw of this wave with --number."))
        record = record_of(reveal(draw))
        with path.open("w", encoding="utf-8") as file:
            file.writelines(record)


def _names_design(options: dict[str, Any]) -> bool:
    return any(options[name] is not None for name in ("rate", "per_cell", "total"))


def _design(wave: Wave, options: dict[str, Any], *, required: bool = False) -> Design:
    """Raise ValidationError for what is no design, CommandError where nothing says how many."""
    if required and not _names_design(options):
        raise CommandError(_("Say how many: --rate, --per-cell or --total."))
    common: dict[str, Any] = {
        "minimum": options["minimum"],
        "order": options["order"],
        "answer_days": options["days"],
    }
    if options["rate"] is not None:
        return Design(allocation="rate", rate=options["rate"], **common)
    if options["per_cell"] is not None:
        return Design(allocation="per_cell", number=options["per_cell"], **common)
    if not options["neyman_from"]:
        return Design(allocation="proportional", number=options["total"], **common)
    before = Wave.objects.filter(code=options["neyman_from"]).first()
    if before is None:
        raise CommandError(_("There is no wave %(wave)s.") % {"wave": options["neyman_from"]})
    spread = spreads(wave, before)
    return Design(allocation="neyman", number=options["total"], spread=spread, **common)

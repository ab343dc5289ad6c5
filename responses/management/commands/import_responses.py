from argparse import ArgumentParser
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from responses.importers.detect import open_table
from responses.importers.findings import Finding
from responses.importers.importing import ImportFailed, import_responses
from responses.importers.known import Known
from responses.importers.mapping import ColumnMapping, MappingError
from responses.importers.mapping_toml import load_mapping, read_mapping
from responses.importers.period import with_period
from responses.importers.proposal import Proposal, propose
from responses.importers.summary import Summary
from responses.importers.toml_text import as_toml
from responses.importers.warnings import warnings_of
from responses.importers.weights import read_weights
from surveys.csv_files import CsvFile
from surveys.models import Wave
from surveys.rejections import Rejections, beside
from surveys.thai_dates import parse_date


class Command(BaseCommand):
    help = (
        "Import responses from a CSV, XLSX, Parquet or SPSS file. The same rows again add nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--mapping",
            metavar="MAP.toml",
            help="which column is what: a file, or the name of a shipped mapping",
        )
        parser.add_argument(
            "--guess",
            action="store_true",
            help="print the mapping that the import page would guess, and what to know of it",
        )
        parser.add_argument("--wave", default="", metavar="CODE")
        parser.add_argument(
            "--create",
            action="store_true",
            help="make the wave, agencies, services and channels that are missing",
        )
        for name, dest, what in (("from", "first", "first"), ("to", "last", "last")):
            parser.add_argument(
                f"--{name}",
                dest=dest,
                default="",
                metavar="DAY",
                help=f"with --create, the {what} day of the wave",
            )
        parser.add_argument(
            "--title", default="", metavar="TEXT", help="with --create, the title of the wave"
        )
        parser.add_argument("--dry-run", action="store_true", help="read and check, change nothing")
        parser.add_argument(
            "--rejected",
            type=Path,
            metavar="OUT.csv",
            help="write rejected rows here, not to FILE.rejected.csv",
        )
        parser.add_argument(
            "--weights", type=Path, metavar="FILE", help="CSV file with a weight per respondent"
        )
        parser.add_argument("--weight-column", metavar="NAME", help="its column with the weight")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["guess"]:
            self._guess(options["file"], options["wave"], tried=options["dry_run"])
            return
        try:
            mapping = load_mapping(_named(options["mapping"]))
            source = open_table(options["file"], delimiter=mapping.delimiter, layout=mapping.layout)
            if options["create"]:
                mapping = with_period(
                    mapping,
                    source,
                    first=_day(options["first"]),
                    last=_day(options["last"]),
                    title=options["title"],
                )
            with source.open() as rows:
                for warning in warnings_of(mapping, rows.header):
                    self.stderr.write(warning)
            otherwise = beside(source.path)
            with (
                Rejections.beside(source.path, options["rejected"], otherwise) as rejections,
                tqdm(total=source.size, unit="", unit_scale=True, disable=None) as bar,
            ):
                summary = import_responses(
                    source,
                    mapping,
                    wave_code=options["wave"],
                    create=options["create"],
                    dry_run=options["dry_run"],
                    weights=_weights(mapping, options["weights"], options["weight_column"]),
                    rejections=rejections,
                    on_progress=lambda position: bar.update(position - bar.n),
                )
        except ImportFailed as error:
            raise CommandError(str(error)) from error
        supplied = mapping.wave.method.get("weighting") == "supplied"
        if supplied and not mapping.weight and not options["weights"]:
            self.stderr.write(
                _("No weights were given (--weights): every answer of this file weighs 1.")
            )
        for message in rejections.in_words():
            self.stderr.write(message)
        if rejections.count and not mapping.key:
            self.stderr.write(
                _(
                    "The mapping has no key, so a corrected file counts as a new one: "
                    "import the corrected rows alone."
                )
            )
        self.stdout.write("\n".join(_lines(summary, dry_run=options["dry_run"])))
        if summary.rejected == summary.rows:
            raise CommandError(_("No row was accepted."))

    def _guess(self, path: Path, wave: str, *, tried: bool) -> None:
        """The mapping, as a file for --mapping. What asks for an answer makes it fail."""
        try:
            proposal = propose(path, Known.to(_open_wave(wave)), name=path.name)
            findings = proposal.findings
            self.stdout.write(as_toml(proposal.entries))
            for finding in findings:
                self._remark(_in_words(finding))
            if tried:
                self._try(proposal, wave)
        except ImportFailed as error:
            raise CommandError(str(error)) from error
        if asking := sum(finding.asks for finding in findings):
            raise CommandError(
                _("Findings that need an answer: %(count)d. See the lines that begin with “# !”.")
                % {"count": asking}
            )

    def _try(self, proposal: Proposal, wave: str) -> None:
        with Rejections() as rejections:
            summary = import_responses(
                proposal.table,
                read_mapping(proposal.entries),
                wave_code=_open_wave(wave).code,
                dry_run=True,
                rejections=rejections,
            )
        for line in (*rejections.in_words(), *_lines(summary, dry_run=True)):
            self._remark(line)
        if summary.rejected == summary.rows:
            raise CommandError(_("No row was accepted."))

    def _remark(self, text: str) -> None:
        for line in text.splitlines():
            self.stdout.write(f"# {line}")


def _day(text: str) -> date | None:
    """Raise MappingError."""
    try:
        return parse_date(text) if text else None
    except ValueError:
        raise MappingError(
            _("“%(text)s” is not a date. Write 2024-01-31, 31/01/2567 or ๓๑/๐๑/๒๕๖๗.")
            % {"text": text}
        ) from None


def _in_words(finding: Finding) -> str:
    about = f"{finding.column}: " if finding.column else ""
    return f"{'! ' if finding.asks else ''}{about}{finding.why}"


def _named(mapping: str | None) -> str:
    if not mapping:
        raise MappingError(_("Name the mapping with --mapping, or have one guessed: --guess."))
    return mapping


def _open_wave(code: str) -> Wave:
    """The wave with this code; without one, the only wave that is open. Raise MappingError."""
    if code:
        if wave := Wave.objects.filter(code=code).first():
            return wave
        raise MappingError(_("There is no wave %(wave)s.") % {"wave": code})
    waves = Wave.objects.filter(state=Wave.State.OPEN)
    if len(waves) != 1:
        raise MappingError(
            _("Name the wave with --wave. Open are: %(waves)s")
            % {"waves": ", ".join(wave.code for wave in waves) or "–"}
        )
    return waves[0]


def _weights(
    mapping: ColumnMapping, path: Path | None, column: str | None
) -> dict[str, Decimal] | None:
    if path is None:
        return None
    if not mapping.weights_by:
        raise MappingError(_("The mapping does not say by which column (weights_by) weights join."))
    if not column:
        raise MappingError(_("Name the column of the weights with --weight-column."))
    return read_weights(CsvFile.inspect(path), by=mapping.weights_by, column=column)


def _lines(summary: Summary, *, dry_run: bool) -> list[str]:
    counts = {
        _("rows"): summary.rows,
        _("stored"): summary.stored,
        _("already stored"): summary.already_stored,
        _("without an answer"): summary.without_answer,
        _("rejected"): summary.rejected,
    }
    if summary.unfinished:
        counts[_("unfinished")] = summary.unfinished
    for code, count in summary.not_understood.items():
        counts[_("answers to %(question)s not understood, left out") % {"question": code}] = count
    if summary.shortened_comments:
        counts[_("comments shortened")] = summary.shortened_comments
    if summary.registry_created:
        counts[_("registry records made")] = summary.registry_created
    if summary.encounters is not None:
        counts[_("encounters counted for the frame")] = summary.encounters
    if summary.frame:
        counts[_("cells of the frame added")] = summary.frame.added
        counts[_("cells of the frame changed")] = summary.frame.changed
        if summary.frame.kept:
            counts[_("cells of the frame kept, as the file has fewer")] = summary.frame.kept
    lines = [f"{count:>12,}  {what}" for what, count in counts.items()]
    return [_("Dry run: nothing was changed."), *lines] if dry_run else lines

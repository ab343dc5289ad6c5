"""What of a list that was drawn from does not fit, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from analytics.domains.partitions import Registry
from analytics.fieldwork.listed import Finding, Kind, list_findings
from analytics.wording.charts import computation_of
from surveys.models import Wave


def finding_sentences(wave: Wave, most: int | None = None) -> list[str]:
    """For the office, which is told more than the mark on a figure says; so many of them at most.
    Once the wave has closed they are those that its scores were computed with."""
    registry = Registry()
    over = wave.state in (Wave.State.CLOSED, Wave.State.PUBLISHED)
    computation = computation_of(wave) if over else None
    if computation is None or computation.lists is None:
        findings = list_findings(wave, registry)
    else:
        kept = computation.lists
        findings = [Finding((s, c), Kind(kind), *numbers) for s, c, kind, *numbers in kept]
    return [_sentence(each, registry) for each in findings[:most]]


def _sentence(finding: Finding, registry: Registry) -> str:
    service, channel = finding.place
    values = {
        "agency": registry.agencies[registry.services[service].agency_id],
        "service": registry.services[service],
        "channel": registry.channels[channel],
        "found": f"{finding.found:,}",
        "expected": f"{finding.expected:,}",
    }
    text = {
        Kind.MORE: _(
            "%(agency)s, %(service)s, %(channel)s: %(found)s encounters are listed, but by other"
            " counts there were about %(expected)s."
        ),
        Kind.FEW: _(
            "%(agency)s, %(service)s, %(channel)s: only %(found)s encounters are listed of about"
            " %(expected)s that there were."
        ),
        Kind.SHARED: _(
            "%(agency)s, %(service)s, %(channel)s: the contacts of %(found)s of %(expected)s"
            " encounters stand on more than three each."
        ),
        Kind.EAGER: _(
            "%(agency)s, %(service)s, %(channel)s: %(found)s of %(expected)s who were drawn have"
            " answered, far more than citizens do."
        ),
    }[finding.kind]
    return text % values

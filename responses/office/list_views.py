"""The pages on which the survey office brings in a wave's frame, and encounters."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Sum
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from responses.access import may_import
from responses.importers.importing import ImportFailed
from responses.importers.lists import COLUMNS_OF
from responses.models import ImportJob
from responses.office import jobs, lists
from surveys.access import may_run_waves, only_for
from surveys.acts import record
from surveys.columns import columns_of
from surveys.csv_files import FileError
from surveys.models import Act, Agency, CountedFromLog, FrameCell, User, Wave
from surveys.office.steps import context_of
from surveys.setting_up import count_what_agencies_report, empty_frame

Kind = ImportJob.Kind
JOBS_SHOWN = 10


class ListForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("CSV or XLSX file"), max_length=250)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("At most %(limit)s.") % {
            "limit": filesizeformat(settings.IMPORT_SIZE_LIMIT),
        }

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_SIZE_LIMIT:
            raise forms.ValidationError(
                _("This file is larger than %(limit)s. Split it.")
                % {"limit": filesizeformat(settings.IMPORT_SIZE_LIMIT)}
            )
        return file


@only_for(may_run_waves)
@never_cache
@require_http_methods(["GET", "POST"])
def frame(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave.objects.select_related("frame"), code=code)
    if wave.state != Wave.State.DRAFT:
        return redirect("desk:wave", code)
    form = ListForm(request.POST or None, request.FILES or None)
    if job := _brought(request, form, wave, Kind.FRAME):
        return redirect("files:file", job.pk)
    cells = FrameCell.objects.filter(frame=wave.frame_id)
    context = context_of(wave, "files:frame") | {
        "form": form,
        "columns": columns_of("frame"),
        "jobs": wave.imports.filter(kind=Kind.FRAME)[:JOBS_SHOWN],
        "encounters": cells.aggregate(total=Sum("encounters"))["total"] or 0,
        "pairs": cells.order_by().values("service", "channel").distinct().count(),
        "counted": CountedFromLog.objects.filter(wave=wave).count(),
    }
    return render(request, "setup/frame.html", context)


@only_for(may_import)
@never_cache
@require_http_methods(["GET", "POST"])
def encounters(request: HttpRequest, code: str) -> HttpResponse:
    """Encounters that an agency sends on a file; programs send them by the API."""
    wave = get_object_or_404(Wave, code=code, state__in=[Wave.State.DRAFT, Wave.State.OPEN])
    form = ListForm(request.POST or None, request.FILES or None)
    if job := _brought(request, form, wave, Kind.ENCOUNTERS):
        return redirect("files:file", job.pk)
    context = {
        "wave": wave,
        "form": form,
        "columns": columns_of("encounters"),
        "jobs": wave.imports.filter(kind=Kind.ENCOUNTERS)[:JOBS_SHOWN],
        "reported": wave.encounters.count(),
    }
    return render(request, "setup/encounters.html", context)


def _brought(request: HttpRequest, form: ListForm, wave: Wave, kind: str) -> ImportJob | None:
    if not form.is_valid():
        return None
    try:
        return lists.bring(form.cleaned_data["file"], wave, kind, cast(User, request.user))
    except FileError as error:
        form.add_error("file", str(error))
        return None


@only_for(may_run_waves)
@require_POST
def count(request: HttpRequest, code: str) -> HttpResponse:
    """Count the agencies without figures from what they report."""
    wave = get_object_or_404(Wave, code=code, state=Wave.State.DRAFT)
    number = count_what_agencies_report(wave, cast(User, request.user))
    total = Agency.objects.exclude(services=None).count()
    messages.success(
        request,
        _("%(number)s of %(total)s agencies are counted from what they report.")
        % {"number": number, "total": total},
    )
    return redirect("files:frame", code)


@only_for(may_run_waves)
@require_POST
def empty(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave, code=code, state=Wave.State.DRAFT)
    empty_frame(wave, cast(User, request.user))
    messages.success(request, _("The frame is empty again."))
    return redirect("files:frame", code)


@only_for(may_import)
@never_cache
@require_safe
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The first rows as they are read and what would become of them; later what became of them."""
    job = _job(pk)
    context: dict[str, Any] = {"job": job, "wave": job.wave, "back": f"files:{job.kind}"}
    if job.state == ImportJob.State.PREPARED:
        try:
            context["look"] = lists.look(job)
        except ImportFailed as error:
            context["problem"] = str(error)
    return render(request, "setup/file.html", context)


@only_for(may_import)
@require_POST
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    job = _job(pk)
    jobs.start(job)
    record(Act.What.IMPORT, job.wave, job=str(pk))
    return redirect("files:file", pk)


@only_for(may_import)
@require_POST
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    job = _job(pk)
    jobs.discard(job)
    messages.success(request, _("The file was discarded."))
    return redirect(f"files:{job.kind}", job.wave.code)


@only_for(may_import)
@never_cache
@require_safe
def rejected(request: HttpRequest, pk: UUID) -> FileResponse:
    job = _job(pk)
    if not job.has_report:
        raise Http404
    record(Act.What.SEE, job.wave, rejected=str(pk))
    return FileResponse(
        job.report_path.open("rb"),
        as_attachment=True,
        filename=f"{job.wave.code}-{job.kind}-rejected.csv",
        content_type="text/csv; charset=utf-8",
    )


def _job(pk: UUID) -> ImportJob:
    found = ImportJob.objects.filter(kind__in=COLUMNS_OF).select_related("wave__frame")
    return get_object_or_404(found, pk=pk)

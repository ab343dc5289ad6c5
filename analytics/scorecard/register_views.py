"""The pages of the registers: lists are handed in, looked at, approved or refused."""

from __future__ import annotations

import csv
import io
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from surveys import handing_in
from surveys.access import Visitor, may_approve_registers, may_enter_registers, only_for
from surveys.csv_files import FileError, harmless
from surveys.models import Agency, RegisterList, User
from surveys.registers import REGISTERS
from surveys.row_files import read_rows

LISTS_A_PAGE = 20


class ListForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("CSV or XLSX"), max_length=250)
    whole = forms.BooleanField(
        label=gettext_lazy("This is the whole list: retire what it does not name"), required=False
    )


def _may_see(user: Visitor) -> bool:
    return may_enter_registers(user) or may_approve_registers(user)


@only_for(_may_see)
@never_cache
@require_GET
def registers(request: HttpRequest) -> HttpResponse:
    lists = handing_in.lists_for(request.user)
    context = {
        "registers": [(code, register.title) for code, register in REGISTERS.items()],
        "page": Paginator(lists, LISTS_A_PAGE).get_page(request.GET.get("page")),
        "may_enter": may_enter_registers(request.user),
    }
    return render(request, "scorecard/registers.html", context)


@only_for(may_enter_registers)
@never_cache
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, code: str) -> HttpResponse:
    """Hand in a list. Nothing of it counts before another person has approved it."""
    if code not in REGISTERS:
        raise Http404
    form = ListForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            return redirect("analytics:scorecard_list", _handed_in(request, code, form).pk)
        except (FileError, ValidationError) as error:
            form.add_error("file", str(error) if isinstance(error, FileError) else error)
    own = handing_in.register_for(code, request.user)
    context = {"form": form, "register": own, "stored": own.stored().count()}
    return render(request, "scorecard/register.html", context)


def _handed_in(request: HttpRequest, code: str, form: ListForm) -> RegisterList:
    file = form.cleaned_data["file"]
    rows = read_rows(file, file.name, REGISTERS[code].columns)
    whole = form.cleaned_data["whole"]
    actor = cast(User, request.user)
    return handing_in.hand_in(code, rows, name=file.name, whole=whole, actor=actor)


@only_for(_may_see)
@never_cache
@require_http_methods(["GET", "POST"])
def handed_in(request: HttpRequest, pk: int) -> HttpResponse:
    """What a list would change; approved, refused or taken back here."""
    listed = get_object_or_404(handing_in.lists_for(request.user), pk=pk)
    if request.method == "POST":
        try:
            messages.success(request, _decide(listed, request.POST, cast(User, request.user)))
            return redirect("analytics:scorecard_registers")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("analytics:scorecard_list", pk)
    pending = listed.state == RegisterList.State.PENDING
    own = listed.entered_by_id == request.user.pk
    context = {
        "listed": listed,
        "title": REGISTERS[listed.register].title,
        "difference": handing_in.difference_of(listed) if pending else None,
        "own": own,
        "may_decide": pending and not own and may_approve_registers(request.user),
    }
    return render(request, "scorecard/list.html", context)


def _decide(listed: RegisterList, said: Any, actor: User) -> str:
    if "withdraw" in said:
        handing_in.withdraw(listed, actor=actor)
        return _("The list was taken back.")
    if "refuse" in said:
        handing_in.refuse(listed, said.get("why", ""), actor=actor)
        return _("Refused.")
    handing_in.approve(listed, said.get("digest", ""), actor=actor)
    return _("Approved. The scorecard shows it.")


@require_safe
def register_csv(request: HttpRequest, code: str) -> HttpResponse:
    """Every row that counts, with its evidence, for everybody."""
    if code not in REGISTERS:
        raise Http404
    whole = REGISTERS[code](Agency.objects.all())
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*whole.columns, "simulated"])
    for row in whole.stored().filter(retired_on=None):
        cells = [*whole.written(row), "yes" if row.simulated else "no"]
        writer.writerow([harmless(cell) for cell in cells])
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}.csv"'
    return answer

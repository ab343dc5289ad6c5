"""The registry as lists: uploaded, compared with what is there, then brought in."""

from __future__ import annotations

import csv
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core import signing
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.access import may_change_registry, only_for
from surveys.acts import record
from surveys.columns import columns_of
from surveys.csv_files import FileError, harmless
from surveys.models import Act, User
from surveys.registry import load_registry
from surveys.registry_files import bring
from surveys.registry_lists import LISTS, RegistryList, bring_in, difference_of, hold_still
from surveys.row_files import BY_A_WORKER, TooLong, read_rows

SALT = "registry list"
SEEN_FOR = 24 * 60 * 60


class ListForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("CSV or XLSX file"))
    whole = forms.BooleanField(
        label=gettext_lazy("This is the whole list: retire what it does not name"), required=False
    )

    def __init__(self, register: RegistryList[Any], *args: Any) -> None:
        super().__init__(*args)
        said = _("At most %(limit)s rows. A worker compares a long list; CSV is read faster.")
        self.fields["file"].help_text = said % {"limit": f"{BY_A_WORKER.rows:,}"}
        if not register.may_retire:
            del self.fields["whole"]

    def clean_file(self) -> Any:
        file, most = self.cleaned_data["file"], BY_A_WORKER.size
        if file.size > most:
            said = _("%(file)s is larger than %(limit)s MB. Split it.")
            raise forms.ValidationError(said % {"file": file.name, "limit": most >> 20})
        return file


def _list(name: str) -> RegistryList[Any]:
    if name not in LISTS:
        raise Http404
    return LISTS[name]()


@only_for(may_change_registry)
@never_cache
@require_safe
def registry(request: HttpRequest) -> HttpResponse:
    """What there is, and the files it could come from."""
    lists = [(each, each().stored().count()) for each in LISTS.values()]
    done = Act.objects.filter(what=Act.What.REGISTRY)[:10]
    titles = {code: each.title for code, each in LISTS.items()} | {"shipped": _("as shipped")}
    context = {
        "lists": lists,
        "acts": [(act, titles.get(act.about, act.about)) for act in done],
        "empty": not any(number for _list, number in lists),
    }
    return render(request, "setup/registry.html", context)


@only_for(may_change_registry)
@require_POST
def shipped(request: HttpRequest) -> HttpResponse:
    """The registry that comes with the product: twenty ministries, and a questionnaire."""
    loaded = load_registry()
    record(
        Act.What.REGISTRY,
        ("registry", "shipped"),
        cast(User, request.user),
        **{name: loaded.counts[name] for name in ("created", "updated", "unchanged")},
    )
    messages.success(request, _("The registry that comes with the product was brought in."))
    return redirect("setup:registry")


@only_for(may_change_registry)
@never_cache
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, name: str) -> HttpResponse:
    """Say what the file would change; of a long one a worker finds out. Nothing is changed yet."""
    register = _list(name)
    form = ListForm(register, request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"register": register, "form": form, "columns": columns_of(name)}
    if form.is_valid():
        file, whole = form.cleaned_data["file"], form.cleaned_data.get("whole", False)
        try:
            rows = read_rows(file, file.name, register.columns)
        except TooLong:
            return redirect(bring(file, name, cast(User, request.user), whole=whole))
        except FileError as error:
            form.add_error("file", str(error))
        else:
            difference = difference_of(register, rows, whole=whole)
            said = {"rows": rows, "whole": whole, "name": file.name, "list": name}
            context |= {
                "difference": difference,
                "digest": difference.digest(),
                "said": signing.dumps(said, salt=SALT, compress=True),
            }
    return render(request, "setup/registry_list.html", context)


@only_for(may_change_registry)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def carry_out(request: HttpRequest, name: str) -> HttpResponse:
    """Do what was shown, unless the registry has changed since. Whoever opens the address anew
    brings the file again."""
    register = _list(name)
    try:
        said = signing.loads(request.POST.get("said", ""), salt=SALT, max_age=SEEN_FOR)
    except signing.BadSignature:
        said = {}
    if said.get("list") != name:
        messages.error(request, _("Bring the file again: what it said is no longer at hand."))
        return redirect("setup:registry_upload", name)
    try:
        with transaction.atomic():
            hold_still(register)
            difference = difference_of(register, said["rows"], whole=said["whole"])
            if difference.digest() != request.POST.get("digest"):
                raise IntegrityError
            bring_in(register, difference, cast(User, request.user), name=said["name"])
    except IntegrityError:  # or somebody was faster by a moment
        messages.error(
            request, _("The registry has changed since. Bring the file again and look once more.")
        )
        return redirect("setup:registry_upload", name)
    messages.success(request, _("The list was brought in."))
    return redirect("setup:registry")


@only_for(may_change_registry)
@require_safe
def file(request: HttpRequest, name: str) -> HttpResponse:
    """The list as it is, to be corrected and brought again."""
    register = _list(name)
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
    answer.write("\ufeff")
    writer = csv.writer(answer)
    writer.writerow(register.columns)
    writer.writerows([harmless(cell) for cell in row] for row in register.written())
    return answer

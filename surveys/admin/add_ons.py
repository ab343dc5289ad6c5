"""The own questions of agencies. Whoever has the right writes them for their own agency and those
below it alone; OPDC for all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from surveys.access import (
    add_ons_for,
    may_author,
    may_author_for,
    may_see_every_agency,
    reach,
)
from surveys.add_ons import add, stop
from surveys.admin.dates import in_words
from surveys.admin.office import OfficeAdmin
from surveys.admin.questionnaire import (
    FROZEN,
    QuestionInline,
    Questions,
    VersionsAdmin,
    XlsFormUpload,
)
from surveys.models import AddOn, AddOnUse, Agency, Questionnaire, Service, Wave
from surveys.models.add_on import ADDED_QUESTIONS_LIMIT, check_add_on
from surveys.xlsform.reading import Form, read_form
from surveys.xlsform.storing import store_form


class AuthorAdmin(OfficeAdmin):
    """For authors of agencies and for the office."""

    agency_column: str
    """Says whose a record is."""

    def _may(self, request: HttpRequest, record: Any) -> bool:
        if record is None:
            return may_author(request.user)
        return may_author_for(request.user, getattr(record, self.agency_column))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_author(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Records out of reach are not in the queryset."""
        return may_author(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_author(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj) and not self.is_frozen(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj) and not self.is_frozen(obj)


def _own_agency(request: HttpRequest, field: Any) -> None:
    """Offer the agencies within reach; one's own first, and no empty choice but for the office."""
    field.queryset = reach(request.user)
    if not may_see_every_agency(request.user):
        field.required = True
        field.initial = getattr(request.user, "agency_id", None)


class AddOnQuestions(Questions):
    """The questions of an add-on keep its rules together."""

    def clean(self) -> None:
        super().clean()
        if not any(self.errors):
            check_add_on(self.instance, [form.instance for form in self.left()])


class AddOnQuestionInline(QuestionInline):
    formset = AddOnQuestions
    extra = 1
    exclude = ["is_overall"]
    verbose_name = _("question")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in super().get_fields(request, obj) if name != "is_overall"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_author(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def _may(self, request: HttpRequest, add_on: Any) -> bool:
        if add_on is None:
            return may_author(request.user)
        return may_author_for(request.user, add_on.owner_id) and add_on.frozen_at is None


class AddOnUpload(XlsFormUpload):
    owner: Any = forms.ModelChoiceField(Agency.objects.none(), label=_("agency"), required=False)

    field_order = ["file", "owner", "code"]

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(request, *args)
        _own_agency(request, self.fields["owner"])


@admin.register(AddOn)
class AddOnAdmin(AuthorAdmin, VersionsAdmin):
    agency_column = "owner_id"
    list_display = ["__str__", "titled", "owned", "questions", FROZEN]
    list_select_related = ["owner"]
    fields = ["owner", "code", "version", "title_th", "title_en", FROZEN]
    readonly_fields = [FROZEN]
    inlines = [AddOnQuestionInline]
    upload_form = AddOnUpload

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        counted = add_ons_for(request.user).annotate(question_count=Count("questions"))
        return counted.order_by("code", "-version")

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "owner" and field:
            _own_agency(request, field)
        return field

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """An add-on before anything about it is checked."""
        form = super().get_form(request, obj, change, **kwargs)

        class OfAddOn(form):  # type: ignore[misc,valid-type]
            def _post_clean(self) -> None:
                self.instance.is_add_on = True
                super()._post_clean()

        return OfAddOn

    @admin.display(description=_("agency"))
    def owned(self, add_on: AddOn) -> str:
        return str(add_on.owner or _("for every agency"))

    def read(self, form: XlsFormUpload) -> Form:
        return read_form(form.cleaned_data["file"], add_on=True)

    def store(self, form: XlsFormUpload, read: Form) -> Questionnaire:
        owner = form.cleaned_data["owner"]
        return store_form(read, form.cleaned_data["code"], add_on=True, owner=owner)

    def may_make_version(self, request: HttpRequest, questionnaire: Questionnaire) -> bool:
        return may_author_for(request.user, questionnaire.owner_id)


@admin.register(AddOnUse)
class AddOnUseAdmin(AuthorAdmin):
    agency_column = "agency_id"
    list_display = [
        "add_on",
        "agency",
        "wave",
        "service",
        "channel",
        in_words("asked_since", _("asked since")),
        in_words("asked_until", _("asked until")),
    ]
    list_select_related = ["wave", "agency", "add_on", "service", "channel"]
    list_filter = ["wave"]
    search_fields = ["add_on__code", "add_on__title_th", "add_on__title_en", "agency__code"]
    fields = ["wave", "agency", "add_on", "service", "channel"]
    actions = ["stop_asking"]

    def is_frozen(self, record: Any) -> bool:
        return record is not None and record.asked_since is not None

    def get_queryset(self, request: HttpRequest) -> QuerySet[AddOnUse]:
        uses = super().get_queryset(request)
        if may_see_every_agency(request.user):
            return uses
        return uses.filter(agency__in=reach(request.user).values("pk"))

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is None:
            return field
        match db_field.name:
            case "agency":
                _own_agency(request, field)
            case "wave":
                field.queryset = Wave.objects.filter(state__in=[Wave.State.DRAFT, Wave.State.OPEN])
            case "add_on":
                field.queryset = _offered(request)
                field.help_text = _(
                    "Asked behind the core, at most %(limit)d questions in all at one place."
                ) % {"limit": ADDED_QUESTIONS_LIMIT}
            case "service":
                agencies = reach(request.user).values("pk")
                field.queryset = Service.objects.filter(agency__in=agencies)
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        add(obj)

    def has_author_permission(self, request: HttpRequest) -> bool:
        return may_author(request.user)

    @admin.action(description=_("Stop asking"), permissions=["author"])
    def stop_asking(self, request: HttpRequest, uses: QuerySet[AddOnUse]) -> None:
        for use in uses:
            try:
                stop(use)
            except ValidationError as error:
                self.message_user(request, f"{use}: {' '.join(error.messages)}", messages.ERROR)
            else:
                self.message_user(request, _("%s is asked no longer.") % use, messages.SUCCESS)


def _offered(request: HttpRequest) -> QuerySet[Questionnaire]:
    """What may be chosen: one's own, those of agencies above, and those for all."""
    offered = Questionnaire.objects.filter(is_add_on=True)
    if may_see_every_agency(request.user):
        return offered
    own = reach(request.user).values_list("pk", flat=True)
    agency = getattr(request.user, "agency", None)
    above = Agency.objects.ancestors(agency).values_list("pk", flat=True) if agency else ()
    return offered.filter(owner=None) | offered.filter(owner__in=[*own, *above])

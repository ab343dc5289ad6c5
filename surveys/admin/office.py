"""What every page of the survey office shares."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from surveys.access import may_administer, may_see_every_agency
from surveys.dates import EitherEraField
from surveys.models import FrozenError

RECORD = re.compile("[0-9]{1,18}")


def _numbers(values: list[Any]) -> list[Any]:
    """A form that was refused is shown again with what it said; Django looks that up as numbers."""
    return [each for each in values if RECORD.fullmatch(str(each))]


class Reference(AutocompleteSelect):
    def optgroups(self, name: Any, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, _numbers(value), attr)


class References(AutocompleteSelectMultiple):
    def optgroups(self, name: Any, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, _numbers(value), attr)


class OfficeAdmin(admin.ModelAdmin):
    """For OPDC's staff alone; what a wave has used is shown and explained, not changed."""

    list_per_page = 50
    show_full_result_count = False
    formfield_overrides = {models.DateField: {"form_class": EitherEraField}}

    def is_frozen(self, record: Any) -> bool:
        """Whether this record can no longer change."""
        return bool(getattr(record, "frozen_at", None))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_see_every_agency(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return any(may_administer(request.user, act, self.opts) for act in ("view", "change"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_administer(request.user, "add", self.opts)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_administer(request.user, "change", self.opts) and not self.is_frozen(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_administer(request.user, "delete", self.opts) and not self.is_frozen(obj)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """A form about one record does not offer to delete another."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and hasattr(field.widget, "can_delete_related"):
            field.widget.can_delete_related = False
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Reference(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", References(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What an address fills in beforehand, less what names no record: Django looks it up."""
        given = super().get_changeform_initial_data(request)
        references = {field.name for field in self.opts.get_fields() if field.is_relation}
        return {
            name: value
            for name, value in given.items()
            if name not in references or RECORD.fullmatch(str(value))
        }

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without deleting in bulk: it would pass by the models' own refusal."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Django would list each answer that names the record: of a link there may be millions."""
        if any(map(_is_answered, objs)):
            return [], {}, set(), [_("answers of citizens")]
        return super().get_deleted_objects(objs, request)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except FrozenError as error:
            return self._refuse(request, error)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().delete_view(request, *args, **kwargs)
        except FrozenError as error:
            return self._refuse(request, error)

    def _refuse(self, request: HttpRequest, error: FrozenError) -> HttpResponse:
        self.message_user(request, str(error), messages.ERROR)
        return redirect(request.get_full_path())


class FrozenInline(admin.TabularInline):
    """Parts that are read-only once their whole is frozen."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_administer(request.user, "add", self.opts) and not _frozen(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_administer(request.user, "change", self.opts) and not _frozen(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_administer(request.user, "delete", self.opts) and not _frozen(obj)


def _is_answered(record: models.Model) -> bool:
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: record}).exists()
        for relation in record._meta.related_objects
        if relation.related_model._meta.label in ("responses.Response", "responses.Comment")
    )


def _frozen(whole: Any) -> bool:
    return bool(getattr(whole, "frozen_at", None))

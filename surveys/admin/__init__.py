"""The survey office: the registry, questionnaires, frames, waves, links and accounts."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin

from surveys.admin import accounts, add_ons, frame, links, questionnaire, registry, wave

# One sign-in with one set of limits, also for the office.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

__all__ = ["accounts", "add_ons", "frame", "links", "questionnaire", "registry", "wave"]

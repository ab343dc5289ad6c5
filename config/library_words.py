"""Messages of libraries that our catalogue translates in place of theirs (docs/glossary.md)."""

from django.utils.translation import gettext_lazy, pgettext_lazy

OVERRIDDEN = (
    pgettext_lazy("field label", "Login"),  # of allauth, which says "to sign in"
    gettext_lazy("None available"),  # of the admin, which says "busy"
)

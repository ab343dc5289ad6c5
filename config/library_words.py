"""Messages of libraries that our catalogue translates in place of theirs (docs/glossary.md)."""

from django.utils.translation import gettext_lazy, pgettext_lazy

OVERRIDDEN = (
    pgettext_lazy("field label", "Login"),  # of allauth, which says "to sign in"
    gettext_lazy("None available"),  # of the admin, which says "busy"
    # Of allauth, which calls passkeys by three names.
    gettext_lazy("Master key"),
    gettext_lazy("Backup key"),
    gettext_lazy("Key nr. {number}"),
    gettext_lazy("Security key added."),
    gettext_lazy("Security key removed."),
    gettext_lazy("Authenticator app activated."),
    gettext_lazy("Authenticator app deactivated."),
    gettext_lazy("A new set of recovery codes has been generated."),
    gettext_lazy("Use a security key"),
    gettext_lazy("The third-party account has been connected."),
    gettext_lazy("The third-party account is already connected to a different account."),
    gettext_lazy("The third-party account has been disconnected."),
    gettext_lazy("Use authenticator app or code"),
    gettext_lazy("Authenticator code"),
)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResponsesConfig(AppConfig):
    name = "responses"
    verbose_name = _("Responses: who answered what")

    def ready(self) -> None:
        from responses.api import description  # noqa: F401
        from responses.models.collecting_system import CollectingSystem
        from responses.models.complaint_words import ComplaintWords
        from responses.privacy.devices import destroy_keys_of_closed_waves
        from surveys.remembered import forget_when_changed

        forget_when_changed(CollectingSystem, ComplaintWords)
        destroy_keys_of_closed_waves()

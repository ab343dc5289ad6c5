from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("Analytics: what it means")

    def ready(self) -> None:
        from analytics.scorecard import freezing

        freezing.connect()

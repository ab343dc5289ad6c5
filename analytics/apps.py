from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("Analytics: what it means")

    def ready(self) -> None:
        from analytics.dashboards import quality
        from analytics.releases import keeping
        from analytics.reporting import at_publication
        from analytics.scorecard import freezing
        from analytics.scoring.publication import published

        freezing.connect()
        at_publication.connect()
        published.connect(quality.keep_quality)
        published.connect(keeping.keep_first)

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("Surveys: what is asked, of whom")

    def ready(self) -> None:
        from surveys import act_signals
        from surveys.own_sessions import keep_no_traces
        from surveys.remembered import forget_when_changed
        from surveys.roles import keep_groups

        forget_when_changed(*self.get_models())
        act_signals.connect()
        keep_no_traces()
        post_migrate.connect(keep_groups, sender=self)

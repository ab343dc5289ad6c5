from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("Surveys: what is asked, of whom")

    def ready(self) -> None:
        from surveys import act_signals, idle
        from surveys.models import Ballot, IssuedToken, SpentToken
        from surveys.own_sessions import keep_no_traces
        from surveys.remembered import forget_when_changed
        from surveys.roles import keep_groups

        # Nothing is looked up of these, and each answer changes one.
        one_a_citizen = {Ballot, IssuedToken, SpentToken}

        forget_when_changed(*(each for each in self.get_models() if each not in one_a_citizen))
        act_signals.connect()
        keep_no_traces()
        user_logged_in.connect(idle.begin)
        post_migrate.connect(keep_groups, sender=self)

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class ProjectConfig(AppConfig):
    name = "config"
    label = "project"

    def ready(self) -> None:
        from config import checks  # noqa: F401
        from config.log_secrets import hide_secrets

        hide_secrets()
        if settings.COLLECTOR:
            from config.tracing import follow_tasks

            follow_tasks()


class AdminConfig(DjangoAdminConfig):
    default_site = "config.admin.AdminSite"

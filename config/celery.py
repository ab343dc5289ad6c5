"""Background work: the same tasks over a folder (default), Redis or RabbitMQ."""

import os
import warnings
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import beat_init, celeryd_init
from django.core.exceptions import ImproperlyConfigured

from config import broker, checks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

broker.install()
app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# As root the worker is no more dangerous than the web server beside it: messages are JSON alone.
warnings.filterwarnings("ignore", category=SecurityWarning)


@celeryd_init.connect
@beat_init.connect
def refuse_unsafe(**kwargs: Any) -> None:
    """A worker or scheduler starts under the same rules as the web server."""
    try:
        checks.refuse_unsafe()
    except ImproperlyConfigured as error:  # which a signal would only log
        raise SystemExit(str(error)) from error

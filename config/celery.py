"""Background work: the same tasks over a folder (default), Redis or RabbitMQ."""

import ctypes
import os
import signal
import sys
import warnings
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import beat_embedded_init, beat_init, celeryd_init
from django.core.exceptions import ImproperlyConfigured

from config import broker, checks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that a process gets when its parent ends."""

BEGAN_AS = os.getpid()
"""The worker's own process: those that it starts have this from it."""

GIVE_WAY = 5
"""By how much a worker's processes are nicer than a web server's."""

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


@celeryd_init.connect
def give_way(**kwargs: Any) -> None:
    """Citizens and readers come first: on a machine that serves them too, work takes what is
    left."""
    os.nice(GIVE_WAY)


@beat_embedded_init.connect
def end_with_the_worker(**kwargs: Any) -> None:
    """Of a worker that was killed no scheduler stays behind, to send beside the next one's."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != BEGAN_AS:  # it was killed before that
            os.kill(os.getpid(), signal.SIGTERM)

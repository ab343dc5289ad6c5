"""Background work on invitations and on lists of the registry. What is to be done stands in the
database; a message only says that there is something."""

from __future__ import annotations

from celery import shared_task
from django.db import connection

from surveys.models import Ballot, Contact, IssuedToken
from surveys.registry_files import requeue_lost_registry_files, run_registry_file
from surveys.sampling import ending, invitations
from surveys.sampling.opt_out import forget_old_opt_outs

__all__ = [
    "forget_contacts",
    "requeue_lost_registry_files",
    "run_registry_file",
    "send_invitations",
]


@shared_task
def send_invitations() -> None:
    """Once a minute, and when a mailing starts."""
    invitations.send_due()


@shared_task
def forget_contacts() -> None:
    """Several times a day."""
    ending.forget_contacts()
    forget_old_opt_outs()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # outside a transaction
            for model in (Ballot, Contact, IssuedToken):
                cursor.execute(f"VACUUM {connection.ops.quote_name(model._meta.db_table)}")

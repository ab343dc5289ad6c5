"""Tables whose rows lie where they were stored, one after the other."""

from django.db import connection
from django.db.models import Model


def in_new_files(*models: type[Model]) -> None:
    """Empties their tables. PostgreSQL fills the room that rows of earlier tests have left."""
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {tables} CASCADE")

"""What the door hands to the database is what the model keeps."""

import msgspec

from responses.intake.storing import COLUMNS, Checked
from responses.models import Response

SET_FOR_ALL = {"id", "wave_id", "disposition", "revision"}
KINDS = {
    "BigIntegerField": "bigint",
    "CharField": "text",
    "DateTimeField": "timestamptz",
    "DecimalField": "numeric",
    "JSONField": "jsonb",
    "PositiveIntegerField": "integer",
    "PositiveSmallIntegerField": "smallint",
}


def test_no_column_is_forgotten():
    """A field that a migration adds is named in the statement for PostgreSQL too."""
    columns = {field.attname: field for field in Response._meta.concrete_fields}
    fields = [field.name for field in msgspec.structs.fields(Checked)]
    assert list(COLUMNS) == fields
    assert set(fields) | SET_FOR_ALL == set(columns)
    kinds = {
        name: KINDS[
            "BigIntegerField" if columns[name].is_relation else columns[name].get_internal_type()
        ]
        for name in fields
    }
    assert kinds == COLUMNS

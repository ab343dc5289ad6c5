"""Every column of a response is declared, and what derives from that is what was published."""

import msgspec
import pytest

from responses.intake.at_once import TYPES
from responses.intake.door import EMPTIED
from responses.ledger.appending import EMPTIED as EMPTIED_ONCE_COUNTED
from responses.ledger.commitments import COMMITTED
from responses.models import Response
from responses.models.columns import COLUMNS, Checked
from responses.office.exports import PLACE
from responses.receipts.own_answer import SHOWN

SAME_FOR_ALL = {"id", "wave_id", "disposition", "revision"}
TYPE_OF = {
    "BigIntegerField": "bigint",
    "CharField": "text",
    "DateTimeField": "timestamptz",
    "DecimalField": "numeric",
    "ForeignKey": "bigint",
    "JSONField": "jsonb",
    "PositiveIntegerField": "integer",
    "PositiveSmallIntegerField": "smallint",
}
FIELDS = {field.name: field for field in Response._meta.concrete_fields}


def test_every_field_of_the_model_is_declared():
    declared = {column.name for column in COLUMNS}
    assert declared == FIELDS.keys(), "declare it in responses/models/columns.py"


@pytest.mark.django_db
def test_every_path_leads_to_a_value():
    list(Response.objects.values(*(column.path for column in COLUMNS)))


def test_what_the_door_stores_has_its_type_in_postgresql():
    typed = {
        field.attname: TYPE_OF[field.get_internal_type()]
        for field in FIELDS.values()
        if field.attname not in SAME_FOR_ALL
    }
    assert typed == TYPES
    assert list(TYPES) == [field.name for field in msgspec.structs.fields(Checked)]


def test_what_the_log_commits_to():
    assert COMMITTED == {
        "service": "service__code",
        "channel": "channel__code",
        "service_point": "service_point__code",
        "selection": "selection",
        "base_weight": "base_weight",
        "respondent": "respondent",
        "source": "source",
        "answered_at": "answered_at",
    }


def test_what_erasing_empties():
    assert EMPTIED == {
        "answers": {},
        "overall": None,
        "salt": "",
        "device": "",
        "seconds": None,
        "language": "",
        "entry_point": None,
    }
    assert EMPTIED_ONCE_COUNTED == {"respondent": "", "sampling_unit": ""}


def test_what_is_exported():
    assert list(PLACE.items()) == [
        ("_agency", "service__agency__code"),
        ("_service", "service__code"),
        ("_channel", "channel__code"),
        ("_service_point", "service_point__code"),
        ("_answered_at", "answered_at"),
        ("_received_at", "received_at"),
        ("_source", "source"),
        ("_selection", "selection"),
        ("_language", "language"),
        ("_respondent", "respondent"),
        ("_base_weight", "base_weight"),
        ("_draw", "draw"),
        ("_disposition", "disposition"),
        ("_revision", "revision"),
    ]


def test_what_the_owner_is_shown():
    shown = {name.removeprefix("_"): path for name, path in PLACE.items()}
    del shown["draw"]  # it says when somebody was asked, to whoever weighs answers
    more = ["answers", "seconds", "device", "salt"]
    assert {**shown, "link": "entry_point__slug", **dict(zip(more, more, strict=True))} == SHOWN

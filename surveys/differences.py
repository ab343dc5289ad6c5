"""What an uploaded list would change in a register, shown before any of it is applied.

A register subclasses `Register`: it says its columns, how a row is read and which records are
within reach. `compare` then says what would be added, changed, retired and rejected; `apply` does
just that.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from surveys import clock
from surveys.rejections import Rejected
from surveys.row_files import Row

Record = TypeVar("Record", bound=models.Model)
SHOWN = 50
"""So many of each kind are shown."""


class Register(ABC, Generic[Record]):
    """Records of one model, each known by its code. Retired ones are kept."""

    model: type[Record]
    key = "code"
    columns: tuple[str, ...]
    """Of the file, which are attributes of the record too."""
    fixed: dict[str, Any] = {}
    """Attributes that every record of this register has, and that no column says."""

    @abstractmethod
    def stored(self) -> models.QuerySet[Record]:
        """The records within reach, retired ones too."""

    @abstractmethod
    def read(self, row: Row) -> dict[str, Any]:
        """The attributes that the row gives, the key among them. Raise Rejected."""

    def retire(self, record: Record) -> None:
        """Take it out of what counts. A retired record that a file names again comes back."""
        record.retired_on = clock.today()  # type: ignore[attr-defined]
        record.save()

    def label(self, name: str) -> str:
        return str(self.model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]

    def shown(self, name: str, value: Any) -> str:
        """A value as people read it."""
        choices = dict(getattr(self.model._meta.get_field(name), "flatchoices", ()))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return str(choices.get(value, "–" if value in (None, "") else value))

    # What follows is the same for every register.

    def is_retired(self, record: Record) -> bool:
        return getattr(record, "retired_on", None) is not None

    def make(self, values: dict[str, Any]) -> Record:
        return self.model(**self.fixed, **values)

    def add(self, records: Sequence[Record]) -> None:
        self.model._default_manager.bulk_create(records, batch_size=1000)

    def save_changed(self, record: Record) -> None:
        record.save()

    def check(self, record: Record) -> None:
        """Raise Rejected where a field cannot have its value. Asks the database nothing."""
        related = [f.name for f in self.model._meta.concrete_fields if f.is_relation]
        try:
            record.clean_fields(exclude=related)
            record.clean()
        except ValidationError as error:
            name, messages = next(iter(error.message_dict.items()))
            raise Rejected(name, str(getattr(record, name, "")), messages[0]) from None

    def elsewhere(self, keys: Sequence[str]) -> set[str]:
        """Those of the keys whose records are out of reach."""
        within = self.stored().values("pk")
        beyond = self.model._default_manager.filter(**{f"{self.key}__in": keys}).exclude(
            pk__in=within
        )
        return set(beyond.values_list(self.key, flat=True))


@dataclass(frozen=True)
class Changed(Generic[Record]):
    """A record before it is changed, and each attribute as it is and as it would be."""

    record: Record
    fields: dict[str, tuple[Any, Any]]
    in_words: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Refused:
    row: int
    field: str
    value: str
    why: str


@dataclass
class Difference(Generic[Record]):
    """What a list would do to a register."""

    added: list[Record] = field(default_factory=list)
    changed: list[Changed[Record]] = field(default_factory=list)
    retired: list[Record] = field(default_factory=list)
    rejected: list[Refused] = field(default_factory=list)
    unchanged: int = 0

    @property
    def does_something(self) -> bool:
        return bool(self.added or self.changed or self.retired)

    def counts(self) -> dict[str, int]:
        return {
            "added": len(self.added),
            "changed": len(self.changed),
            "retired": len(self.retired),
            "rejected": len(self.rejected),
            "unchanged": self.unchanged,
        }

    def shown(self) -> dict[str, Any]:
        """How many of each kind, and the first of them in words: fit for JSON."""
        return {
            "counts": self.counts(),
            "rejected": [[each.row, each.field, each.why] for each in self.rejected[:SHOWN]],
            "added": [_named(record) for record in self.added[:SHOWN]],
            "changed": [[*_named(each.record), each.in_words] for each in self.changed[:SHOWN]],
            "retired": [_named(record) for record in self.retired[:SHOWN]],
            "does_something": self.does_something,
        }

    def digest(self) -> str:
        """Of all that it would do: whoever agreed to one difference agreed to no other."""
        told = [
            [_all_of(record) for record in self.added],
            [[each.record.pk, each.fields] for each in self.changed],
            [record.pk for record in self.retired],
        ]
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


def compare(
    register: Register[Record],
    rows: Sequence[tuple[int, Row]],
    *,
    whole: bool = False,
    tick: Callable[[int], object] = lambda position: None,
) -> Difference[Record]:
    """What the rows would do. `whole`: they are the whole list, and what they do not name is
    retired. `tick` is told how many rows are done."""
    difference: Difference[Record] = Difference()
    stored = {getattr(record, register.key): record for record in register.stored()}
    beyond = register.elsewhere([row[register.key] for _number, row in rows])
    named: set[str] = set()
    for position, (number, row) in enumerate(rows):
        tick(position)
        key = row[register.key]
        try:
            _check_key(register.key, key, named, beyond)
            named.add(key)
            _take(difference, register, stored.get(key), register.read(row))
        except Rejected as rejected:
            difference.rejected.append(
                Refused(number, rejected.field, rejected.value, rejected.why)
            )
    if whole:
        difference.retired = [
            record
            for key, record in stored.items()
            if key not in named and not register.is_retired(record)
        ]
    return difference


@transaction.atomic
def apply(register: Register[Record], difference: Difference[Record]) -> None:
    """Do what the difference says; rejected rows are left out."""
    register.add(difference.added)
    for each in difference.changed:
        for name, (_before, after) in each.fields.items():
            setattr(each.record, name, after)
        register.save_changed(each.record)
    for record in difference.retired:
        register.retire(record)


def _check_key(field: str, key: str, named: set[str], beyond: set[str]) -> None:
    if not key:
        raise Rejected(field, "", _("The code is missing. Enter one that is kept for good."))
    if key in named:
        raise Rejected(field, key, _("“%(code)s” stands in an earlier row too.") % {"code": key})
    if key in beyond:
        raise Rejected(field, key, _("“%(code)s” belongs to another agency.") % {"code": key})


def _take(
    difference: Difference[Record],
    register: Register[Record],
    record: Record | None,
    values: dict[str, Any],
) -> None:
    made = register.make(values)
    register.check(made)
    if record is None:
        difference.added.append(made)
        return
    if register.is_retired(record):
        values = values | {"retired_on": None}
    fields = {
        name: (before, after)
        for name, after in values.items()
        if (before := getattr(record, name)) != after
    }
    if fields:
        words = list(_in_words(register, fields))
        difference.changed.append(Changed(record, fields, words))
    else:
        difference.unchanged += 1


def _in_words(
    register: Register[Any], fields: dict[str, tuple[Any, Any]]
) -> Iterator[tuple[str, str, str]]:
    for name, (before, after) in fields.items():
        yield register.label(name), register.shown(name, before), register.shown(name, after)


def _named(record: Any) -> list[str]:
    return [record.code, str(record)]


def _all_of(record: models.Model) -> dict[str, Any]:
    return {f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields}

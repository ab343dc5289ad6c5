"""Where an encounter took place: codes of a row found in the registry, or made for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from responses.importers.mapping import AgencyCells, ColumnMapping, Named
from responses.importers.values import REMEMBERED, Locate, Row, Text
from surveys.models import Agency, Channel, Service, ServicePoint
from surveys.rejections import Rejected

Record = TypeVar("Record", bound=models.Model)


@dataclass(frozen=True)
class Place:
    service: Service
    channel: Channel
    point: ServicePoint | None


class Places:
    """Finds the place of each row. Rows with the same codes are looked up once."""

    def __init__(self, mapping: ColumnMapping, locate: Locate, *, create: bool) -> None:
        self.create = create
        self.created = 0
        self._agency = _Agencies(mapping.agency, locate) if mapping.agency else None
        self._service = _RecordCells(mapping.service, locate)
        self._channel = _RecordCells(mapping.channel, locate)
        self._family = Text(mapping.channel.family, locate) if mapping.channel.family else None
        self._point = _RecordCells(mapping.service_point, locate) if mapping.service_point else None
        codes = [self._service.code, self._channel.code]
        codes += [self._agency.record.code] if self._agency else []
        codes += [self._point.code] if self._point else []
        columns = [code.index for code in codes if code.index is not None]
        self._codes: Callable[[Row], Any] = itemgetter(*columns) if columns else lambda row: None
        self._known: dict[Any, Place | tuple[str, str, str]] = {}

    def of(self, row: Row) -> Place:
        """Raise Rejected for a code that is not in the registry and cannot be made."""
        raw = self._codes(row)
        try:
            found = self._known[raw]
        except KeyError:
            found = self._find(row)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[raw] = found
        if isinstance(found, tuple):
            raise Rejected(*found)
        return found

    def _find(self, row: Row) -> Place | tuple[str, str, str]:
        try:
            service = self._find_service(row)
            return Place(service, self._find_channel(row), self._find_point(row, service))
        except Rejected as rejected:
            return rejected.field, rejected.value, rejected.why

    def _find_service(self, row: Row) -> Service:
        agency = self._find_agency(self._agency, row) if self._agency else None
        code = self._service.code.read(row)
        service = Service.objects.filter(code=code).first()
        if service is None:
            if agency is None:
                raise self._service.unknown(row, create=self.create)
            return self._make(self._service, Service, row, {}, {"agency": agency})
        if agency and service.agency_id != agency.pk:
            raise Rejected(
                self._service.code.field,
                code,
                _("Service %(service)s belongs to %(owner)s, not to %(agency)s. Correct one.")
                % {"service": code, "owner": service.agency.code, "agency": agency.code},
            )
        return service

    def _find_agency(self, cells: _Agencies, row: Row) -> Agency:
        code = cells.record.code.read(row)
        if agency := Agency.objects.without_tree_fields().filter(code=code).first():
            return agency
        parent = self._find_agency(cells.parent, row) if cells.parent and self.create else None
        return self._make(
            cells.record, Agency, row, {}, {"kind": cells.cells.kind, "parent": parent}
        )

    def _find_channel(self, row: Row) -> Channel:
        code = self._channel.code.read(row)
        if channel := Channel.objects.filter(code=code).first():
            return channel
        family = self._family.read(row) if self._family and self.create else ""
        return self._make(self._channel, Channel, row, {}, {"family": family})

    def _find_point(self, row: Row, service: Service) -> ServicePoint | None:
        if not self._point or not (code := self._point.code.read(row)):
            return None
        key = {"agency": service.agency}
        if point := ServicePoint.objects.filter(**key, code=code).first():
            return point
        return self._make(self._point, ServicePoint, row, key, {})

    def _make(
        self,
        record: _RecordCells,
        model: type[Record],
        row: Row,
        key: dict[str, Any],
        values: dict[str, Any],
    ) -> Record:
        """The record that the row describes. Raise Rejected where it may not or cannot be made."""
        code = record.code.read(row)
        if not self.create or not code:
            raise record.unknown(row, create=self.create)
        values |= record.names(row)
        try:
            model(code=code, **key, **values).full_clean(
                validate_unique=False, validate_constraints=False
            )
        except ValidationError as error:
            raise Rejected(record.code.field, code, "; ".join(error.messages)) from error
        made, created = model._default_manager.get_or_create(code=code, **key, defaults=values)
        self.created += created
        return made


class _RecordCells:
    """The cells of one record of the registry, in the order of the file."""

    def __init__(self, cells: Named, locate: Locate) -> None:
        self.code = Text(cells.code, locate)
        self.name_th = Text(cells.name_th, locate) if cells.name_th else None
        self.name_en = Text(cells.name_en, locate) if cells.name_en else None

    def names(self, row: Row) -> dict[str, str]:
        english = self.name_en.read(row) if self.name_en else ""
        thai = self.name_th.read(row) if self.name_th else ""
        return {"name_th": thai or english or self.code.read(row), "name_en": english}

    def unknown(self, row: Row, *, create: bool) -> Rejected:
        code = self.code.read(row)
        if not code:
            why = _("The code is empty. Fill it in.")
        elif create:
            why = _(
                "“%(code)s” is not in the registry, and the mapping does not say "
                "which agency it belongs to."
            )
        else:
            why = _(
                "“%(code)s” is not in the registry. Correct the code, add it to the registry, "
                "or import with --create."
            )
        return Rejected(self.code.field, code, why % {"code": code})


class _Agencies:
    """The cells of an agency and of those above it."""

    def __init__(self, cells: AgencyCells, locate: Locate) -> None:
        self.cells = cells
        self.record = _RecordCells(cells, locate)
        self.parent: _Agencies | None = _Agencies(cells.parent, locate) if cells.parent else None

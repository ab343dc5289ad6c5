"""The registers that the strategy counts. An agency hands in lists of its own; OPDC approves."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, TypeVar

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from surveys.differences import Register
from surveys.models import Agency, Process, Service, Undertaking
from surveys.row_cells import amount_in, choice_in, date_in, known_in, yes_in
from surveys.row_files import Row

Record = TypeVar("Record", Process, Undertaking)


class StrategyRegister(Register[Record]):
    """What is counted of some agencies."""

    code: ClassVar[str]
    title: ClassVar[Any]

    def __init__(self, agencies: QuerySet[Agency]) -> None:
        self.agencies = agencies

    @cached_property
    def known_agencies(self) -> dict[str, Agency]:
        return {agency.code: agency for agency in self.agencies}

    def stored(self) -> QuerySet[Record]:
        found = self.model._default_manager.filter(agency__in=self.agencies, **self.fixed)
        return found.select_related("agency")

    def read(self, row: Row) -> dict[str, Any]:
        return {
            "code": row["code"],
            "agency": known_in(row, "agency", self.known_agencies),
            "name_th": row["name_th"],
            "name_en": row["name_en"],
            "evidence": row["evidence"],
            **self.read_more(row),
        }

    @abstractmethod
    def read_more(self, row: Row) -> dict[str, Any]:
        """What this register alone has."""

    def written(self, record: Record) -> list[Any]:
        """The record as a row of the file that it could be read from."""
        return [_written(getattr(record, column)) for column in self.columns]


def _written(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return getattr(value, "code", "" if value is None else value)


class Processes(StrategyRegister[Process]):
    code = "processes"
    title = _("Processes of services")
    model = Process
    columns = (
        "code",
        "agency",
        "service",
        "name_th",
        "name_en",
        "eligible",
        "digital_state",
        "since",
        "evidence",
    )

    @cached_property
    def known_services(self) -> dict[str, Service]:
        found = Service.objects.filter(agency__in=self.agencies).select_related("agency")
        return {service.code: service for service in found}

    def read_more(self, row: Row) -> dict[str, Any]:
        return {
            "service": known_in(row, "service", self.known_services) if row["service"] else None,
            "eligible": yes_in(row, "eligible"),
            "digital_state": choice_in(row, "digital_state", Process.Digital),
            "since": date_in(row, "since"),
        }

    def stored(self) -> QuerySet[Process]:
        return super().stored().select_related("agency", "service")


class _Undertakings(StrategyRegister[Undertaking]):
    model = Undertaking
    columns: tuple[str, ...] = (
        "code",
        "agency",
        "name_th",
        "name_en",
        "planned_on",
        "done_on",
        "evidence",
    )
    reading: ClassVar[dict[str, Any]] = {"planned_on": date_in, "done_on": date_in}

    def read_more(self, row: Row) -> dict[str, Any]:
        return {name: read(row, name) for name, read in self.reading.items()}


def _text(row: Row, name: str) -> str:
    return row[name]


class Infrastructure(_Undertakings):
    code = "infrastructure"
    title = _("Digital infrastructure projects")
    fixed = {"kind": Undertaking.Kind.INFRASTRUCTURE}
    columns = (*_Undertakings.columns, "budget", "spent")
    reading = _Undertakings.reading | {"budget": amount_in, "spent": amount_in}


class Transfers(_Undertakings):
    code = "transfers"
    title = _("Transfers of services")
    fixed = {"kind": Undertaking.Kind.TRANSFER}
    columns = (*_Undertakings.columns, "partner")
    reading = _Undertakings.reading | {"partner": _text}


class Innovation(_Undertakings):
    code = "innovation"
    title = _("Innovation projects")
    fixed = {"kind": Undertaking.Kind.INNOVATION}


class Collaborations(_Undertakings):
    code = "collaborations"
    title = _("Collaborations with the private sector")
    fixed = {"kind": Undertaking.Kind.COLLABORATION}
    columns = (*_Undertakings.columns, "partner")
    reading = _Undertakings.reading | {"partner": _text}


REGISTERS: dict[str, type[StrategyRegister[Any]]] = {
    register.code: register
    for register in (Processes, Transfers, Infrastructure, Innovation, Collaborations)
}

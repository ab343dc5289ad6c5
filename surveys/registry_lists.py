"""The registry as lists that somebody keeps: agencies, services, channels, dimensions. What a list
no longer names is retired, never deleted, as frames and answers may point to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, TypeVar

from django.db import models, transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.acts import record as put_on_record
from surveys.differences import Difference, Refused, Register, apply, compare
from surveys.models import Act, Agency, Channel, Dimension, EntryPoint, Service, User
from surveys.models.registry import STAYS, asked_about
from surveys.rejections import Rejected
from surveys.row_cells import choice_in, known_in
from surveys.row_files import Row
from surveys.thai_text import parse_count

Record = TypeVar("Record", Agency, Service, Channel, Dimension)
Rows = Sequence[tuple[int, Row]]


class RegistryList(Register[Record]):
    code: ClassVar[str]
    title: ClassVar[Any]
    may_retire = False
    """Whether the file may be the whole list."""

    def stored(self) -> models.QuerySet[Record]:
        return self.model._default_manager.all()

    def read(self, row: Row) -> dict[str, Any]:
        return {name: row[name] for name in ("code", "name_th", "name_en")}

    def elsewhere(self, keys: Sequence[str]) -> set[str]:
        """The office reaches all of them."""
        return set()

    def prepare(self, rows: Rows) -> None:
        """Look at the rows as a whole before one of them is read."""

    def written(self) -> Iterable[list[Any]]:
        """What is stored, as rows of the file that it could be read from."""
        for record in self.stored().order_by("code"):
            if self.is_retired(record):
                continue
            yield [_written(getattr(record, name)) for name in self.columns]

    def shown(self, name: str, value: Any) -> str:
        return str(value.code) if isinstance(value, Agency) else super().shown(name, value)


def _written(value: Any) -> Any:
    return getattr(value, "code", "" if value is None else value)


def _position(row: Row) -> int:
    try:
        position = parse_count(row["position"] or "0")
    except ValueError:
        position = -1
    if not 0 <= position <= 32_767:
        raise Rejected(
            "position", row["position"], _("Give the place in the order as a number from 0.")
        )
    return position


class Agencies(RegistryList[Agency]):
    code = "agencies"
    title = gettext_lazy("Agencies")
    model = Agency
    columns = ("code", "parent", "kind", "name_th", "name_en")
    may_retire = True

    @cached_property
    def known(self) -> dict[str, Agency]:
        return {agency.code: agency for agency in self.stored()}

    @cached_property
    def asked(self) -> set[str]:
        """Agencies whose services are asked about, and those above them."""
        found: set[str] = set()
        for code in asked_about().values_list("agency__code", flat=True).distinct():
            above: Agency | None = self.known[code]
            while above and above.code not in found:
                found.add(above.code)
                above = self.known[above.parent.code] if above.parent else None
        return found

    def stored(self) -> models.QuerySet[Agency]:
        return Agency.objects.without_tree_fields().select_related("parent")

    def elsewhere(self, keys: Sequence[str]) -> set[str]:
        """The office reaches all of them."""
        return set()

    def prepare(self, rows: Rows) -> None:
        """A parent may be new, and stand anywhere in the file."""
        self.new = {
            row["code"]: Agency(code=row["code"])
            for _number, row in rows
            if row["code"] not in self.known
        }

    def read(self, row: Row) -> dict[str, Any]:
        parent = known_in(row, "parent", self.known | self.new) if row["parent"] else None
        if row["code"] in self.asked and self.known[row["code"]].parent != parent:
            raise Rejected("parent", row["parent"], str(STAYS))
        kind = choice_in(row, "kind", Agency.Kind) if row["kind"] else Agency.Kind.DEPARTMENT.value
        return super().read(row) | {"parent": parent, "kind": kind}

    def add(self, records: Sequence[Agency]) -> None:
        """Parents first."""
        waiting = {record.code: record for record in records}

        def save(record: Agency) -> None:
            above = record.parent
            if above and above.pk is None:
                if above.code in waiting:
                    save(waiting.pop(above.code))
                record.parent = Agency.objects.without_tree_fields().get(code=above.code)
            record.save()

        while waiting:
            save(waiting.pop(next(iter(waiting))))

    def save_changed(self, record: Agency) -> None:
        if record.parent and record.parent.pk is None:
            record.parent = Agency.objects.without_tree_fields().get(code=record.parent.code)
        super().save_changed(record)


class Services(RegistryList[Service]):
    code = "services"
    title = gettext_lazy("Services")
    model = Service
    columns = ("code", "agency", "name_th", "name_en")
    may_retire = True

    @cached_property
    def agencies(self) -> dict[str, Agency]:
        return {agency.code: agency for agency in Agency.objects.without_tree_fields()}

    @cached_property
    def asked(self) -> dict[str, int]:
        """Whose the services are that are asked about."""
        return dict(asked_about().values_list("code", "agency_id"))

    def stored(self) -> models.QuerySet[Service]:
        return Service.objects.select_related("agency")

    def read(self, row: Row) -> dict[str, Any]:
        agency = known_in(row, "agency", self.agencies)
        if self.asked.get(row["code"], agency.pk) != agency.pk:
            raise Rejected("agency", row["agency"], str(STAYS))
        return super().read(row) | {"agency": agency}

    def retire(self, record: Service) -> None:
        """Its links end with it."""
        super().retire(record)
        EntryPoint.objects.filter(service=record).update(active=False)


class Channels(RegistryList[Channel]):
    code = "channels"
    title = gettext_lazy("Channels")
    model = Channel
    columns = ("code", "family", "position", "name_th", "name_en")

    def read(self, row: Row) -> dict[str, Any]:
        family = choice_in(row, "family", Channel.Family)
        return super().read(row) | {"family": family, "position": _position(row)}


class Dimensions(RegistryList[Dimension]):
    code = "dimensions"
    title = gettext_lazy("Dimensions")
    model = Dimension
    columns = ("code", "position", "name_th", "name_en")

    def read(self, row: Row) -> dict[str, Any]:
        return super().read(row) | {"position": _position(row)}


LISTS: dict[str, type[RegistryList[Any]]] = {
    each.code: each for each in (Agencies, Services, Channels, Dimensions)
}


def difference_of(
    register: RegistryList[Any],
    rows: Rows,
    *,
    whole: bool,
    tick: Callable[[int], object] = lambda position: None,
) -> Difference[Any]:
    """What the file would do. A file that puts agencies under each other in a ring does nothing of
    that."""
    register.prepare(rows)
    difference = compare(register, rows, whole=whole and register.may_retire, tick=tick)
    if isinstance(register, Agencies):
        _reject_rings(register, difference, rows)
        _reject_under_rejected(register, difference, rows)
    return difference


def hold_still(register: RegistryList[Any]) -> None:
    """Within a transaction: nobody else changes what is there until it ends; what somebody else
    adds has another code or is refused. Answers about a service, which point to its key, do not
    wait."""
    there = register.model._default_manager.order_by("pk")
    list(there.select_for_update(no_key=True).values_list("pk"))


@transaction.atomic
def bring_in(
    register: RegistryList[Any], difference: Difference[Any], actor: User | None, *, name: str
) -> None:
    """Do what the difference says."""
    apply(register, difference)
    put_on_record(
        Act.What.REGISTRY, ("registry", register.code), actor, file=name, **difference.counts()
    )


def _reject_rings(register: Agencies, difference: Difference[Agency], rows: Rows) -> None:
    above = {code: agency.parent.code for code, agency in register.known.items() if agency.parent}
    taken = {a.code for a in difference.added} | {c.record.code for c in difference.changed}
    above |= {row["code"]: row["parent"] for _number, row in rows if row["code"] in taken}
    in_ring = {code for code in taken if _returns(code, above)}
    difference.added = [each for each in difference.added if each.code not in in_ring]
    difference.changed = [each for each in difference.changed if each.record.code not in in_ring]
    difference.rejected += [
        Refused(number, "parent", row["parent"], _("These agencies would stand under each other."))
        for number, row in rows
        if row["code"] in in_ring
    ]


def _reject_under_rejected(register: Agencies, difference: Difference[Agency], rows: Rows) -> None:
    """An agency under a new one whose own row is rejected has nowhere to stand."""
    numbers = {row["code"]: number for number, row in reversed(rows)}

    def keep(agency: Agency, parent: Agency | None) -> bool:
        if parent is None or parent.code in register.known or parent.code in added:
            return True
        why = _("The row of “%(code)s”, under which it stands, is rejected.")
        difference.rejected.append(
            Refused(numbers[agency.code], "parent", parent.code, why % {"code": parent.code})
        )
        return False

    before = -1
    while before != len(difference.rejected):
        before = len(difference.rejected)
        added = {agency.code for agency in difference.added}
        difference.added = [each for each in difference.added if keep(each, each.parent)]
        difference.changed = [
            each
            for each in difference.changed
            if keep(each.record, each.fields.get("parent", (None, None))[1])
        ]
    difference.rejected.sort(key=lambda refused: refused.row)


def _returns(code: str, above: dict[str, str]) -> bool:
    """Whether going up from here one never arrives at the top."""
    seen: set[str] = set()
    at = code
    while at := above.get(at, ""):
        if at in seen or at == code:
            return True
        seen.add(at)
    return False

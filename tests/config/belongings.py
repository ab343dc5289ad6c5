"""What an agency owns, one record of each kind, for addresses that name one by its number."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.files.base import ContentFile

from analytics.models import Report, TallyCell
from responses.models import Comment, Improvement
from responses.models.naming import name_of
from surveys import clock
from surveys.models import AddOnUse, Agency, EntryPoint, Questionnaire, Service, User, Wave
from surveys.models.strategy import RegisterList
from surveys.roles import place
from tests.config.routes import Route

RECORDS = {
    "/reports/<pk>/": "report",
    "/improvements/<pk>/": "improvement",
    "/comments/<name>/": "comment",
    "/people/<pk>/": "account",
    "/scorecard/lists/<pk>/": "list",
    "/admin/surveys/addon/<": "add_on",
    "/admin/surveys/addonuse/<": "use",
}
"""By what an address holds, which record of the agency its number is."""


def record_in(route: Route) -> str:
    return next((record for part, record in RECORDS.items() if part in route.written), "")


def belongings(wave: Wave, service: Service, send: Callable[..., Any]) -> dict[str, Any]:
    """The link of the service and the agency's code besides."""
    agency = service.agency
    link = EntryPoint.objects.create(service=service, channel=wave.frame.cells.first().channel)
    account = User.objects.create_user(f"of-{agency.code}", agency=agency)
    place(account, "Agency viewer")
    return {
        "slug": link.slug,
        "agency": agency.code,
        "report": _report(wave, agency),
        "improvement": Improvement.objects.create(
            agency=agency, wave=wave, text_th="เพิ่มช่องบริการ", done_on=date(2026, 1, 5)
        ).pk,
        "comment": _comment(wave, service, link, send),
        "account": account.pk,
        "list": RegisterList.objects.create(
            register="processes", name="list.csv", entered_by=account, entered_at=clock.now()
        ).pk,
        **_add_on(wave, agency),
    }


def _report(wave: Wave, agency: Agency) -> Any:
    report = Report(wave=wave, agency=agency, language="th", requested_at=clock.now())
    report.state = Report.State.DONE
    report.file.save("report.pdf", ContentFile(b"%PDF"))
    return report.pk


def _comment(wave: Wave, service: Service, link: EntryPoint, send: Callable[..., Any]) -> str:
    """In a cell with so many answers that it may be read, and appealed against."""
    response = send(service, link.channel, 2, D7="รอนาน")
    TallyCell.objects.create(
        wave=wave,
        service=service,
        channel=link.channel,
        base_weight=1,
        question="OV",
        value=2,
        count=1_000,
    )
    comment = Comment.objects.create(
        response=response,
        wave=wave,
        agency=service.agency,
        service=service,
        channel=link.channel,
        answered_on=wave.starts_on,
        text="รอนาน",
        reply="ขออภัย",
        appealed_on=clock.today(),
    )
    return name_of(comment.pk)


def _add_on(wave: Wave, agency: Agency) -> dict[str, int]:
    add_on = Questionnaire.objects.create(
        code=f"A{agency.code}", title_th="คำถาม", is_add_on=True, owner=agency
    )
    uses = AddOnUse.objects.bulk_create([AddOnUse(wave=wave, agency=agency, add_on=add_on)])
    return {"add_on": add_on.pk, "use": uses[0].pk}

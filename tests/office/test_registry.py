"""The registry comes in by files: what they would change is shown first, and nothing is deleted."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from openpyxl import Workbook

from responses.models import Response
from surveys.columns import columns_of
from surveys.models import (
    Act,
    Agency,
    Channel,
    Dimension,
    EntryPoint,
    FrozenError,
    RegistryFile,
    Service,
    Wave,
)
from surveys.office import registry_views
from surveys.registry_lists import LISTS, bring_in
from surveys.row_files import ROW_LIMIT

pytestmark = pytest.mark.django_db

AGENCIES = """code,parent,kind,name_th,name_en
DLT,MOT,,กรมการขนส่งทางบก,Department of Land Transport
MOT,,ministry,กระทรวงคมนาคม,Ministry of Transport
"""
SERVICES = """code,agency,name_th,name_en
DLT-1,DLT,ใบอนุญาตขับรถ,Driving licence
DLT-9,NOBODY,ป้ายทะเบียน,Number plate
"""


@pytest.fixture
def signed_in(client, officer):
    client.force_login(officer)
    return client


def look(client, name: str, file: str | bytes, whole: bool = False, as_name="list.csv"):
    content = file if isinstance(file, bytes) else file.encode("utf-8-sig")
    data = {"file": SimpleUploadedFile(as_name, content)} | ({"whole": "on"} if whole else {})
    return client.post(reverse("setup:registry_upload", args=[name]), data)


def agree(client, name: str, shown):
    data = {"said": shown.context["said"], "digest": shown.context["digest"]}
    return client.post(reverse("setup:registry_apply", args=[name]), data, follow=True)


def bring(client, name: str, file: str | bytes, **options) -> str:
    return agree(client, name, look(client, name, file, **options)).content.decode()


def test_from_nothing_to_a_registry(signed_in, officer):
    shown = look(signed_in, "agencies", AGENCIES)
    assert "Would be added" in shown.content.decode()
    assert not Agency.objects.exists()
    agree(signed_in, "agencies", shown)
    assert Agency.objects.get(code="DLT").parent.code == "MOT"
    shown = look(signed_in, "services", SERVICES)
    assert "“NOBODY” is not in the registry" in shown.content.decode()
    agree(signed_in, "services", shown)
    assert list(Service.objects.values_list("code", "agency__code")) == [("DLT-1", "DLT")]
    bring(signed_in, "channels", "code,family,position,name_th,name_en\ncounter,in_person,๑,ก,C\n")
    bring(signed_in, "dimensions", "code,position,name_th,name_en\nstaff,,เจ้าหน้าที่,Staff\n")
    assert Channel.objects.get().position == 1
    assert Dimension.objects.get().code == "staff"
    acts = Act.objects.filter(what=Act.What.REGISTRY).order_by("pk")
    assert [(act.about, act.by) for act in acts] == [
        (name, officer) for name in ("agencies", "services", "channels", "dimensions")
    ]


def test_what_a_whole_list_leaves_out_is_retired_and_comes_back(
    signed_in, wave, licence_counter, government
):
    left = "code,agency,name_th,name_en\nDLT-2,DLT,ภาษี,Tax\nDOPA-1,DOPA,บัตร,ID\n"
    shown = look(signed_in, "services", left, whole=True)
    assert "Would be retired" in shown.content.decode()
    agree(signed_in, "services", shown)
    licence = Service.objects.get(code="DLT-1")
    assert licence.retired_on
    assert not EntryPoint.objects.get().active
    assert wave.frame.cells.filter(service=licence).count() == 2
    again = "code,agency,name_th,name_en\nDLT-1,DLT,ใบอนุญาตขับรถ,Driving licence\n"
    bring(signed_in, "services", again)
    assert Service.objects.get(code="DLT-1").retired_on is None


def test_a_part_of_a_list_retires_nothing(signed_in, government):
    bring(signed_in, "services", "code,agency,name_th,name_en\nDLT-2,DLT,ภาษี,Tax\n")
    assert not Service.objects.exclude(retired_on=None).exists()
    assert Service.objects.get(code="DLT-2").name_en == "Tax"


def test_what_was_agreed_to_is_done_and_nothing_else(signed_in, government):
    shown = look(signed_in, "services", "code,agency,name_th,name_en\nDLT-2,DLT,ภาษี,Tax\n")
    Service.objects.filter(code="DLT-2").update(name_en="Vehicle tax")
    assert "has changed since" in agree(signed_in, "services", shown).content.decode()
    assert Service.objects.get(code="DLT-2").name_en == "Vehicle tax"


def test_a_code_renamed_is_a_new_service_and_the_old_one_keeps_its_answers(
    signed_in, answered, government
):
    answers = Response.objects.filter(service=government.licence).count()
    renamed = (
        "code,agency,name_th,name_en\nDLT-10,DLT,ใบอนุญาตขับรถ,Driving licence\n"
        "DLT-2,DLT,การชำระภาษีรถประจำปี,Annual vehicle tax\n"
        "DOPA-1,DOPA,บัตรประจำตัวประชาชน,National ID card\n"
    )
    shown = look(signed_in, "services", renamed, whole=True)
    assert [each.code for each in shown.context["difference"].added] == ["DLT-10"]
    assert [each.code for each in shown.context["difference"].retired] == ["DLT-1"]
    agree(signed_in, "services", shown)
    assert answers == Response.objects.filter(service__code="DLT-1").count() > 0
    assert Service.objects.get(code="DLT-10").retired_on is None


def test_of_two_who_agree_at_once_one_is_told(signed_in, government, monkeypatch):
    listed = "code,agency,name_th,name_en\nNEW-1,DLT,ก,A\nNEW-2,DLT,ข,B\n"
    shown = look(signed_in, "services", listed)

    def after_the_other(*args, **kwargs):
        Service.objects.create(code="NEW-2", agency=government.dlt, name_th="ข")
        bring_in(*args, **kwargs)

    monkeypatch.setattr(registry_views, "bring_in", after_the_other)
    assert "has changed since" in agree(signed_in, "services", shown).content.decode()
    assert not Service.objects.filter(code="NEW-1").exists()


def test_the_longest_list_that_is_taken_is_taken(signed_in, government):
    head = "code,agency,name_th,name_en\n"
    names = [f"{k * 2_654_435_761 % 2**32:x}" for k in range(ROW_LIMIT)]  # which pack badly
    rows = [f"S{k},DLT,บริการประชาชนลำดับที่ {name},Service {name}" for k, name in enumerate(names)]
    bring(signed_in, "services", head + "\n".join(rows))
    assert Service.objects.filter(code__startswith="S").count() == ROW_LIMIT
    longer = look(signed_in, "services", head + "\n".join([*rows, "ONE-MORE,DLT,ก,A"]))
    assert longer["Location"] == RegistryFile.objects.get().get_absolute_url()


@pytest.mark.parametrize("said", ["", "forged", None])
def test_what_this_platform_did_not_sign_is_not_done(signed_in, government, said):
    shown = look(signed_in, "agencies", AGENCIES)
    data = {"said": shown.context["said"] if said is None else said, "digest": ""}
    for name in ("services", "agencies"):
        answer = signed_in.post(reverse("setup:registry_apply", args=[name]), data, follow=True)
        assert "Bring the file again" in answer.content.decode()
    assert not Act.objects.filter(what=Act.What.REGISTRY).exists()


def test_opening_the_address_of_the_second_click_leads_back_and_changes_nothing(
    signed_in, government
):
    before = list(Agency.objects.values_list("code", "name_th"))
    for name in ("agencies", "services"):
        address = reverse("setup:registry_apply", args=[name])
        answer = signed_in.get(address, {"said": "anything", "digest": "x"}, follow=True)
        assert answer.redirect_chain == [(reverse("setup:registry_upload", args=[name]), 302)]
        assert "Bring the file again" in answer.content.decode()
    assert list(Agency.objects.values_list("code", "name_th")) == before


def test_agencies_never_stand_under_each_other(signed_in, government):
    ring = AGENCIES.replace("MOT,,ministry", "MOT,NEW,ministry") + "NEW,DLT,,ใหม่,New\n"
    shown = look(signed_in, "agencies", ring)
    assert "under each other" in shown.content.decode()
    agree(signed_in, "agencies", shown)
    assert Agency.objects.get(code="MOT").parent is None
    assert not Agency.objects.filter(code="NEW").exists()


def test_a_new_ministry_takes_an_old_department(signed_in, government):
    moved = "code,parent,kind,name_th,name_en\nDLT,NEW,,กรม,DLT\nNEW,,ministry,ใหม่,New\n"
    bring(signed_in, "agencies", moved)
    assert Agency.objects.get(code="DLT").parent.code == "NEW"


def test_an_excel_file_is_read_too(signed_in):
    book = Workbook()
    for row in (
        ["code", "parent", "kind", "name_th", "name_en"],
        ["MOT", "", "ministry", "ก", "M"],
    ):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    bring(signed_in, "agencies", file.getvalue(), as_name="list.xlsx")
    assert Agency.objects.get().kind == "ministry"


@pytest.mark.parametrize(
    ("file", "said"),
    [("code,name\nA,B\n", "is missing"), ("code,parent,kind,name_th,name_en\n", "no rows")],
)
def test_a_file_that_is_no_list_is_said_so(signed_in, file, said):
    assert said in look(signed_in, "agencies", file).content.decode()


def test_the_list_comes_out_as_it_goes_in(signed_in, government):
    for name in ("agencies", "services", "channels"):
        file = signed_in.get(reverse("setup:registry_file", args=[name])).content
        shown = look(signed_in, name, file, whole=True)
        assert not shown.context["difference"].does_something, name
        assert not shown.context["difference"].rejected


def test_the_shipped_registry_by_a_button(signed_in):
    signed_in.post(reverse("setup:registry_shipped"))
    assert Service.objects.count() > 30


def test_a_list_that_is_none_is_not_found(signed_in):
    assert signed_in.get(reverse("setup:registry_upload", args=["users"])).status_code == 404


@pytest.mark.parametrize("who", ["approver", "auditor", "bob"])
def test_nobody_else_changes_the_registry(client, government, request, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("setup:registry")).status_code == 403
    assert look(client, "agencies", AGENCIES).status_code == 403
    assert client.post(reverse("setup:registry_apply", args=["agencies"])).status_code == 403
    assert client.post(reverse("setup:registry_shipped")).status_code == 403
    assert client.get(reverse("setup:registry_file", args=["agencies"])).status_code == 403


MOVED = "code,agency,name_th,name_en\nDLT-1,DOPA,ใบอนุญาตขับรถ,Driving licence\n"
MOVED_BELOW = "code,parent,kind,name_th,name_en\nDLT,MOI,,กรมการขนส่งทางบก,DLT\n"


@pytest.mark.parametrize(
    ("name", "file", "state"),
    [("services", MOVED, "open"), ("services", MOVED, "closed"), ("agencies", MOVED_BELOW, "open")],
)
def test_what_a_wave_asks_about_stays_where_it_is(signed_in, wave, government, name, file, state):
    """Or a service that citizens rate badly would be another agency's before the verdict."""
    Wave.objects.filter(pk=wave.pk).update(state=state)
    shown = look(signed_in, name, file.replace("MOI", government.interior.code))
    assert "until then it stays" in shown.content.decode()
    assert not shown.context["difference"].does_something
    licence, agency = government.licence, government.dlt
    licence.agency, agency.parent = government.dopa, government.interior
    for record in (licence, agency):
        with pytest.raises(ValidationError):
            record.clean()
        with pytest.raises(FrozenError):
            record.save()


def test_once_it_is_published_it_may_move(signed_in, wave, government):
    Wave.objects.filter(pk=wave.pk).update(state="published")
    bring(signed_in, "services", MOVED)
    bring(signed_in, "agencies", MOVED_BELOW.replace("MOI", government.interior.code))
    assert Service.objects.get(code="DLT-1").agency == government.dopa
    assert Agency.objects.get(code="DLT").parent == government.interior


UNDER_REJECTED = """code,parent,kind,name_th,name_en
DIV,DLT,office,กอง,
MOT,,kingdom,กระทรวงคมนาคม,
DLT,MOT,,กรมการขนส่งทางบก,
MOI,,ministry,กระทรวงมหาดไทย,
"""


def test_an_agency_under_a_rejected_row_is_rejected_too(signed_in):
    shown = look(signed_in, "agencies", UNDER_REJECTED)
    assert [each.row for each in shown.context["difference"].rejected] == [2, 3, 4]
    assert agree(signed_in, "agencies", shown).status_code == 200
    assert list(Agency.objects.values_list("code", flat=True)) == ["MOI"]


def test_no_agency_is_moved_under_a_rejected_row(signed_in, government):
    moved = "code,parent,kind,name_th,name_en\nMOX,,kingdom,ก,\nDOPA,MOX,,กรมการปกครอง,\n"
    shown = look(signed_in, "agencies", moved)
    assert not shown.context["difference"].does_something
    assert len(shown.context["difference"].rejected) == 2


@pytest.mark.parametrize(("language", "words"), [("th", "กระทรวง"), ("en", "ministry or body")])
def test_a_rejected_kind_is_answered_by_codes_and_words(signed_in, language, words):
    with translation.override(language):
        shown = look(signed_in, "agencies", UNDER_REJECTED).content.decode()
    assert f"ministry ({words}" in shown


@pytest.mark.parametrize("name", LISTS)
def test_the_page_says_what_each_column_of_the_file_says(signed_in, name):
    explained = dict(columns_of(name))
    assert list(explained) == list(LISTS[name].columns)
    shown = signed_in.get(reverse("setup:registry_upload", args=[name])).content.decode()
    for column, said in explained.items():
        assert f"<dt><code>{column}</code></dt><dd>{escape(said)}</dd>" in shown


def test_what_was_done_names_the_list_in_words(signed_in):
    bring(signed_in, "agencies", AGENCIES)
    shown = signed_in.get("/th/office/registry/").content.decode()
    assert "· หน่วยงาน · list.csv" in shown

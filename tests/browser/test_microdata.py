"""A researcher asks for single answers, an approver decides, the file is taken away: in Thai on a
telephone and in English on a desk."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.utils import translation
from django.utils.translation import gettext as _

from analytics.models import MicrodataRequest
from analytics.releases import microdata
from tests.browser.conftest import PHONE
from tests.browser.looking import WIDE, Looked
from tests.releases.test_microdata import approver, nation, researcher  # noqa: F401


@pytest.mark.parametrize(("language", "size"), [("th", PHONE), ("en", WIDE)], ids=["th", "en"])
def test_asked_approved_and_taken_away(
    open_browser,
    nation,  # noqa: F811
    researcher,  # noqa: F811
    approver,  # noqa: F811
    language,
    size,
):
    looked = Looked("microdata", language)
    asks, decides = open_browser(researcher, **size), open_browser(approver, **size)
    with translation.override(language):
        asks.goto(f"/{language}/microdata/")
        looked.at(asks, "ask")
        asks.select_option("[name=wave]", "W1")
        asks.fill("[name=institution]", "Chulalongkorn University")
        asks.fill("[name=purpose]", "What goes with trust in the counter")
        asks.click("main form button")
        asks.get_by_text(_("Sent. It now waits for the survey office.")).wait_for()
        looked.at(asks, "asked")

        decides.goto(f"/{language}/office/microdata/")
        assert "What goes with trust in the counter" in decides.inner_text("main")
        looked.at(decides, "decide")
        decides.get_by_role("button", name=_("Approve, and make the file")).click()
        decides.get_by_text(_("Approved. A worker makes the file.")).wait_for()
        looked.at(decides, "decided")

        asks.reload()
        assert _("Approved. The file is being made.") in asks.inner_text("main")
        request = MicrodataRequest.objects.get()
        microdata.make_microdata(request.pk)
        asks.reload()
        looked.at(asks, "made")
        with asks.expect_download() as taken:
            asks.get_by_role("link", name=_("Download the microdata (zip)")).click()
        with ZipFile(BytesIO(Path(taken.value.path()).read_bytes())) as packed:
            assert packed.testzip() is None
            assert "microdata.csv" in packed.namelist()
    assert not looked.faults


@pytest.mark.parametrize(("language", "size"), [("th", PHONE), ("en", WIDE)], ids=["th", "en"])
def test_refused_with_a_reason(
    open_browser,
    nation,  # noqa: F811
    researcher,  # noqa: F811
    approver,  # noqa: F811
    language,
    size,
):
    looked = Looked("microdata", language)
    microdata.ask(nation, researcher, "Chula", "What goes with trust")
    decides = open_browser(approver, **size)
    decides.goto(f"/{language}/office/microdata/")
    decides.click("summary")
    looked.at(decides, "refuse")
    decides.fill("[name=why]", "No plan of analysis")
    decides.click("button[value=refuse]")
    decides.wait_for_load_state()
    looked.at(decides, "refused")
    asks = open_browser(researcher, **size)
    asks.goto(f"/{language}/microdata/")
    assert "No plan of analysis" in asks.inner_text("main")
    looked.at(asks, "why")
    assert not looked.faults

"""An analyst of OPDC asks for a table and takes it away: in Thai on a telephone and, by keyboard
alone, in English on a desk."""

from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext as _

from analytics.crosstabs.making import make_crosstab
from analytics.models import CrossTab
from tests.browser.conftest import PHONE
from tests.browser.looking import WIDE, Looked
from tests.crosstabs.conftest import over  # noqa: F401


@pytest.mark.usefixtures("over")
@pytest.mark.parametrize(
    ("language", "size", "rows", "measure"),
    [("th", PHONE, "question P1", "satisfied"), ("en", WIDE, "question OV", "answers")],
    ids=["th", "en"],
)
def test_asked_counted_and_taken_away(open_browser, alice, language, size, rows, measure):
    looked = Looked("crosstab", language)
    page = open_browser(alice, **size)
    with translation.override(language):
        page.goto(f"/{language}/office/crosstabs/")
        looked.at(page, "first")
        page.locator("[name=of]").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator("[name=rows]").wait_for()
        looked.at(page, "ask")
        page.select_option("[name=rows]", rows)
        page.select_option("[name=columns]", rows)
        page.get_by_role("button", name=_("Count"), exact=True).press("Enter")
        wrong = page.locator("#id_columns_error")
        assert _("Choose another column than that of the rows.") in wrong.inner_text()
        looked.at(page, "refused")
        page.select_option("[name=columns]", "channel")
        page.select_option("[name=measure]", measure)
        page.get_by_role("button", name=_("Count"), exact=True).press("Enter")
        page.get_by_text(_("Waiting for a worker")).wait_for()
        looked.at(page, "waiting")
        waiting = page.url
        page.goto("about:blank")  # it asks again each second
        tab = CrossTab.objects.get()
        make_crosstab(str(tab.pk))
        page.goto(waiting)
        page.get_by_role("table").wait_for()
        looked.at(page, "counted")
        with page.expect_download() as taken:
            page.get_by_role("link", name=_("Download the table (CSV)")).press("Enter")
        assert Path(taken.value.path()).read_text("utf-8-sig").startswith("row,column,")
        page.goto(f"/{language}/office/crosstabs/")
        assert page.locator(f"a[href='{tab.get_absolute_url()}']").count() == 1
        looked.at(page, "listed")
    assert not looked.faults

"""Whoever asked for a report sees it come, with and without JavaScript."""

from analytics.models import Report
from analytics.scoring.scores import compute_scores


def test_progress_moves_by_itself_and_ends_in_a_download(open_browser, wave, answered, bob):
    compute_scores(wave)
    page = open_browser(bob)
    page.goto(f"/en/agency/DLT/data/?wave={wave.code}")
    page.get_by_role("button", name="Make a PDF").click()
    page.wait_for_url("**/reports/**")
    Report.objects.update(state=Report.State.RUNNING, step=2)
    page.get_by_text("Step 3 of 4").wait_for()
    assert page.locator("progress").get_attribute("value") == "2"
    report = Report.objects.get()
    report.file.name = "r.pdf"
    report.state = Report.State.DONE
    report.save()
    page.get_by_role("link", name="Download the PDF").wait_for()


def test_without_javascript_a_link_refreshes(open_browser, wave, answered, bob):
    compute_scores(wave)
    page = open_browser(bob, java_script_enabled=False)
    page.goto(f"/en/agency/DLT/data/?wave={wave.code}")
    page.get_by_role("button", name="Make a PDF").click()
    assert "/reports/" in page.url
    Report.objects.update(state=Report.State.RUNNING, step=1)
    page.get_by_role("link", name="Refresh").click()
    page.get_by_text("Step 2 of 4").wait_for()

"""Whatever an officer does with a command has its page; each command is one or the other."""

import pytest
from django.core.management import get_commands
from django.urls import NoReverseMatch, reverse

PAGES = {
    "change": "analytics:change",
    "count_encounters": "files:count",
    "create_api_key": "admin:responses_collectingsystem_add",
    "draw": "analytics:draw",
    "erase_response": "answers:erasure",
    "export_responses": "answers:export",
    "export_xlsform": "setup:xlsform",
    "import_encounters": "files:encounters",
    "import_frame": "files:frame",
    "import_responses": "office:imports",
    "import_xlsform": "setup:questionnaires",
    "load_registry": "setup:registry",
    "papers": "desk:papers",
    "quality": "analytics:quality",
    "release": "analytics:release",
    "retention": "answers:retention",
    "scorecard": "analytics:scorecard",
    "verify_log": "desk:log",
    "wave": "desk:wave",
}
OF_WHOEVER_DOUBTS_US = {
    "open_log",  # and whoever may see single answers
    "recount",
    "verify_release",
    "witness",
}  # without the platform, or it would vouch for itself
WORKED_BY_ITSELF = {"compute_scores", "screen_wave"}  # the worker does, and "go through the list"
OF_WHOEVER_RUNS_THE_MACHINE = {"check_coverage", "demo", "rotate_contact_keys", "simulate_wave"}


def test_each_has_a_page_or_a_reason():
    ours = {
        name for name, app in get_commands().items() if app in ("surveys", "responses", "analytics")
    }
    without_page = WORKED_BY_ITSELF | OF_WHOEVER_DOUBTS_US | OF_WHOEVER_RUNS_THE_MACHINE
    assert ours == PAGES.keys() | without_page


@pytest.mark.parametrize("name", PAGES.values())
def test_the_page_is_there(name):
    for arguments in ([], ["W1"], [1], ["W1", 1]):
        try:
            reverse(name, args=arguments)
            return
        except NoReverseMatch:
            continue
    pytest.fail(name)

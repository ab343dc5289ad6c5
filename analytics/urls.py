"""The pages of figures, under a prefix for the language."""

from django.urls import path
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page

from analytics.alerts import views as alert_views
from analytics.dashboards import (
    agency_files,
    agency_views,
    badge_views,
    change_views,
    comment_views,
    compare_views,
    digest_views,
    improvement_views,
    quality_views,
    screening_views,
    views,
)
from analytics.planning import draw_views as draw_pages
from analytics.planning import views as planning_page
from analytics.releases import check_views, microdata_views
from analytics.releases import views as release_views
from analytics.releases.feed import Published
from analytics.releases.for_everybody import MINUTES, page_for_everybody
from analytics.reporting import paper_views, poster
from analytics.reporting import views as report_views
from analytics.scorecard import entry_views, register_views
from analytics.scorecard import views as scorecard_views

feed = cache_control(public=True, max_age=60 * MINUTES)(conditional_page(Published()))
paper = page_for_everybody(paper_views.paper)

app_name = "analytics"
urlpatterns = [
    path("", views.home, name="home"),
    path("waves/", views.waves, name="waves"),
    path("waves/<str:code>/", page_for_everybody(views.wave), name="wave"),
    path("waves/<str:code>/release.zip", release_views.release, name="release"),
    path(
        "waves/<str:code>/releases/<int:number>.zip",
        release_views.numbered,
        name="numbered_release",
    ),
    path("waves/<str:code>/release.tsr", release_views.stamp, name="release_stamp"),
    path(
        "waves/<str:code>/releases/<int:number>.tsr",
        release_views.stamp,
        name="numbered_release_stamp",
    ),
    path("waves/<str:code>/data/<str:name>.csv", release_views.table, name="release_table"),
    path("waves/feed.xml", feed, name="feed"),
    path("releases/check/", check_views.check, name="check_release"),
    path("releases/check/<uuid:pk>/", check_views.checked, name="release_check"),
    path("microdata/", microdata_views.microdata, name="microdata"),
    path("microdata/<int:pk>/file/", microdata_views.file, name="microdata_file"),
    path("waves/<str:code>/screening/", screening_views.screening, name="screening"),
    path("waves/<str:code>/quality/", page_for_everybody(quality_views.quality), name="quality"),
    path("waves/<str:code>/change/", page_for_everybody(change_views.change), name="change"),
    path("waves/<str:code>/compare/", page_for_everybody(compare_views.compare), name="compare"),
    path("waves/<str:code>/paper/", paper, name="paper"),
    path("waves/<str:code>/paper/<str:agency>/", paper, name="agency_paper"),
    path("waves/<str:code>/report/", report_views.ask_for_report, name="ask_for_report"),
    path("mine/", agency_views.mine, name="mine"),
    path("mine/digest/", digest_views.settings, name="digest"),
    path("agency/<str:agency>/", agency_views.page, name="agency_page"),
    *(
        path(f"agency/<str:agency>/{tab}/", agency_views.page, {"tab": tab}, name=f"agency_{tab}")
        for tab in agency_views.TABS
        if tab != "overview"
    ),
    path(
        "agency/<str:agency>/improvements/new/<str:code>/",
        improvement_views.write,
        name="improvement_new",
    ),
    path(
        "agency/<str:agency>/improvements/<int:pk>/", improvement_views.change, name="improvement"
    ),
    path(
        "agency/<str:agency>/improvements/<int:pk>/hide/",
        improvement_views.hide,
        name="improvement_hide",
    ),
    path("alerts/", alert_views.alerts, name="alerts"),
    path("agency/<str:agency>/alerts/", alert_views.of_agency, name="agency_alerts"),
    path("agency/<str:agency>/badge.svg", badge_views.badge, name="badge"),
    path("agency/<str:agency>/figures.<str:kind>", agency_files.file, name="agency_file"),
    path("waves/<str:code>/agencies/<str:agency>/", agency_views.moved, name="agency"),
    path(
        "waves/<str:code>/agencies/<str:agency>/comments/",
        comment_views.comments,
        name="comments",
    ),
    path(
        "waves/<str:code>/agencies/<str:agency>/comments/<str:name>/",
        comment_views.comment,
        name="comment",
    ),
    path(
        "waves/<str:code>/agencies/<str:agency>/comments/<str:name>/second/",
        comment_views.second_reply,
        name="second_reply",
    ),
    path("draws/", draw_pages.draws, name="draws"),
    path("draws/<str:code>/", draw_pages.draw, name="draw"),
    path("draws/<str:code>/<int:number>/record/", draw_pages.record, name="draw_record"),
    path("planning/", planning_page.plan, name="planning"),
    path("scorecard/", scorecard_views.page, name="scorecard"),
    path("scorecard/scorecard.csv", scorecard_views.as_csv, name="scorecard_csv"),
    path("scorecard/scorecard.json", scorecard_views.as_json, name="scorecard_json"),
    path("scorecard/frozen/<str:code>.json", scorecard_views.as_frozen, name="scorecard_frozen"),
    path("scorecard/evidence/<int:pk>/", scorecard_views.evidence, name="evidence"),
    path("scorecard/entries/", entry_views.entries, name="scorecard_entries"),
    path("scorecard/entries/<int:pk>/decide/", entry_views.decide, name="scorecard_decide"),
    path("scorecard/entries/<str:code>/", entry_views.enter, name="scorecard_enter"),
    path("scorecard/remarks/<str:code>/", entry_views.remark, name="scorecard_remark"),
    path("scorecard/registers/", register_views.registers, name="scorecard_registers"),
    path("scorecard/registers/<str:code>.csv", register_views.register_csv, name="register_csv"),
    path("scorecard/registers/<str:code>/", register_views.register, name="scorecard_register"),
    path("scorecard/lists/<int:pk>/", register_views.handed_in, name="scorecard_list"),
    path("links/<slug:slug>/poster/", poster.poster, name="poster"),
    path("links/posters.zip", poster.all_posters, name="all_posters"),
    path("links/posters/<str:agency>.pdf", poster.posters, name="posters"),
    path("reports/<uuid:pk>/", report_views.report, name="report"),
    path("reports/<uuid:pk>/file/", report_views.report_file, name="report_file"),
]

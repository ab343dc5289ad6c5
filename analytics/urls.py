"""The pages of figures, under a prefix for the language."""

from django.urls import path

from analytics.dashboards import change_views, comment_views, screening_views, views
from analytics.planning import draw_views as draw_pages
from analytics.planning import views as planning_page
from analytics.reporting import poster
from analytics.reporting import views as report_views

app_name = "analytics"
urlpatterns = [
    path("", views.home, name="home"),
    path("waves/", views.waves, name="waves"),
    path("waves/<str:code>/", views.wave, name="wave"),
    path("waves/<str:code>/screening/", screening_views.screening, name="screening"),
    path("waves/<str:code>/change/", change_views.change, name="change"),
    path("waves/<str:code>/report/", report_views.ask_for_report, name="ask_for_report"),
    path("waves/<str:code>/agencies/<str:agency>/", views.agency, name="agency"),
    path(
        "waves/<str:code>/agencies/<str:agency>/comments/",
        comment_views.comments,
        name="comments",
    ),
    path(
        "waves/<str:code>/agencies/<str:agency>/comments/<int:pk>/",
        comment_views.comment,
        name="comment",
    ),
    path("draws/", draw_pages.draws, name="draws"),
    path("draws/<str:code>/", draw_pages.draw, name="draw"),
    path("draws/<str:code>/<int:number>/record/", draw_pages.record, name="draw_record"),
    path("planning/", planning_page.plan, name="planning"),
    path("links/<slug:slug>/poster/", poster.poster, name="poster"),
    path("reports/<uuid:pk>/", report_views.report, name="report"),
    path("reports/<uuid:pk>/file/", report_views.report_file, name="report_file"),
]

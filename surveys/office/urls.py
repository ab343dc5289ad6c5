"""Setting a wave up, under a prefix for the language."""

from django.urls import path

from surveys.office import link_views, questionnaire_views, views

app_name = "setup"
urlpatterns = [
    path("new/", views.new, name="new"),
    path("questionnaires/", questionnaire_views.questionnaires, name="questionnaires"),
    path("waves/<str:code>/dates/", views.dates, name="dates"),
    path("waves/<str:code>/questionnaire/", questionnaire_views.choose, name="questionnaire"),
    path("waves/<str:code>/method/", views.method, name="method"),
    path("waves/<str:code>/links/", link_views.links, name="links"),
    path("waves/<str:code>/open/", views.opening, name="opening"),
]

"""Setting a wave up, under a prefix for the language."""

from django.urls import path

from surveys.office import link_views, questionnaire_views, registry_views, views

app_name = "setup"
urlpatterns = [
    path("new/", views.new, name="new"),
    path("registry/", registry_views.registry, name="registry"),
    path("registry/shipped/", registry_views.shipped, name="registry_shipped"),
    path("registry/<str:name>/", registry_views.upload, name="registry_upload"),
    path("registry/<str:name>/apply/", registry_views.carry_out, name="registry_apply"),
    path("registry/<str:name>/file.csv", registry_views.file, name="registry_file"),
    path("questionnaires/", questionnaire_views.questionnaires, name="questionnaires"),
    path("waves/<str:code>/dates/", views.dates, name="dates"),
    path("waves/<str:code>/questionnaire/", questionnaire_views.choose, name="questionnaire"),
    path("waves/<str:code>/method/", views.method, name="method"),
    path("waves/<str:code>/links/", link_views.links, name="links"),
    path("waves/<str:code>/open/", views.opening, name="opening"),
]

"""Setting a wave up, under a prefix for the language."""

from django.urls import path

from surveys.office import (
    editing_views,
    language_views,
    link_views,
    questionnaire_views,
    recording_views,
    registry_file_views,
    registry_views,
    views,
)

app_name = "setup"
urlpatterns = [
    path("new/", views.new, name="new"),
    path("registry/", registry_views.registry, name="registry"),
    path("registry/shipped/", registry_views.shipped, name="registry_shipped"),
    path("registry/files/<uuid:pk>/", registry_file_views.job, name="registry_job"),
    path("registry/files/<uuid:pk>/apply/", registry_file_views.apply, name="registry_job_apply"),
    path("registry/files/<uuid:pk>/drop/", registry_file_views.drop, name="registry_job_drop"),
    path("registry/<str:name>/", registry_views.upload, name="registry_upload"),
    path("registry/<str:name>/apply/", registry_views.carry_out, name="registry_apply"),
    path("registry/<str:name>/file.csv", registry_views.file, name="registry_file"),
    path("questionnaires/", questionnaire_views.questionnaires, name="questionnaires"),
    path("questionnaires/new/", editing_views.begin, name="begin"),
    path("questionnaires/<int:pk>/", editing_views.edit, name="edit"),
    path("questionnaires/<int:pk>/add/", editing_views.add, name="add"),
    path("questionnaires/<int:pk>/undo/", editing_views.undo, name="undo"),
    path("questionnaires/<int:pk>/version/", editing_views.version, name="version"),
    path("languages/", language_views.languages, name="languages"),
    path("languages/<str:language>/", language_views.phrases, name="phrases"),
    path("questionnaires/<int:pk>/languages/", language_views.speak, name="speak"),
    path(
        "questionnaires/<int:pk>/languages/<str:language>/",
        language_views.translate,
        name="translate",
    ),
    path("questionnaires/<int:pk>/recordings/", recording_views.recordings, name="recordings"),
    path(
        "questionnaires/<int:pk>/recordings/<str:language>/take-out/",
        recording_views.take_out,
        name="take_out_recording",
    ),
    path("questionnaires/<int:pk>/form.xlsx", editing_views.as_xlsform, name="xlsform"),
    path("questionnaires/<int:pk>/questions/<str:code>/", editing_views.question, name="question"),
    path(
        "questionnaires/<int:pk>/questions/<str:code>/move/", editing_views.arrange, name="arrange"
    ),
    path("waves/<str:code>/dates/", views.dates, name="dates"),
    path("waves/<str:code>/questionnaire/", questionnaire_views.choose, name="questionnaire"),
    path("waves/<str:code>/method/", views.method, name="method"),
    path("waves/<str:code>/links/", link_views.links, name="links"),
    path("waves/<str:code>/open/", views.opening, name="opening"),
]

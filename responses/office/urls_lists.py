"""Files of a wave's frame and encounters, under a prefix for the language."""

from django.urls import path

from responses.office import list_views

app_name = "files"
urlpatterns = [
    path("waves/<str:code>/frame/", list_views.frame, name="frame"),
    path("waves/<str:code>/frame/count/", list_views.count, name="count"),
    path("waves/<str:code>/frame/empty/", list_views.empty, name="empty"),
    path("waves/<str:code>/encounters/", list_views.encounters, name="encounters"),
    path("files/<uuid:pk>/", list_views.file, name="file"),
    path("files/<uuid:pk>/start/", list_views.start, name="start"),
    path("files/<uuid:pk>/discard/", list_views.discard, name="discard"),
    path("files/<uuid:pk>/rejected.csv", list_views.rejected, name="rejected"),
]

"""Importing files of answers, under a prefix for the language."""

from django.urls import path

from responses.office import views

app_name = "office"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("<uuid:pk>/", views.job, name="import"),
    path("<uuid:pk>/columns/", views.columns, name="import_columns"),
    path("<uuid:pk>/layout/", views.lay_out, name="import_layout"),
    path("<uuid:pk>/check/", views.check, name="import_check"),
    path("<uuid:pk>/start/", views.start, name="import_start"),
    path("<uuid:pk>/discard/", views.discard, name="import_discard"),
    path("<uuid:pk>/rejected.csv", views.rejected, name="import_rejected"),
]

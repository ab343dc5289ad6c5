"""Sending invitations, under a prefix for the language."""

from django.urls import path

from responses.office import mailings

app_name = "mailings"
urlpatterns = [
    path("", mailings.mailings, name="mailings"),
    path("<int:pk>/start/", mailings.start, name="start"),
    path("<int:pk>/pause/", mailings.pause, name="pause"),
    path("<int:pk>/resume/", mailings.resume, name="resume"),
]

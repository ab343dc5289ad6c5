"""Pages about the people who sign in, under a prefix for the language."""

from django.urls import path

from surveys.people import act_views

app_name = "people"
urlpatterns = [
    path("acts/", act_views.acts, name="acts"),
    path("acts/acts.csv", act_views.export, name="acts_export"),
]

"""Pages about the people who sign in, under a prefix for the language."""

from django.urls import path

from surveys.people import act_views, invite_views

app_name = "people"
urlpatterns = [
    path("", invite_views.people, name="people"),
    path("<int:pk>/again/", invite_views.invite_again, name="invite_again"),
    path("<int:pk>/close/", invite_views.close, name="close"),
    path("acts/", act_views.acts, name="acts"),
    path("acts/acts.csv", act_views.export, name="acts_export"),
    path("acts/verify/", act_views.verified, name="acts_verify"),
]

from django.urls import path

from responses import preview, views

app_name = "responses"
urlpatterns = [
    path("preview/<int:pk>/", preview.preview, name="preview"),
    path("preview/<int:pk>/form/", preview.preview_form, name="preview_form"),
    path("s/<slug:slug>/", views.ask, name="ask"),
    path("s/<slug:slug>/qr.svg", views.qr, name="qr"),
    path("s/<slug:slug>/more/<str:token>/", views.details, name="details"),
    path("s/<slug:slug>/thanks/<str:token>/", views.thanks, name="thanks"),
    path("privacy/", views.privacy, name="privacy"),
]

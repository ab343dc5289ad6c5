from django.urls import path

from responses import agent, embed, invited, kiosk_views, preview, views

app_name = "responses"
urlpatterns = [
    path("preview/<int:pk>/", preview.preview, name="preview"),
    path("preview/<int:pk>/form/", preview.preview_form, name="preview_form"),
    path("s/<slug:slug>/", views.ask, name="ask"),
    path("s/<slug:slug>/qr.svg", views.qr, name="qr"),
    path("s/<slug:slug>/more/<str:token>/", views.details, name="details"),
    path("s/<slug:slug>/thanks/<str:token>/", views.thanks, name="thanks"),
    path("i/<str:token>/", invited.ask, name="invited"),
    path("i/more/<str:token>/", views.details, name="details"),
    path("i/thanks/<str:token>/", views.thanks, name="thanks"),
    path("stop/<str:code>/", invited.stop, name="stop"),
    path("stop/<str:code>/<str:signed_hash>/", invited.stop, name="stop"),
    path("kiosk/worker.js", kiosk_views.worker, name="kiosk-worker"),
    path("kiosk/<slug:slug>/", kiosk_views.kiosk, name="kiosk"),
    path("kiosk/<slug:slug>/start/", kiosk_views.start, name="kiosk-start"),
    path("kiosk/<slug:slug>/answers/", kiosk_views.answers, name="kiosk-answers"),
    path("kiosk/<slug:slug>/leave/", kiosk_views.leave, name="kiosk-leave"),
    path("embed.js", embed.script, name="embed-script"),
    path("embed/<slug:slug>/", embed.ask, name="embed"),
    path("embed/<slug:slug>/thanks/<str:token>/", embed.thanks, name="embed-thanks"),
    path("agent/", agent.choose, name="agent"),
    path("agent/<str:service>/<str:channel>/", agent.call, name="agent-call"),
    path("privacy/", views.privacy, name="privacy"),
]

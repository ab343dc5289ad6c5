from django.urls import include, path

from responses.channels import agent, embed, invited
from responses.channels.kiosk import views as kiosk_views
from responses.channels.web import preview, sounds, verified, views
from responses.receipts import log_views, reply_views, tile_views
from responses.receipts import views as receipt_views

app_name = "responses"
urlpatterns = [
    path("s/<slug:slug>/", views.ask, name="ask"),
    path("s/<slug:slug>/answer/", views.answer, name="answer"),
    path("verified/<slug:slug>/", verified.token, name="token"),
    path("verified/<slug:slug>/<slug:provider>/", verified.sign_in, name="citizen-sign-in"),
    path("sound/<str:digest>/", sounds.sound, name="sound"),
    path("s/<slug:slug>/qr.svg", views.qr, name="qr"),
    path("s/<slug:slug>/more/<str:token>/", views.details, name="details"),
    path("s/<slug:slug>/more/<str:token>/<int:step>/", views.details, name="details"),
    path("s/<slug:slug>/thanks/<str:token>/", views.thanks, name="thanks"),
    path("s/<slug:slug>/thanks/<str:token>/receipt.png", views.keep, name="keep"),
    path("i/<str:token>/", invited.ask, name="invited"),
    path("i/more/<str:token>/", views.details, name="details"),
    path("i/more/<str:token>/<int:step>/", views.details, name="details"),
    path("i/thanks/<str:token>/", views.thanks, name="thanks"),
    path("i/thanks/<str:token>/receipt.png", views.keep, name="keep"),
    path("stop/<str:code>/", invited.stop, name="stop"),
    path("stop/<str:code>/<str:signed_hash>/", invited.stop, name="stop"),
    path("kiosk/worker.js", kiosk_views.worker, name="kiosk-worker"),
    path("kiosk/<slug:slug>/", kiosk_views.kiosk, name="kiosk"),
    path("kiosk/<slug:slug>/start/", kiosk_views.start, name="kiosk-start"),
    path("kiosk/<slug:slug>/answers/", kiosk_views.answers, name="kiosk-answers"),
    path("kiosk/<slug:slug>/leave/", kiosk_views.leave, name="kiosk-leave"),
    path("embed.js", embed.script, name="embed-script"),
    path("embed/<slug:slug>/", embed.ask, name="embed"),
    path("embed/<slug:slug>/answer/", embed.answer, name="embed-answer"),
    path("embed/<slug:slug>/thanks/<str:token>/", embed.thanks, name="embed-thanks"),
    path("agent/", agent.choose, name="agent"),
    path("agent/<str:service>/<str:channel>/", agent.call, name="agent-call"),
    path("openrosa/", include("responses.openrosa.urls")),
    path("preview/<int:pk>/", preview.preview, name="preview"),
    path("preview/<int:pk>/form/", preview.preview_form, name="preview_form"),
    path("preview/<int:pk>/draft/<str:question>/", preview.preview_draft, name="preview_draft"),
    path("privacy/", views.privacy, name="privacy"),
    path("receipt/", receipt_views.find, name="receipts"),
    path("receipt/<str:code>/", receipt_views.receipt, name="receipt"),
    path("receipt/<str:code>/proof.json", receipt_views.proof, name="receipt-proof"),
    path("receipt/<str:code>/own/", receipt_views.enter, name="receipt-enter"),
    path("receipt/<str:code>/own/<str:token>/", receipt_views.own, name="receipt-own"),
    path("receipt/<str:code>/own/<str:token>/answer.json", receipt_views.export, name="export"),
    path("receipt/<str:code>/own/<str:token>/appeal/", reply_views.appeal, name="appeal"),
    path("receipt/<str:code>/own/<str:token>/again/", reply_views.rate_again, name="rate-again"),
    path("receipt/<str:code>/own/<str:token>/erase/", receipt_views.erase, name="erase"),
    path("log/key", tile_views.verifier, name="log-verifier"),
    path("log/<str:code>/", log_views.log, name="log"),
    path("log/<str:code>/checkpoint", tile_views.checkpoint, name="log-checkpoint"),
    path("log/<str:code>/tile/<int:level>/<path:place>", tile_views.tile, name="log-tile"),
    path("log/<str:code>/consistency.json", log_views.consistency, name="log-consistency"),
]

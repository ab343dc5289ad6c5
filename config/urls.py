from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from analytics.api.changes import ChangeList
from analytics.api.months import MonthList
from analytics.api.response_rates import ResponseRateList
from analytics.api.scores import ScoreList
from analytics.api.waves import DrawList, WaveList
from analytics.releases.for_everybody import for_everybody
from analytics.scorecard.api import ScorecardView
from config.metrics import metrics
from responses.api.urls import urlpatterns as collecting
from surveys.own_account import OwnAddress

handler500 = "config.failures.server_error"

# Patterns are tried one after the other: what senders ask for stands first.
api = [
    *collecting,
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("draws/", for_everybody(DrawList.as_view()), name="draws"),
    path("scorecard/", ScorecardView.as_view(), name="scorecard"),
    path("waves/", for_everybody(WaveList.as_view()), name="waves"),
    path("waves/<str:wave>/scores/", for_everybody(ScoreList.as_view()), name="scores"),
    path("waves/<str:wave>/changes/", for_everybody(ChangeList.as_view()), name="changes"),
    path("waves/<str:wave>/months/", for_everybody(MonthList.as_view()), name="months"),
    path(
        "waves/<str:wave>/response-rates/",
        for_everybody(ResponseRateList.as_view()),
        name="response_rates",
    ),
]

urlpatterns = [
    path("api/v1/", include((api, "api"))),
    path("", include("responses.urls")),
    path("metrics", metrics, name="metrics"),
    path("i18n/", include("django.conf.urls.i18n")),
    # Providers know one address to come back to, in whatever language.
    path("identity/", include("allauth.socialaccount.providers.openid_connect.urls")),
    *i18n_patterns(
        path("", include("analytics.urls")),
        path("office/", include("analytics.desk.urls")),
        path("office/", include("surveys.office.urls")),
        path("office/", include("responses.office.urls_lists")),
        path("office/", include("responses.office.urls_answers")),
        path("imports/", include("responses.office.urls")),
        path("invitations/", include("responses.office.urls_mailings")),
        path("people/", include("surveys.people.urls")),
        path("account/email/", OwnAddress.as_view(), name="account_email"),
        path("account/two-step/", include("allauth.mfa.urls")),
        path("account/identities/", include("allauth.socialaccount.urls")),
        path("account/sessions/", include("allauth.usersessions.urls")),
        path("account/", include("allauth.account.urls")),
        path("admin/", admin.site.urls),
    ),
]

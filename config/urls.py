from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from analytics.api import ResponseRateList, ScoreList, WaveList
from responses.api.urls import urlpatterns as collecting

api = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("waves/", WaveList.as_view(), name="waves"),
    path("waves/<str:wave>/scores/", ScoreList.as_view(), name="scores"),
    path("waves/<str:wave>/response-rates/", ResponseRateList.as_view(), name="response_rates"),
    *collecting,
]

urlpatterns = [
    path("", include("responses.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include((api, "api"))),
    *i18n_patterns(
        path("", include("analytics.urls")),
        path("imports/", include("responses.urls_office")),
        path("invitations/", include("responses.urls_mailings")),
        path("account/", include("allauth.account.urls")),
        path("admin/", admin.site.urls),
    ),
]

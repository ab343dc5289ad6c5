from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("responses.urls")),
    path("", include("analytics.urls_plain")),
    path("i18n/", include("django.conf.urls.i18n")),
    *i18n_patterns(
        path("", include("analytics.urls")),
        path("account/", include("allauth.account.urls")),
        path("admin/", admin.site.urls),
    ),
]

from django.urls import include, path, re_path

from responses.openrosa import views

_addresses = [
    path("formList", views.form_list, name="openrosa-list"),
    path("forms/<str:form_id>.xml", views.form, name="openrosa-form"),
    path("submission", views.submission, name="openrosa-submission"),
]

urlpatterns = [
    *_addresses,
    path("key/<str:key>/", include(_addresses)),
    re_path("", views.nothing_here, name="openrosa-nothing"),
]

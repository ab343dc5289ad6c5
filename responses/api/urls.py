from django.urls import path

from responses.api import views

urlpatterns = [
    path("responses/", views.ResponseView.as_view(), name="response"),
    path("responses/batch/", views.BatchView.as_view(), name="batch"),
    path("encounters/", views.EncountersView.as_view(), name="encounters"),
    path("responses/<str:receipt>/", views.ReceiptView.as_view(), name="receipt"),
    path("questionnaire/", views.QuestionnaireView.as_view(), name="questionnaire"),
    path("services/", views.ServiceList.as_view(), name="services"),
    path("service-points/", views.ServicePointList.as_view(), name="service_points"),
]

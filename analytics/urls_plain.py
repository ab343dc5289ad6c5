from django.urls import path

app_name = "analytics_plain"
urlpatterns: list = []

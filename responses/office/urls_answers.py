"""Taking single answers away, erasing and forgetting them, under a prefix for the language."""

from django.urls import path

from responses.office import answer_views, topic_views

app_name = "answers"
urlpatterns = [
    path("waves/<str:code>/answers/", answer_views.export, name="export"),
    path("erasure/", answer_views.erasure, name="erasure"),
    path("retention/", answer_views.retention, name="retention"),
    path("retention/clear/", answer_views.clear, name="clear"),
    path("topics/", topic_views.topics, name="topics"),
    path("topics/new/", topic_views.topic, name="topic_new"),
    path("topics/<str:code>/", topic_views.topic, name="topic"),
]

"""The survey office's desk, under a prefix for the language."""

from django.urls import path

from analytics.crosstabs import views as crosstab_views
from analytics.desk import (
    correction_views,
    log_views,
    microdata_views,
    overruling_views,
    paper_views,
    publication_views,
    views,
)

app_name = "desk"
urlpatterns = [
    path("", views.waves, name="waves"),
    path("waves/<str:code>/", views.wave, name="wave"),
    path("waves/<str:code>/close/", views.closing, name="closing"),
    path("waves/<str:code>/publication/", publication_views.publication, name="publication"),
    path("waves/<str:code>/publication/examine/", publication_views.examine, name="examine"),
    path("waves/<str:code>/publication/step/", publication_views.step, name="step"),
    path("waves/<str:code>/publication/order/", publication_views.order, name="order"),
    path("waves/<str:code>/preview/", publication_views.preview, name="preview"),
    path("waves/<str:code>/overrule/", overruling_views.overrulings, name="overrulings"),
    path("waves/<str:code>/overrule/<int:pk>/", overruling_views.decide, name="overrule"),
    path("waves/<str:code>/papers/", paper_views.papers, name="papers"),
    path("waves/<str:code>/papers.zip", paper_views.papers_file, name="papers_file"),
    path("waves/<str:code>/corrections/", correction_views.corrections, name="corrections"),
    path("waves/<str:code>/corrections/<int:pk>/", correction_views.decide, name="correction"),
    path("microdata/", microdata_views.requests, name="microdata"),
    path("microdata/<int:pk>/", microdata_views.decide, name="microdata_decide"),
    path("crosstabs/", crosstab_views.crosstabs, name="crosstabs"),
    path("crosstabs/<uuid:pk>/", crosstab_views.crosstab, name="crosstab"),
    path("crosstabs/<uuid:pk>/table.csv", crosstab_views.file, name="crosstab_file"),
    path("waves/<str:code>/log/", log_views.log, name="log"),
]

"""The pages on which the survey office writes the dictionary of topics."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from responses.access import may_write_topics
from responses.comments.topics import lines
from responses.models import Topic
from responses.tasks import sort_comments
from surveys.access import only_for
from surveys.acts import record
from surveys.models import Act

SHORTEST = 2
"""Letters of a word: one alone stands in everything."""


class TopicForm(forms.ModelForm):
    class Meta:
        model = Topic
        fields = ["code", "name_th", "name_en", "words", "except_for", "names_danger"]
        widgets = {
            "words": forms.Textarea({"rows": 12}),
            "except_for": forms.Textarea({"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = bool(self.instance.pk)

    def clean_words(self) -> str:
        return _read(self.cleaned_data["words"])

    def clean_except_for(self) -> str:
        return _read(self.cleaned_data["except_for"])


def _read(text: str) -> str:
    """A line each, once each. Raise ValidationError."""
    words = list(dict.fromkeys(lines(text)))
    if short := [word for word in words if len(word) < SHORTEST]:
        raise forms.ValidationError(
            _("“%(word)s” is too short: it would be found in nearly every comment."),
            params={"word": short[0]},
        )
    return "\n".join(words)


@only_for(may_write_topics)
@never_cache
@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    found = Topic.objects.annotate(number=Count("comments")).order_by("position", "code")
    return render(request, "setup/topics.html", {"topics": found})


@only_for(may_write_topics)
@never_cache
@require_http_methods(["GET", "POST"])
def topic(request: HttpRequest, code: str = "") -> HttpResponse:
    """Change a topic, take it out, or with no code write a new one."""
    found = get_object_or_404(Topic, code=code) if code else None
    if found and "delete" in request.POST:
        record(Act.What.DELETE, found)
        found.delete()
        return redirect("answers:topics")
    form = TopicForm(request.POST or None, instance=found)
    if form.is_valid():
        with transaction.atomic():
            stored = form.save()
            record(Act.What.CHANGE if found else Act.What.MAKE, stored, words=stored.words)
            transaction.on_commit(lambda: sort_comments.delay())
        messages.success(request, _("Saved. Comments are being sorted anew."))
        return redirect("answers:topics")
    return render(request, "setup/topic.html", {"form": form, "topic": found})

"""Which comments of an agency are listed: none of a cell with few answers, newest first.

While a wave runs an agency reads a comment once the day, or the month, that it tells is over.
Whoever looks at the list again and again would else learn to the minute who wrote it.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import Any, cast

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from analytics.models import TallyCell
from responses.comments.complaining import COMPLAINING, HIGH, learnt
from responses.comments.searching import searched
from responses.models import Comment, Topic
from surveys import clock
from surveys.models import Agency, Channel, Service, Wave
from surveys.thai_text import normalise

FEWEST = 10
"""Answers of a cell (a service on a channel) before anything written in it is listed."""
FEWEST_FOR_DAY = 100
"""Answers of a cell before a comment tells the day and not only the month."""

Cells = dict[tuple[int, int], int]


def cells_of(wave: Wave, agencies: set[int]) -> Cells:
    """The number of answers in each cell of these agencies that counts."""
    overall = wave.questionnaire.questions.get(is_overall=True).code
    cells = (
        TallyCell.objects.filter(
            wave=wave, question=overall, screened=False, service__agency__in=agencies
        )
        .values_list("service", "channel")
        .annotate(answers=Sum("count"))
    )
    return {(service, channel): answers for service, channel, answers in cells}


def comments_of(
    wave: Wave, agencies: set[int], cells: Cells, *, at_once: bool = False
) -> QuerySet[Comment]:
    """`at_once`: also what the agency is not to read yet, for the survey office."""
    listed = _in(large_among(cells)) if at_once else listed_in(wave, cells)
    return (
        Comment.objects.filter(listed, wave=wave, agency__in=agencies)
        .select_related("service", "channel", "service_point")
        .order_by("-answered_on", "place")
    )


def listed_in(wave: Wave, cells: Cells) -> Q:
    """What an agency reads of these cells by today."""
    return _in(large_among(cells)) & over(wave, cells)


def over(wave: Wave, cells: Cells) -> Q:
    """Of the day, or else the month, that a comment in one of these cells tells."""
    if wave.state != Wave.State.OPEN:
        return Q()
    today = clock.today()
    by_day = {cell for cell, answers in cells.items() if answers >= FEWEST_FOR_DAY}
    return Q(answered_on__lt=today.replace(day=1)) | _in(by_day) & Q(answered_on__lt=today)


def _in(cells: set[tuple[int, int]]) -> Q:
    """Most services are large through the same channels, so that there are few clauses however
    many cells there are."""
    channels: dict[int, list[int]] = defaultdict(list)
    for service, channel in sorted(cells):
        channels[service].append(channel)
    services: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for service, found in channels.items():
        services[tuple(found)].append(service)
    large = Q(pk__in=[])
    for through, those in services.items():
        large |= Q(service__in=those, channel__in=through)
    return large


def large_among(cells: Cells) -> set[tuple[int, int]]:
    return {cell for cell, answers in cells.items() if answers >= FEWEST}


class Pages(Paginator):
    """The newest comments, up to so many: nobody leafs through a million, and nobody waits until
    they are counted."""

    MOST = 10_000

    @cached_property
    def _found(self) -> int:
        listed = cast(QuerySet[Comment], self.object_list)
        return listed.order_by()[: self.MOST + 1].count()

    @property
    def more(self) -> bool:
        return self._found > self.MOST

    @cached_property
    def count(self) -> int:
        return min(self._found, self.MOST)


ORDERS = [
    ("", _("newest first")),
    ("complaining", _("complaining words first")),
    ("content", _("only ratings of 4 or 5 whose words complain")),
]


class CommentFilter(forms.Form):
    """A GET form: what it cannot read it leaves out."""

    RATINGS = {
        "low": (_("1 or 2"), Q(overall__lte=2)),
        "middle": ("3", Q(overall=3)),
        "high": (_("4 or 5"), Q(overall__gte=4)),
    }

    words = forms.CharField(label=_("Words"), required=False, max_length=100)
    rating = forms.ChoiceField(
        label=_("Rating"),
        required=False,
        choices=[("", _("all")), *((name, label) for name, (label, _which) in RATINGS.items())],
    )
    service = forms.ModelChoiceField(
        Service.objects.none(),
        label=_("Service"),
        required=False,
        to_field_name="code",
        empty_label=_("all"),
    )
    channel = forms.ModelChoiceField(
        Channel.objects.none(),
        label=_("Channel"),
        required=False,
        to_field_name="code",
        empty_label=_("all"),
    )
    topic = forms.ModelChoiceField(
        Topic.objects.all(),
        label=_("Topic"),
        required=False,
        to_field_name="code",
        empty_label=_("all"),
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *Comment.State.choices]
    )
    first = forms.ChoiceField(label=_("Order"), required=False, choices=ORDERS)

    def __init__(self, data: Any, agencies: set[int]) -> None:
        super().__init__(data, auto_id="comment_%s")
        self.learnt = learnt()
        if not self.learnt:
            del self.fields["first"]
        services = Service.objects.filter(agency__in=agencies).order_by("code")
        self._offer("service", services)
        self._offer("channel", Channel.objects.order_by("position", "code"))
        self.is_valid()

    def _offer(self, name: str, records: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = records

    def among(self, comments: QuerySet[Comment]) -> QuerySet[Comment]:
        comments = searched(comments, self.cleaned_data.get("words") or "")
        if rating := self.cleaned_data.get("rating"):
            comments = comments.filter(self.RATINGS[rating][1])
        if topic := self.cleaned_data.get("topic"):
            comments = comments.filter(topics=topic)
        for name in ("service", "channel", "state"):
            if wanted := self.cleaned_data.get(name):
                comments = comments.filter(**{name: wanted})
        return comments

    @property
    def uncounted(self) -> bool:
        """Only what the words were sorted into is listed: of that no page says how many."""
        return self.cleaned_data.get("first") == "content"

    def in_order(self, comments: QuerySet[Comment]) -> QuerySet[Comment]:
        if self.uncounted:
            comments = comments.filter(overall__gte=min(HIGH), complains__gte=COMPLAINING)
        if self.cleaned_data.get("first"):
            comments = comments.order_by("-complains", "-answered_on", "place")
        return comments


def agencies_below(agency: Agency) -> set[int]:
    return {each.pk for each in Agency.objects.descendants(agency, include_self=True)}


class HandleForm(forms.ModelForm):
    """What an agency does about a comment. A reply that was given stays; it may be changed."""

    class Meta:
        model = Comment
        fields = ["state", "note", "reply"]
        widgets = {"reply": forms.Textarea(attrs={"rows": 3})}

    def clean_reply(self) -> str:
        reply: str = self.cleaned_data["reply"]
        if self.instance.replied_on and not reply.strip():
            raise forms.ValidationError(
                _("The citizen may have read the reply: change it instead of taking it back.")
            )
        return reply


class SecondReplyForm(forms.ModelForm):
    """What OPDC says where a citizen asked it to look at a reply."""

    class Meta:
        model = Comment
        fields = ["second_reply"]
        widgets = {"second_reply": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["second_reply"].required = True


class BlackOutForm(forms.Form):
    words = forms.CharField(label=_("Words to black out"), max_length=200, strip=True)

    def __init__(self, comment: Comment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.comment = comment

    def clean_words(self) -> str:
        words = normalise(self.cleaned_data["words"])
        if words not in self.comment.text:
            raise forms.ValidationError(_("These words are not in the comment."))
        return words

"""Changes between waves in templates."""

from django import template

from analytics.scoring.changes import DomainChange
from analytics.wording import change

register = template.Library()
register.filter("change_sentence", change.change_sentence)
register.filter("break_words", change.break_words)
register.filter("points", change.points)
register.filter("signed", change.signed)
register.filter("direction_word", change.direction_word)
register.filter("missing_words", change.missing_words)


@register.simple_tag
def change_name(found: DomainChange) -> str:
    """What the change speaks of: the narrowest part of its domain."""
    score = found.after
    return str(score.service or score.agency or score.channel)

"""The sentences of a score, for templates."""

from django import template

from analytics.wording import alternatives as beside
from analytics.wording import behind, verdict

register = template.Library()
register.filter("sentence", verdict.sentence)
register.filter("tipping_sentence", verdict.tipping_sentence)
register.filter("evidence_words", verdict.evidence_words)
register.filter("needed_sentence", verdict.needed_sentence)
register.filter("behind_sentences", behind.behind_sentences)
register.filter("beside_sentences", beside.beside_sentences)

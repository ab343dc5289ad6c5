"""Pages ask what the visitor may do: `{% if user|may_draw %}`."""

from __future__ import annotations

from django import template

from analytics.domains.access import (
    may_ask_for_microdata,
    may_draw,
    may_see_crosstabs,
    may_see_desk,
)
from responses.access import (
    may_erase,
    may_export_answers,
    may_import,
    may_invite,
    may_read_retention,
    may_write_topics,
)
from surveys.access import (
    may_act,
    may_change_registry,
    may_enter_office,
    may_invite_people,
    may_read_acts,
    may_run_waves,
    may_see_figures,
    must_have_second_factor,
)

register = template.Library()

for may in (
    may_act,
    may_ask_for_microdata,
    may_change_registry,
    may_draw,
    may_enter_office,
    may_erase,
    may_export_answers,
    may_import,
    may_invite,
    may_invite_people,
    may_read_acts,
    may_read_retention,
    may_run_waves,
    may_see_crosstabs,
    may_see_desk,
    may_see_figures,
    may_write_topics,
    must_have_second_factor,
):
    register.filter(may)

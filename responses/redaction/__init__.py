"""Personal data in what citizens write: found and replaced by a word, so that it is never stored.

The door redacts every text (intake/answers.py), whichever way it came in; the ratings beside it
stay. One finder a kind. Finding is by form and by label, so names without a title and whatever
nobody labelled can be missed: docs/decisions/0013-personal-data-in-words.md says how much.
"""

from responses.redaction.kinds import Kind
from responses.redaction.numbers import names_a_person
from responses.redaction.text import find, kinds_marked, redact, redacted

__all__ = ["Kind", "find", "kinds_marked", "names_a_person", "redact", "redacted"]

import gc
import os

import django
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation

from config.checks import refuse_unsafe
from config.chunked import read_chunked
from config.handler import Handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)
application = read_chunked(Handler())
refuse_unsafe()

# The first visitor of a page waits for no imports, no addresses and no templates to be read, and
# nobody while Python looks through all of them for garbage, which takes as long as three pages.
for _language, _name in settings.LANGUAGES:
    with translation.override(_language):
        reverse("analytics:waves")
        translation.gettext("Results")
_templates = settings.BASE_DIR / "templates"
for _template in _templates.rglob("*.html"):
    get_template(str(_template.relative_to(_templates)))
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)

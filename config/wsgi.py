import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from django.utils import translation

from config.checks import refuse_unsafe
from config.chunked import read_chunked

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = read_chunked(get_wsgi_application())
refuse_unsafe()

# The first visitor waits for no imports, and nobody while Python looks through all of them for
# garbage, which takes as long as three pages.
_ = get_resolver().url_patterns
for _language, _name in settings.LANGUAGES:
    with translation.override(_language):
        translation.gettext("Results")
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)

import os

from django.core.wsgi import get_wsgi_application

from config.checks import refuse_unsafe
from config.chunked import read_chunked

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = read_chunked(get_wsgi_application())
refuse_unsafe()

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# What is there from the start stays: the collector need not look at it again and again.
gc.collect()
gc.freeze()

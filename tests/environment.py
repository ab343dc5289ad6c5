"""The environment of the tests, set before the settings are read."""

import os
import tempfile

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="survey-tests-"))
os.environ.setdefault("BROKER_URL", "memory://")
os.environ.setdefault("LOG_LEVEL", "ERROR")

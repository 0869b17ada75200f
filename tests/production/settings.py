"""The site's settings in processes of their own: files in the test's folder, which it says by ``TEST_FOLDER``.

A public site has its static files collected there; another serves them from where they are.
"""

import os
from pathlib import Path

from alimactiv.settings import *  # noqa: F403
from alimactiv.settings import PUBLIC, STORAGES

_folder = Path(os.environ["TEST_FOLDER"])
MEDIA_ROOT = _folder / "media"
STATIC_ROOT = _folder / "static"
if not PUBLIC:
    STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True

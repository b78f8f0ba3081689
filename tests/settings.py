"""Settings of the tests: the product's own, in a data folder that is gone afterwards."""

import atexit
import os
import shutil
import tempfile

FOLDER = tempfile.mkdtemp(prefix="candor-tests-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ["DATA_DIR"] = FOLDER
for name in ("SITE_URL", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "OUTBOUND_ALLOW", "EMAIL_URL", "PORT"):
    os.environ.pop(name, None)

from statuspage.settings import *  # noqa: E402

# A file rather than memory: WAL, IMMEDIATE and several threads are tested as they run.
if DATABASES["default"]["ENGINE"].endswith("sqlite"):
    DATABASES["default"]["TEST"] = {"NAME": f"{FOLDER}/test.sqlite3"}
DATABASES["default"]["CONN_MAX_AGE"] = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

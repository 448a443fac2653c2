"""Health check of the web container: asks /healthz under a name the site knows, exit code 0 when it answers."""

import os
import sys
from urllib.error import URLError
from urllib.request import Request, urlopen

host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
request = Request("http://127.0.0.1:8000/healthz", headers={"Host": "localhost" if host == "*" else host})
try:
    with urlopen(request, timeout=5) as answer:
        sys.exit(answer.status != 200)
except (URLError, OSError) as error:
    sys.exit(f"not healthy: {error}")

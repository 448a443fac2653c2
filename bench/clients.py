"""Many people at once, in a process of their own: each saves one answer after the other, as the page does.

`python -m bench.clients` reads what to post from standard input as JSON, and writes what was answered.
"""

import http.client
import json
import sys
import threading
import time
from typing import Any

TIMEOUT = 60


def main() -> None:
    plan = json.load(sys.stdin)
    at_once = threading.Barrier(len(plan["people"]))
    answered: list[dict[str, Any]] = []
    threads = [
        threading.Thread(target=_answer, args=(plan["port"], person, at_once, answered)) for person in plan["people"]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump(answered, sys.stdout)


def _answer(port: int, person: dict[str, Any], at_once: threading.Barrier, answered: list[dict[str, Any]]) -> None:
    at_once.wait()
    for save in person["saves"]:
        start = time.perf_counter()
        status = _post(port, save["path"], save["body"], person["headers"])
        answered.append({"answer": save["answer"], "status": status, "ms": 1000 * (time.perf_counter() - start)})


def _post(port: int, path: str, body: str, headers: dict[str, str]) -> int | str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        response.read()
        return response.status
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()


if __name__ == "__main__":
    main()

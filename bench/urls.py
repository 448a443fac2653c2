"""The site with one more address: the bare view that a page is compared with."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from bench.measure import Statement

# What the bare view runs: set by whoever calls it.
statements: list[Statement] = []
in_transaction = False


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    """Run the statements of a page, fetch their rows, and say nothing much."""
    if in_transaction:
        with transaction.atomic():
            _run()
    else:
        _run()
    return HttpResponse("done", content_type="text/plain")


def _run() -> None:
    with connection.cursor() as cursor:
        for sql, parameters in statements:
            cursor.execute(sql, parameters)
            if cursor.description:
                cursor.fetchall()


urlpatterns = [path("bench/bare/", bare), path("", include("epi.urls"))]

"""Signing in is the rule, and nothing typed is lost by it; pages come in the reader's own language."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django_htmx.middleware import HtmxDetails

from epi import typed_text
from epi.errors import TooManyTries


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page needs a sign-in unless its view says otherwise.

    A page that was left open while the sign-in ran out must not lose what was typed: an htmx request gets a plain
    401 (the script keeps the text), an ordinary form's text is kept in the session until the person is back.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Callable) -> HttpResponse:  # type: ignore[override]
        htmx: HtmxDetails | None = getattr(request, "htmx", None)
        if htmx:
            response = render(request, "_signed_out.html", {"next": htmx.current_url_abs_path or "/"})
            response.status_code = 401
            return response
        if request.method == "POST":
            page = typed_text.page_of_the_form(request)
            typed_text.keep(request, page)
            return redirect_to_login(page)
        return super().handle_no_permission(request, view_func)


class ReaderLanguageMiddleware:
    """Signed-in people read in the language of their account, whatever was chosen in this browser before them.

    Everybody else reads in the language that LocaleMiddleware found.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if session and request.user.is_authenticated and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class TooManyTriesMiddleware:
    """Answers 429 with the reason when a view raises TooManyTries."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, TooManyTries):
            return None
        return render(request, "429.html", {"exception": str(exception)}, status=429)

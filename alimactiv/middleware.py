from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render


def pressed_again_middleware(get_response):
    """A page in place of Django's blank one, where an address that only takes forms is opened.

    Whoever presses a button once their session has ended lands there: signing in leads back to the button's address.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method == "GET" and isinstance(response, HttpResponseNotAllowed):
            page = render(request, "405.html", status=response.status_code)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    return middleware

"""The booklet of a territory: asked for, followed, taken away; and the blank form to print."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from actors.booklet import making, referral
from actors.forms.booklet import BookletForm, ReferralForm
from actors.models import BookletPrint, is_professional
from actors.permissions import can_keep_directory
from actors.tasks import make_booklet
from actors.views.desk import to_keep
from actors.week.schedule import is_published
from alimactiv.access import require
from territories.models import Territory

LATEST = 10


def desk(request: HttpRequest, territory: int) -> HttpResponse:
    """By GET the choices and the latest booklets; by POST a booklet is asked for."""
    here = to_keep(request, territory)
    directory = getattr(here.territory, "directory", None)
    form = BookletForm(request.POST or None, initial={"introduction": directory.introduction if directory else ""})
    if request.method == "POST" and form.is_valid():
        booklet = making.ask(territory=here.territory, choices=form.asked, by=request.user)
        # Robust: with the broker down the row stays queued, and the schedule takes it up again.
        transaction.on_commit(lambda: make_booklet.delay(booklet.pk), robust=True)
        messages.success(request, "Le livret se prépare : vous pouvez quitter cette page, il vous attendra ici.")
        return redirect("booklet:desk", here.territory.pk)
    booklets = list(here.territory.booklets.defer("content").select_related("territory", "by")[:LATEST])
    context = here.context(
        "booklet",
        form=form,
        booklets=booklets,
        is_under_way=any(one.is_under_way for one in booklets),
        is_published=is_published(here.territory),
        referral=ReferralForm(found=referral.addressees(here.territory)),
    )
    return render(request, "actors/booklet/desk.html", context)


@require_safe
@login_not_required
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """A booklet that is made: for who keeps the directory, and once it is published for whom the booklet is.

    One that was made before shows what it would publish, also of territories inside it that have not: to nobody else.
    """
    booklet = get_object_or_404(BookletPrint.objects.select_related("territory"), pk=pk, state=BookletPrint.State.DONE)
    if not can_keep_directory(request.user, booklet.territory):
        meant = is_professional(request.user) if booklet.for_professionals else True
        public = is_published(booklet.territory) and booklet.created_at >= booklet.territory.directory.published_at
        if not (meant and public):
            raise Http404
    return _pdf(bytes(booklet.content), booklet.file_name)


@require_safe
def blank_form(request: HttpRequest, territory: int) -> HttpResponse:
    """The blank form, for professionals. Nothing is written anywhere."""
    require(is_professional(request.user))
    here = get_object_or_404(Territory, pk=territory)
    form = ReferralForm(request.GET, found=referral.addressees(here))
    chosen = form.cleaned_data["structures"] if form.is_valid() else []
    return _pdf(referral.render(referral.blank(here, chosen)), f"fiche-de-liaison-{here.slug}.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private"
    return response

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from actors.entry_list import UNVERIFIED
from actors.forms.publication import DirectoryForm
from actors.models import Directory
from actors.operations.publication import close_directory, save_directory
from actors.publication import readers
from actors.views.desk import to_keep


def publication(request: HttpRequest, territory: int) -> HttpResponse:
    desk = to_keep(request, territory)
    directory = Directory.objects.filter(territory=desk.territory).first() or Directory(territory=desk.territory)
    form = DirectoryForm(request.POST or None, instance=directory)
    if request.method == "POST" and form.is_valid():
        opens = "publish" in request.POST
        save_directory(territory=desk.territory, **form.cleaned_data, publish=opens, by=request.user)
        messages.success(request, "L’annuaire est ouvert à tout le monde." if opens else "Vos choix sont enregistrés.")
        return redirect("directory:publication", desk.territory.pk)
    address, frame, week_frame = (
        settings.SITE_URL + reverse(page, args=[desk.territory.slug])
        for page in ("directory:territory", "directory:embed", "week:embed")
    )
    context = desk.context(
        "publication",
        form=form,
        directory=directory,
        readers=readers(desk.territory),
        unverified=UNVERIFIED,
        address=address,
        frame=frame,
        week_frame=week_frame,
    )
    return render(request, "actors/directory/publication.html", context)


def unpublish(request: HttpRequest, territory: int) -> HttpResponse:
    desk = to_keep(request, territory)
    if request.method == "POST":
        close_directory(territory=desk.territory, by=request.user)
        messages.success(request, "L’annuaire n’est plus ouvert à tout le monde.")
        return redirect("directory:publication", desk.territory.pk)
    return render(request, "actors/directory/unpublish.html", desk.context("publication"))

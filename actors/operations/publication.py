"""Opening a territory's directory to everyone, and closing it."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from actors import listing
from actors.models import Directory
from territories.models import Territory


@transaction.atomic
def save_directory(
    *, territory: Territory, introduction: str, embedding_sites: str, publish: bool, by: User
) -> Directory:
    """Keeps the words of a directory and the sites that may embed it; with ``publish``, opens it to everyone."""
    directory = _locked(territory)
    before = audit.values(directory)
    directory.introduction, directory.embedding_sites = introduction, embedding_sites
    opens = publish and not directory.is_published
    if opens:
        directory.is_published, directory.published_at = True, timezone.now()
    directory.save()
    audit.note(directory, "ouverture à tout le monde" if opens else "modification", by=by, before=before)
    if opens:
        listing.refresh_territory(territory)
    return directory


@transaction.atomic
def close_directory(*, territory: Territory, by: User) -> None:
    """Only professionals and the coordination read it from now on. Its words and sites are kept."""
    directory = _locked(territory)
    if not directory.is_published:
        return
    before = audit.values(directory)
    directory.is_published, directory.published_at = False, None
    directory.save()
    audit.note(directory, "fermeture", by=by, before=before)
    listing.refresh_territory(territory)


def _locked(territory: Territory) -> Directory:
    Directory.objects.get_or_create(territory=territory)
    return Directory.objects.select_for_update().get(territory=territory)

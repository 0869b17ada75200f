from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts import closing, operations
from accounts.forms import NewPersonForm, PeopleSearchForm, PersonForm
from accounts.models import User
from accounts.permissions import can_manage_people
from alimactiv.access import require

PAGE_SIZE = 50


def profile(request):
    """« Mon compte »."""
    return render(request, "accounts/profile.html", {"has_second_factor": is_mfa_enabled(request.user)})


def people(request):
    require(can_manage_people(request.user))
    form = PeopleSearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = Paginator(User.objects.matching(text), PAGE_SIZE)
    page = found.get_page(request.GET.get("page"))
    return render(request, "accounts/people.html", {"form": form, "text": text, "page_obj": page})


def add_person(request):
    require(can_manage_people(request.user))
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        address = f"{reverse('account_login')}?{urlencode({'email': email})}"
        user = operations.open_account(
            by=request.user,
            email=email,
            name=form.cleaned_data["name"],
            role=form.cleaned_data["role"],
            sign_in_url=request.build_absolute_uri(address) if form.cleaned_data["notify"] else None,
        )
        messages.success(request, f"Le compte de {user} est ouvert.")
        return redirect(user)
    return render(request, "accounts/add_person.html", {"form": form})


def person(request, pk: int):
    require(can_manage_people(request.user))
    user = get_object_or_404(User, pk=pk)
    form = PersonForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        fields = ("email", "name", "role")
        try:
            operations.change_account(
                by=request.user, user=user, **{field: form.cleaned_data[field] for field in fields}
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Les changements sont enregistrés.")
            return redirect(user)
    return render(
        request,
        "accounts/person.html",
        {
            "form": form,
            "person": get_object_or_404(User, pk=pk),  # the form has put in ``user`` what was typed
            "has_second_factor": is_mfa_enabled(user),
            "changes": list(user.changes.select_related("by")),
        },
    )


def deactivate_person(request, pk: int):
    require(can_manage_people(request.user))
    user = get_object_or_404(User, pk=pk)
    error = None
    if request.method == "POST":
        try:
            operations.deactivate_account(by=request.user, user=user)
        except ValidationError as refused:
            error = refused.message
        else:
            messages.success(request, f"Le compte de {user} est désactivé.")
            return redirect(user)
    context = {"person": user, "error": error, "left_undone": closing.left_undone(user)}
    return render(request, "accounts/deactivate_person.html", context)


def reactivate_person(request, pk: int):
    require(can_manage_people(request.user))
    user = get_object_or_404(User, pk=pk)
    if request.method == "POST":
        operations.reactivate_account(by=request.user, user=user)
        messages.success(request, f"Le compte de {user} est réactivé.")
        return redirect(user)
    return render(request, "accounts/reactivate_person.html", {"person": user})


def remove_second_factor(request, pk: int):
    require(can_manage_people(request.user))
    user = get_object_or_404(User, pk=pk)
    if request.method == "POST":
        operations.remove_second_factor(by=request.user, user=user)
        messages.success(request, f"La double vérification de {user} est retirée.")
        return redirect(user)
    return render(request, "accounts/remove_second_factor.html", {"person": user})

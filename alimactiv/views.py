from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render


@login_not_required
def home(request):
    if request.user.is_authenticated:
        return redirect("landing")
    return render(request, "alimactiv/home.html")


def landing(request):
    """Where each role starts its day."""
    if request.user.is_staff or request.user.is_steering_reader:
        return redirect("evaluation:evaluation_list")
    return redirect("coordination:mine")


@login_not_required
def accessibility(request):
    return render(request, "alimactiv/accessibility.html")


@login_not_required
def legal(request):
    return render(request, "alimactiv/legal.html")

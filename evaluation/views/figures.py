from django.shortcuts import render

from evaluation.views.dossier import open_dossier


def overview(request, code):
    return render(request, "evaluation/dossier.html", {"dossier": open_dossier(request, code)})


def figure(request, code, figure):
    return render(request, "evaluation/dossier.html", {"dossier": open_dossier(request, code)})

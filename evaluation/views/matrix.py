from django.shortcuts import render

from evaluation.views.dossier import open_dossier


def matrix(request, code):
    return render(request, "evaluation/dossier.html", {"dossier": open_dossier(request, code)})


def case(request, code, case):
    return render(request, "evaluation/dossier.html", {"dossier": open_dossier(request, code)})

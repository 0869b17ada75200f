from django.shortcuts import render

from evaluation.views.dossier import open_dossier


def cell(request, code, case, criterion):
    return render(request, "evaluation/dossier.html", {"dossier": open_dossier(request, code)})


def rule(request, code, case, criterion):
    return render(request, "evaluation/dossier.html", {"dossier": open_dossier(request, code)})


def withdraw_ruling(request, code, case, criterion):
    return render(request, "evaluation/dossier.html", {"dossier": open_dossier(request, code)})

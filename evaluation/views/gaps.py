from django.shortcuts import render

from evaluation.views.dossier import open_dossier


def gaps(request, code):
    return render(request, "evaluation/dossier.html", {"dossier": open_dossier(request, code)})

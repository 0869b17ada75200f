from django.shortcuts import render

from evaluation.views.dossier import open_dossier


def evaluation_list(request):
    return render(request, "base.html")

from django.shortcuts import render

from evaluation.models import Evaluation
from evaluation.permissions import can_manage_evaluations, can_read_whole


def evaluation_list(request):
    return render(
        request,
        "evaluation/evaluation_list.html",
        {
            "evaluations": list(Evaluation.objects.visible_to(request.user).with_counts()),
            "can_manage": can_manage_evaluations(request.user),
            "sees_all": can_read_whole(request.user),
        },
    )

from django.db import migrations

from evaluation.questionnaires import default


def install_questionnaire(apps, schema_editor):
    default.install(apps.get_model)


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0006_questionnaires")]
    operations = [migrations.RunPython(install_questionnaire, migrations.RunPython.noop)]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("actors", "0005_search")]

    operations = [
        migrations.AddField(
            model_name="checkround",
            name="by_hand",
            field=models.BooleanField(default=False, verbose_name="demandée par la coordination"),
        ),
    ]

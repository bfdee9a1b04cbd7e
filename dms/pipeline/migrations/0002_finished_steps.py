
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pipeline', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='step',
            index=models.Index(models.F('state'), models.F('finished_at'), name='steps_finished'),
        ),
    ]

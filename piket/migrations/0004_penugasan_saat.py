"""An index for who is on duty at a moment, made while the roster stays in use."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("piket", "0003_piket_lengkap")]

    operations = [
        AddIndexConcurrently(
            model_name="penugasan",
            index=django.contrib.postgres.indexes.SpGistIndex(
                condition=models.Q(("status__in", ("dijadwalkan",))), fields=["waktu"], name="penugasan_saat"
            ),
        ),
    ]

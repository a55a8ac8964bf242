"""Indexes and the check of 0005, built while the app goes on working."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("laporan", "0005_penerusan")]

    operations = [
        AddIndexConcurrently(
            model_name='laporan',
            index=models.Index(condition=models.Q(('utama__isnull', False)), fields=['utama'], name='laporan_gabungan'),
        ),
        AddIndexConcurrently(
            model_name='laporan',
            index=models.Index(condition=models.Q(('potensi__isnull', False)), fields=['potensi'], name='laporan_dari_potensi'),
        ),
        AddIndexConcurrently(
            model_name='laporan',
            index=models.Index(condition=models.Q(('dukungan_ke__isnull', False)), fields=['dukungan_ke'], name='laporan_minta_dukungan'),
        ),
        ValidateConstraint(model_name="laporan", name="laporan_digabung_ke_utama"),
    ]

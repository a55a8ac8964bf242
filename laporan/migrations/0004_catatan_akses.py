"""Who took reports out and who read the rahasia ones: a journal nobody changes, deletes or empties."""

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


TABLE = "laporan_catatanakses"


def forbid_truncate(apps, schema_editor):
    """As for the journal of reports; test databases need TRUNCATE for their flush."""
    if schema_editor.connection.settings_dict["NAME"].startswith("test_"):
        return
    schema_editor.execute(
        f"CREATE TRIGGER tolak_truncate BEFORE TRUNCATE ON {TABLE} EXECUTE FUNCTION laporan_tolak_truncate()"
    )


def allow_truncate(apps, schema_editor):
    schema_editor.execute(f"DROP TRIGGER IF EXISTS tolak_truncate ON {TABLE}")


class Migration(migrations.Migration):

    dependencies = [
        ('laporan', '0003_saran_rawan_penilaian'),
        ('posko', '0002_salinan_peserta'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CatatanAkses',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pada', models.DateTimeField(default=django.utils.timezone.now)),
                ('jenis', models.CharField(choices=[('ekspor', 'Ekspor'), ('baca', 'Membaca laporan rahasia')], max_length=6)),
                ('bentuk', models.CharField(choices=[('halaman', 'Halaman'), ('foto', 'Foto'), ('pdf', 'PDF'), ('csv', 'CSV'), ('xlsx', 'XLSX')], max_length=8)),
                ('saringan', models.TextField(blank=True)),
                ('baris', models.PositiveIntegerField(default=1)),
                ('anggota', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posko.anggota')),
                ('ekspor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='laporan.catatanakses')),
                ('laporan', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='catatan_akses', to='laporan.laporan')),
                ('pemilihan', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posko.pemilihan')),
                ('pengguna', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'catatan akses',
                'verbose_name_plural': 'catatan akses',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('laporan__isnull', False)), fields=['laporan', '-id'], name='catatanakses_laporan'), models.Index(fields=['pengguna', '-id'], name='catatanakses_pengguna')],
                'constraints': [models.CheckConstraint(condition=models.Q(('jenis', 'ekspor'), models.Q(('baris', 1), ('jenis', 'baca'), ('laporan__isnull', False)), _connector='OR'), name='catatanakses_baca_satu_laporan')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='catatanakses',
            trigger=pgtrigger.compiler.Trigger(name='catatanakses_tetap', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='08549e1cfcc787e6ce8c579d1e495c79e00b57c4', operation='UPDATE OR DELETE', pgid='pgtrigger_catatanakses_tetap_11faf', table='laporan_catatanakses', when='BEFORE')),
        ),
        migrations.RunPython(forbid_truncate, allow_truncate),
    ]

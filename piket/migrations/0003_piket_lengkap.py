"""Patterns, batches, publication, attendance, swaps, Buku Piket. What was on the roster before counts as published."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import piket.models.pola
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('piket', '0002_salinan_waktu'),
        ('posko', '0004_rumpun_instansi'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AturanPiket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hari_beruntun', models.PositiveSmallIntegerField(default=6, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='hari berturut-turut paling banyak')),
                ('jam_istirahat', models.PositiveSmallIntegerField(default=11, help_text='Antara selesai bertugas dan tugas berikutnya', validators=[django.core.validators.MaxValueValidator(72)], verbose_name='jam istirahat paling sedikit')),
            ],
            options={
                'verbose_name': 'aturan piket',
                'verbose_name_plural': 'aturan piket',
            },
        ),
        migrations.CreateModel(
            name='AturanPiketEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('hari_beruntun', models.PositiveSmallIntegerField(default=6, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='hari berturut-turut paling banyak')),
                ('jam_istirahat', models.PositiveSmallIntegerField(default=11, help_text='Antara selesai bertugas dan tugas berikutnya', validators=[django.core.validators.MaxValueValidator(72)], verbose_name='jam istirahat paling sedikit')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Berhalangan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dari', models.DateField()),
                ('sampai', models.DateField()),
                ('alasan', models.CharField(choices=[('sakit', 'Sakit'), ('izin', 'Izin'), ('cuti', 'Cuti'), ('dinas_luar', 'Dinas luar')], max_length=10)),
                ('keterangan', models.CharField(blank=True, max_length=200)),
                ('kunci', models.UUIDField()),
                ('dibuat_pada', models.DateTimeField(auto_now_add=True)),
                ('dicabut_pada', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'berhalangan',
                'verbose_name_plural': 'berhalangan',
                'ordering': ['-dari', '-id'],
            },
        ),
        migrations.CreateModel(
            name='BerhalanganEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('dari', models.DateField()),
                ('sampai', models.DateField()),
                ('alasan', models.CharField(choices=[('sakit', 'Sakit'), ('izin', 'Izin'), ('cuti', 'Cuti'), ('dinas_luar', 'Dinas luar')], max_length=10)),
                ('keterangan', models.CharField(blank=True, max_length=200)),
                ('kunci', models.UUIDField()),
                ('dibuat_pada', models.DateTimeField(auto_now_add=True)),
                ('dicabut_pada', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CatatanPiket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('isi', models.TextField(max_length=2000)),
                ('kunci', models.UUIDField()),
                ('pada', models.DateTimeField()),
                ('dicoret_pada', models.DateTimeField(blank=True, null=True)),
                ('alasan_coret', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'verbose_name': 'catatan piket',
                'verbose_name_plural': 'catatan piket',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='FotoCatatan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('urut', models.PositiveSmallIntegerField()),
            ],
            options={
                'verbose_name': 'foto catatan',
                'verbose_name_plural': 'foto catatan',
                'ordering': ['catatan_id', 'urut'],
            },
        ),
        migrations.CreateModel(
            name='GiliranPola',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nama', models.CharField(default='Piket', max_length=40, verbose_name='nama giliran')),
                ('jenis', models.CharField(choices=[('giliran', 'Giliran di posko'), ('siaga', 'Siaga di luar jam buka')], default='giliran', max_length=10)),
                ('mulai', models.TimeField(verbose_name='jam mulai')),
                ('selesai', models.TimeField(help_text='Jam yang sama atau lebih awal berarti esok harinya; 08.00–08.00 berarti 24 jam', verbose_name='jam selesai')),
                ('hari', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=piket.models.pola.every_day, size=None)),
                ('libur', models.BooleanField(default=True, verbose_name='juga pada hari libur nasional')),
                ('berlaku', models.CharField(choices=[('biasa', 'Hari biasa'), ('pemungutan', 'Hari pemungutan')], default='biasa', help_text='Bila ada giliran untuk hari pemungutan, hanya itu yang dibuat pada hari pemungutan', max_length=10)),
            ],
            options={
                'verbose_name': 'giliran pola',
                'verbose_name_plural': 'giliran pola',
                'ordering': ['berlaku', 'mulai', 'id'],
            },
        ),
        migrations.CreateModel(
            name='GiliranPolaEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('nama', models.CharField(default='Piket', max_length=40, verbose_name='nama giliran')),
                ('jenis', models.CharField(choices=[('giliran', 'Giliran di posko'), ('siaga', 'Siaga di luar jam buka')], default='giliran', max_length=10)),
                ('mulai', models.TimeField(verbose_name='jam mulai')),
                ('selesai', models.TimeField(help_text='Jam yang sama atau lebih awal berarti esok harinya; 08.00–08.00 berarti 24 jam', verbose_name='jam selesai')),
                ('hari', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=piket.models.pola.every_day, size=None)),
                ('libur', models.BooleanField(default=True, verbose_name='juga pada hari libur nasional')),
                ('berlaku', models.CharField(choices=[('biasa', 'Hari biasa'), ('pemungutan', 'Hari pemungutan')], default='biasa', help_text='Bila ada giliran untuk hari pemungutan, hanya itu yang dibuat pada hari pemungutan', max_length=10)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HariLibur',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tanggal', models.DateField()),
                ('nama', models.CharField(max_length=100)),
            ],
            options={
                'verbose_name': 'hari libur',
                'verbose_name_plural': 'hari libur',
                'ordering': ['tanggal'],
            },
        ),
        migrations.CreateModel(
            name='HariLiburEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('tanggal', models.DateField()),
                ('nama', models.CharField(max_length=100)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='KebutuhanPola',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unsur', models.CharField(blank=True, choices=[('forkopimko', 'Forkopimko'), ('penyelenggara', 'Penyelenggara'), ('pemda', 'Pemda'), ('peserta', 'Peserta'), ('masyarakat', 'Masyarakat')], max_length=15)),
                ('jumlah', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)])),
                ('tiap_instansi', models.BooleanField(default=False, verbose_name='tiap instansi')),
            ],
            options={
                'verbose_name': 'kebutuhan pola',
                'verbose_name_plural': 'kebutuhan pola',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='KebutuhanPolaEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('unsur', models.CharField(blank=True, choices=[('forkopimko', 'Forkopimko'), ('penyelenggara', 'Penyelenggara'), ('pemda', 'Pemda'), ('peserta', 'Peserta'), ('masyarakat', 'Masyarakat')], max_length=15)),
                ('jumlah', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)])),
                ('tiap_instansi', models.BooleanField(default=False, verbose_name='tiap instansi')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='KodeTerpakai',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('detak', models.BigIntegerField()),
                ('dipakai_pada', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'kode terpakai',
                'verbose_name_plural': 'kode terpakai',
            },
        ),
        migrations.CreateModel(
            name='LanggananKalender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sidik', models.CharField(editable=False, max_length=64, unique=True)),
                ('dibuat_pada', models.DateTimeField(auto_now_add=True)),
                ('dicabut_pada', models.DateTimeField(blank=True, null=True)),
                ('diambil_pada', models.DateTimeField(blank=True, null=True, verbose_name='terakhir dibaca')),
            ],
            options={
                'verbose_name': 'langganan kalender',
                'verbose_name_plural': 'langganan kalender',
            },
        ),
        migrations.CreateModel(
            name='LanggananKalenderEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('dibuat_pada', models.DateTimeField(auto_now_add=True)),
                ('dicabut_pada', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Pembuatan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jenis', models.CharField(choices=[('pola', 'Dari pola'), ('giliran', 'Giliran ditambahkan'), ('isi', 'Pengisian bergiliran'), ('salin', 'Salin minggu'), ('ganti', 'Ganti orang'), ('excel', 'Dari Excel')], max_length=10)),
                ('dari', models.DateField()),
                ('sampai', models.DateField()),
                ('ringkasan', models.CharField(blank=True, max_length=300)),
                ('benih', models.BigIntegerField(blank=True, null=True, verbose_name='benih acak')),
                ('dibuat_pada', models.DateTimeField(auto_now_add=True)),
                ('dibatalkan_pada', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'pembuatan jadwal',
                'verbose_name_plural': 'pembuatan jadwal',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='PembuatanEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('jenis', models.CharField(choices=[('pola', 'Dari pola'), ('giliran', 'Giliran ditambahkan'), ('isi', 'Pengisian bergiliran'), ('salin', 'Salin minggu'), ('ganti', 'Ganti orang'), ('excel', 'Dari Excel')], max_length=10)),
                ('dari', models.DateField()),
                ('sampai', models.DateField()),
                ('ringkasan', models.CharField(blank=True, max_length=300)),
                ('benih', models.BigIntegerField(blank=True, null=True, verbose_name='benih acak')),
                ('dibuat_pada', models.DateTimeField(auto_now_add=True)),
                ('dibatalkan_pada', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Penerbitan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('versi', models.PositiveSmallIntegerField()),
                ('dari', models.DateField()),
                ('sampai', models.DateField()),
                ('dibuat_pada', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'penerbitan jadwal',
                'verbose_name_plural': 'penerbitan jadwal',
                'ordering': ['posko_id', '-versi'],
            },
        ),
        migrations.CreateModel(
            name='PolaPiket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tingkat', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Provinsi'), (2, 'Kota/Kabupaten'), (3, 'Kecamatan'), (4, 'Kelurahan')], null=True)),
                ('nama', models.CharField(max_length=60, verbose_name='nama pola')),
                ('dari', models.DateField(blank=True, null=True, verbose_name='berlaku dari')),
                ('sampai', models.DateField(blank=True, null=True, verbose_name='berlaku sampai')),
                ('aktif', models.BooleanField(default=True)),
            ],
            options={
                'verbose_name': 'pola piket',
                'verbose_name_plural': 'pola piket',
                'ordering': ['tingkat', 'posko_id', 'dari', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PolaPiketEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('tingkat', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Provinsi'), (2, 'Kota/Kabupaten'), (3, 'Kecamatan'), (4, 'Kelurahan')], null=True)),
                ('nama', models.CharField(max_length=60, verbose_name='nama pola')),
                ('dari', models.DateField(blank=True, null=True, verbose_name='berlaku dari')),
                ('sampai', models.DateField(blank=True, null=True, verbose_name='berlaku sampai')),
                ('aktif', models.BooleanField(default=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SerahTerima',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ringkasan', models.TextField(max_length=2000)),
                ('catatan', models.TextField(blank=True, max_length=2000, verbose_name='hal yang perlu diperhatikan')),
                ('keadaan', models.JSONField(default=dict)),
                ('nomor', models.CharField(blank=True, max_length=60, verbose_name='nomor berita acara')),
                ('kunci', models.UUIDField()),
                ('pada', models.DateTimeField()),
                ('diterima_pada', models.DateTimeField(blank=True, null=True)),
                ('catatan_penerima', models.TextField(blank=True, max_length=1000)),
            ],
            options={
                'verbose_name': 'serah terima',
                'verbose_name_plural': 'serah terima',
                'ordering': ['-pada', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Tamu',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nama', models.CharField(max_length=100)),
                ('asal', models.CharField(max_length=100, verbose_name='instansi atau alamat')),
                ('keperluan', models.CharField(max_length=200)),
                ('bertemu', models.CharField(blank=True, max_length=100, verbose_name='bertemu dengan')),
                ('datang', models.DateTimeField()),
                ('pulang', models.DateTimeField(blank=True, null=True)),
                ('kunci', models.UUIDField()),
                ('dibuat_pada', models.DateTimeField(auto_now_add=True)),
                ('dicoret_pada', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'tamu',
                'verbose_name_plural': 'tamu',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='TamuEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('nama', models.CharField(max_length=100)),
                ('asal', models.CharField(max_length=100, verbose_name='instansi atau alamat')),
                ('keperluan', models.CharField(max_length=200)),
                ('bertemu', models.CharField(blank=True, max_length=100, verbose_name='bertemu dengan')),
                ('datang', models.DateTimeField()),
                ('pulang', models.DateTimeField(blank=True, null=True)),
                ('kunci', models.UUIDField()),
                ('dibuat_pada', models.DateTimeField(auto_now_add=True)),
                ('dicoret_pada', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TautanHadir',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sidik', models.CharField(editable=False, max_length=64, unique=True)),
                ('berlaku_sampai', models.DateTimeField()),
                ('dibuat_pada', models.DateTimeField(auto_now_add=True)),
                ('dipakai_pada', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'tautan hadir',
                'verbose_name_plural': 'tautan hadir',
            },
        ),
        migrations.CreateModel(
            name='TautanHadirEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('berlaku_sampai', models.DateTimeField()),
                ('dibuat_pada', models.DateTimeField(auto_now_add=True)),
                ('dipakai_pada', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TukarPiket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('alasan', models.CharField(blank=True, max_length=200)),
                ('kunci', models.UUIDField()),
                ('status', models.CharField(choices=[('ditawarkan', 'Ditawarkan'), ('diambil', 'Menunggu persetujuan'), ('disetujui', 'Disetujui'), ('tidak_disetujui', 'Tidak disetujui'), ('dibatalkan', 'Dibatalkan')], default='ditawarkan', max_length=16)),
                ('dibuat_pada', models.DateTimeField(auto_now_add=True)),
                ('diambil_pada', models.DateTimeField(blank=True, null=True)),
                ('diputus_pada', models.DateTimeField(blank=True, null=True)),
                ('catatan', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'verbose_name': 'tukar piket',
                'verbose_name_plural': 'tukar piket',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='TukarPiketEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('alasan', models.CharField(blank=True, max_length=200)),
                ('kunci', models.UUIDField()),
                ('status', models.CharField(choices=[('ditawarkan', 'Ditawarkan'), ('diambil', 'Menunggu persetujuan'), ('disetujui', 'Disetujui'), ('tidak_disetujui', 'Tidak disetujui'), ('dibatalkan', 'Dibatalkan')], default='ditawarkan', max_length=16)),
                ('dibuat_pada', models.DateTimeField(auto_now_add=True)),
                ('diambil_pada', models.DateTimeField(blank=True, null=True)),
                ('diputus_pada', models.DateTimeField(blank=True, null=True)),
                ('catatan', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='penugasan',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='penugasan',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='penugasan',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='piket',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='piket',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='piket',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='penugasan',
            name='cara',
            field=models.CharField(blank=True, choices=[('kode', 'Kode di posko'), ('koordinator', 'Dicatat koordinator'), ('tautan', 'Tautan pribadi')], db_default='', default='', editable=False, max_length=12),
        ),
        migrations.AddField(
            model_name='penugasan',
            name='datang',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='penugasan',
            name='ditandai_oleh',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='penugasan',
            name='ditandai_pada',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='penugasan',
            name='kehadiran',
            field=models.CharField(blank=True, choices=[('', 'Belum dicatat'), ('hadir', 'Hadir'), ('terlambat', 'Terlambat'), ('sakit', 'Sakit'), ('izin', 'Izin'), ('cuti', 'Cuti'), ('dinas_luar', 'Dinas luar'), ('tanpa_keterangan', 'Tanpa keterangan')], db_default='', default='', editable=False, max_length=16),
        ),
        migrations.AddField(
            model_name='penugasan',
            name='menggantikan',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pengganti', to='piket.penugasan'),
        ),
        migrations.AddField(
            model_name='penugasan',
            name='pulang',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='penugasan',
            name='terkunci',
            field=models.BooleanField(db_default=False, default=False, help_text='Pengisian otomatis tidak mengubahnya', verbose_name='terkunci'),
        ),
        migrations.AddField(
            model_name='penugasanevent',
            name='cara',
            field=models.CharField(blank=True, choices=[('kode', 'Kode di posko'), ('koordinator', 'Dicatat koordinator'), ('tautan', 'Tautan pribadi')], db_default='', default='', editable=False, max_length=12),
        ),
        migrations.AddField(
            model_name='penugasanevent',
            name='datang',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='penugasanevent',
            name='ditandai_oleh',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='penugasanevent',
            name='ditandai_pada',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='penugasanevent',
            name='kehadiran',
            field=models.CharField(blank=True, choices=[('', 'Belum dicatat'), ('hadir', 'Hadir'), ('terlambat', 'Terlambat'), ('sakit', 'Sakit'), ('izin', 'Izin'), ('cuti', 'Cuti'), ('dinas_luar', 'Dinas luar'), ('tanpa_keterangan', 'Tanpa keterangan')], db_default='', default='', editable=False, max_length=16),
        ),
        migrations.AddField(
            model_name='penugasanevent',
            name='menggantikan',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='piket.penugasan'),
        ),
        migrations.AddField(
            model_name='penugasanevent',
            name='pulang',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='penugasanevent',
            name='terkunci',
            field=models.BooleanField(db_default=False, default=False, help_text='Pengisian otomatis tidak mengubahnya', verbose_name='terkunci'),
        ),
        migrations.AddField(
            model_name='piket',
            name='terbit_pada',
            field=models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now, editable=False, null=True, verbose_name='terbit pada'),
        ),
        migrations.AddField(
            model_name='piketevent',
            name='terbit_pada',
            field=models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now, editable=False, null=True, verbose_name='terbit pada'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='penugasan',
            trigger=pgtrigger.compiler.Trigger(name='penugasan_hadir_tetap', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (OLD."kehadiran" = \'\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='1934d5018ccdcad77a6f5abf7ef41ec161c9c883', operation='DELETE', pgid='pgtrigger_penugasan_hadir_tetap_f98e4', table='piket_penugasan', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='penugasan',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_penugasanevent" ("anggota_id", "cara", "datang", "ditandai_oleh_id", "ditandai_pada", "id", "kehadiran", "keterangan", "koordinator", "menggantikan_id", "pembuatan_id", "pemilihan_id", "pengguna_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "piket_id", "pulang", "status", "terkunci", "waktu") VALUES (NEW."anggota_id", NEW."cara", NEW."datang", NEW."ditandai_oleh_id", NEW."ditandai_pada", NEW."id", NEW."kehadiran", NEW."keterangan", NEW."koordinator", NEW."menggantikan_id", NEW."pembuatan_id", NEW."pemilihan_id", NEW."pengguna_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."piket_id", NEW."pulang", NEW."status", NEW."terkunci", NEW."waktu"); RETURN NULL;', hash='87ea3e690efb9cce56b848a7f23fcb88cf4e5d4a', operation='INSERT', pgid='pgtrigger_insert_insert_10ecc', table='piket_penugasan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='penugasan',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "piket_penugasanevent" ("anggota_id", "cara", "datang", "ditandai_oleh_id", "ditandai_pada", "id", "kehadiran", "keterangan", "koordinator", "menggantikan_id", "pembuatan_id", "pemilihan_id", "pengguna_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "piket_id", "pulang", "status", "terkunci", "waktu") VALUES (NEW."anggota_id", NEW."cara", NEW."datang", NEW."ditandai_oleh_id", NEW."ditandai_pada", NEW."id", NEW."kehadiran", NEW."keterangan", NEW."koordinator", NEW."menggantikan_id", NEW."pembuatan_id", NEW."pemilihan_id", NEW."pengguna_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."piket_id", NEW."pulang", NEW."status", NEW."terkunci", NEW."waktu"); RETURN NULL;', hash='c7826c0b6f43cd73d138a730e0b5c43913fc8a8d', operation='UPDATE', pgid='pgtrigger_update_update_477a6', table='piket_penugasan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='penugasan',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_penugasanevent" ("anggota_id", "cara", "datang", "ditandai_oleh_id", "ditandai_pada", "id", "kehadiran", "keterangan", "koordinator", "menggantikan_id", "pembuatan_id", "pemilihan_id", "pengguna_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "piket_id", "pulang", "status", "terkunci", "waktu") VALUES (OLD."anggota_id", OLD."cara", OLD."datang", OLD."ditandai_oleh_id", OLD."ditandai_pada", OLD."id", OLD."kehadiran", OLD."keterangan", OLD."koordinator", OLD."menggantikan_id", OLD."pembuatan_id", OLD."pemilihan_id", OLD."pengguna_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."piket_id", OLD."pulang", OLD."status", OLD."terkunci", OLD."waktu"); RETURN NULL;', hash='b03197327b1d7f36e6c703b1f8d7e79f22d980e9', operation='DELETE', pgid='pgtrigger_delete_delete_6a8b5', table='piket_penugasan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='piket',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_piketevent" ("catatan", "id", "jenis", "nama", "pembuatan_id", "pemilihan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posko_id", "tanggal", "terbit_pada", "waktu") VALUES (NEW."catatan", NEW."id", NEW."jenis", NEW."nama", NEW."pembuatan_id", NEW."pemilihan_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."posko_id", NEW."tanggal", NEW."terbit_pada", NEW."waktu"); RETURN NULL;', hash='d3de4c9d6c89d5f73963103ac9cb2f27c4a96857', operation='INSERT', pgid='pgtrigger_insert_insert_8a731', table='piket_piket', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='piket',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "piket_piketevent" ("catatan", "id", "jenis", "nama", "pembuatan_id", "pemilihan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posko_id", "tanggal", "terbit_pada", "waktu") VALUES (NEW."catatan", NEW."id", NEW."jenis", NEW."nama", NEW."pembuatan_id", NEW."pemilihan_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."posko_id", NEW."tanggal", NEW."terbit_pada", NEW."waktu"); RETURN NULL;', hash='d12612d6b2efe4d8e78663f87469a565f64f4d3b', operation='UPDATE', pgid='pgtrigger_update_update_d8538', table='piket_piket', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='piket',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_piketevent" ("catatan", "id", "jenis", "nama", "pembuatan_id", "pemilihan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posko_id", "tanggal", "terbit_pada", "waktu") VALUES (OLD."catatan", OLD."id", OLD."jenis", OLD."nama", OLD."pembuatan_id", OLD."pemilihan_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."posko_id", OLD."tanggal", OLD."terbit_pada", OLD."waktu"); RETURN NULL;', hash='7407bbba4342d059c9508d0a81e018db58ec0ff3', operation='DELETE', pgid='pgtrigger_delete_delete_27e48', table='piket_piket', when='AFTER')),
        ),
        migrations.AddField(
            model_name='aturanpiket',
            name='pemilihan',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='aturan_piket', to='posko.pemilihan'),
        ),
        migrations.AddField(
            model_name='aturanpiketevent',
            name='pemilihan',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posko.pemilihan'),
        ),
        migrations.AddField(
            model_name='aturanpiketevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='aturanpiketevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='piket.aturanpiket'),
        ),
        migrations.AddField(
            model_name='berhalangan',
            name='oleh',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='berhalangan',
            name='pemilihan',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posko.pemilihan'),
        ),
        migrations.AddField(
            model_name='berhalangan',
            name='pengguna',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='berhalangan', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='berhalanganevent',
            name='oleh',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='berhalanganevent',
            name='pemilihan',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posko.pemilihan'),
        ),
        migrations.AddField(
            model_name='berhalanganevent',
            name='pengguna',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='berhalanganevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='berhalanganevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='piket.berhalangan'),
        ),
        migrations.AddField(
            model_name='catatanpiket',
            name='dicoret_oleh',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='catatanpiket',
            name='oleh',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='catatanpiket',
            name='piket',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='catatan_buku', to='piket.piket'),
        ),
        migrations.AddField(
            model_name='catatanpiket',
            name='posko',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='catatan_piket', to='posko.posko'),
        ),
        migrations.AddField(
            model_name='fotocatatan',
            name='berkas',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posko.berkas'),
        ),
        migrations.AddField(
            model_name='fotocatatan',
            name='catatan',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='foto', to='piket.catatanpiket'),
        ),
        migrations.AddField(
            model_name='giliranpolaevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='giliranpolaevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='piket.giliranpola'),
        ),
        migrations.AddField(
            model_name='harilibur',
            name='pemilihan',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='hari_libur', to='posko.pemilihan'),
        ),
        migrations.AddField(
            model_name='hariliburevent',
            name='pemilihan',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posko.pemilihan'),
        ),
        migrations.AddField(
            model_name='hariliburevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='hariliburevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='piket.harilibur'),
        ),
        migrations.AddField(
            model_name='kebutuhanpola',
            name='giliran',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kebutuhan', to='piket.giliranpola'),
        ),
        migrations.AddField(
            model_name='kebutuhanpola',
            name='instansi',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='posko.instansi'),
        ),
        migrations.AddField(
            model_name='kebutuhanpolaevent',
            name='giliran',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='piket.giliranpola'),
        ),
        migrations.AddField(
            model_name='kebutuhanpolaevent',
            name='instansi',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posko.instansi'),
        ),
        migrations.AddField(
            model_name='kebutuhanpolaevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='kebutuhanpolaevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='piket.kebutuhanpola'),
        ),
        migrations.AddField(
            model_name='kodeterpakai',
            name='penugasan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='piket.penugasan'),
        ),
        migrations.AddField(
            model_name='kodeterpakai',
            name='piket',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='kode_terpakai', to='piket.piket'),
        ),
        migrations.AddField(
            model_name='langganankalender',
            name='pengguna',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='langganankalenderevent',
            name='pengguna',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='langganankalenderevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='langganankalenderevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='piket.langganankalender'),
        ),
        migrations.AddField(
            model_name='pembuatan',
            name='dibatalkan_oleh',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='pembuatan',
            name='oleh',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='pembuatan',
            name='pemilihan',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posko.pemilihan'),
        ),
        migrations.AddField(
            model_name='pembuatan',
            name='posko',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pembuatan_piket', to='posko.posko'),
        ),
        migrations.AddField(
            model_name='penugasan',
            name='pembuatan',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='penugasan', to='piket.pembuatan'),
        ),
        migrations.AddField(
            model_name='penugasanevent',
            name='pembuatan',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='piket.pembuatan'),
        ),
        migrations.AddField(
            model_name='piket',
            name='pembuatan',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='piket', to='piket.pembuatan'),
        ),
        migrations.AddField(
            model_name='piketevent',
            name='pembuatan',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='piket.pembuatan'),
        ),
        migrations.AddIndex(
            model_name='penugasan',
            index=models.Index(fields=['pengguna', '-waktu'], name='penugasan_orang_waktu'),
        ),
        migrations.AddIndex(
            model_name='penugasan',
            index=models.Index(condition=models.Q(('pembuatan__isnull', False)), fields=['pembuatan'], name='penugasan_pembuatan'),
        ),
        migrations.AddIndex(
            model_name='penugasan',
            index=models.Index(condition=models.Q(('menggantikan__isnull', False)), fields=['menggantikan'], name='penugasan_menggantikan'),
        ),
        migrations.AddIndex(
            model_name='piket',
            index=models.Index(condition=models.Q(('pembuatan__isnull', False)), fields=['pembuatan'], name='piket_per_pembuatan'),
        ),
        migrations.AddConstraint(
            model_name='penugasan',
            constraint=models.CheckConstraint(condition=models.Q(('datang__isnull', False), ('pulang__isnull', True), _connector='OR'), name='penugasan_pulang_setelah_datang', violation_error_message='Jam pulang hanya untuk yang sudah datang.'),
        ),
        migrations.AddConstraint(
            model_name='penugasan',
            constraint=models.CheckConstraint(condition=models.Q(('pulang__isnull', True), ('pulang__gte', models.F('datang')), _connector='OR'), name='penugasan_pulang_tidak_mundur', violation_error_message='Jam pulang tidak boleh sebelum jam datang.'),
        ),
        migrations.AddConstraint(
            model_name='penugasan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('datang__isnull', False), ('kehadiran__in', ('hadir', 'terlambat'))), models.Q(models.Q(('kehadiran__in', ('hadir', 'terlambat')), _negated=True), ('datang__isnull', True)), _connector='OR'), name='penugasan_datang_bila_hadir', violation_error_message='Jam datang diisi untuk yang hadir atau terlambat, dan hanya untuk mereka.'),
        ),
        migrations.AddField(
            model_name='pembuatanevent',
            name='dibatalkan_oleh',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='pembuatanevent',
            name='oleh',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='pembuatanevent',
            name='pemilihan',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posko.pemilihan'),
        ),
        migrations.AddField(
            model_name='pembuatanevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='pembuatanevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='piket.pembuatan'),
        ),
        migrations.AddField(
            model_name='pembuatanevent',
            name='posko',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posko.posko'),
        ),
        migrations.AddField(
            model_name='penerbitan',
            name='oleh',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='penerbitan',
            name='posko',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='penerbitan_piket', to='posko.posko'),
        ),
        migrations.AddField(
            model_name='polapiket',
            name='pemilihan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pola_piket', to='posko.pemilihan'),
        ),
        migrations.AddField(
            model_name='polapiket',
            name='posko',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pola_piket', to='posko.posko'),
        ),
        migrations.AddField(
            model_name='giliranpolaevent',
            name='pola',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='piket.polapiket'),
        ),
        migrations.AddField(
            model_name='giliranpola',
            name='pola',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='giliran', to='piket.polapiket'),
        ),
        migrations.AddField(
            model_name='polapiketevent',
            name='pemilihan',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posko.pemilihan'),
        ),
        migrations.AddField(
            model_name='polapiketevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='polapiketevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='piket.polapiket'),
        ),
        migrations.AddField(
            model_name='polapiketevent',
            name='posko',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posko.posko'),
        ),
        migrations.AddField(
            model_name='serahterima',
            name='berikut',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='piket.piket'),
        ),
        migrations.AddField(
            model_name='serahterima',
            name='diterima_oleh',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posko.anggota'),
        ),
        migrations.AddField(
            model_name='serahterima',
            name='oleh',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posko.anggota'),
        ),
        migrations.AddField(
            model_name='serahterima',
            name='piket',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='serah_terima', to='piket.piket'),
        ),
        migrations.AddField(
            model_name='tamu',
            name='dicoret_oleh',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tamu',
            name='oleh',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tamu',
            name='posko',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tamu', to='posko.posko'),
        ),
        migrations.AddField(
            model_name='tamuevent',
            name='dicoret_oleh',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tamuevent',
            name='oleh',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tamuevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='tamuevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='piket.tamu'),
        ),
        migrations.AddField(
            model_name='tamuevent',
            name='posko',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posko.posko'),
        ),
        migrations.AddField(
            model_name='tautanhadir',
            name='oleh',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tautanhadir',
            name='penugasan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tautan', to='piket.penugasan'),
        ),
        migrations.AddField(
            model_name='tautanhadirevent',
            name='oleh',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tautanhadirevent',
            name='penugasan',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='piket.penugasan'),
        ),
        migrations.AddField(
            model_name='tautanhadirevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='tautanhadirevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='piket.tautanhadir'),
        ),
        migrations.AddField(
            model_name='tukarpiket',
            name='balasan',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='piket.penugasan'),
        ),
        migrations.AddField(
            model_name='tukarpiket',
            name='diputus_oleh',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tukarpiket',
            name='oleh',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tukarpiket',
            name='pengambil',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posko.anggota'),
        ),
        migrations.AddField(
            model_name='tukarpiket',
            name='penugasan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tukar', to='piket.penugasan'),
        ),
        migrations.AddField(
            model_name='tukarpiketevent',
            name='balasan',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='piket.penugasan'),
        ),
        migrations.AddField(
            model_name='tukarpiketevent',
            name='diputus_oleh',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tukarpiketevent',
            name='oleh',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tukarpiketevent',
            name='pengambil',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posko.anggota'),
        ),
        migrations.AddField(
            model_name='tukarpiketevent',
            name='penugasan',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='piket.penugasan'),
        ),
        migrations.AddField(
            model_name='tukarpiketevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='tukarpiketevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='piket.tukarpiket'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='aturanpiket',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_aturanpiketevent" ("hari_beruntun", "id", "jam_istirahat", "pemilihan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."hari_beruntun", NEW."id", NEW."jam_istirahat", NEW."pemilihan_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='b885503fbe0a01698b6cc5652d190ac656cc5891', operation='INSERT', pgid='pgtrigger_insert_insert_bab84', table='piket_aturanpiket', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='aturanpiket',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "piket_aturanpiketevent" ("hari_beruntun", "id", "jam_istirahat", "pemilihan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."hari_beruntun", NEW."id", NEW."jam_istirahat", NEW."pemilihan_id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='d44b0bfd98f47d7540b06ce01db3aec933f49e62', operation='UPDATE', pgid='pgtrigger_update_update_d98c4', table='piket_aturanpiket', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='aturanpiket',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_aturanpiketevent" ("hari_beruntun", "id", "jam_istirahat", "pemilihan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."hari_beruntun", OLD."id", OLD."jam_istirahat", OLD."pemilihan_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='dbe089f5620ba5b8e5d5e9b043fdc1c4a7a9b434', operation='DELETE', pgid='pgtrigger_delete_delete_047ef', table='piket_aturanpiket', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='berhalangan',
            index=models.Index(fields=['pengguna', 'pemilihan', 'sampai'], name='berhalangan_orang'),
        ),
        migrations.AddConstraint(
            model_name='berhalangan',
            constraint=models.UniqueConstraint(fields=('oleh', 'kunci'), name='berhalangan_kunci_unik', violation_error_message='Halangan ini sudah tercatat.'),
        ),
        migrations.AddConstraint(
            model_name='berhalangan',
            constraint=models.CheckConstraint(condition=models.Q(('sampai__gte', models.F('dari'))), name='berhalangan_tanggal_urut', violation_error_message='Tanggal akhir tidak boleh sebelum tanggal awal.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='berhalangan',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_berhalanganevent" ("alasan", "dari", "dibuat_pada", "dicabut_pada", "id", "keterangan", "kunci", "oleh_id", "pemilihan_id", "pengguna_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sampai") VALUES (NEW."alasan", NEW."dari", NEW."dibuat_pada", NEW."dicabut_pada", NEW."id", NEW."keterangan", NEW."kunci", NEW."oleh_id", NEW."pemilihan_id", NEW."pengguna_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sampai"); RETURN NULL;', hash='890fc9d05e26eeaf2b06ab95eb31cf26f2ed381e', operation='INSERT', pgid='pgtrigger_insert_insert_d07b2', table='piket_berhalangan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='berhalangan',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "piket_berhalanganevent" ("alasan", "dari", "dibuat_pada", "dicabut_pada", "id", "keterangan", "kunci", "oleh_id", "pemilihan_id", "pengguna_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sampai") VALUES (NEW."alasan", NEW."dari", NEW."dibuat_pada", NEW."dicabut_pada", NEW."id", NEW."keterangan", NEW."kunci", NEW."oleh_id", NEW."pemilihan_id", NEW."pengguna_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sampai"); RETURN NULL;', hash='c3020d14b5e4831b268cb3913549dd8b4eeb9f82', operation='UPDATE', pgid='pgtrigger_update_update_4dca1', table='piket_berhalangan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='berhalangan',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_berhalanganevent" ("alasan", "dari", "dibuat_pada", "dicabut_pada", "id", "keterangan", "kunci", "oleh_id", "pemilihan_id", "pengguna_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sampai") VALUES (OLD."alasan", OLD."dari", OLD."dibuat_pada", OLD."dicabut_pada", OLD."id", OLD."keterangan", OLD."kunci", OLD."oleh_id", OLD."pemilihan_id", OLD."pengguna_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sampai"); RETURN NULL;', hash='f77599aa1d9c4e7d9cf26668906fde769ba3d9e1', operation='DELETE', pgid='pgtrigger_delete_delete_9c2d1', table='piket_berhalangan', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='catatanpiket',
            index=models.Index(fields=['posko', '-id'], name='catatanpiket_posko'),
        ),
        migrations.AddIndex(
            model_name='catatanpiket',
            index=models.Index(fields=['piket', 'id'], name='catatanpiket_piket'),
        ),
        migrations.AddConstraint(
            model_name='catatanpiket',
            constraint=models.UniqueConstraint(fields=('oleh', 'kunci'), name='catatanpiket_kunci_unik', violation_error_message='Catatan ini sudah tercatat.'),
        ),
        migrations.AddConstraint(
            model_name='catatanpiket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('alasan_coret', ''), ('dicoret_oleh__isnull', True), ('dicoret_pada__isnull', True)), models.Q(('dicoret_oleh__isnull', False), ('dicoret_pada__isnull', False), models.Q(('alasan_coret', ''), _negated=True)), _connector='OR'), name='catatanpiket_coret_lengkap', violation_error_message='Tulis alasan mencoret.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='catatanpiket',
            trigger=pgtrigger.compiler.Trigger(name='catatanpiket_tetap', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='9446e82ea71e83202e77a2b3232cf61036e7bc3c', operation='DELETE', pgid='pgtrigger_catatanpiket_tetap_f86e5', table='piket_catatanpiket', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='catatanpiket',
            trigger=pgtrigger.compiler.Trigger(name='catatanpiket_isi_tetap', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."posko_id" IS DISTINCT FROM (NEW."posko_id") OR OLD."piket_id" IS DISTINCT FROM (NEW."piket_id") OR OLD."isi" IS DISTINCT FROM (NEW."isi") OR OLD."kunci" IS DISTINCT FROM (NEW."kunci") OR OLD."oleh_id" IS DISTINCT FROM (NEW."oleh_id") OR OLD."pada" IS DISTINCT FROM (NEW."pada"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='495f7d445019a641b96bc143b5206154f88f2555', operation='UPDATE', pgid='pgtrigger_catatanpiket_isi_tetap_16c99', table='piket_catatanpiket', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='catatanpiket',
            trigger=pgtrigger.compiler.Trigger(name='catatanpiket_coret_tetap', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."dicoret_pada" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='12afd8152317cc31b7525e83183099a97b57f5c5', operation='UPDATE', pgid='pgtrigger_catatanpiket_coret_tetap_f7363', table='piket_catatanpiket', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='fotocatatan',
            constraint=models.UniqueConstraint(fields=('catatan', 'urut'), name='fotocatatan_urut_unik', violation_error_message='Foto ini sudah ada pada catatan yang sama.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='fotocatatan',
            trigger=pgtrigger.compiler.Trigger(name='fotocatatan_tetap', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='841e9ad17eccf29a6ba1eda2bdde2a7a6b7177af', operation='UPDATE OR DELETE', pgid='pgtrigger_fotocatatan_tetap_b93bd', table='piket_fotocatatan', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='harilibur',
            constraint=models.UniqueConstraint(fields=('pemilihan', 'tanggal'), name='harilibur_unik', violation_error_message='Tanggal ini sudah tercatat sebagai hari libur.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='harilibur',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_hariliburevent" ("id", "nama", "pemilihan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tanggal") VALUES (NEW."id", NEW."nama", NEW."pemilihan_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."tanggal"); RETURN NULL;', hash='b1868aec27e12710c992a84e73eebe9308042fc7', operation='INSERT', pgid='pgtrigger_insert_insert_20507', table='piket_harilibur', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='harilibur',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "piket_hariliburevent" ("id", "nama", "pemilihan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tanggal") VALUES (NEW."id", NEW."nama", NEW."pemilihan_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."tanggal"); RETURN NULL;', hash='7bbeddba13aed6a19d94323fffc0dd33d9056831', operation='UPDATE', pgid='pgtrigger_update_update_21f4e', table='piket_harilibur', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='harilibur',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_hariliburevent" ("id", "nama", "pemilihan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tanggal") VALUES (OLD."id", OLD."nama", OLD."pemilihan_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."tanggal"); RETURN NULL;', hash='db98a6c6f7ff58de1bba90fcf93a18143e207a1e', operation='DELETE', pgid='pgtrigger_delete_delete_b0c36', table='piket_harilibur', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='kebutuhanpola',
            constraint=models.CheckConstraint(condition=models.Q(('instansi__isnull', True), ('unsur', ''), _connector='XOR'), name='kebutuhanpola_instansi_atau_unsur', violation_error_message='Pilih satu: instansi, atau unsur.'),
        ),
        migrations.AddConstraint(
            model_name='kebutuhanpola',
            constraint=models.UniqueConstraint(fields=('giliran', 'instansi', 'unsur'), name='kebutuhanpola_unik', nulls_distinct=False, violation_error_message='Instansi atau unsur ini sudah ada pada giliran yang sama.'),
        ),
        migrations.AddConstraint(
            model_name='kebutuhanpola',
            constraint=models.CheckConstraint(condition=models.Q(('jumlah__gte', 1)), name='kebutuhanpola_jumlah_positif', violation_error_message='Jumlah minimal 1; hapus barisnya bila tidak dibutuhkan.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='kebutuhanpola',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_kebutuhanpolaevent" ("giliran_id", "id", "instansi_id", "jumlah", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tiap_instansi", "unsur") VALUES (NEW."giliran_id", NEW."id", NEW."instansi_id", NEW."jumlah", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."tiap_instansi", NEW."unsur"); RETURN NULL;', hash='e74af6abc722ef350e1d2b7fcbdb45c7c252ff95', operation='INSERT', pgid='pgtrigger_insert_insert_67b4d', table='piket_kebutuhanpola', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='kebutuhanpola',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "piket_kebutuhanpolaevent" ("giliran_id", "id", "instansi_id", "jumlah", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tiap_instansi", "unsur") VALUES (NEW."giliran_id", NEW."id", NEW."instansi_id", NEW."jumlah", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."tiap_instansi", NEW."unsur"); RETURN NULL;', hash='b0e142ea7dcbf5c610f71541b065c6d6399ba448', operation='UPDATE', pgid='pgtrigger_update_update_6e0a9', table='piket_kebutuhanpola', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='kebutuhanpola',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_kebutuhanpolaevent" ("giliran_id", "id", "instansi_id", "jumlah", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tiap_instansi", "unsur") VALUES (OLD."giliran_id", OLD."id", OLD."instansi_id", OLD."jumlah", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."tiap_instansi", OLD."unsur"); RETURN NULL;', hash='95f7144a2394a0e965cb998eb1b6f2d8113dd135', operation='DELETE', pgid='pgtrigger_delete_delete_94769', table='piket_kebutuhanpola', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='kodeterpakai',
            constraint=models.UniqueConstraint(fields=('piket', 'detak'), name='kodeterpakai_sekali', violation_error_message='Kode ini sudah dipakai. Tunggu kode berikutnya di layar posko.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='kodeterpakai',
            trigger=pgtrigger.compiler.Trigger(name='kodeterpakai_tetap', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3e71767d862a47f370008d7f4c4c2fbeb6087b0f', operation='UPDATE OR DELETE', pgid='pgtrigger_kodeterpakai_tetap_4adbf', table='piket_kodeterpakai', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='langganankalender',
            constraint=models.UniqueConstraint(condition=models.Q(('dicabut_pada', None)), fields=('pengguna',), name='langganankalender_satu', violation_error_message='Alamat kalender sudah ada; ganti dengan yang baru.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='langganankalender',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_langganankalenderevent" ("dibuat_pada", "dicabut_pada", "id", "pengguna_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."dibuat_pada", NEW."dicabut_pada", NEW."id", NEW."pengguna_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='3a39c537f7ec1ed65a559d8915513dc62f9f4dbf', operation='INSERT', pgid='pgtrigger_insert_insert_377dc', table='piket_langganankalender', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='langganankalender',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."dibuat_pada" IS DISTINCT FROM (NEW."dibuat_pada") OR OLD."dicabut_pada" IS DISTINCT FROM (NEW."dicabut_pada") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."pengguna_id" IS DISTINCT FROM (NEW."pengguna_id"))', func='INSERT INTO "piket_langganankalenderevent" ("dibuat_pada", "dicabut_pada", "id", "pengguna_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."dibuat_pada", NEW."dicabut_pada", NEW."id", NEW."pengguna_id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='198ffe83f6e47cad85c92ddb0f36a4d90b1906c9', operation='UPDATE', pgid='pgtrigger_update_update_9ef75', table='piket_langganankalender', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='langganankalender',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_langganankalenderevent" ("dibuat_pada", "dicabut_pada", "id", "pengguna_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."dibuat_pada", OLD."dicabut_pada", OLD."id", OLD."pengguna_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='5955d720e054c2dd9036be613fecdd9a8f821989', operation='DELETE', pgid='pgtrigger_delete_delete_c1800', table='piket_langganankalender', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='pembuatan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dibatalkan_oleh__isnull', True), ('dibatalkan_pada__isnull', True)), models.Q(('dibatalkan_oleh__isnull', False), ('dibatalkan_pada__isnull', False)), _connector='OR'), name='pembuatan_batal_lengkap', violation_error_message='Pembatalan harus menyebut siapa dan kapan.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pembuatan',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_pembuatanevent" ("benih", "dari", "dibatalkan_oleh_id", "dibatalkan_pada", "dibuat_pada", "id", "jenis", "oleh_id", "pemilihan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posko_id", "ringkasan", "sampai") VALUES (NEW."benih", NEW."dari", NEW."dibatalkan_oleh_id", NEW."dibatalkan_pada", NEW."dibuat_pada", NEW."id", NEW."jenis", NEW."oleh_id", NEW."pemilihan_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."posko_id", NEW."ringkasan", NEW."sampai"); RETURN NULL;', hash='aaabe40788e9317c848aa7d6aeda02645c7125a5', operation='INSERT', pgid='pgtrigger_insert_insert_20a43', table='piket_pembuatan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pembuatan',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "piket_pembuatanevent" ("benih", "dari", "dibatalkan_oleh_id", "dibatalkan_pada", "dibuat_pada", "id", "jenis", "oleh_id", "pemilihan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posko_id", "ringkasan", "sampai") VALUES (NEW."benih", NEW."dari", NEW."dibatalkan_oleh_id", NEW."dibatalkan_pada", NEW."dibuat_pada", NEW."id", NEW."jenis", NEW."oleh_id", NEW."pemilihan_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."posko_id", NEW."ringkasan", NEW."sampai"); RETURN NULL;', hash='53b59989be2fbf59eb33d4d9894fb7df44ac19d7', operation='UPDATE', pgid='pgtrigger_update_update_dbb96', table='piket_pembuatan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pembuatan',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_pembuatanevent" ("benih", "dari", "dibatalkan_oleh_id", "dibatalkan_pada", "dibuat_pada", "id", "jenis", "oleh_id", "pemilihan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posko_id", "ringkasan", "sampai") VALUES (OLD."benih", OLD."dari", OLD."dibatalkan_oleh_id", OLD."dibatalkan_pada", OLD."dibuat_pada", OLD."id", OLD."jenis", OLD."oleh_id", OLD."pemilihan_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."posko_id", OLD."ringkasan", OLD."sampai"); RETURN NULL;', hash='f0392d62206e9aaec43b1728dd66e1e4acc02c3c', operation='DELETE', pgid='pgtrigger_delete_delete_0935b', table='piket_pembuatan', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='penerbitan',
            constraint=models.UniqueConstraint(fields=('posko', 'versi'), name='penerbitan_versi_unik', violation_error_message='Versi jadwal ini baru saja diterbitkan orang lain.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='penerbitan',
            trigger=pgtrigger.compiler.Trigger(name='penerbitan_tetap', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='46c0916297e837174b96856314bc4eb78db52f65', operation='UPDATE OR DELETE', pgid='pgtrigger_penerbitan_tetap_f38b6', table='piket_penerbitan', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='polapiket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('posko__isnull', True), ('tingkat__isnull', False)), models.Q(('posko__isnull', False), ('tingkat__isnull', True)), _connector='OR'), name='pola_posko_atau_tingkat', violation_error_message='Pilih satu: pola untuk satu posko, atau untuk seluruh posko satu tingkat.'),
        ),
        migrations.AddConstraint(
            model_name='polapiket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dari__isnull', True), ('sampai__isnull', True)), ('sampai__gte', models.F('dari')), _connector='OR'), name='pola_tanggal_urut', violation_error_message='Isi kedua tanggal, dan tanggal akhir tidak sebelum tanggal awal.'),
        ),
        migrations.AddConstraint(
            model_name='polapiket',
            constraint=models.UniqueConstraint(condition=models.Q(('aktif', True)), fields=('pemilihan', 'posko', 'tingkat', 'dari', 'sampai'), name='pola_unik', nulls_distinct=False, violation_error_message='Sudah ada pola aktif untuk posko atau tingkat dan tanggal yang sama.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='polapiket',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_polapiketevent" ("aktif", "dari", "id", "nama", "pemilihan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posko_id", "sampai", "tingkat") VALUES (NEW."aktif", NEW."dari", NEW."id", NEW."nama", NEW."pemilihan_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."posko_id", NEW."sampai", NEW."tingkat"); RETURN NULL;', hash='e803fcefb5098a326481ff3fa86395c3eb1627ef', operation='INSERT', pgid='pgtrigger_insert_insert_1d141', table='piket_polapiket', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='polapiket',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "piket_polapiketevent" ("aktif", "dari", "id", "nama", "pemilihan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posko_id", "sampai", "tingkat") VALUES (NEW."aktif", NEW."dari", NEW."id", NEW."nama", NEW."pemilihan_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."posko_id", NEW."sampai", NEW."tingkat"); RETURN NULL;', hash='6840ff3887df78c308b2e98af10a6d7e2cf617dc', operation='UPDATE', pgid='pgtrigger_update_update_0660c', table='piket_polapiket', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='polapiket',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_polapiketevent" ("aktif", "dari", "id", "nama", "pemilihan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posko_id", "sampai", "tingkat") VALUES (OLD."aktif", OLD."dari", OLD."id", OLD."nama", OLD."pemilihan_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."posko_id", OLD."sampai", OLD."tingkat"); RETURN NULL;', hash='67be398e23602ef22dc81f714cb1ef4e08404035', operation='DELETE', pgid='pgtrigger_delete_delete_d7624', table='piket_polapiket', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='giliranpola',
            constraint=models.CheckConstraint(condition=models.Q(('hari__contained_by', [0, 1, 2, 3, 4, 5, 6]), ('hari__len__gte', 1)), name='giliranpola_hari_sah', violation_error_message='Pilih paling sedikit satu hari.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='giliranpola',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_giliranpolaevent" ("berlaku", "hari", "id", "jenis", "libur", "mulai", "nama", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pola_id", "selesai") VALUES (NEW."berlaku", NEW."hari", NEW."id", NEW."jenis", NEW."libur", NEW."mulai", NEW."nama", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."pola_id", NEW."selesai"); RETURN NULL;', hash='8ab4b43ad79120ca40f5f3907087ed3896b746c8', operation='INSERT', pgid='pgtrigger_insert_insert_a3799', table='piket_giliranpola', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='giliranpola',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "piket_giliranpolaevent" ("berlaku", "hari", "id", "jenis", "libur", "mulai", "nama", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pola_id", "selesai") VALUES (NEW."berlaku", NEW."hari", NEW."id", NEW."jenis", NEW."libur", NEW."mulai", NEW."nama", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pola_id", NEW."selesai"); RETURN NULL;', hash='590eafd0e99a974d0c3f01283f911249382a07db', operation='UPDATE', pgid='pgtrigger_update_update_34c77', table='piket_giliranpola', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='giliranpola',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_giliranpolaevent" ("berlaku", "hari", "id", "jenis", "libur", "mulai", "nama", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pola_id", "selesai") VALUES (OLD."berlaku", OLD."hari", OLD."id", OLD."jenis", OLD."libur", OLD."mulai", OLD."nama", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."pola_id", OLD."selesai"); RETURN NULL;', hash='96b38b40d9a54e3c6eb0ee550ab11511bf4b5d81', operation='DELETE', pgid='pgtrigger_delete_delete_4fb29', table='piket_giliranpola', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='serahterima',
            constraint=models.UniqueConstraint(fields=('oleh', 'kunci'), name='serahterima_kunci_unik', violation_error_message='Serah terima ini sudah tercatat.'),
        ),
        migrations.AddConstraint(
            model_name='serahterima',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('diterima_oleh__isnull', True), ('diterima_pada__isnull', True)), models.Q(('diterima_oleh__isnull', False), ('diterima_pada__isnull', False)), _connector='OR'), name='serahterima_terima_lengkap', violation_error_message='Konfirmasi harus menyebut siapa dan kapan.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='serahterima',
            trigger=pgtrigger.compiler.Trigger(name='serahterima_tetap', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='27cecf233b889ae9467c327cdb2d5f102b68f5c6', operation='DELETE', pgid='pgtrigger_serahterima_tetap_ef011', table='piket_serahterima', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='serahterima',
            trigger=pgtrigger.compiler.Trigger(name='serahterima_isi_tetap', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."piket_id" IS DISTINCT FROM (NEW."piket_id") OR OLD."ringkasan" IS DISTINCT FROM (NEW."ringkasan") OR OLD."catatan" IS DISTINCT FROM (NEW."catatan") OR OLD."keadaan" IS DISTINCT FROM (NEW."keadaan") OR OLD."nomor" IS DISTINCT FROM (NEW."nomor") OR OLD."kunci" IS DISTINCT FROM (NEW."kunci") OR OLD."oleh_id" IS DISTINCT FROM (NEW."oleh_id") OR OLD."pada" IS DISTINCT FROM (NEW."pada"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ef60da13ef3a40ce6f041612def04239cec4e604', operation='UPDATE', pgid='pgtrigger_serahterima_isi_tetap_2a84a', table='piket_serahterima', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='serahterima',
            trigger=pgtrigger.compiler.Trigger(name='serahterima_terima_tetap', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."diterima_pada" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='05eb487423f142d50e330c05cc3fd6168baa8459', operation='UPDATE', pgid='pgtrigger_serahterima_terima_tetap_b6ccd', table='piket_serahterima', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='tamu',
            index=models.Index(fields=['posko', '-id'], name='tamu_posko'),
        ),
        migrations.AddConstraint(
            model_name='tamu',
            constraint=models.UniqueConstraint(fields=('oleh', 'kunci'), name='tamu_kunci_unik', violation_error_message='Tamu ini sudah tercatat.'),
        ),
        migrations.AddConstraint(
            model_name='tamu',
            constraint=models.CheckConstraint(condition=models.Q(('pulang__isnull', True), ('pulang__gte', models.F('datang')), _connector='OR'), name='tamu_pulang_tidak_mundur', violation_error_message='Jam pulang tidak boleh sebelum jam datang.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tamu',
            trigger=pgtrigger.compiler.Trigger(name='tamu_tetap', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='ade6b93c8ddaac344781d9a0777833a448048eef', operation='DELETE', pgid='pgtrigger_tamu_tetap_9ddbb', table='piket_tamu', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tamu',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_tamuevent" ("asal", "bertemu", "datang", "dibuat_pada", "dicoret_oleh_id", "dicoret_pada", "id", "keperluan", "kunci", "nama", "oleh_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posko_id", "pulang") VALUES (NEW."asal", NEW."bertemu", NEW."datang", NEW."dibuat_pada", NEW."dicoret_oleh_id", NEW."dicoret_pada", NEW."id", NEW."keperluan", NEW."kunci", NEW."nama", NEW."oleh_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."posko_id", NEW."pulang"); RETURN NULL;', hash='1e285cb26a770002196a902bf45eeaa0730e1c15', operation='INSERT', pgid='pgtrigger_insert_insert_c3df8', table='piket_tamu', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tamu',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "piket_tamuevent" ("asal", "bertemu", "datang", "dibuat_pada", "dicoret_oleh_id", "dicoret_pada", "id", "keperluan", "kunci", "nama", "oleh_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posko_id", "pulang") VALUES (NEW."asal", NEW."bertemu", NEW."datang", NEW."dibuat_pada", NEW."dicoret_oleh_id", NEW."dicoret_pada", NEW."id", NEW."keperluan", NEW."kunci", NEW."nama", NEW."oleh_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."posko_id", NEW."pulang"); RETURN NULL;', hash='45a7baedb4761fccaf1439de57e74d24e6f2ad03', operation='UPDATE', pgid='pgtrigger_update_update_f6ee4', table='piket_tamu', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tamu',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_tamuevent" ("asal", "bertemu", "datang", "dibuat_pada", "dicoret_oleh_id", "dicoret_pada", "id", "keperluan", "kunci", "nama", "oleh_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posko_id", "pulang") VALUES (OLD."asal", OLD."bertemu", OLD."datang", OLD."dibuat_pada", OLD."dicoret_oleh_id", OLD."dicoret_pada", OLD."id", OLD."keperluan", OLD."kunci", OLD."nama", OLD."oleh_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."posko_id", OLD."pulang"); RETURN NULL;', hash='325dc34bcc577a5c48cdecf7c38d100d385510cb', operation='DELETE', pgid='pgtrigger_delete_delete_ac362', table='piket_tamu', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tautanhadir',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_tautanhadirevent" ("berlaku_sampai", "dibuat_pada", "dipakai_pada", "id", "oleh_id", "penugasan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."berlaku_sampai", NEW."dibuat_pada", NEW."dipakai_pada", NEW."id", NEW."oleh_id", NEW."penugasan_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='cb89e37e419d12895a789dd8fadc9647478d483f', operation='INSERT', pgid='pgtrigger_insert_insert_7b58b', table='piket_tautanhadir', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tautanhadir',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."berlaku_sampai" IS DISTINCT FROM (NEW."berlaku_sampai") OR OLD."dibuat_pada" IS DISTINCT FROM (NEW."dibuat_pada") OR OLD."dipakai_pada" IS DISTINCT FROM (NEW."dipakai_pada") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."oleh_id" IS DISTINCT FROM (NEW."oleh_id") OR OLD."penugasan_id" IS DISTINCT FROM (NEW."penugasan_id"))', func='INSERT INTO "piket_tautanhadirevent" ("berlaku_sampai", "dibuat_pada", "dipakai_pada", "id", "oleh_id", "penugasan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."berlaku_sampai", NEW."dibuat_pada", NEW."dipakai_pada", NEW."id", NEW."oleh_id", NEW."penugasan_id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='df14080044462a1b61e66ebc47ee8419326632b9', operation='UPDATE', pgid='pgtrigger_update_update_4d710', table='piket_tautanhadir', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tautanhadir',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_tautanhadirevent" ("berlaku_sampai", "dibuat_pada", "dipakai_pada", "id", "oleh_id", "penugasan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."berlaku_sampai", OLD."dibuat_pada", OLD."dipakai_pada", OLD."id", OLD."oleh_id", OLD."penugasan_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='f352d2334ef0815e3fe3ddc86b99248a5461f93f', operation='DELETE', pgid='pgtrigger_delete_delete_4a804', table='piket_tautanhadir', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='tukarpiket',
            constraint=models.UniqueConstraint(fields=('oleh', 'kunci'), name='tukarpiket_kunci_unik', violation_error_message='Tawaran ini sudah tercatat.'),
        ),
        migrations.AddConstraint(
            model_name='tukarpiket',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('ditawarkan', 'diambil'))), fields=('penugasan',), name='tukarpiket_satu_terbuka', violation_error_message='Tugas ini sudah ditawarkan.'),
        ),
        migrations.AddConstraint(
            model_name='tukarpiket',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ('ditawarkan', 'dibatalkan')), ('pengambil__isnull', False), _connector='OR'), name='tukarpiket_pengambil_ada', violation_error_message='Belum ada yang mengambil tugas ini.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tukarpiket',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_tukarpiketevent" ("alasan", "balasan_id", "catatan", "diambil_pada", "dibuat_pada", "diputus_oleh_id", "diputus_pada", "id", "kunci", "oleh_id", "pengambil_id", "penugasan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status") VALUES (NEW."alasan", NEW."balasan_id", NEW."catatan", NEW."diambil_pada", NEW."dibuat_pada", NEW."diputus_oleh_id", NEW."diputus_pada", NEW."id", NEW."kunci", NEW."oleh_id", NEW."pengambil_id", NEW."penugasan_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."status"); RETURN NULL;', hash='bd4f33be067889584eeb27a9ae7df39cc85eaaa4', operation='INSERT', pgid='pgtrigger_insert_insert_54a9f', table='piket_tukarpiket', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tukarpiket',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "piket_tukarpiketevent" ("alasan", "balasan_id", "catatan", "diambil_pada", "dibuat_pada", "diputus_oleh_id", "diputus_pada", "id", "kunci", "oleh_id", "pengambil_id", "penugasan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status") VALUES (NEW."alasan", NEW."balasan_id", NEW."catatan", NEW."diambil_pada", NEW."dibuat_pada", NEW."diputus_oleh_id", NEW."diputus_pada", NEW."id", NEW."kunci", NEW."oleh_id", NEW."pengambil_id", NEW."penugasan_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."status"); RETURN NULL;', hash='6200ecfe59b1c4e2f6ed4169a0451631c7c423ba', operation='UPDATE', pgid='pgtrigger_update_update_78bf8', table='piket_tukarpiket', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tukarpiket',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "piket_tukarpiketevent" ("alasan", "balasan_id", "catatan", "diambil_pada", "dibuat_pada", "diputus_oleh_id", "diputus_pada", "id", "kunci", "oleh_id", "pengambil_id", "penugasan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status") VALUES (OLD."alasan", OLD."balasan_id", OLD."catatan", OLD."diambil_pada", OLD."dibuat_pada", OLD."diputus_oleh_id", OLD."diputus_pada", OLD."id", OLD."kunci", OLD."oleh_id", OLD."pengambil_id", OLD."penugasan_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."status"); RETURN NULL;', hash='c6a5c8a3d6b7664916992610373666c43e3b1c49', operation='DELETE', pgid='pgtrigger_delete_delete_20db7', table='piket_tukarpiket', when='AFTER')),
        ),
    ]

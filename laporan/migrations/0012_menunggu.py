"""How many reports wait for somebody is counted on every live page: out of the index alone."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

TERBUKA = ["baru", "perlu_dilengkapi", "terverifikasi", "ditindaklanjuti"]
COVERED = [
    "jejak", "akses", "jenis", "pelapor", "posko", "status", "prioritas", "diteruskan", "disebut", "dukungan_ke",
    "penerusan_terbuka",
]  # fmt: skip


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("laporan", "0011_cari_sifat")]

    operations = [
        AddIndexConcurrently(
            model_name="laporan",
            index=models.Index(
                fields=["pemilihan", "batas_waktu", "id"],
                condition=models.Q(status__in=TERBUKA),
                include=COVERED,
                name="laporan_terbuka_tenggat",
            ),
        ),
        RemoveIndexConcurrently(model_name="laporan", name="laporan_terbuka_batas"),
    ]

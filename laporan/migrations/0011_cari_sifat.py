"""All reports ever are filtered by keys of what they are, beside those of who sees them; few are ever `selesai`."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# As laporan.cari.indeks writes them: kategori, prioritas, jenis, wilayah and those it lies in, agencies forwarded to.
MARK = """
UPDATE laporan_indekscari i SET vektor = i.vektor || array_to_tsvector(
        ARRAY['#c' || l.kategori_id, '#p' || l.prioritas, '#t' || l.jenis]
        || ARRAY(SELECT '#w' || array_to_string(bagian[:n], '.') FROM generate_subscripts(bagian, 1) n)
        || ARRAY(SELECT '#i' || k.instansi_id FROM posko_kursi k WHERE k.id = ANY (l.diteruskan)))
  FROM laporan_laporan l, string_to_array(l.wilayah_id, '.') bagian
 WHERE l.id = i.laporan_id AND i.laporan_id >= %s AND i.laporan_id < %s
"""


def mark(apps, schema_editor):
    """A span at a time, each on its own, so that filing and acting never wait long. Again changes nothing."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(laporan_id), -1) FROM laporan_indekscari")
        for start in range(0, cursor.fetchone()[0] + 1, 4096):
            cursor.execute(MARK, [start, start + 4096])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("laporan", "0010_cari_terbaru")]

    operations = [
        migrations.RunPython(mark, migrations.RunPython.noop),
        AddIndexConcurrently(
            model_name="laporan",
            index=models.Index(
                fields=["pemilihan", "-id"], condition=models.Q(("status", "selesai")), name="laporan_selesai"
            ),
        ),
    ]

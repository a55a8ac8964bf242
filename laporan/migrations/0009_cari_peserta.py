"""Contestants search by a key of their own: the reports their posts keep from them are not looked through first."""

from django.db import migrations

FORWARD = """
UPDATE laporan_indekscari i SET vektor = i.vektor || array_to_tsvector(
           ARRAY(SELECT '#g' || p FROM unnest(l.jejak) p)::text[])
  FROM laporan_laporan l
 WHERE l.id = i.laporan_id AND l.jenis = 'kegiatan' AND l.akses = 'biasa'
"""


class Migration(migrations.Migration):
    dependencies = [("laporan", "0008_pencarian")]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]

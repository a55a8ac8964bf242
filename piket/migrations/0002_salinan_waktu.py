"""Copies that stay true: an assignment carries its shift's range and its member's person.

The exclusion constraint needs them in its own row; composite foreign keys follow every change of the original.

And what ends with a membership: duties that are not over yet and no longer lie within it are cancelled, so that nobody
stands on a roster who may not sign in. Nothing is lost: the rows stay, with the reason, and history has the moment.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE piket_piket ADD CONSTRAINT piket_pemilihan_posko
    FOREIGN KEY (posko_id, pemilihan_id) REFERENCES posko_posko (id, pemilihan_id) ON UPDATE CASCADE;
ALTER TABLE piket_piket ADD CONSTRAINT piket_id_pemilihan_waktu UNIQUE (id, pemilihan_id, waktu);
ALTER TABLE piket_penugasan ADD CONSTRAINT penugasan_waktu_piket
    FOREIGN KEY (piket_id, pemilihan_id, waktu) REFERENCES piket_piket (id, pemilihan_id, waktu) ON UPDATE CASCADE;
ALTER TABLE piket_penugasan ADD CONSTRAINT penugasan_pengguna_anggota
    FOREIGN KEY (anggota_id, pengguna_id) REFERENCES posko_anggota (id, pengguna_id) ON UPDATE CASCADE;

CREATE FUNCTION piket_batalkan_di_luar_masa() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE piket_penugasan t SET status = 'dibatalkan', keterangan = 'Masa tugas berakhir'
      FROM piket_piket p, posko_kursi k
     WHERE t.anggota_id = NEW.id AND t.status = 'dijadwalkan' AND upper(t.waktu) > now()
       AND p.id = t.piket_id AND k.id = NEW.kursi_id
       AND (k.posko_id <> p.posko_id OR p.tanggal < NEW.mulai OR p.tanggal > NEW.selesai);
    RETURN NULL;
END $$;
CREATE TRIGGER piket_batalkan_di_luar_masa AFTER UPDATE OF mulai, selesai, kursi_id ON posko_anggota
    FOR EACH ROW EXECUTE FUNCTION piket_batalkan_di_luar_masa();
"""

BACKWARD = """
DROP TRIGGER piket_batalkan_di_luar_masa ON posko_anggota;
DROP FUNCTION piket_batalkan_di_luar_masa();
ALTER TABLE piket_penugasan DROP CONSTRAINT penugasan_pengguna_anggota;
ALTER TABLE piket_penugasan DROP CONSTRAINT penugasan_waktu_piket;
ALTER TABLE piket_piket DROP CONSTRAINT piket_id_pemilihan_waktu;
ALTER TABLE piket_piket DROP CONSTRAINT piket_pemilihan_posko;
"""


class Migration(migrations.Migration):
    dependencies = [("piket", "0001_awal"), ("posko", "0002_salinan_peserta")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""What the drill's reports say: plain sentences by group, with places filled in. No person, no party is named."""

from __future__ import annotations

LOKASI = (
    "dekat mushala RW 03", "depan SD negeri", "halaman kantor RW 05", "lapangan RT 04/RW 07", "simpang pos kamling",
    "aula sekolah", "taman RW 02", "tepi kali RT 09/RW 01", "balai warga RW 06", "depan pasar",
)  # fmt: skip

TEKS: dict[str, tuple[str, ...]] = {
    "kegiatan": (
        "Pertemuan warga berjalan tertib, dihadiri sekitar {n} orang, selesai tepat waktu.",
        "Patroli bersama tiga pilar di titik rawan, tidak ditemukan hal menonjol.",
        "Rapat koordinasi persiapan TPS, disepakati pembagian tugas dan jam kumpul.",
        "Penertiban alat peraga di jalan utama bersama Satpol PP, {n} alat diturunkan.",
        "Sosialisasi tata cara memilih kepada pemilih pemula, {n} peserta hadir.",
    ),
    "teknis": (
        "Listrik padam di sekitar TPS {tps}, warga menyebut sejak {jam} menit lalu.",
        "Daftar pemilih di TPS {tps} belum ditempel, warga menanyakan ke panitia.",
        "{n} lembar C.Pemberitahuan belum sampai ke warga, petugas masih mengantar.",
        "Pembukaan TPS {tps} terlambat karena kunci aula belum diantar.",
    ),
    "logistik": (
        "Surat suara di TPS {tps} kurang {n} lembar dari jumlah yang tertulis.",
        "Segel kotak suara TPS {tps} rusak saat diturunkan, kotak dipisahkan dan dijaga.",
        "Bilik suara belum lengkap di TPS {tps}, kurang dua unit.",
    ),
    "keamanan": (
        "Adu mulut antarpendukung di dekat TPS {tps}, sudah dilerai, massa sekitar {n} orang.",
        "Saksi menyampaikan keberatan dengan suara keras di TPS {tps}, suasana memanas.",
        "Kerumunan di luar TPS {tps} menghalangi jalan masuk pemilih.",
    ),
    "bencana": (
        "Air masuk ke TPS {tps} setinggi {n} cm, kotak suara dipindahkan ke tempat lebih tinggi.",
        "Tenda TPS {tps} roboh tertiup angin, tidak ada korban, bilik basah.",
        "Pohon tumbang menutup jalan ke TPS {tps}.",
    ),
    "kesehatan": (
        "Seorang petugas TPS {tps} lemas dan dibawa ke puskesmas, tugasnya digantikan.",
        "Pemilih lanjut usia pingsan saat antre di TPS {tps}, sudah ditangani petugas kesehatan.",
    ),
    "pelanggaran": (
        "Alat peraga masih terpasang {n} meter dari TPS {tps} pada masa yang dilarang.",
        "Warga menyampaikan dugaan pembagian bahan pokok di sekitar TPS {tps}; belum diperiksa.",
    ),
    "netralitas": (
        "Warga menanyakan unggahan seorang aparatur yang dianggap tidak netral; belum diperiksa.",
    ),
    "informasi": (
        "Beredar pesan berantai tentang perubahan jam pemungutan; isinya tidak sesuai pengumuman resmi.",
        "Unggahan foto lama disebut kejadian di TPS {tps}; warga bertanya kebenarannya.",
    ),
    "hasil": ("Jumlah pada papan di TPS {tps} berbeda dari yang dibacakan, petugas menghitung ulang.",),
}

TANYA = "Mohon disebutkan nomor TPS dan kira-kira jumlah orang yang terdampak."
JAWAB = "Sudah dicek ke lokasi: TPS {tps}, sekitar {n} orang."
VERIFIKASI = ("Sudah dihubungi petugas di lokasi, benar terjadi.", "Dicek oleh petugas piket di tempat.", "")
TANGANI = ("Petugas piket menuju lokasi.", "Koordinasi dengan lurah dan panitia setempat.", "")
HASIL = (
    "Keadaan sudah pulih, pelayanan berjalan lagi.",
    "Sudah dibereskan bersama panitia setempat, warga diberi penjelasan.",
    "Barang sudah diganti dan dicatat dalam berita acara.",
)
TOLAK = {
    "bukan_wewenang": "Sudah diarahkan ke instansi yang berwenang.",
    "tidak_benar": "Dicek ke lokasi, tidak ditemukan kejadian seperti yang dilaporkan.",
    "kurang_jelas": "Keterangan tidak cukup dan pelapor tidak dapat dihubungi.",
    "di_luar_wilayah": "Tempat kejadian berada di luar wilayah posko ini.",
}
BUKA_LAGI = "Ada kejadian lanjutan di tempat yang sama."
RAHASIA = "Menyangkut keselamatan orang yang memberi keterangan."

# Beyond the post
TERUSKAN = "Mohon dicek ke lokasi dan dikabarkan keadaannya lewat laporan ini."
JAWAB_INSTANSI = {
    "receive": "Diterima, petugas disiapkan.",
    "progress": "Petugas sudah di lokasi, sedang dikerjakan bersama pengurus RW.",
    "finish": "Sudah selesai dikerjakan. Keadaan di lokasi kembali seperti biasa.",
    "send_back": "Lokasi ini bukan wilayah kerja kami. Mohon diteruskan ke unit yang membawahi.",
}
LIMPAH = "Perlu keputusan yang lebih tinggi karena melibatkan beberapa kelurahan."
DUKUNGAN = "Perahu karet dan petugas untuk memindahkan perlengkapan TPS sebelum sore."
DUKUNGAN_JAWAB = "Satu perahu dan empat petugas berangkat sekarang, sisanya menyusul besok pagi."
GABUNG = "Kejadian yang sama di tempat yang sama."

# Foresight
CEGAH = "Karung pasir dan pompa disiapkan, jalur pindah TPS disepakati dengan pengurus RW, petugas ditunjuk."
SARAN = (
    "Jalur pengawalan kotak suara sebaiknya dicoba pada jam sibuk sebelum hari pemungutan.",
    "Daftar nomor telepon petugas TPS perlu diperiksa ulang sehari sebelum pemungutan.",
    "Papan data di ruang posko sebaiknya diperbarui setiap pergantian giliran.",
    "Tenda cadangan disimpan di balai RW 03 supaya lebih dekat ke TPS yang rawan tergenang.",
    "Rapat evaluasi sebaiknya dimajukan satu jam agar petugas malam dapat ikut.",
)
SARAN_JAWAB = "Disepakati dalam rapat posko dan ditugaskan kepada sekretariat."
# Variables as Bawaslu names them (posko/data/rawan_variabel.csv); the sentences are for the drill only.
RAWAN = (
    ("lokasi", "Latihan: TPS di tempat yang pernah tergenang"),
    ("listrik_internet", "Latihan: listrik pernah padam saat hujan"),
    ("keamanan", "Latihan: pernah ada keributan di sekitar TPS"),
    ("logistik", "Latihan: jalan masuk sempit untuk pengiriman"),
    ("hak_pilih", "Latihan: banyak pemilih pindahan"),
)

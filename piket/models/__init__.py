"""Who is on duty when. One module a domain object."""

from piket.models.berhalangan import Berhalangan, TukarPiket
from piket.models.buku import CatatanPiket, FotoCatatan, SerahTerima
from piket.models.kehadiran import KodeTerpakai, Tamu, TautanHadir
from piket.models.langganan import LanggananKalender
from piket.models.pembuatan import Pembuatan, Penerbitan
from piket.models.penugasan import Penugasan, clash_message
from piket.models.piket import Kebutuhan, Piket, shift_range
from piket.models.pola import AturanPiket, GiliranPola, HariLibur, KebutuhanPola, PolaPiket

__all__ = [
    "AturanPiket",
    "Berhalangan",
    "CatatanPiket",
    "FotoCatatan",
    "GiliranPola",
    "HariLibur",
    "Kebutuhan",
    "KebutuhanPola",
    "KodeTerpakai",
    "LanggananKalender",
    "Pembuatan",
    "Penerbitan",
    "Penugasan",
    "Piket",
    "PolaPiket",
    "SerahTerima",
    "Tamu",
    "TautanHadir",
    "TukarPiket",
    "clash_message",
    "shift_range",
]

"""Boundaries from GeoJSON: checked, then stored per area. Posko ships none; whoever imports names the source.

Checked are form, size, place and known codes, not topology: lines that cross themselves are drawn as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from posko.impor import BUJUR, LINTANG, Galat, Hasil, ImporDitolak, read_text
from posko.models import Batas, Wilayah

MAX_BYTES = 50 * 1024 * 1024
MAX_POINTS = 500_000  # in the file
MAX_POINTS_EACH = 20_000  # in one area: more is not seen on a screen and slows the map
WGS84 = ("CRS84", "EPSG::4326", "EPSG:4326")


def import_boundaries(path: Path, sumber: str = "") -> Hasil:
    """Load the boundaries of a file, all or none. An area already there is replaced."""
    features = _features(read_text(path, MAX_BYTES))
    batas, galat, points = {}, [], 0
    known = set(Wilayah.objects.filter(kode__in=_codes(features)).values_list("kode", flat=True))
    for number, feature in enumerate(features, start=1):
        try:
            kode, geometry, count = _check(feature, known)
            points += count
            if kode in batas:
                raise ValueError(f"wilayah {kode} sudah ada di berkas ini")
            batas[kode] = geometry
        except ValueError as error:
            galat.append(Galat(0, f"fitur {number}: {error}"))
    if points > MAX_POINTS:
        galat.append(
            Galat(0, f"Berkas berisi {points} titik, lebih dari {MAX_POINTS}; sederhanakan garisnya.")
        )
    if galat:
        raise ImporDitolak(galat)
    return _save(batas, sumber)


def _features(text: str) -> list[Any]:
    def refuse(name: str) -> Any:
        raise ValueError(f"{name} bukan angka JSON")

    try:
        document = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise ImporDitolak([Galat(0, f"Berkas bukan JSON yang sah ({error}).")]) from error
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise ImporDitolak([Galat(0, "Berkas bukan GeoJSON FeatureCollection.")])
    crs = document.get("crs")
    if crs is not None and not any(name in json.dumps(crs) for name in WGS84):
        raise ImporDitolak([Galat(0, "Sistem koordinat bukan WGS84; ubah dahulu ke EPSG:4326.")])
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise ImporDitolak([Galat(0, "Berkas tidak berisi satu fitur pun.")])
    return features


def _properties(feature: Any) -> dict[str, Any]:
    found = feature.get("properties") if isinstance(feature, dict) else None
    return found if isinstance(found, dict) else {}


def _codes(features: list[Any]) -> set[str]:
    found = (_properties(feature).get("kode") for feature in features)
    return {kode for kode in found if isinstance(kode, str) and len(kode) <= 13 and kode.isprintable()}


def _check(feature: Any, known: set[str]) -> tuple[str, dict[str, Any], int]:
    """Code, geometry and number of points of one feature; ValueError says what is wrong."""
    kode = _properties(feature).get("kode")
    if not isinstance(kode, str) or kode not in known:
        raise ValueError(f"properties.kode {str(kode)[:20]!r} bukan wilayah yang dikenal")
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise ValueError(f"{kode}: geometri harus Polygon atau MultiPolygon")
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    cleaned = [[_ring(kode, ring) for ring in _list(kode, polygon)] for polygon in _list(kode, polygons)]
    count = sum(len(ring) for polygon in cleaned for ring in polygon)
    if count > MAX_POINTS_EACH:
        raise ValueError(f"{kode}: {count} titik, lebih dari {MAX_POINTS_EACH}; sederhanakan garisnya")
    return kode, {"type": kind, "coordinates": cleaned[0] if kind == "Polygon" else cleaned}, count


def _list(kode: str, value: Any) -> Iterator[Any]:
    if not isinstance(value, list) or not value:
        raise ValueError(f"{kode}: koordinat kosong atau bukan daftar")
    return iter(value)


def _ring(kode: str, ring: Any) -> list[list[float]]:
    points = [_point(kode, point) for point in _list(kode, ring)]
    if len(points) < 4 or points[0] != points[-1]:
        raise ValueError(f"{kode}: garis batas harus tertutup dan minimal empat titik")
    return points


def _point(kode: str, point: Any) -> list[float]:
    if not isinstance(point, list) or len(point) < 2:
        raise ValueError(f"{kode}: titik harus [bujur, lintang]")
    bujur, lintang = point[:2]  # a height, if any, is dropped
    for value in (bujur, lintang):
        # JSON knows integers of any length, which no float holds; 1e400 is read as infinite.
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 180:
            raise ValueError(f"{kode}: koordinat bukan angka antara -180 dan 180")
    if not (BUJUR[0] <= bujur <= BUJUR[1] and LINTANG[0] <= lintang <= LINTANG[1]):
        raise ValueError(
            f"{kode}: titik {bujur}, {lintang} di luar Indonesia (urutan: bujur, lintang; WGS84)"
        )
    return [bujur, lintang]


@transaction.atomic
def _save(batas: dict[str, dict[str, Any]], sumber: str) -> Hasil:
    replaced = Batas.objects.filter(wilayah_id__in=batas).count()
    Batas.objects.bulk_create(
        [Batas(wilayah_id=kode, geojson=geometry, sumber=sumber) for kode, geometry in sorted(batas.items())],
        batch_size=200,
        update_conflicts=True,
        unique_fields=["wilayah"],
        update_fields=["geojson", "sumber", "diimpor_pada"],
    )
    return Hasil(len(batas) - replaced, replaced, 0)

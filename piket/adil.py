"""Sharing one agency's places among its members: by turn of who is furthest behind, then a short local search.

Used by `piket.roster` alone. A person's distance from the own share is squared, so that equal shares cost least;
weights order the wishes: duties, then weekends and holidays, then nights, then even spacing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from piket.roster import Agenda, Giliran

TUGAS, LIBUR, MALAM = 100.0, 60.0, 30.0
DAY = 86_400
ROUNDS, SWAPS = 6, 3
SHAKING = 1200  # places times shakes, at most: what cannot be made even must not cost minutes
EPS = 1e-9


class Pembagian:
    """The places of one seat and who takes them. People are counted by index, in an order drawn by lot."""

    def __init__(self, diary: Agenda, kursi: int, rng: Random) -> None:
        self.diary, self.kursi, self.rng = diary, kursi, rng
        self.people = sorted(diary.crew[kursi])
        rng.shuffle(self.people)
        standing = [t for t in diary.masalah.tetap if t.kursi == kursi]
        there: dict[int, int] = {}
        for duty in standing:
            there[duty.giliran.id] = there.get(duty.giliran.id, 0) + 1
        self.places: list[Giliran] = []
        for g in sorted(diary.masalah.giliran, key=lambda g: (g.mulai, g.id)):
            need = diary.masalah.butuh.get((g.id, kursi), 0) - there.get(g.id, 0)
            self.places += [g] * max(need, 0)
        # (weight, whether a shift counts, each person's distance from the own share)
        count = len(self.people)
        self.free = {g.id: [i for i in range(count) if self._serves(i, g)] for g in self.places}
        self.far = [[0.0] * count for _ in range(3)]
        for g in self.places:
            self._owe(g, self.free[g.id])
        index = {orang: i for i, orang in enumerate(self.people)}
        for duty in standing:
            if duty.orang in index:
                self._owe(duty.giliran, [i for i in range(count) if self._serves(i, duty.giliran)])
                self._count(index[duty.orang], duty.giliran, 1.0)
        self.holder: list[int | None] = [None] * len(self.places)

    def _serves(self, i: int, g: Giliran) -> bool:
        return self.diary.serves(self.people[i], self.kursi, g)

    def _owe(self, g: Giliran, people: list[int]) -> None:
        """A place falls to who could take it in equal parts."""
        for i in people:
            self._count(i, g, -1.0 / len(people))

    def _count(self, i: int, g: Giliran, much: float) -> None:
        self.far[0][i] += much
        if g.libur:
            self.far[1][i] += much
        if g.malam:
            self.far[2][i] += much

    # --- what a placement costs -----------------------------------------------------------------------

    def _price(self, i: int, g: Giliran) -> float:
        """What it costs to give this place to this person, who does not have it now."""
        price = TUGAS * (2 * self.far[0][i] + 1)
        if g.libur:
            price += LIBUR * (2 * self.far[1][i] + 1)
        if g.malam:
            price += MALAM * (2 * self.far[2][i] + 1)
        return price + self._crowding(i, g)

    def _crowding(self, i: int, g: Giliran) -> float:
        """How much closer the person's duties come together: the sum of 1 / days between is least when even."""
        starts, begin = self.diary.start[self.people[i]], g.awal
        at = bisect_left(starts, begin)
        before = DAY / max(begin - starts[at - 1], DAY / 4) if at else 0.0
        after = DAY / max(starts[at] - begin, DAY / 4) if at < len(starts) else 0.0
        both = DAY / max(starts[at] - starts[at - 1], DAY / 4) if 0 < at < len(starts) else 0.0
        return before + after - both

    def _fits(self, i: int, g: Giliran) -> bool:
        return i in self.free[g.id] and self.diary.clash(self.people[i], g) is None

    def _put(self, place: int, i: int) -> None:
        g = self.places[place]
        self.holder[place] = i
        self.diary.add(self.people[i], g)
        self._count(i, g, 1.0)

    def _take(self, place: int) -> int | None:
        i, g = self.holder[place], self.places[place]
        if i is not None:
            self.holder[place] = None
            self.diary.remove(self.people[i], g)
            self._count(i, g, -1.0)
        return i

    def _best(self, g: Giliran) -> int | None:
        fit = [i for i in self.free[g.id] if self.diary.clash(self.people[i], g) is None]
        return min(fit, key=lambda i: self._price(i, g), default=None)

    # --- the search -----------------------------------------------------------------------------------

    def fill(self) -> None:
        """Greedy in order of time, then places nobody took by moving somebody, then the search."""
        for place, g in enumerate(self.places):
            best = self._best(g)
            if best is not None:
                self._put(place, best)
        self._make_room()
        self._descend()
        kept, cost = list(self.holder), self._cost()
        for _ in range(max(2, min(12, SHAKING // max(len(self.places), 1)))):
            if len(self.places) < 2 or self.is_even():
                break
            self._shake()
            self._make_room()
            self._descend()
            if self._cost() < cost - EPS:
                kept, cost = list(self.holder), self._cost()
            else:
                self._restore(kept)
        self._make_room()

    def is_even(self) -> bool:
        """Whether nobody is more than one duty, weekend or night from anybody else, as far as shares allow."""
        return all(max(far) - min(far) <= 1 + EPS for far in self.far if far)

    def _cost(self) -> float:
        unfilled = sum(i is None for i in self.holder)
        squares = [sum(x * x for x in far) for far in self.far]
        crowding = sum(
            DAY / max(b - a, DAY / 4)
            for orang in self.people
            for a, b in zip(self.diary.start[orang], self.diary.start[orang][1:], strict=False)
        )
        return 1e6 * unfilled + TUGAS * squares[0] + LIBUR * squares[1] + MALAM * squares[2] + crowding

    def _descend(self) -> None:
        for _ in range(ROUNDS):
            if not (self._move_all() | self._swap_classes() | self._swap_some()):
                break

    def _move_all(self) -> bool:
        """Give each place to whom it costs least."""
        moved = False
        for place, g in enumerate(self.places):
            now = self._take(place)
            if now is None:
                continue
            best = self._best(g)
            better = best is not None and self._price(best, g) < self._price(now, g) - EPS
            self._put(place, best if better and best is not None else now)
            moved |= better
        return moved

    def _swap_classes(self) -> bool:
        """Exchange weekends and nights for other duties where the shares of two people ask for it."""
        if self.is_even():
            return False
        swapped = False
        for a in range(len(self.places)):
            for b in range(a + 1, len(self.places)):
                i, j, g, h = self.holder[a], self.holder[b], self.places[a], self.places[b]
                if i is None or j is None or i == j or (g.libur == h.libur and g.malam == h.malam):
                    continue
                gain = (h.libur - g.libur) * LIBUR * (self.far[1][i] - self.far[1][j])
                gain += (h.malam - g.malam) * MALAM * (self.far[2][i] - self.far[2][j])
                gain += LIBUR * (g.libur != h.libur) + MALAM * (g.malam != h.malam)
                if gain < -EPS:
                    swapped |= self._swap(a, b)
        return swapped

    def _swap_some(self) -> bool:
        """Exchanges drawn by lot, for even spacing."""
        swapped, count = False, len(self.places)
        for _ in range(SWAPS * count if len(self.people) > 1 else 0):
            swapped |= self._swap(self.rng.randrange(count), self.rng.randrange(count))
        return swapped

    def _swap(self, a: int, b: int, *, always: bool = False) -> bool:
        """Exchange two places when that is allowed and costs less. always: also when it costs more."""
        i, j, g, h = self.holder[a], self.holder[b], self.places[a], self.places[b]
        if i is None or j is None or i == j or i not in self.free[h.id] or j not in self.free[g.id]:
            return False
        self._take(a)
        self._take(b)
        good = self._fits(i, h) and self._fits(j, g)
        if good and not always:
            good = self._pair(i, h, j, g) < self._pair(i, g, j, h) - EPS
        self._put(a, j if good else i)
        self._put(b, i if good else j)
        return good

    def _pair(self, i: int, g: Giliran, j: int, h: Giliran) -> float:
        return self._price(i, g) + self._price(j, h)

    def _shake(self) -> None:
        for _ in range(max(2, len(self.places) // 8)):
            a, b = self.rng.randrange(len(self.places)), self.rng.randrange(len(self.places))
            self._swap(a, b, always=True)

    def _restore(self, kept: list[int | None]) -> None:
        for place in range(len(self.places)):
            self._take(place)
        for place, i in enumerate(kept):
            if i is not None:
                self._put(place, i)

    def _make_room(self) -> None:
        """A place nobody can take: somebody does who passes another place on to a third."""
        for place, g in enumerate(self.places):
            if self.holder[place] is None:
                best = self._best(g)
                if best is not None:
                    self._put(place, best)
                else:
                    self._pass_on(place)

    def _pass_on(self, place: int) -> bool:
        g = self.places[place]
        near = (self.diary.rest + (self.diary.masalah.aturan.hari_beruntun + 2) * DAY) if self.people else 0
        for other, h in enumerate(self.places):
            i = self.holder[other]
            if i is None or i not in self.free[g.id] or h.id == g.id:
                continue
            if abs(h.awal - g.awal) > near:
                continue
            self._take(other)
            if self._fits(i, g):
                self._put(place, i)
                third = self._best(h)
                if third is not None:
                    self._put(other, third)
                    return True
                self._take(place)
            self._put(other, i)
        return False

    # --- the outcome ----------------------------------------------------------------------------------

    def placed(self) -> Iterator[tuple[Giliran, int]]:
        for g, i in zip(self.places, self.holder, strict=True):
            if i is not None:
                yield g, self.people[i]

    def unfilled(self) -> list[Giliran]:
        return [g for g, i in zip(self.places, self.holder, strict=True) if i is None]

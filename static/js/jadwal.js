// The roster grid by keyboard: one tab stop, arrows, Home, End and Page keys move, Enter opens the cell. Without it every cell is a tab stop.
"use strict";
(() => {
  const d = document, grid = d.querySelector(".jadwal-kisi"), panel = d.getElementById("panel");
  if (!grid) return;
  const days = [...grid.querySelectorAll("thead th")].map((th) => th.dataset.hari || "");
  let here = null, opener = null;

  const take = (button) => {
    if (here && here.isConnected) here.tabIndex = -1;
    here = button;
    button.tabIndex = 0;
    const td = button.parentElement, row = td.parentElement;
    const words = button.textContent.replace("·", "kosong").replaceAll("*", " koordinator").replaceAll("°", " rancangan");
    const locked = td.classList.contains("kunci") ? ", terkunci" : "";
    button.setAttribute("aria-label", `${row.cells[0].textContent.trim()}, ${days[td.cellIndex]}: ${words}${locked}`);
  };
  const rest = (root) => root.querySelectorAll("td button").forEach((b) => { b.tabIndex = -1; });
  const start = () => {
    rest(grid);
    const first = grid.querySelector(".terpilih button") || grid.querySelector("td.kini button") || grid.querySelector("td button");
    if (first) take(first);
  };
  start();
  const chosen = grid.querySelector(".terpilih");
  if (chosen) chosen.scrollIntoView({ block: "nearest", inline: "nearest" });
  else { const today = grid.querySelector("thead .kini"); if (today) grid.scrollLeft = Math.max(0, today.offsetLeft - grid.clientWidth / 2); }

  // The next cell with a button in a direction; rows may have days without.
  const step = (button, dr, dc) => {
    const rows = [...grid.querySelectorAll("tbody tr")];
    let r = rows.indexOf(button.closest("tr")) + dr, c = button.parentElement.cellIndex + dc;
    while (r >= 0 && r < rows.length && c > 0 && c < days.length) {
      const found = rows[r].cells[c].querySelector("button");
      if (found) return found;
      r += dr; c += dc;
    }
    return null;
  };
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  // Ends of the row, and the agency before or after in the same column.
  const ends = (button) => button.closest("tr").querySelectorAll("td button");
  const agency = (button, by) => {
    const heads = [...grid.querySelectorAll("tr.instansi")], own = button.closest("tbody").querySelector("tr.instansi");
    const row = heads[heads.indexOf(own) + by];
    return row ? row.cells[button.parentElement.cellIndex].querySelector("button") || row.querySelector("td button") : null;
  };
  const leaps = {
    Home: (b) => ends(b)[0], End: (b) => ends(b)[ends(b).length - 1],
    PageUp: (b) => agency(b, b.closest("tr").className === "instansi" ? -1 : 0), PageDown: (b) => agency(b, 1),
  };
  grid.addEventListener("focusin", (e) => { if (e.target.matches("td button")) take(e.target); });
  grid.addEventListener("keydown", (e) => {
    if (!e.target.matches("td button") || e.altKey || e.metaKey) return;
    const next = moves[e.key] ? step(e.target, ...moves[e.key]) : leaps[e.key] ? leaps[e.key](e.target) : undefined;
    if (next === undefined) return;
    e.preventDefault();
    if (next) next.focus();
  });
  panel.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    const back = opener && grid.querySelector(`button[value="${opener}"]`);
    if (back) back.focus();
  });

  // htmx: mark the chosen cell, bring the panel into view and hand it the focus.
  grid.addEventListener("click", (e) => {
    const button = e.target.closest("td button");
    if (!button) return;
    opener = button.value;
    grid.querySelectorAll(".terpilih").forEach((td) => td.classList.remove("terpilih", "bentrok"));
    button.parentElement.classList.add("terpilih");
  });
  d.addEventListener("htmx:afterSwap", (e) => {
    if (e.detail.target !== panel) return;
    const cell = opener && grid.querySelector(`button[value="${opener}"]`);
    if (cell) cell.parentElement.classList.toggle("bentrok", !!panel.querySelector(".panel-galat"));
    panel.focus({ preventScroll: true });
    panel.scrollIntoView({ block: "nearest" });
  });
  d.addEventListener("htmx:oobAfterSwap", () => { rest(grid); const b = opener && grid.querySelector(`button[value="${opener}"]`); if (b) take(b); });
})();

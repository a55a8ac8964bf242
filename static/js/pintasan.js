// Keys for people who go through many reports: j, k, o, v, u, /, ?. Everything they do is also a link on the page.
// Each person switches them off or on in this browser (WCAG 2.1.4); they never act while something is being typed.
"use strict";
(() => {
  const d = document, place = d.querySelector("[data-pintasan]");
  if (!place) return;
  const store = `pintasan:${place.dataset.pintasan}`;
  const read = () => { try { return localStorage.getItem(store) !== "mati"; } catch { return true; } };
  const write = (on) => { try { if (on) localStorage.removeItem(store); else localStorage.setItem(store, "mati"); } catch { /* storage forbidden: until the page ends */ } };
  let on = read(), dialog = null;

  const links = () => [...d.querySelectorAll(".daftar-laporan > li .dl-r a")];
  const at = () => { const row = d.activeElement && d.activeElement.closest(".daftar-laporan > li"); return row ? links().indexOf(row.querySelector(".dl-r a")) : -1; };
  const follow = (selector) => { const a = d.querySelector(selector); if (a) location.assign(a.href); };
  const go = (step) => {
    const all = links();
    if (!all.length) { follow(step > 0 ? ".rinci-daftar [rel=next]" : ".rinci-daftar [rel=prev]"); return; }
    const here = at(), next = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step;
    if (next >= all.length) follow(".halaman [rel=next]");
    else if (next < 0) follow(".halaman [rel=prev]");
    else { all[next].focus(); all[next].closest("li").scrollIntoView({ block: "nearest" }); }
  };
  const act = (slug, name) => {
    const all = links(), n = at();
    if (n >= 0) { const to = new URL(all[n].href); location.assign(`${to.pathname}${slug}/`); return; }
    const button = d.querySelector(`[data-act="${name}"]`);
    if (button) button.focus();
  };
  const keys = {
    j: ["Laporan berikutnya", () => go(1)],
    k: ["Laporan sebelumnya", () => go(-1)],
    o: ["Buka laporan yang terpilih", () => { const n = at(); if (n >= 0) links()[n].click(); }],
    v: ["Verifikasi laporan yang terpilih", () => act("verifikasi", "verify")],
    t: ["Teruskan laporan yang terpilih", () => act("teruskan", "forward")],
    x: ["Centang laporan yang terpilih", () => { const n = at(), box = n >= 0 && links()[n].closest("li").querySelector("input[type=checkbox]"); if (box) box.click(); }],
    u: ["Kembali ke daftar", () => follow("[data-kembali]")],
    "/": ["Ke kotak cari", () => { const box = [...d.querySelectorAll("[data-cari]")].find((b) => b.checkVisibility()); if (box) { box.focus(); box.select(); } }],
    "?": ["Bantuan ini", () => help()],
  };

  function help() {
    if (!dialog) {
      dialog = d.createElement("dialog");
      dialog.className = "dialog";
      dialog.setAttribute("aria-labelledby", "pintasan-judul");
      const rows = Object.entries(keys).map(([key, [words]]) => `<dt><kbd>${key}</kbd></dt><dd>${words}</dd>`).join("");
      dialog.innerHTML = `<h2 id="pintasan-judul">Pintasan papan ketik</h2><dl class="pintasan-daftar">${rows}</dl><label class="centang"><input type="checkbox"><span>Pakai pintasan di peramban ini</span></label><div class="deret"><button type="button" class="tombol tombol-utama">Tutup</button></div>`;
      dialog.querySelector("input").addEventListener("change", (e) => { on = e.target.checked; write(on); });
      dialog.querySelector("button").addEventListener("click", () => dialog.close());
      d.body.append(dialog);
    }
    dialog.querySelector("input").checked = on;
    dialog.showModal();
  }

  const button = place.querySelector("button");
  if (button) { place.hidden = false; button.addEventListener("click", help); }
  d.addEventListener("keydown", (e) => {
    if (!on || e.ctrlKey || e.altKey || e.metaKey || e.isComposing || e.defaultPrevented) return;
    if (d.querySelector("dialog[open]") || e.target.closest("input, textarea, select, [contenteditable]")) return;
    const found = Object.hasOwn(keys, e.key) && keys[e.key];
    if (found) { e.preventDefault(); found[1](); }
  });
})();

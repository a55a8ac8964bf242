/* Map of reports. Leaflet is fetched only when the map comes into view; without tiles the imported boundaries, or just
   the marks, are drawn. A mark says its prioritas by shape and letter, a group by number and its most urgent letter.
   Text from reports enters as text, never as HTML. */
"use strict";
(() => {
  const d = document, box = d.getElementById("peta");
  if (!box) return;
  const data = box.dataset, words = box.querySelector("[data-kabar]");
  const RANK = ["kritis", "tinggi", "sedang", "rendah"], NAME = { kritis: "Kritis", tinggi: "Tinggi", sedang: "Sedang", rendah: "Rendah" };
  const STEPS = [1, 3, 6, 11]; // from so many open reports on, an area is one shade darker
  let L, map, group, rawan = null, borders = null;

  const say = (text) => { if (words) { words.textContent = text; words.hidden = !text; } };
  const style = (href) => { const link = d.createElement("link"); link.rel = "stylesheet"; link.href = href; d.head.append(link); };
  const load = (src) => new Promise((done, fail) => {
    const script = d.createElement("script");
    script.src = src;
    script.onload = done;
    script.onerror = fail;
    d.head.append(script);
  });
  const get = (url) => fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" }).then((r) => {
    if (!r.ok) throw new Error(r.status);
    return r.json();
  });
  const el = (name, kind, text) => {
    const made = d.createElement(name);
    if (kind) made.className = kind;
    if (text) made.textContent = text;
    return made;
  };

  // --- marks -----------------------------------------------------------------------------------------------------------
  const icon = (html, size) => L.divIcon({ html, className: "peta-ikon", iconSize: [size, size] });
  function sign(level) {
    const mark = el("span", `peta-tanda peta-${level}`);
    mark.append(el("b", "", NAME[level][0]));
    return icon(mark, 28);
  }
  function popup(row) {
    const body = el("div", "peta-popup"), link = el("a", "", row[5]);
    link.href = `/laporan/${encodeURIComponent(row[3])}/`;
    body.append(link, el("p", "", `${NAME[row[4]] || ""} · ${row[3]}`), el("p", "", row[6] + (row[2] ? "" : " (titik perkiraan wilayah)")));
    return body;
  }
  function cluster(of) {
    const rows = of.getAllChildMarkers().map((m) => m.options.tingkatan);
    const top = RANK[Math.min(...rows)] || "rendah";
    const mark = el("span", `peta-gugus peta-${top}`);
    mark.append(el("b", "", String(rows.length)), el("small", "", NAME[top][0]), el("span", "sr", ` laporan, tertinggi ${NAME[top]}`));
    return icon(mark, 44);
  }
  function points(rows) {
    group.clearLayers();
    rows.forEach((row) => {
      const name = `${NAME[row[4]]}: ${row[5]}, ${row[6]}`;
      L.marker([row[0], row[1]], { icon: sign(row[4]), title: name, alt: name, tingkatan: RANK.indexOf(row[4]), riseOnHover: true })
        .bindPopup(() => popup(row)).addTo(group);
    });
  }

  // --- areas -----------------------------------------------------------------------------------------------------------
  const within = (counts, kode) => Object.keys(counts).reduce((sum, k) => sum + (k === kode || k.startsWith(`${kode}.`) ? counts[k] : 0), 0);
  function shade(counts) {
    borders.eachLayer((layer) => {
      const { kode, nama } = layer.feature.properties, n = within(counts, kode);
      const shape = layer.getElement();
      if (shape) shape.setAttribute("class", `leaflet-interactive peta-batas peta-isi-${STEPS.filter((s) => n >= s).length}`);
      layer.bindTooltip(el("span", "", n ? `${nama}: ${n} laporan` : nama), { sticky: true });
    });
  }
  async function areas() {
    const fine = await get(`${data.batas}?tingkat=4`).catch(() => null);
    const found = fine && fine.features.length ? fine : await get(data.batas).catch(() => null);
    if (!found || !found.features.length) return;
    borders = L.geoJSON(found, { style: { className: "peta-batas", weight: 1 }, keyboard: false }).addTo(map);
    const legend = d.querySelector("[data-legenda-wilayah]");
    if (legend) legend.hidden = false;
  }

  // --- TPS rawan ---------------------------------------------------------------------------------------------------------
  function rawanMark([lat, lng, kode, nama, bawaslu, polri]) {
    const body = el("div", "peta-popup"), link = el("a", "", `TPS rawan di ${nama}`), mark = el("span", "peta-rawan");
    link.href = `/laporan/rawan/?wilayah=${encodeURIComponent(kode)}`;
    const both = [[bawaslu, "Bawaslu"], [polri, "Polri"]].filter(([n]) => n).map(([n, who]) => `${n} TPS menurut ${who}`).join(", ");
    body.append(link, el("p", "", both));
    mark.append(el("b", "", `R ${Math.max(bawaslu, polri)}`));
    return L.marker([lat, lng], { icon: icon(mark, 36), title: `TPS rawan di ${nama}: ${both}` }).bindPopup(() => body);
  }
  function toggleRawan(control) {
    control.closest("[hidden]")?.removeAttribute("hidden");
    control.addEventListener("change", async () => {
      try {
        rawan ||= L.layerGroup((await get(data.rawan)).kelurahan.map(rawanMark));
        if (control.checked) rawan.addTo(map); else rawan.remove();
        say(control.checked && !rawan.getLayers().length ? "Belum ada daftar TPS rawan." : "");
      } catch { say("Daftar TPS rawan tidak dapat dimuat."); control.checked = false; }
    });
  }

  // --- the map -------------------------------------------------------------------------------------------------------
  function fit(rows) {
    const all = [borders, rows.length ? group : null].filter(Boolean).map((layer) => layer.getBounds()).filter((b) => b.isValid());
    if (all.length) map.fitBounds(all.reduce((a, b) => a.extend(b)), { padding: [16, 16], maxZoom: 15 });
  }
  function fill(got) {
    points(got.titik);
    if (borders) shade(got.wilayah);
    say(!got.titik.length ? "Tidak ada laporan dengan titik." : got.lebih ? "Menampilkan 1.000 laporan terbaru." : "");
  }
  async function start() {
    try {
      const asked = get(data.titik);
      asked.catch(() => {});
      style(data.gaya);
      await load(data.pustaka);
      await load(data.gugus);
      L = window.L;
      map = L.map(box, { attributionControl: !!data.ubin, zoomAnimation: false, fadeAnimation: false, maxZoom: 18 });
      map.setView([-6.2, 106.83], 11);
      if (data.ubin) L.tileLayer(data.ubin, { attribution: data.sumber || "", maxZoom: 18 }).addTo(map);
      box.querySelectorAll(".leaflet-control-zoom a").forEach((a) => { a.title = a.ariaLabel = a.classList.contains("leaflet-control-zoom-in") ? "Perbesar" : "Perkecil"; });
      group = L.markerClusterGroup({ animate: false, showCoverageOnHover: false, maxClusterRadius: 48, iconCreateFunction: cluster }).addTo(map);
      await areas();
      const got = await asked;
      points(got.titik);
      fit(got.titik);
      fill(got);
      const control = d.querySelector("[data-lapis-rawan]");
      if (control && data.rawan) toggleRawan(control);
      // Beranda renews itself: so do its marks, where the reader left the map.
      d.addEventListener("posko:hidup", () => get(data.titik).then(fill, () => {}));
    } catch (error) {
      console.error(error);
      say("Peta tidak dapat dimuat. Gunakan daftar laporan.");
    }
  }

  if (!("IntersectionObserver" in window)) { start(); return; }
  const seen = new IntersectionObserver((entries) => {
    if (entries.some((e) => e.isIntersecting)) { seen.disconnect(); start(); }
  });
  seen.observe(box);
})();

// Lapor: draft on the phone, small photos, extra fields, and a report that arrives once also with a bad signal.
// Without it the page works as a plain form.
"use strict";
(() => {
  const d = document;
  const $ = (s, r = d) => r.querySelector(s);
  const $$ = (s, r = d) => [...r.querySelectorAll(s)];
  const say = (text) => { const u = d.getElementById("umum"); if (u) u.textContent = text; };
  const el = (tag, props = {}, ...kids) => { const e = Object.assign(d.createElement(tag), props); e.append(...kids); return e; };
  const MOST_BYTES = 300000, MOST_SIDE = 2048, DRAFT_DAYS = 3;
  let form = null, kinds = {}, photos = [], working = [], sending = null, pressed = 0, stale = false;

  // --- small things -------------------------------------------------------------------------------
  const chosen = (name) => ($(`[name="${name}"]:checked`, form) || {}).value || "";
  const newKey = () => {
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128;
    return [...b].map((n, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + n.toString(16).padStart(2, "0")).join("");
  };
  const icon = (name) => {
    const use = d.createElementNS("http://www.w3.org/2000/svg", "use"), svg = d.createElementNS("http://www.w3.org/2000/svg", "svg");
    use.setAttribute("href", ($("use") || { getAttribute: () => "" }).getAttribute("href").split("#")[0] + "#" + name);
    svg.setAttribute("class", "ikon"); svg.setAttribute("aria-hidden", "true"); svg.append(use);
    return svg;
  };
  function notice(kind, text, ...more) {
    const old = d.getElementById("lapor-kabar");
    if (old) old.remove();
    if (!text) return;
    const box = el("div", { id: "lapor-kabar", className: `kabar kabar-${kind}` }, icon(kind === "berhasil" ? "centang" : kind === "info" ? "info" : "perhatian"), el("div", {}, el("p", { textContent: text }), ...more));
    box.setAttribute("role", kind === "info" ? "status" : "alert");
    $(".lapor-kirim", form).before(box);
    if (kind !== "info") box.scrollIntoView({ block: "center" });
  }

  // --- draft: text only, from the first letter, one per person ---------------------------------------
  const draftKey = () => `posko:draf:${form.dataset.orang}`;
  const NOT_KEPT = new Set(["csrfmiddlewaretoken", "foto", "foto_simpan", "tertunda"]);
  const store = (act) => { try { return act(localStorage); } catch { return null; } };
  function saveDraft() {
    if (!form) return;
    const isi = [...new FormData(form)].filter(([k, v]) => !NOT_KEPT.has(k) && typeof v === "string");
    store((s) => s.setItem(draftKey(), JSON.stringify({ pada: Date.now(), isi })));
  }
  const eraseDraft = () => store((s) => s.removeItem(draftKey()));
  function restoreDraft() {
    const kept = store((s) => JSON.parse(s.getItem(draftKey()) || "null"));
    if (!kept || Date.now() - kept.pada > DRAFT_DAYS * 864e5) return;
    const values = new Map(kept.isi);
    if (!(values.get("uraian") || "").trim() && !values.get("kategori")) return;
    fill(values);
    const when = new Date(kept.pada).toLocaleString("id-ID", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
    const drop = el("button", { type: "button", className: "tombol tombol-kecil", textContent: "Buang draf" });
    const box = el("div", { className: "kabar kabar-info", id: "kabar-draf" }, icon("info"), el("div", { className: "deret" }, el("p", { textContent: `Draf ${when} dipulihkan (tanpa foto).` }), drop));
    drop.addEventListener("click", () => {
      eraseDraft(); form.reset(); form.elements.kunci.value = newKey(); box.remove(); refresh(); say("Draf dibuang."); form.elements.uraian.focus();
    });
    form.prepend(box);
  }
  function fill(values) {
    const put = () => values.forEach((value, name) => {
      for (const c of $$(`[name="${CSS.escape(name)}"]`, form)) {
        if (c.type === "radio" || c.type === "checkbox") c.checked = c.value === value; else c.value = value;
      }
    });
    for (const c of $$('[type="checkbox"]:not([name="foto_simpan"])', form)) c.checked = false;
    put(); refresh(); put();
  }

  // --- the category decides ----------------------------------------------------------------------------
  function tpsNumbers() {
    const found = new Set();
    const rest = form.elements.tps.value.replace(/(\d{1,3})\s*[-–]\s*(\d{1,3})/g, (_, a, b) => { for (let n = +a; n <= +b && found.size < 200; n++) found.add(n); return " "; });
    (rest.match(/\d{1,3}/g) || []).forEach((n) => found.add(+n));
    return [...found].filter((n) => n > 0 && n < 1000).sort((a, b) => a - b).map((n) => String(n).padStart(3, "0"));
  }
  function control(name, one, value) {
    const id = `id_${name}`, label = el("label", { htmlFor: id }, one.label || one.nama);
    if (!one.wajib) label.append(" ", el("span", { className: "opsional", textContent: "(boleh kosong)" }));
    const options = one.jenis === "ya_tidak" ? ["ya", "tidak"] : one.jenis === "pilihan" ? one.pilihan : null;
    const input = options
      ? el("select", { name, id }, el("option", { value: "", textContent: "–" }), ...options.map((o) => el("option", { value: o, textContent: o[0].toUpperCase() + o.slice(1) })))
      : el("input", { name, id, autocomplete: "off", inputMode: one.jenis === "angka" ? "decimal" : "text", maxLength: 300 });
    input.value = value || "";
    return el("div", { className: "isian" }, label, input);
  }
  function buildRows() {
    const box = d.getElementById("rincian-isi"), kind = kinds[chosen("kategori")] || {}, fields = kind.isian || [], tps = tpsNumbers();
    const shape = JSON.stringify([chosen("kategori"), tps]);
    if (box.dataset.bentuk === shape) return;
    const first = box.dataset.bentuk === undefined && box.children.length;
    box.dataset.bentuk = shape;
    if (first) return; // the server drew them, with its errors
    const kept = new Map($$("input, select", box).map((c) => [c.name, c.value]));
    const rows = [], each = fields.filter((f) => f.per_tps && tps.length), whole = fields.filter((f) => !each.includes(f));
    if (whole.length) rows.push(["Rincian laporan", whole.map((f) => control(`rincian-${f.nama}`, f, kept.get(`rincian-${f.nama}`)))]);
    if (each.length) tps.forEach((n) => rows.push([`TPS ${n}`, each.map((f) => control(`rincian-${n}-${f.nama}`, f, kept.get(`rincian-${n}-${f.nama}`)))]));
    box.replaceChildren(...rows.map(([legend, controls]) => el("fieldset", { className: "lapor-baris" }, el("legend", { textContent: legend, className: legend.startsWith("TPS") ? "" : "sr" }), ...controls)));
    d.getElementById("id_rincian").hidden = !rows.length;
  }
  function refresh() {
    const jenis = chosen("jenis"), picked = $('[name="kategori"]:checked', form), kind = kinds[chosen("kategori")] || {};
    if (picked && jenis && picked.closest("[data-jenis]").dataset.jenis !== jenis) { picked.checked = false; return refresh(); }
    if (picked && picked.closest("details")) picked.closest("details").open = true;
    if (kind.contoh) form.elements.uraian.placeholder = `Contoh: ${kind.contoh}`;
    $(".opsional", $('label[for="id_tps"]', form)).textContent = kind.tps ? "(sebutkan nomornya)" : "(boleh kosong, boleh beberapa)";
    buildRows();
  }

  // --- similar open reports ------------------------------------------------------------------------------
  let asked = "", asking = null, timer = 0;
  function askSimilar() {
    const kategori = chosen("kategori"), wilayah = chosen("wilayah") || (form.elements.wilayah || {}).value || "";
    if (!kategori || !wilayah || sending) return;
    const query = new URLSearchParams({ kategori, wilayah, tps: form.elements.tps.value, lintang: form.elements.lintang.value, bujur: form.elements.bujur.value }).toString();
    if (query === asked) return;
    asked = query;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      if (asking) asking.abort();
      asking = new AbortController();
      try {
        const answer = await fetch(`${form.dataset.serupa}?${query}`, { signal: asking.signal });
        if (answer.ok && !answer.redirected) d.getElementById("serupa").innerHTML = await answer.text();
      } catch { asked = ""; }
    }, 400);
  }

  // --- photos --------------------------------------------------------------------------------------------
  async function shrink(file) {
    if (file.size <= MOST_BYTES && file.type === "image/jpeg") return file;
    let picture = null;
    try {
      picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      let scale = Math.min(1, MOST_SIDE / Math.max(picture.width, picture.height)), quality = 0.76;
      for (let turn = 0; turn < 6; turn++) {
        const canvas = el("canvas", { width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)) });
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
        if (!small) break;
        if (small.size <= MOST_BYTES) return small.size < file.size ? small : file;
        scale *= Math.max(0.5, Math.min(0.92, Math.sqrt(MOST_BYTES / small.size)));
        quality = Math.max(0.55, quality - 0.07);
      }
    } catch { /* a format this browser cannot draw: the server gets the original and decides */ }
    finally { if (picture) picture.close(); }
    return file;
  }
  function showPhotos() {
    const list = d.getElementById("foto-pilihan");
    list.hidden = !photos.length;
    list.replaceChildren(...photos.map((p, i) => {
      const drop = el("button", { type: "button" }, icon("tutup"), el("span", { className: "sr", textContent: `Hapus foto ${i + 1}` }));
      drop.addEventListener("click", () => { URL.revokeObjectURL(p.url); photos.splice(photos.indexOf(p), 1); showPhotos(); say("Foto dihapus."); d.getElementById("id_foto").focus(); });
      return el("li", { className: "lapor-gambar" }, el("img", { src: p.url, alt: `Foto ${i + 1}: ${p.name}`, width: 160, height: 120 }), drop);
    }));
  }
  function addPhotos(files) {
    const room = Number(form.dataset.fotoMaks) - photos.length - working.length - $$('[name="foto_simpan"]:checked', form).length;
    if (files.length > room) notice("perhatian", `Paling banyak ${form.dataset.fotoMaks} foto. ${Math.max(room, 0)} foto ditambahkan.`);
    files.slice(0, Math.max(room, 0)).forEach((file) => {
      const job = shrink(file).then((blob) => {
        const name = blob === file ? file.name : file.name.replace(/\.\w+$/, "") + ".jpg";
        photos.push({ blob, name, url: URL.createObjectURL(blob) });
      }).finally(() => { working.splice(working.indexOf(job), 1); showPhotos(); say(`${photos.length} foto siap dikirim.`); });
      working.push(job);
    });
  }

  // --- sending ---------------------------------------------------------------------------------------------
  function complain(holder, text) {
    const old = $(".isian-galat[data-sini]", holder);
    if (old) old.remove();
    const p = el("p", { className: "isian-galat" }, icon("galat"), el("span", { textContent: text }));
    p.dataset.sini = "1"; p.setAttribute("role", "alert");
    holder.classList.add("isian-salah");
    holder.prepend(p);
    return holder;
  }
  function complete() {
    $$(".isian-galat[data-sini]", form).forEach((p) => { p.parentElement.classList.remove("isian-salah"); p.remove(); });
    const wrong = [];
    if (!chosen("kategori")) wrong.push([complain(d.getElementById("id_kategori"), "Pilih apa yang dilaporkan."), d.getElementById("id_kategori")]);
    const place = d.getElementById("id_wilayah");
    if (place.value === "") wrong.push([complain(place.closest(".isian"), "Pilih atau tulis kelurahannya."), place]);
    const text = form.elements.uraian;
    if (!text.value.trim()) wrong.push([complain(text.closest(".isian"), "Ceritakan singkat apa yang terjadi."), text]);
    if (wrong.length) { wrong[0][1].focus(); wrong[0][0].scrollIntoView({ block: "center" }); }
    return !wrong.length;
  }
  function busy(words, share) {
    const box = d.getElementById("kiriman");
    box.hidden = !words;
    $$("button.tombol-utama", form).forEach((b) => { if (words) b.setAttribute("aria-busy", "true"); else b.removeAttribute("aria-busy"); });
    if (!words) return;
    const line = d.getElementById("kiriman-kata");
    if (line.textContent !== words) { line.textContent = words; say(words); }
    if (share !== undefined) $("progress", box).value = share;
  }
  function post(data) {
    return new Promise((done) => {
      const xhr = new XMLHttpRequest();
      xhr.open("POST", form.action);
      xhr.timeout = 180000;
      xhr.upload.onprogress = (e) => { if (e.lengthComputable) busy(e.loaded < e.total ? "Mengirim…" : "Menunggu tanda terima…", Math.round(e.loaded / e.total * 100)); };
      xhr.onload = () => done(xhr);
      xhr.onerror = xhr.ontimeout = xhr.onabort = () => done(null);
      xhr.send(data);
    });
  }
  const wait = (ms) => new Promise((done) => {
    const t = setTimeout(end, ms);
    function end() { clearTimeout(t); removeEventListener("online", end); done(); }
    addEventListener("online", end);
  });
  async function send() {
    if (sending || !complete()) return;
    sending = true; pressed = pressed || Date.now(); notice("info", "");
    busy("Menyiapkan…", 0);
    await Promise.allSettled([...working]);
    saveDraft();
    for (let turn = 0; ; turn++) {
      if (stale && !(await freshToken())) break;
      form.elements.tertunda.value = Math.min(43200, Math.round((Date.now() - pressed) / 1000));
      const data = new FormData(form);
      data.delete("foto");
      photos.forEach((p) => data.append("foto", p.blob, p.name));
      busy("Mengirim…", 0);
      const answer = await post(data);
      if (answer && answer.status < 500 && answer.status !== 429 && answer.status !== 408) { sending = null; settle(answer); break; }
      busy("Menunggu sinyal… akan dikirim ulang", 0);
      await wait(Math.min(30000, 2000 * 2 ** Math.min(turn, 4)));
    }
    sending = null;
    if (form) busy("");
  }
  function settle(answer) {
    const url = answer.responseURL || "";
    if (answer.status === 200 && url.includes("/tanda-terima/")) {
      eraseDraft(); forgetPhotos(); pressed = 0; form = null; swap(answer.responseText, url);
      return;
    }
    pressed = 0;
    const page = new DOMParser().parseFromString(answer.responseText, "text/html");
    if (page.getElementById("lapor")) { forgetPhotos(); swap(answer.responseText, location.href); return; } // the server kept the good photos
    busy("");
    if (answer.status === 403 || url.includes("/akun/")) return ended();
    const words = ($("#isi p", page) || {}).textContent;
    notice("galat", answer.status === 413 ? "Kiriman terlalu besar. Hapus sebagian foto, lalu kirim sekali lagi." : `Belum terkirim: ${words || `jawaban ${answer.status}`} Isi dan foto tetap di sini.`);
  }
  function ended() {
    stale = true;
    const link = el("a", { href: `/akun/login/?next=${encodeURIComponent(location.pathname)}`, target: "_blank", rel: "noopener", textContent: "Masuk lagi di tab baru" });
    notice("perhatian", "Sesi Anda berakhir. Isi dan foto tetap di sini.", el("p", {}, link, ", lalu tekan Kirim laporan sekali lagi."));
  }
  async function freshToken() {
    // After a new login the form needs that session's token, and the same person.
    try {
      const answer = await fetch(form.getAttribute("action"));
      const other = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("lapor");
      if (other && other.dataset.orang === form.dataset.orang) {
        form.elements.csrfmiddlewaretoken.value = other.elements.csrfmiddlewaretoken.value;
        stale = false;
        return true;
      }
      sending = null; ended();
      return false;
    } catch { return true; }
  }
  function forgetPhotos() { photos.forEach((p) => URL.revokeObjectURL(p.url)); photos = []; }
  function swap(html, url) {
    const page = new DOMParser().parseFromString(html, "text/html"), main = page.getElementById("isi");
    d.getElementById("isi").replaceWith(d.adoptNode(main));
    d.title = page.title;
    history.replaceState(null, "", url);
    scrollTo(0, 0);
    begin(true);
    const first = d.getElementById("ringkas-galat") || $("#isi [role=alert]") || d.getElementById("isi");
    first.setAttribute("tabindex", "-1");
    first.focus();
    if (!form) say(`${$(".resi-kepala p").textContent}, nomor ${$(".resi [class~=nomor]").textContent}`);
  }

  // --- begin ---------------------------------------------------------------------------------------------------
  function begin(answered) {
    form = d.getElementById("lapor");
    if (!form) return;
    kinds = JSON.parse(d.getElementById("isian-kategori").textContent);
    asked = "";
    const wrong = answered || d.getElementById("ringkas-galat") || $("#isi [role=alert]");
    if (wrong) saveDraft(); else restoreDraft();
    refresh(); askSimilar();
    form.addEventListener("input", (e) => { if (e.target.name !== "foto") saveDraft(); if (e.target.name === "tps") { refresh(); askSimilar(); } });
    form.addEventListener("change", (e) => {
      const { name, value } = e.target;
      if (name === "foto") { addPhotos([...e.target.files]); e.target.value = ""; return; }
      if (name === "baru_saja" && value === "0" && !form.elements.waktu_kejadian.value) {
        const now = new Date();
        form.elements.waktu_kejadian.value = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
      }
      refresh(); saveDraft(); askSimilar();
    });
    form.addEventListener("submit", (e) => { e.preventDefault(); send(); });
    const position = $("[data-posisi]", form);
    if (!navigator.geolocation || !isSecureContext) return;
    position.hidden = false;
    $("button", position).addEventListener("click", () => {
      const words = $("[role=status]", position);
      words.textContent = "Mencari posisi…";
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        form.elements.lintang.value = coords.latitude.toFixed(6); form.elements.bujur.value = coords.longitude.toFixed(6);
        words.textContent = `Posisi ditambahkan (ketelitian ${Math.round(coords.accuracy)} m).`;
        saveDraft(); askSimilar();
      }, () => { words.textContent = "Posisi tidak didapat. Tulis patokannya saja."; }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
    });
  }
  addEventListener("beforeunload", (e) => { if (sending) e.preventDefault(); });
  begin(false);
})();

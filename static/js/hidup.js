// Pages that stay current by themselves: a fragment marked data-hidup asks its own address every few seconds, by htmx, and
// what changed in it is changed here, around whatever the reader is doing. Hidden tabs rest, and so does whoever asks to.
"use strict";
(() => {
  const d = document, EVERY = 12000, KEY = "posko:jeda";
  const self = d.currentScript, part = d.getElementById("hidup"), live = part && window.htmx && window.Idiomorph;
  const tools = d.querySelector("[data-hidup-alat]");
  const news = tools && tools.querySelector("[data-hidup-kabar]"), show = tools && tools.querySelector("[data-tampilkan]");
  const pause = tools && tools.querySelector("[data-jeda]");
  const say = (text) => { const u = d.getElementById("umum"); if (u) { u.textContent = ""; setTimeout(() => { u.textContent = text; }, 50); } };
  const clock = () => new Date().toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit", timeZone: (tools && tools.dataset.zona) || "Asia/Jakarta" }).replace(":", ".");
  const stored = () => { try { return localStorage.getItem(KEY) === "1"; } catch { return false; } };
  let paused = stored(), over = false, timer = 0, failed = 0, waiting = "", used = 0, asking = false, later = 0;

  // --- the badge ---------------------------------------------------------------------------------------------------
  const count = (text) => {
    if (text === null || !/^\d+$/.test(text)) return;
    const n = Number(text);
    d.querySelectorAll("[data-menunggu]").forEach((e) => {
      if (e === self) return;
      e.hidden = n === 0;
      const words = d.createElement("span");
      words.className = "sr";
      words.textContent = " menunggu Anda";
      e.replaceChildren(n > 99 ? "99+" : String(n), words);
    });
  };
  const ask = () => fetch(self.dataset.menunggu, { headers: { "X-Hidup": "1", "HX-Request": "true" }, cache: "no-store" })
    .then((r) => { if (r.status === 401) over = true; else count(r.headers.get("X-Menunggu")); });

  // --- when -----------------------------------------------------------------------------------------------------------
  // On a shared computer whose time is up the page is about to leave: there is nothing left to ask for.
  const ended = () => {
    if (!d.querySelector("[data-sesi-sisa]")) return false;
    try { return Date.now() >= Number(localStorage.getItem("posko:sesi-sampai")); } catch { return false; }
  };
  const rest = () => paused || over || d.hidden || ended();
  function next(wait) {
    clearTimeout(timer);
    if (!rest()) timer = setTimeout(beat, wait);
  }
  function beat() {
    if (rest() || asking) return;
    if (live) { asking = true; window.htmx.trigger(part, "hidup"); return; }
    ask().then(() => { failed = 0; }, () => { failed += 1; }).then(() => next(delay()));
  }
  const delay = () => EVERY * Math.min(8, 2 ** failed);
  function tell() {
    if (!tools) return;
    pause.textContent = paused ? "Lanjutkan pembaruan" : "Jeda pembaruan";
    news.textContent = over ? "Sesi berakhir. Muat ulang halaman untuk masuk lagi."
      : paused ? "Pembaruan dijeda" : failed ? "Pembaruan terputus, mencoba lagi" : `Diperbarui pukul ${clock()}`;
  }

  // --- what is in use is left alone ------------------------------------------------------------------------------
  const typing = (e) => e.matches("textarea, select, input:not([type=hidden])") && (e === d.activeElement || e.checked || e.type === "text");
  const options = {
    morphStyle: "outerHTML", ignoreActiveValue: true,
    callbacks: {
      beforeNodeMorphed: (old) => !(old.nodeType === 1 && (old.matches("[data-hidup-lewati]") || typing(old))),
      beforeNodeRemoved: (old) => !(old.nodeType === 1 && old.matches("[data-hidup-lewati]")),
      beforeAttributeUpdated: (name, e) => !(name === "open" && e.matches("details")),
    },
  };
  function inUse(fresh) {
    const chosen = getSelection();
    if (chosen && !chosen.isCollapsed && (part.contains(chosen.anchorNode) || part.contains(chosen.focusNode))) return true;
    const held = [...part.querySelectorAll("input:checked")].filter((e) => e.type === "checkbox");
    if (part.contains(d.activeElement) && d.activeElement !== part) held.push(d.activeElement);
    return held.some((e) => { const row = e.closest("li[id], tr[id]"); return row && !fresh.querySelector(`#${CSS.escape(row.id)}`); });
  }
  // Rows that come in above must not push away the row in focus, nor the first one in sight of who scrolled to it.
  function anchor() {
    const focused = part.contains(d.activeElement) && d.activeElement.closest("li[id], tr[id]");
    if (focused || scrollY === 0) return focused;
    return [...part.querySelectorAll("li[id], tr[id], section")].find((e) => e.getBoundingClientRect().top >= 64);
  }
  function put(text) {
    waiting = "";
    if (show) show.hidden = true;
    const kept = anchor(), top = kept && kept.getBoundingClientRect().top;
    window.Idiomorph.morph(part, text, options);
    if (kept && kept.isConnected) scrollBy({ top: kept.getBoundingClientRect().top - top, behavior: "instant" });
    d.dispatchEvent(new CustomEvent("posko:hidup"));
    say(part.dataset.kata);
  }
  function take(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    clearTimeout(later);
    if (!fresh.querySelector("[data-hidup]")) { over = true; tell(); return; }
    // A finger on its way to a row must find that row: wait until it has been still for a moment.
    if (show && !inUse(fresh) && Date.now() - used < 1500) { later = setTimeout(() => take(text), 700); return; }
    if (!show || !inUse(fresh)) { put(text); return; }
    const first = !waiting;
    waiting = text;
    part.dataset.tag = fresh.querySelector("[data-hidup]").dataset.tag;
    show.hidden = false;
    if (first) say("Ada pembaruan. Tekan tombol Ada pembaruan, tampilkan.");
  }

  if (live) {
    part.addEventListener("htmx:configRequest", (e) => {
      e.detail.headers["X-Hidup"] = "1";
      e.detail.headers["If-None-Match"] = `"${part.dataset.tag}"`;
    });
    part.addEventListener("htmx:beforeSwap", (e) => {
      e.detail.shouldSwap = false;
      if (e.detail.xhr.status === 200) take(e.detail.xhr.responseText);
    });
    part.addEventListener("htmx:afterRequest", (e) => {
      const { status } = e.detail.xhr;
      asking = false;
      failed = status === 200 || status === 304 ? 0 : failed + 1;
      over = status === 401 || status === 404;
      count(e.detail.xhr.getResponseHeader("X-Menunggu"));
      tell();
      next(delay());
    });
    ["pointerdown", "pointermove", "wheel", "touchmove"].forEach((kind) =>
      part.addEventListener(kind, () => { used = Date.now(); }, { passive: true }));
  }
  if (tools && live) {
    tools.hidden = false;
    pause.addEventListener("click", () => {
      paused = !paused;
      try { localStorage.setItem(KEY, paused ? "1" : "0"); } catch { /* storage forbidden: this page alone remembers */ }
      tell();
      say(paused ? "Pembaruan dijeda." : "Pembaruan dilanjutkan.");
      if (!paused) beat();
    });
    show.addEventListener("click", () => { if (waiting) put(waiting); pause.focus(); });
  }
  d.addEventListener("visibilitychange", () => { if (d.hidden) clearTimeout(timer); else beat(); });
  addEventListener("storage", (e) => { if (e.key === KEY) { paused = stored(); tell(); next(delay()); } });
  tell();
  // The badge is known soon after opening; the fragment is as fresh as the page.
  ask().catch(() => {}).then(() => next(EVERY));
})();

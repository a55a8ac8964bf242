// The little that every page shares. Without it everything still works.
"use strict";
(() => {
  const d = document;
  const say = (text) => { const u = d.getElementById("umum"); if (u) u.textContent = text; };

  // On a narrow screen a row of tabs runs on beyond the edge: where one is must show.
  d.querySelectorAll(".tab [aria-current]").forEach((here) => {
    const row = here.parentElement;
    row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
  });

  // What takes seconds says so beside its button, with a bar that moves.
  const wait = (button, text) => {
    const line = d.createElement("p"), bar = d.createElement("progress");
    line.className = "tunggu";
    bar.setAttribute("aria-label", text);
    line.append(bar, text);
    (button.closest("p") || button).after(line);
  };
  // Ask before an act, and send a form once.
  d.addEventListener("submit", (e) => {
    const form = e.target;
    const asked = (e.submitter && e.submitter.dataset.konfirmasi) || form.dataset.konfirmasi;
    if (asked && !window.confirm(asked)) { e.preventDefault(); return; }
    if (form.matches("[data-keluar]")) eraseDrafts();
    if (form.matches("[data-sekali]")) {
      if (form.dataset.terkirim) { e.preventDefault(); return; }
      form.dataset.terkirim = "1";
      const button = e.submitter || form.querySelector("button:not([type=button])");
      if (button) { button.setAttribute("aria-busy", "true"); say(form.dataset.tunggu || "Mengirim…"); }
      if (button && form.dataset.tunggu) wait(button, form.dataset.tunggu);
    }
  });
  // Back from the next page (bfcache): the form may be sent again.
  addEventListener("pageshow", () => d.querySelectorAll("[data-terkirim]").forEach((form) => {
    delete form.dataset.terkirim;
    form.querySelectorAll("[aria-busy]").forEach((b) => b.removeAttribute("aria-busy"));
    form.querySelectorAll(".tunggu").forEach((line) => line.remove());
  }));

  // When the session of a shared computer ends, where every tab reads it (below); no draft.
  const KEY = "posko:sesi-sampai";
  function eraseDrafts() {
    try { Object.keys(localStorage).filter((k) => k.startsWith("posko:") && k !== KEY).forEach((k) => localStorage.removeItem(k)); }
    catch { /* storage forbidden: nothing was kept */ }
  }

  // Menus close on Escape and when something else is pressed.
  const closeMenus = (but) => d.querySelectorAll("details[data-menu][open]").forEach((m) => { if (!m.contains(but)) m.open = false; });
  d.addEventListener("click", (e) => closeMenus(e.target));
  d.addEventListener("focusin", (e) => closeMenus(e.target));
  d.addEventListener("keydown", (e) => {
    const menu = e.key === "Escape" && d.querySelector("details[data-menu][open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  // Countdowns.
  const words = (s) => {
    const m = Math.floor(Math.abs(s) / 60);
    if (m < 1) return s < 0 ? "baru lewat" : "hampir lewat";
    const span = m < 60 ? `${m} menit` : m < 2880 ? `${Math.floor(m / 60)} jam` : `${Math.floor(m / 1440)} hari`;
    return `${s < 0 ? "lewat" : "sisa"} ${span}`;
  };
  const countDown = () => d.querySelectorAll("time[data-batas]").forEach((t) => {
    const s = (Date.parse(t.dateTime) - Date.now()) / 1000;
    t.classList.toggle("batas-lewat", s < 0);
    t.classList.toggle("batas-dekat", s >= 0 && s < 1800);
    const text = words(s);
    const span = t.querySelector("span");
    if (span && span.textContent !== text) span.textContent = text;
  });
  setInterval(countDown, 30000);
  ["htmx:afterSwap", "posko:hidup"].forEach((kind) => d.addEventListener(kind, countDown));

  // Shared computer: warn one minute before the idle log-out, keep the session on request. All tabs are one session:
  // whichever was used last sets the end, and the login page that one comes to tells the others that it is over.
  const marked = d.querySelector("[data-sesi-sisa]");
  const idle = Number(marked ? marked.dataset.sesiSisa : 0);
  if (!idle) {
    if (location.pathname === "/akun/login/") try { localStorage.removeItem(KEY); } catch { /* as above */ }
    return;
  }
  let end = 0, dialog = null;
  const shared = () => { try { return Number(localStorage.getItem(KEY)) || 0; } catch { return 0; } };
  const begin = () => {
    end = Date.now() + idle * 1000;
    try { localStorage.setItem(KEY, end); } catch { /* storage forbidden: each tab counts for itself */ }
  };
  const token = () => (d.querySelector("input[name=csrfmiddlewaretoken]") || {}).value || "";
  const stay = async () => {
    const answer = await fetch("/akun/perpanjang/", { method: "POST", headers: { "X-CSRFToken": token() } }).catch(() => null);
    if (answer && answer.ok && !answer.redirected) { begin(); if (dialog && dialog.open) { dialog.close(); say("Anda tetap masuk."); } }
    else if (answer) expire();
  };
  const expire = () => { eraseDrafts(); location.assign(`/akun/login/?sesi=berakhir&next=${encodeURIComponent(location.pathname + location.search)}`); };
  const warn = () => {
    if (!dialog) {
      dialog = d.createElement("dialog");
      dialog.className = "dialog";
      dialog.setAttribute("aria-labelledby", "sesi-judul");
      dialog.innerHTML = '<h2 id="sesi-judul">Masih di sini?</h2><p>Komputer ini dipakai bersama. Karena lama tidak dipakai, Anda akan keluar dalam <b data-sisa></b> detik.</p><div class="deret"><button type="button" class="tombol tombol-utama">Tetap masuk</button></div>';
      dialog.querySelector("button").addEventListener("click", stay);
      dialog.addEventListener("cancel", (e) => { e.preventDefault(); stay(); });
      d.body.append(dialog);
    }
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("[data-sisa]").textContent = Math.max(0, Math.round((end - Date.now()) / 1000));
  };
  // Typing and pressing are use too: told to the server at most once a minute. htmx has told it already.
  let told = Date.now();
  const use = () => { if (Date.now() - told > 60000 && !(dialog && dialog.open)) { told = Date.now(); stay(); } };
  ["keydown", "pointerdown"].forEach((kind) => d.addEventListener(kind, use));
  // What a live page asks by itself (hidup.js) is no use of the computer, nor does the server take it for one.
  d.addEventListener("htmx:afterRequest", (e) => { if (e.detail.successful && !e.detail.requestConfig.headers["X-Hidup"]) { told = Date.now(); begin(); } });
  addEventListener("storage", (e) => {
    if (e.key === KEY && e.newValue === null) location.replace(location.pathname + location.search);
  });
  begin();
  setInterval(() => {
    end = Math.max(end, shared());
    const left = end - Date.now();
    if (left <= 0) expire();
    else if (left <= 60000) warn();
    else if (dialog && dialog.open) dialog.close();
  }, 1000);
})();

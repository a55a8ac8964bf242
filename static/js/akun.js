// Account pages: show the typed password, copy a link, say in words why a security key failed.
"use strict";
(() => {
  const d = document;
  const say = (text) => { const u = d.getElementById("umum"); if (u) u.textContent = text; };

  d.querySelectorAll("[data-lihat-sandi]").forEach((button) => {
    const input = d.getElementById(button.dataset.lihatSandi);
    if (!input) return;
    const show = (visible) => {
      input.type = visible ? "text" : "password";
      button.firstElementChild.textContent = visible ? "Sembunyikan" : "Tampilkan";
    };
    button.hidden = false;
    button.addEventListener("click", () => { show(input.type === "password"); input.focus(); });
    // Managers store, and others see, only a hidden one.
    input.form.addEventListener("submit", () => show(false));
  });

  d.querySelectorAll("[data-salin]").forEach((button) => {
    const input = d.getElementById(button.dataset.salin);
    button.hidden = false;
    button.addEventListener("click", async () => {
      input.select();
      try { await navigator.clipboard.writeText(input.value); } catch { d.execCommand("copy"); }
      say("Tautan disalin.");
      button.lastChild.textContent = "Disalin";
    });
  });

  d.addEventListener("allauth.error", (e) => {
    e.preventDefault();
    const box = d.querySelector("[data-galat-kunci]");
    const name = e.detail.exception && e.detail.exception.name;
    const text = name === "InvalidStateError" ? "Kunci ini sudah terdaftar." :
      name === "NotAllowedError" || name === "AbortError" ? "Kunci tidak jadi dipakai: dibatalkan atau terlalu lama. Coba lagi." :
      name === "SecurityError" ? "Kunci keamanan hanya bekerja di alamat situs yang aman (https)." :
      "Kunci keamanan tidak dapat dipakai di peramban ini.";
    if (box) { box.hidden = false; box.querySelector("p").textContent = text; }
    say(text);
  });
  if (d.querySelector("[data-kunci]") && !window.PublicKeyCredential) {
    d.querySelectorAll("[data-kunci]").forEach((button) => { button.disabled = true; });
  }
})();

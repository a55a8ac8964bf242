// Copy buttons. Without script the text can be selected and copied by hand.
"use strict";
document.querySelectorAll("[data-salin]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.salin);
    const say = (text) => { document.getElementById("umum").textContent = text; };
    try {
      await navigator.clipboard.writeText(field.value);
      say("Pesan tersalin.");
    } catch {
      field.select();
      say(document.execCommand("copy") ? "Pesan tersalin." : "Tidak dapat menyalin. Pesan sudah dipilih; salin dengan tangan.");
    }
  });
});

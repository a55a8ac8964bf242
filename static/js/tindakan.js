// Ready-made words for an act: one press puts them into the text, which can then be changed.
"use strict";
document.querySelectorAll("button[data-templat]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    const box = document.getElementById(button.dataset.templat);
    const words = button.closest("li").querySelector("[data-templat-isi]").textContent;
    box.value = box.value.trim() ? `${box.value.trimEnd()}\n${words}` : words;
    box.focus();
  });
});

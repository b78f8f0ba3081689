// Clocks that run, and buttons that are pressed once. Everything works without it.
"use strict";

const MINUTE = 60;

function spell(seconds) {
  const total = Math.floor(Math.abs(seconds));
  if (total < MINUTE) return `${total} s`;
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / MINUTE);
  return [hours && `${hours} h`, minutes && `${minutes} min`].filter(Boolean).join(" ");
}

// What runs on for days is told in days, as readers are told it.
function running(seconds) {
  const hours = Math.floor(Math.abs(seconds) / 3600);
  return hours < 72 ? spell(seconds) : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function tick() {
  const now = Date.now();
  for (const clock of document.querySelectorAll("[data-due]")) {
    const left = (Date.parse(clock.dataset.due) - now) / 1000;
    const words = left > 0 ? clock.dataset.ahead : clock.dataset.late;
    clock.textContent = words.replace("%s", spell(left));
    clock.closest(".clock")?.setAttribute("data-state", left > 0 ? "open" : "late");
  }
  for (const clock of document.querySelectorAll("[data-since]")) {
    clock.textContent = running((now - Date.parse(clock.dataset.since)) / 1000);
  }
}

// The key in the form makes a second click harmless; this only says that the first one counted.
function pressed(event) {
  const button = event.submitter;
  if (!button || button.name === "preview") return;
  requestAnimationFrame(() => { button.disabled = true; });
}

function released() {
  for (const button of document.querySelectorAll("button[disabled]")) button.disabled = false;
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.menu[open], details.switch[open]")) {
    if (!menu.contains(event.target) || event.key === "Escape") menu.open = false;
  }
}

document.addEventListener("submit", pressed);
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenus(event); });
window.addEventListener("pageshow", released);
document.getElementById("wrong")?.focus();
tick();
setInterval(tick, 1000);

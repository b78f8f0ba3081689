// Clocks that run, buttons pressed once, words that are not lost. Everything works without it.
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

// Signing in, in another tab, changes the token that the forms of this one were given.
function comeBack() {
  const token = /(?:^|; )candor_csrf=(\w+)/.exec(document.cookie)?.[1];
  if (!token) return;
  for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = token;
  document.querySelector("[data-signed-out]")?.closest("form")?.dispatchEvent(new Event("change"));
}

function isTyped(field) {
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  return field.matches("input:not([type=hidden]), textarea") && field.value !== field.defaultValue;
}

// “Cancel” asks first where something was typed, since the page was opened or before that.
function giveUp(event) {
  const link = event.target.closest("a[data-ask]");
  if (!link) return;
  const typed = "typed" in link.dataset || [...link.closest("form").elements].some(isTyped);
  if (typed && !window.confirm(link.dataset.ask)) event.preventDefault();
}

document.addEventListener("submit", pressed);
document.addEventListener("click", giveUp);
window.addEventListener("focus", comeBack);
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenus(event); });
window.addEventListener("pageshow", released);
document.getElementById("wrong")?.focus();
tick();
setInterval(tick, 1000);

// Countdowns, lengths, ages and the meter of silence, which run on between two loads of the page.
// The words for them stand on the page, in its language: `%d s|%d min|%d h|%d d`.
export function words() { return document.querySelector(".page")?.dataset ?? {}; }
const UNITS = (words().units ?? "%d s|%d min|%d h|%d d").split("|");
const [second, minute, hour, day] = UNITS.map((unit) => (count) => unit.replace("%d", count));

export function spell(seconds) {
  const total = Math.abs(Math.trunc(seconds));
  if (total < 60) return second(total);
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  return [hours && hour(hours), minutes && minute(minutes)].filter(Boolean).join(" ");
}

function running(seconds) {
  const hours = Math.floor(Math.abs(seconds) / 3600);
  return hours < 72 ? spell(seconds) : `${day(Math.floor(hours / 24))} ${hour(hours % 24)}`;
}

// Only what differs is written, so that a selection which reaches over a clock stays.
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function secondsSince(stamp) {
  return (Date.now() - Date.parse(stamp)) / 1000;
}

export function turn(root = document) {
  for (const element of root.querySelectorAll("[data-since]")) {
    say(element, running(secondsSince(element.dataset.since)));
  }
  for (const element of root.querySelectorAll("[data-due]")) {
    const late = secondsSince(element.dataset.due);
    const words = late < 0 ? element.dataset.ahead : element.dataset.late;
    say(element, words.replace("%s", spell(late)));
  }
  for (const meter of root.querySelectorAll("[data-quiet]")) {
    const share = secondsSince(meter.dataset.quiet) / 60 / meter.dataset.limit;
    meter.firstElementChild.setAttribute("width", Math.min(100, Math.max(0, 100 * share)).toFixed(1));
    meter.toggleAttribute("data-full", share >= 1);
  }
  // Once the page has been asked for anew, what counts is when it was last found unchanged.
  const { checked } = document.documentElement.dataset;
  for (const element of root.querySelectorAll("[data-age]")) {
    const age = secondsSince(checked ?? element.dataset.age);
    const [soon, later] = (checked ? element.dataset.checked : element.dataset.ago).split("|");
    say(element, age < 60 ? soon : later.replace("%s", spell(age)));
  }
}

turn();
setInterval(() => turn(), 1000);

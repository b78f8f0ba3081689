// What is new since the reader last looked at this page, for each page apart.
import { kept } from "./kept.js";

const PLACE = `candor-seen:${location.pathname}`;
const before = Number(kept(PLACE));

export function markNew(root = document) {
  for (const mark of before ? root.querySelectorAll("[data-new]") : []) {
    if (mark.closest("[data-told]").dataset.told > before) mark.textContent = mark.dataset.new;
  }
}

export function remember() {
  const told = [...document.querySelectorAll("[data-told]")].map((each) => Number(each.dataset.told));
  kept(PLACE, Math.max(before, ...told));
}

markNew();
remember();

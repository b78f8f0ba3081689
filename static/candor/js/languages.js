// Opens each update in the reader's own language, where it has been translated.
import { kept } from "./kept.js";

{
  const own = document.documentElement.lang;
  const wanted = navigator.languages ?? [];
  const speaks = (code) => (tag) => tag === code || tag.startsWith(`${code}-`);
  for (const text of document.querySelectorAll("details.said-in")) {
    const rank = wanted.findIndex(speaks(text.lang));
    const original = wanted.findIndex(speaks(own));
    text.open = rank >= 0 && (original < 0 || rank < original);
  }
}

// Offers the page in a language that the reader prefers; it never sends anybody anywhere.
{
  const offer = document.querySelector(".tongues__offer");
  const links = [...document.querySelectorAll(".tongues__list a")];
  const first = (tag) => tag.toLowerCase().split("-")[0];
  const same = (tag) => (link) => tag.toLowerCase() === link.lang || first(tag) === first(link.lang);
  const best = (navigator.languages ?? []).map((tag) => links.find(same(tag))).find(Boolean);
  if (offer && best && !best.hasAttribute("aria-current") && !kept("candor-no-offer")) {
    const { href, lang, dir, dataset } = best;
    Object.assign(offer.querySelector("a"), { href, lang, dir, textContent: dataset.offer });
    offer.hidden = false;
    offer.querySelector("button").addEventListener("click", () => {
      offer.hidden = true;
      kept("candor-no-offer", "1");
    });
  }
}

// Translated updates are opened for whoever reads that language, and the page is offered in it.
import { kept } from "./kept.js";

{
  // How early a language comes among those that the reader wants; `pt` will do for `pt-br`.
  const wanted = (navigator.languages ?? []).map((tag) => tag.toLowerCase().split("-")[0]);
  const rank = ({ lang }) => (wanted.indexOf(lang.split("-")[0]) + 1 || Infinity);
  const own = rank(document.documentElement);
  for (const text of document.querySelectorAll("details.said-in")) text.open = rank(text) < own;
  const offer = document.querySelector(".tongues__offer");
  const links = [...document.querySelectorAll(".tongues__list a")].filter((link) => rank(link) < own);
  const [best] = links.sort((one, other) => rank(one) - rank(other));
  if (best && !kept("candor-no-offer")) {
    Object.assign(offer.firstElementChild, { href: best.href, lang: best.lang, dir: best.dir, textContent: best.dataset.offer });
    offer.hidden = false;
    offer.lastElementChild.onclick = () => { offer.hidden = Boolean(kept("candor-no-offer", "1") ?? true); };
  }
}

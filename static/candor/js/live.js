// Keeps the page up to date: asks whether it has changed, and puts in only what has.
import { turn } from "./clocks.js";
import { morph } from "./morph.js";
import { markNew, remember } from "./seen.js";
import { clock, localise } from "./times.js";

const [EVERY, SOON, LONGEST] = [30, 10, 300];
const notice = (name) => document.querySelector(`[data-notice="${name}"]`);
let [etag, failures, timer] = ["", 0, 0];
let [asked, known] = [Date.now(), Date.now()];
let [asks, heard] = [0, 0];

function pause() {
  if (failures) return Math.min(LONGEST, EVERY * 2 ** failures);
  const isNear = ({ dataset }) => Math.abs(Date.parse(dataset.due) - Date.now()) < 120_000;
  return [...document.querySelectorAll("[data-due]")].some(isNear) ? SOON : EVERY;
}

function wait() {
  clearTimeout(timer);
  if (!document.querySelector("[data-live]") || document.hidden) return;
  const spread = 0.9 + 0.2 * Math.random(); // not all readers at the same second
  timer = setTimeout(ask, Math.max(0, pause() * 1000 * spread - (Date.now() - asked)));
}

async function ask() {
  asked = Date.now();
  const mine = ++asks;
  try {
    // The browser sends If-None-Match with this; what is unchanged costs a 304.
    const answer = await fetch(location.pathname, { cache: "no-cache", signal: AbortSignal.timeout(15_000) });
    const tag = answer.headers.get("ETag");
    if (answer.status >= 500) throw new Error(answer.statusText);
    const text = !tag || tag !== etag ? await answer.text() : "";
    if (mine < heard) return; // a younger answer was faster
    heard = mine;
    if (text) bring(new DOMParser().parseFromString(text, "text/html"));
    [etag, failures, known] = [tag, 0, Date.now()];
    document.documentElement.dataset.checked = new Date(known).toISOString();
    notice("lost").textContent = "";
  } catch {
    if (mine >= heard) lost();
  }
  turn();
  wait();
}

function lost() {
  failures += 1;
  notice("lost").textContent = notice("lost").dataset.words.replace("%s", clock(new Date(known)));
}

function bring(fresh) {
  const [old, next] = [document, fresh].map((tree) => tree.querySelector(".page"));
  if (!next) throw new Error("not a page of ours");
  for (const enhance of [localise, turn, markNew]) enhance(next);
  const news = whatIsNew(old, next);
  const focused = document.activeElement;
  keepingPlace(() => morph(old, next));
  document.title = fresh.title;
  if (focused !== document.activeElement) (focused.isConnected ? focused : old.querySelector("#main")).focus({ preventScroll: true });
  remember();
  if (news) tell(news);
}

// Browsers keep the place where one reads by themselves, all but Safari.
function keepingPlace(change) {
  const seen = CSS.supports("overflow-anchor", "auto") || !scrollY ? null : document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  const before = seen?.getBoundingClientRect().top;
  change();
  if (seen?.isConnected) scrollBy(0, seen.getBoundingClientRect().top - before);
}

function whatIsNew(old, next) {
  const had = new Map([...old.querySelectorAll("[data-told]")].map((each) => [each.id, Number(each.dataset.told)]));
  const told = [...next.querySelectorAll("[data-told]")].filter((each) => each.dataset.told > (had.get(each.id) ?? 0));
  const [was, is] = [old, next].map((tree) => tree.querySelector(".state__word")?.textContent);
  const said = [...(was === is ? [] : [is]), ...told.map(inWords)].filter(Boolean);
  return said.length && { said: said.join(". "), at: told[0]?.id ?? "main" };
}

function inWords(told) {
  const found = ["h2", ".entry__status", "h3", ".prose"].map((part) => told.querySelector(part)?.textContent.trim());
  return found.filter(Boolean).slice(0, 3).join(": ").slice(0, 200);
}

function tell({ said, at }) {
  const link = Object.assign(document.createElement("a"), { href: `#${at}`, textContent: notice("news").dataset.words.replace("%s", () => said) });
  link.addEventListener("click", () => link.remove());
  notice("news").replaceChildren(link);
}

document.addEventListener("visibilitychange", wait);
window.addEventListener("online", ask);
window.addEventListener("offline", lost);
wait();

// Times in the reader's own zone, in the page's own form; its zone stays in the tooltip.
import { words } from "./clocks.js";

const { lang, dir } = document.documentElement; // names of zones in Arabic would run apart
const format = new Intl.DateTimeFormat(`${dir === "rtl" ? "en" : lang || "en"}-u-nu-latn`, {
  day: "numeric", month: "numeric", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
});

// In the letters of Django's date filter, as the server has them: `j M Y`.
function date({ day: j, month: n, year: Y }, letters) {
  const said = { j, n, Y };
  return letters.replace(/\\(.)|[jnYMNb]/g, (letter, plain) => plain ?? said[letter] ?? words().months.split("|")[n - 1]);
}

const FORMS = {
  clock: (part) => `${part.hour}:${part.minute} ${part.timeZoneName}`,
  full: (part, now, letters = words().day) => words().moment.replace("%(day)s", date(part, letters)).replace("%(time)s", FORMS.clock(part)),
  moment: (part, now) => FORMS.full(part, now, part.year === now.year ? words().dayShort : words().day),
};

function parts(at) {
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}

export function clock(at) {
  return FORMS.clock(parts(at));
}

function inOwnZone(element) {
  const at = new Date(element.dateTime);
  const form = FORMS[element.dataset.form];
  if (!form || Number.isNaN(at.getTime())) return;
  const text = form(parts(at), parts(new Date()));
  if (text === element.textContent) return;
  element.title = element.textContent;
  element.textContent = text;
}

export function localise(root = document) {
  root.querySelectorAll("time[data-form]").forEach(inOwnZone);
  root.querySelectorAll("[data-local-note]").forEach((note) => {
    note.textContent = note.dataset.localNote.replace("%s", format.resolvedOptions().timeZone);
  });
  root.querySelectorAll("select[data-own-zone]").forEach(offerOwnZone);
}

// The zone of the browser comes first among those to pick from; nothing is picked by itself.
function offerOwnZone(select) {
  const zone = format.resolvedOptions().timeZone;
  const known = [...select.options].find((option) => option.text === zone);
  if (!known || known.selected) return;
  select.options[0].after(new Option(select.dataset.ownZone.replace("%s", zone), zone));
  delete select.dataset.ownZone;
}

localise();

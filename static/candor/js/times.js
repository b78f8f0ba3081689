// Times in the reader's own zone, in the page's own form; its zone stays in the tooltip.
import { words } from "./clocks.js";

// In the letters of Django's date filter, as the server has them: `j M Y`.
function date({ day: j, month: n, year: Y }, letters) {
  const said = { j, n, Y };
  return letters.replace(/\\(.)|[jnYMNb]/g, (letter, plain) => plain ?? said[letter] ?? words().months.split("|")[n - 1]);
}

const FORMS = {
  clock: (part) => `${part.hour}:${part.minute} ${part.zone}`,
  full: (part, now, letters = words().day) => words().moment.replace("%(day)s", date(part, letters)).replace("%(time)s", FORMS.clock(part)),
  moment: (part, now) => FORMS.full(part, now, part.year === now.year ? words().dayShort : words().day),
};

// Not through Intl: making ready for it costs a slow phone a tenth of a second before it paints.
function parts(at) {
  const [hour, minute] = [at.getHours(), at.getMinutes()].map(two);
  return { day: at.getDate(), month: at.getMonth() + 1, year: at.getFullYear(), hour, minute, zone: zone(offset(at)) };
}

function two(number) { return String(number).padStart(2, "0"); }

// As a stamp has it: `+05:30`.
function offset(at) {
  const minutes = Math.abs(at.getTimezoneOffset());
  return `${at.getTimezoneOffset() > 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

// As the server names an offset, and the same in every language: `UTC−05:00`.
function zone(of) { return `UTC${of === "+00:00" ? "" : of.replace("-", "\u2212")}`; }

export function clock(at) { return FORMS.clock(parts(at)); }

function inOwnZone(element) {
  const at = new Date(element.dateTime);
  const { form: name, start } = element.dataset;
  // An end says its day unless that is the day of its start for this reader.
  const form = FORMS[start && new Date(start).toDateString() === at.toDateString() ? "clock" : name];
  // Where clocks agree the server's words stay: they name the zone as people there do.
  if (!form || Number.isNaN(at.getTime()) || element.dateTime.endsWith(offset(at))) return;
  element.title = element.textContent;
  element.textContent = form(parts(at), parts(new Date()));
}

function timesInOwnZone(root = document) {
  root.querySelectorAll("time[data-form]").forEach(inOwnZone);
}

function nameOwnZone(root = document) {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  for (const note of root.querySelectorAll("[data-local-note]")) note.textContent = note.dataset.localNote.replace("%s", timeZone);
  for (const select of root.querySelectorAll("select[data-own-zone]")) offer(timeZone, select);
  for (const field of root.querySelectorAll("input[data-zone]")) field.value = timeZone;
}

export function localise(root) {
  timesInOwnZone(root);
  nameOwnZone(root);
}

// The zone of the browser comes first among those to pick from; nothing is picked by itself.
function offer(zone, select) {
  const known = [...select.options].find((option) => option.text === zone);
  if (!known || known.selected) return;
  select.options[0].after(new Option(select.dataset.ownZone.replace("%s", zone), zone));
  delete select.dataset.ownZone;
}

timesInOwnZone();
requestAnimationFrame(() => setTimeout(nameOwnZone)); // once it is painted

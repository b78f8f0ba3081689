// Times in the reader's own zone, in the page's own form; its zone stays in the tooltip.
const FORMS = {
  moment: (part, now) => `${part.day} ${part.month}${part.year === now.year ? "" : ` ${part.year}`}, ${FORMS.clock(part)}`,
  full: (part) => `${part.day} ${part.month} ${part.year}, ${FORMS.clock(part)}`,
  clock: (part) => `${part.hour}:${part.minute} ${part.timeZoneName}`,
};
const format = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
});

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
}

localise();

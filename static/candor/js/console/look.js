// The system's colour picker beside each colour, a preview that follows, files that are too large.
"use strict";

const HEX = /^#[0-9a-f]{6}$/i;
const sheet = document.getElementById("look-sheet");
const fields = [...document.querySelectorAll("input.colour")];

function shown(field) {
  return HEX.test(field.value) ? field.value : field.dataset.usual;
}

function follow() {
  const asked = new URLSearchParams({ shown: "1" });
  for (const field of fields) if (HEX.test(field.value)) asked.set(field.name, field.value);
  sheet.href = `${sheet.href.split("?")[0]}?${asked}`;
}

function addPicker(field) {
  const picker = document.createElement("input");
  picker.type = "color";
  picker.value = shown(field);
  picker.setAttribute("aria-label", field.labels[0].textContent);
  const both = document.createElement("span");
  both.className = "picked";
  field.replaceWith(both);
  both.append(picker, field);
  picker.addEventListener("input", () => { field.value = picker.value; });
  picker.addEventListener("change", follow);
  field.addEventListener("change", () => { picker.value = shown(field); follow(); });
}

function weigh(event) {
  const input = event.target;
  const tooLarge = [...input.files].some((file) => file.size > Number(input.dataset.most));
  input.setCustomValidity(tooLarge ? input.dataset.tooLarge : "");
  input.reportValidity();
}

fields.forEach(addPicker);
for (const input of document.querySelectorAll("input[data-most]")) input.addEventListener("change", weigh);

// Countdowns and lengths that run on between two loads of the page.
function spell(seconds) {
  const total = Math.abs(Math.trunc(seconds));
  if (total < 60) return `${total} s`;
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  return [hours && `${hours} h`, minutes && `${minutes} min`].filter(Boolean).join(" ");
}

function running(seconds) {
  const hours = Math.floor(Math.abs(seconds) / 3600);
  return hours < 72 ? spell(seconds) : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function turn() {
  const now = Date.now();
  document.querySelectorAll("[data-since]").forEach((element) => {
    element.textContent = running((now - Date.parse(element.dataset.since)) / 1000);
  });
  document.querySelectorAll("[data-due]").forEach((element) => {
    const left = (Date.parse(element.dataset.due) - now) / 1000;
    const words = left > 0 ? element.dataset.ahead : element.dataset.late;
    element.textContent = words.replace("%s", spell(left));
  });
}

turn();
setInterval(turn, 1000);

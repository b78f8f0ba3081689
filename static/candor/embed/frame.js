// Inside the frame: the colours that were asked for, whether to be seen, and what is new each minute.
const MINUTE = 60_000;
const COLOUR = /^#(?:[0-9a-f]{3}){1,2}$/i;
const asked = new URLSearchParams(location.hash.slice(1));
const shown = () => document.querySelector("main");
let dismissed = "";

function paint() {
  for (const part of ["background", "text"]) {
    const colour = asked.get(`${shown().dataset.state}_${part}_color`) ?? "";
    const { style } = document.documentElement;
    if (COLOUR.test(colour)) style.setProperty(`--${part}`, colour);
    else style.removeProperty(`--${part}`);
  }
}

function tell() {
  if (parent === window) return;
  const { state, key } = shown().dataset;
  const action = state === "none" || key === dismissed ? "dismissFrame" : "showFrame";
  parent.postMessage({ action, title: document.title }, "*");
}

function settle() {
  paint();
  const button = shown().querySelector("button");
  button.hidden = parent === window;
  button.addEventListener("click", () => {
    dismissed = shown().dataset.key;
    tell();
  });
  tell();
}

async function renew() {
  if (document.hidden) return;
  const answer = await fetch(location.pathname, { cache: "no-cache" }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = fresh.querySelector("main");
  if (!main || main.dataset.key === shown().dataset.key) return;
  document.title = fresh.title;
  shown().replaceWith(document.adoptNode(main));
  settle();
}

settle();
setInterval(renew, MINUTE);
document.addEventListener("visibilitychange", renew);

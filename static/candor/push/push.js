// Notifications of the browser: the button shows itself where they can be had.
const place = document.querySelector("[data-push]");

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

async function begin() {
  const { key } = await (await fetch(place.dataset.push)).json();
  const worker = await navigator.serviceWorker.register(place.dataset.worker);
  const options = { userVisibleOnly: true, applicationServerKey: bytes(key) };
  const { endpoint, keys } = (await worker.pushManager.subscribe(options)).toJSON();
  const sent = new FormData(document.querySelector("form.subscribe"));
  for (const [name, value] of Object.entries({ endpoint, ...keys })) sent.set(name, value);
  const answer = await fetch(place.dataset.push, { method: "POST", body: sent });
  if (!answer.ok) throw new Error(answer.statusText);
  location.assign((await answer.json()).manage);
}

if (place && "PushManager" in window && "serviceWorker" in navigator) {
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => {
    begin().catch(() => { place.querySelector("[role=status]").textContent = place.dataset.refused; });
  });
}

// Copies the address of one update; where there is no clipboard, it goes to the address bar.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  const label = button.firstElementChild;
  const words = label.textContent;
  try {
    await navigator.clipboard.writeText(new URL(`#${button.dataset.copy}`, location.href).href);
    label.textContent = button.dataset.done;
    setTimeout(() => { label.textContent = words; }, 3000);
  } catch {
    location.hash = button.dataset.copy;
  }
});

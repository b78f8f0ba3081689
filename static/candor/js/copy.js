// Copies the address of one update; where there is no clipboard, it goes to the address bar.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(new URL(`#${button.dataset.copy}`, location.href).href);
    button.dataset.state = "done";
    setTimeout(() => { button.dataset.state = ""; }, 3000);
  } catch {
    location.hash = button.dataset.copy;
  }
});

// Opens each update in the reader's own language, where it has been translated.
{
  const own = document.documentElement.lang;
  const wanted = navigator.languages ?? [];
  const speaks = (code) => (tag) => tag === code || tag.startsWith(`${code}-`);
  for (const text of document.querySelectorAll("details.said-in")) {
    const rank = wanted.findIndex(speaks(text.lang));
    const original = wanted.findIndex(speaks(own));
    text.open = rank >= 0 && (original < 0 || rank < original);
  }
}

// Makes one tree like another, touching only what differs: focus, selection and what is open stay.
export function morph(old, next, named = namesIn(next)) {
  if (old.isEqualNode(next) || old.matches?.("form, [data-kept]")) return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.data = next.data;
    return;
  }
  dress(old, next);
  let here = old.firstChild;
  for (const child of [...next.childNodes]) {
    if (here?.id && !named.has(here.id)) here = cleared(here, here.nextSibling, named);
    const match = counterpart(child, here, named) ?? named.get(child.id);
    if (match?.parentNode === old && !child.id) here = cleared(here, match, named);
    if (match !== here) old.insertBefore(match ?? child, here);
    if (match) morph(match, child, named);
    here = (match ?? child).nextSibling;
  }
  cleared(here, null, named);
}

// What is named is the same thing wherever it stands; those that had to leave wait here.
function namesIn(tree) {
  return new Map([...tree.querySelectorAll("[id]")].map(({ id }) => [id, null]));
}

// What a reader has unfolded stays unfolded.
function dress(old, next) {
  for (const { name } of [...old.attributes, ...next.attributes]) {
    if (name === "open") continue;
    if (next.hasAttribute(name)) old.setAttribute(name, next.getAttribute(name));
    else old.removeAttribute(name);
  }
}

function counterpart(child, here, named) {
  if (child.nodeType !== Node.ELEMENT_NODE) return here?.nodeType === child.nodeType ? here : null;
  for (let node = here; node; node = node.nextSibling) {
    if (node.nodeName === child.nodeName && node.id === child.id && node.classList.value === child.classList.value) return node;
    if (!child.id && named.has(node.id)) return null;
  }
  return null;
}

function cleared(from, until, named) {
  for (let gone = from; gone !== until; gone = from) {
    from = gone.nextSibling;
    if (named.has(gone.id)) named.set(gone.id, gone);
    gone.remove();
  }
  return until;
}

// Makes one tree of elements like another while keeping every element that stays: so focus, caret, typed text, scroll
// positions and open menus survive. What a person typed is a property, not an attribute, and is never touched here.
const CLIENT_OWNED = new Set(["open", "aria-busy"]);

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.dataset.key || node.id : "");

const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

export function morph(target, html) {
  const wanted = document.createElement("template");
  wanted.innerHTML = html;
  children(target, wanted.content);
}

function children(from, to) {
  const keyed = new Map();
  for (const child of from.children) if (keyOf(child)) keyed.set(keyOf(child), child);
  let here = from.firstChild;
  for (const want of [...to.childNodes]) {
    const key = keyOf(want);
    let match = key ? keyed.get(key) : here;
    while (!key && match && keyOf(match)) match = match.nextSibling;
    if (match && alike(match, want)) {
      if (match === here) here = here.nextSibling;
      else moveBefore(from, match, here);
      one(match, want);
    } else {
      from.insertBefore(want, here);
    }
  }
  while (here) {
    const next = here.nextSibling;
    leave(here);
    here = next;
  }
}

// Moving an element would take its focus away; moving its neighbours behind it does not.
function moveBefore(parent, node, reference) {
  if (node.contains(document.activeElement)) {
    for (let other = reference; other && other !== node; ) {
      const next = other.nextSibling;
      parent.insertBefore(other, node.nextSibling);
      other = next;
    }
  } else parent.insertBefore(node, reference);
}

function leave(node) {
  // A dialog that is closed gives the focus back; one that is only removed does not.
  if (node.nodeName === "DIALOG" && node.open) node.close();
  node.remove();
}

function one(from, to) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
    return;
  }
  if (from.isEqualNode(to)) return;
  for (const { name } of [...from.attributes])
    if (!to.hasAttribute(name) && !CLIENT_OWNED.has(name)) from.removeAttribute(name);
  for (const { name, value } of to.attributes)
    if (from.getAttribute(name) !== value && !CLIENT_OWNED.has(name)) from.setAttribute(name, value);
  if (from.closest("[data-external]") && from.classList.contains("picker-list")) return;
  if (from.nodeName === "TEMPLATE") from.innerHTML = to.innerHTML;
  else children(from, to);
}

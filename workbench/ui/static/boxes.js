// Boxes one types into: their height, their counters, and drafts that are put into them.
import * as drafts from "./drafts.js";

export function grow(box) {
  box.form.classList.toggle("commanding", box.value.startsWith("/"));
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 180)}px`;
}

export function count(counter) {
  const box = counter.parentElement.querySelector("input, textarea");
  const most = Number(counter.dataset.counter);
  counter.textContent = `${box.value.length} / ${most}`;
  counter.classList.toggle("over", box.value.length > most);
}

export function write(box, text) {
  box.value = text;
  if (text) drafts.keep(box);
  else drafts.forget(box);
  grow(box);
}

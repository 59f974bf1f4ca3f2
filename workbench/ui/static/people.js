// The list under "You are: …": who has something new, and finding a person in it.
import { morph } from "./morph.js";

const user = document.body.dataset.user;
const list = document.getElementById("people-list");
const search = document.getElementById("people-search");

export async function countPeople() {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(`/ui/${user}/people`).catch(() => null);
  if (!answer?.ok) return;
  morph(list, await answer.text());
  findPeople();
  countOthers();
}

// How many others have something new stands on the switch itself.
export function countOthers() {
  const others = list.querySelectorAll(`[data-person].unread:not([data-person="${user}"])`).length;
  const badge = document.querySelector('[data-role="others"]');
  badge.hidden = !others;
  badge.textContent = others;
}

export function findPeople() {
  const wanted = search.value.trim().toLocaleLowerCase();
  let shown = 0;
  for (const entry of list.querySelectorAll("li[data-key]")) {
    entry.hidden = !entry.textContent.toLocaleLowerCase().includes(wanted);
    shown += entry.hidden ? 0 : 1;
  }
  const nobody = list.querySelector('[data-role="nobody"]');
  if (nobody) nobody.hidden = shown > 0;
}

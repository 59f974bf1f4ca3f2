// What was typed and not yet sent outlives a reload, a look at another conversation, and a turn as another person.
// It lives in this tab only.
import { valueOf } from "./values.js";

const user = document.body.dataset.user;

function keyOf(control) {
  const composer = control.closest(".composer");
  if (composer) return `${user} composer ${composer.dataset.channel} ${composer.dataset.thread ?? ""}`;
  const view = control.closest("[data-view]");
  const block = control.closest("[data-block-id]");
  if (!view || !block || !control.dataset.actionId) return null;
  return `${user} view ${view.dataset.view} ${block.dataset.blockId} ${control.dataset.actionId}`;
}

export function keep(control) {
  const owner = control.closest(".picker, .choices") ?? control;
  const key = keyOf(owner);
  if (!key) return;
  const value = owner.dataset.kind === "datetimepicker" || !owner.dataset.kind ? owner.value : valueOf(owner);
  sessionStorage.setItem(key, JSON.stringify(value ?? ""));
}

export function forget(control) {
  const key = keyOf(control);
  if (key) sessionStorage.removeItem(key);
}

export function forgetView(id) {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(`${user} view ${id} `)) sessionStorage.removeItem(key);
}

const restored = new WeakSet();

export function restore(root) {
  for (const control of root.querySelectorAll(".composer textarea, [data-view] [data-action-id]")) {
    if (restored.has(control)) continue;
    restored.add(control);
    const kept = keyOf(control) && sessionStorage.getItem(keyOf(control));
    if (kept) put(control, JSON.parse(kept));
  }
}

function put(control, value) {
  if (control.matches(".picker, .choices"))
    for (const box of control.querySelectorAll("input[value]")) box.checked = [value].flat().includes(box.value);
  else if ("value" in control) control.value = value;
}

// What a person does, as the control API takes it.
import { write } from "./boxes.js";
import * as drafts from "./drafts.js";
import { askFirst } from "./modals.js";
import { refresh } from "./screen.js";
import { busy, post, reasonOf, tell } from "./server.js";
import { collect, valueOf } from "./values.js";

const user = document.body.dataset.user;

export function containerOf(control) {
  const view = control.closest("[data-view]");
  if (view) return [view, { kind: "view", view_id: view.dataset.view }];
  const home = control.closest("[data-home]");
  if (home) return [home, { kind: "home" }];
  const message = control.closest("[data-message-ts]");
  const channel = control.closest("[data-conversation]").dataset.conversation;
  return [message, { kind: "message", channel, ts: message.dataset.messageTs }];
}

export async function act(control, value, pressed = control) {
  if (pressed.hasAttribute("data-confirms") && !(await askFirst(control.closest(".control")))) return undoChoice(control);
  const [element, container] = containerOf(control);
  const { blockId: block_id } = control.closest("[data-block-id]").dataset;
  const job = busy(control, async () => {
    const body = { container, block_id, action_id: control.dataset.actionId, value, state: collect(element) };
    await post(`/w/${user}/act`, body);
    await refresh();
  });
  underWay.add(job);
  await job;
  return underWay.delete(job);
}

// Text that is sent while it is typed waits for a pause; leaving the modal sends what still waits, and lets it arrive first.
const underWay = new Set();
const typing = new Map();

export function actSoon(box) {
  clearTimeout(typing.get(box));
  typing.set(box, setTimeout(() => actNow(box), 300));
}

export async function actNow(box) {
  clearTimeout(typing.get(box));
  typing.delete(box);
  await Promise.all(underWay);
  await act(box, valueOf(box));
}

async function arrived() {
  await Promise.all([...typing.keys()].map(actNow));
  await Promise.all(underWay);
}

function undoChoice(control) {
  for (const option of control.querySelectorAll("option")) option.selected = option.defaultSelected;
  for (const box of control.querySelectorAll("input[value]")) box.checked = box.defaultChecked;
  if (control.matches("input")) control.value = control.defaultValue;
}

// What is said goes out in the order in which it was said, while the next line can be written; what could not be sent
// comes back into the box.
let sending = Promise.resolve();

export async function say(form, text) {
  const box = form.querySelector("textarea");
  if (!text.trim()) return;
  const { channel, thread } = form.dataset;
  write(box, "");
  const sent = sending.then(() => post(`/w/${user}/say`, { channel, text, ...(thread && { thread_ts: thread }) }));
  sending = sent.catch(() => {});
  try {
    await sent;
    await refresh();
  } catch (problem) {
    if (!box.value) write(box, text);
    tell(reasonOf(problem));
  }
}

export async function submit(form) {
  const button = form.querySelector('[data-role="submit"]');
  const view_id = form.dataset.view;
  await busy(form, async () => {
    button.disabled = true;
    try {
      await arrived();
      const { result } = await post(`/w/${user}/submit`, { view_id, state: collect(form) });
      if (result === "closed" || result === "updated") drafts.forgetView(view_id);
      await refresh();
      if (result === "errors") firstWrong(form);
    } finally {
      button.disabled = false;
    }
  });
}

function firstWrong(form) {
  const wrong = form.querySelector(".input.wrong");
  wrong?.querySelector("input, textarea, select, button")?.focus();
  wrong?.scrollIntoView({ block: "nearest" });
  return wrong;
}

export async function close(form, all) {
  await busy(form, async () => {
    await arrived();
    await post(`/w/${user}/close`, { view_id: form.dataset.view, ...(all && { all: true }) });
    drafts.forgetView(form.dataset.view);
    await refresh();
  });
}

export async function advance(button) {
  await busy(button, async () => {
    let seconds = Number(button.dataset.advance);
    if (button.dataset.advance === "morning") seconds = (await (await fetch(`/ui/${user}/morning`)).json()).advance;
    await post("/w/clock", { advance: seconds });
    await refresh();
  });
}

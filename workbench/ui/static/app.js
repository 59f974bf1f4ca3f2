// Keeps the page true to the server: waits for changes, swaps what is different, and passes on what a person does.
import { morph } from "./morph.js";
import { collect, valueOf } from "./values.js";
import * as drafts from "./drafts.js";
import * as pickers from "./pickers.js";
import { askFirst, settle as settleModal } from "./modals.js";

const user = document.body.dataset.user;
const zone = document.body.dataset.zone;
const byId = (id) => document.getElementById(id);
let version = 0;
let homeOpened = false;

// ---- talking to the server -------------------------------------------------------------------------------------------

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.message || said.error || `The workbench answered ${answer.status}.`);
  return said;
}

// A popover, because it has to stand above an open dialog.
function tell(text) {
  const toast = byId("toast");
  toast.textContent = text;
  toast.hidePopover();
  toast.showPopover();
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => toast.hidePopover(), 8000);
}

function reasonOf(problem) {
  return problem instanceof TypeError ? "The workbench can't be reached. Is it still running?" : problem.message;
}

// One thing at a time per control: a second press while the first is on its way does nothing.
async function busy(control, work) {
  if (control.getAttribute("aria-busy") === "true") return undefined;
  control.setAttribute("aria-busy", "true");
  try {
    return await work();
  } catch (problem) {
    tell(reasonOf(problem));
    return undefined;
  } finally {
    control.removeAttribute("aria-busy");
  }
}

// ---- the screen ------------------------------------------------------------------------------------------------------

// Looks follow each other. Who asks during one gets the next, which shows what they did.
let looking = Promise.resolve();
let queued = null;

function refresh() {
  queued ??= looking.catch(() => {}).then(() => {
    queued = null;
    looking = look();
    return looking;
  });
  return queued;
}

async function look() {
  const place = new URLSearchParams(location.search);
  const answer = await fetch(`/ui/${user}/parts?${place}`);
  if (!answer.ok) throw new Error("The workbench does not know this person any more.");
  const shown = await answer.json();
  version = shown.version;
  document.title = shown.title;
  show(shown.parts);
  await arrive(shown);
}

function show(parts) {
  const logs = [...document.querySelectorAll("[data-follow]")].map((log) => [
    log, log.scrollHeight - log.scrollTop - log.clientHeight < 48,
  ]);
  const known = new Set(logs.map(([log]) => log));
  for (const [name, html] of Object.entries(parts)) morph(byId(name), html);
  for (const [log, atEnd] of logs) if (atEnd) log.scrollTop = log.scrollHeight;
  for (const log of document.querySelectorAll("[data-follow]")) if (!known.has(log)) log.scrollTop = log.scrollHeight;
  settle();
}

function settle() {
  drafts.restore(document);
  pickers.settle(document);
  settleModal();
  document.querySelectorAll(".composer textarea").forEach(grow);
  document.querySelectorAll("[data-counter]").forEach(count);
  countOthers();
}

// Being there is reading, as in Slack; opening Home asks the app for it.
async function arrive(shown) {
  if (document.visibilityState !== "visible") return;
  if (shown.at === "home") {
    if (!homeOpened) {
      homeOpened = true;
      await post(`/w/${user}/home`, {});
    }
  } else {
    homeOpened = false;
    if (shown.unread) await post(`/w/${user}/read`, { channel: shown.at });
  }
}

// A page in view waits at the server, and learns of changes at once. A hidden one only looks now and then: browsers keep
// six connections to a server, and seven waiting tabs would leave none for a click.
let leaving = new AbortController();

async function follow() {
  for (;;) {
    try {
      if (document.visibilityState === "visible") await waitForChange();
      else await new Promise((done) => { setTimeout(done, 5000); }).then(refresh);
      document.body.classList.remove("away");
    } catch (problem) {
      if (problem.name === "AbortError") continue;
      document.body.classList.add("away");
      await new Promise((done) => { setTimeout(done, 1500); });
    }
  }
}

async function waitForChange() {
  const answer = await fetch(`/w/${user}/wait?version=${version}`, { signal: leaving.signal });
  const { version: now } = await answer.json();
  if (now !== version) await refresh();
}

async function go(address) {
  history.pushState(null, "", address);
  document.body.classList.remove("menu-open");
  await refresh();
  // As in Slack one can write at once. Not where that would bring up a keyboard over half of the screen.
  const boxes = document.querySelectorAll(".composer textarea");
  if (matchMedia("(width >= 760px)").matches) (boxes[boxes.length - 1] ?? byId("main")).focus();
}

// ---- what a person does ----------------------------------------------------------------------------------------------

function containerOf(control) {
  const view = control.closest("[data-view]");
  if (view) return [view, { kind: "view", view_id: view.dataset.view }];
  const home = control.closest("[data-home]");
  if (home) return [home, { kind: "home" }];
  const message = control.closest("[data-message-ts]");
  const channel = control.closest("[data-conversation]").dataset.conversation;
  return [message, { kind: "message", channel, ts: message.dataset.messageTs }];
}

async function act(control, value, pressed = control) {
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

function actSoon(box) {
  clearTimeout(typing.get(box));
  typing.set(box, setTimeout(() => actNow(box), 300));
}

async function actNow(box) {
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

async function say(form, text) {
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

function write(box, text) {
  box.value = text;
  if (text) drafts.keep(box);
  else drafts.forget(box);
  grow(box);
}

async function submit(form) {
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

async function close(form, all) {
  await busy(form, async () => {
    await arrived();
    await post(`/w/${user}/close`, { view_id: form.dataset.view, ...(all && { all: true }) });
    drafts.forgetView(form.dataset.view);
    await refresh();
  });
}

async function advance(button) {
  await busy(button, async () => {
    let seconds = Number(button.dataset.advance);
    if (button.dataset.advance === "morning") seconds = (await (await fetch(`/ui/${user}/morning`)).json()).advance;
    await post("/w/clock", { advance: seconds });
    await refresh();
  });
}

// ---- people ----------------------------------------------------------------------------------------------------------

async function countPeople() {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(`/ui/${user}/people`).catch(() => null);
  if (!answer?.ok) return;
  morph(byId("people-list"), await answer.text());
  findPeople();
  countOthers();
}

// How many others have something new stands on the switch itself.
function countOthers() {
  const others = byId("people-list").querySelectorAll(`[data-person].unread:not([data-person="${user}"])`).length;
  const badge = document.querySelector('[data-role="others"]');
  badge.hidden = !others;
  badge.textContent = others;
}

function findPeople() {
  const wanted = byId("people-search").value.trim().toLocaleLowerCase();
  let shown = 0;
  for (const entry of byId("people-list").querySelectorAll("li[data-key]")) {
    entry.hidden = !entry.textContent.toLocaleLowerCase().includes(wanted);
    shown += entry.hidden ? 0 : 1;
  }
  const nobody = byId("people-list").querySelector('[data-role="nobody"]');
  if (nobody) nobody.hidden = shown > 0;
}

// ---- small things ----------------------------------------------------------------------------------------------------

function grow(box) {
  box.form.classList.toggle("commanding", box.value.startsWith("/"));
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 180)}px`;
}

function count(counter) {
  const box = counter.parentElement.querySelector("input, textarea");
  const most = Number(counter.dataset.counter);
  counter.textContent = `${box.value.length} / ${most}`;
  counter.classList.toggle("over", box.value.length > most);
}

function tick() {
  const clock = document.querySelector('[data-role="clock"]');
  const now = new Date(Date.now() + Number(clock.dataset.offset) * 1000);
  const format = { timeZone: zone, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const text = new Intl.DateTimeFormat("en-GB", format).format(now);
  if (clock.textContent !== text) clock.textContent = text;
}

// ---- events ----------------------------------------------------------------------------------------------------------

const PRESSES = {
  people: () => { byId("people").showModal(); byId("people-search").focus(); countPeople(); },
  "people-close": () => byId("people").close(),
  menu: () => document.body.classList.toggle("menu-open"),
  cancel: (button) => close(button.closest("form"), false),
  close: (button) => close(button.closest("form"), false),
  back: (button) => close(button.closest("form"), false),
  "close-all": (button) => close(button.closest("form"), true),
  "notice-close": (button) => button.closest(".notice-bar").remove(),
};

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-role], [data-place], [data-acts], [data-option], [data-advance], [data-say]");
  for (const menu of document.querySelectorAll(".overflow[open]")) if (!menu.contains(event.target)) menu.open = false;
  if (!event.target.closest("#sidebar, .menu-button")) document.body.classList.remove("menu-open");
  if (event.target.id === "people") byId("people").close();
  if (!target) return;
  const { dataset } = target;
  if ("place" in dataset) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(target.href).catch((problem) => tell(reasonOf(problem)));
  } else if ("option" in dataset) {
    const menu = target.closest(".overflow");
    menu.open = false;
    menu.querySelector("summary").focus();
    if (dataset.url) window.open(dataset.url, "_blank", "noopener");
    act(menu, dataset.value, target);
  } else if ("advance" in dataset) advance(target);
  else if ("say" in dataset) {
    const box = target.closest("form").querySelector("textarea");
    write(box, dataset.say);
    box.focus();
  } else if ("acts" in dataset && target.matches("button, a")) act(target, dataset.value || undefined);
  else PRESSES[dataset.role]?.(target);
});

document.addEventListener("change", (event) => {
  const control = event.target.closest("select[data-kind], input.moment, .picker, .choices");
  if (!control || event.target.hasAttribute("data-unsent")) return;
  drafts.keep(event.target);
  pickers.limit(control);
  if (control.hasAttribute("data-acts")) act(control, valueOf(control));
});

document.addEventListener("input", (event) => {
  const box = event.target;
  if (box.id === "people-search") findPeople();
  else if (box.classList.contains("picker-filter")) pickers.find(box, user, containerOf);
  else {
    drafts.keep(box);
    if (box.closest(".composer")) grow(box);
    const counter = box.parentElement.querySelector("[data-counter]");
    if (counter) count(counter);
    if (box.dataset.actsOn?.includes("on_character_entered")) actSoon(box);
  }
});

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (event.isComposing) return;
  if (key === "Escape") return escape(event);
  if (key !== "Enter" || event.shiftKey) return undefined;
  if (target.matches(".composer textarea")) {
    event.preventDefault();
    say(target.form, target.value);
  } else if (target.dataset.actsOn?.includes("on_enter_pressed")) {
    event.preventDefault();
    actNow(target);
  } else if (target.classList.contains("picker-filter")) event.preventDefault();
  else if (target.id === "people-search") byId("people-list").querySelector("li[data-key]:not([hidden]) a")?.click();
  return undefined;
});

function escape(event) {
  const menu = event.target.closest?.(".overflow[open]");
  const form = document.querySelector("dialog.modal form:not([hidden])");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (document.querySelector("dialog.asking, #people[open]")) return undefined;
  else if (form) close(form, false);
  else if (document.body.classList.contains("menu-open")) document.body.classList.remove("menu-open");
  else return undefined;
  event.preventDefault();
  return undefined;
}

// A menu stands above everything, wherever there is room for it.
document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.(".overflow[open]")) return;
  const menu = event.target.querySelector(".overflow-menu");
  const { left, top, bottom } = event.target.getBoundingClientRect();
  const below = bottom + 4 + menu.offsetHeight < innerHeight;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${below ? bottom + 4 : Math.max(8, top - 4 - menu.offsetHeight)}px`;
}, true);

document.addEventListener("scroll", (event) => {
  for (const menu of document.querySelectorAll(".overflow[open]")) if (!menu.contains(event.target)) menu.open = false;
}, true);

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.matches(".composer")) say(form, form.querySelector("textarea").value);
  else if (form.matches("[data-view]")) submit(form);
});

document.addEventListener("visibilitychange", () => {
  leaving.abort();
  leaving = new AbortController();
  if (document.visibilityState === "visible") refresh().catch(() => {});
});
window.addEventListener("popstate", () => refresh().catch((problem) => tell(reasonOf(problem))));

settle();
for (const log of document.querySelectorAll("[data-follow]")) log.scrollTop = log.scrollHeight;
tick();
setInterval(tick, 1000);
setInterval(countPeople, 4000);
refresh().catch((problem) => tell(reasonOf(problem))).finally(follow);

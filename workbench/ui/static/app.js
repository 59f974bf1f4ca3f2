// The page's events, and its start.
import { count, grow, write } from "./boxes.js";
import { act, actNow, actSoon, advance, close, containerOf, say, submit } from "./deeds.js";
import * as drafts from "./drafts.js";
import { countPeople, findPeople } from "./people.js";
import * as pickers from "./pickers.js";
import { follow, go, refresh, settle } from "./screen.js";
import { reasonOf, tell } from "./server.js";
import { valueOf } from "./values.js";

const { user, zone } = document.body.dataset;
const byId = (id) => document.getElementById(id);

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

window.addEventListener("popstate", () => refresh().catch((problem) => tell(reasonOf(problem))));

function tick() {
  const clock = document.querySelector('[data-role="clock"]');
  const now = new Date(Date.now() + Number(clock.dataset.offset) * 1000);
  const format = { timeZone: zone, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const text = new Intl.DateTimeFormat("en-GB", format).format(now);
  if (clock.textContent !== text) clock.textContent = text;
}

// The server chose where to look first. It has to stay the place when that is read and something else is new.
if (!new URLSearchParams(location.search).get("at")) history.replaceState(null, "", `?at=${document.body.dataset.at}`);
settle();
for (const log of document.querySelectorAll("[data-follow]")) log.scrollTop = log.scrollHeight;
tick();
setInterval(tick, 1000);
setInterval(countPeople, 4000);
refresh().catch((problem) => tell(reasonOf(problem))).finally(follow);

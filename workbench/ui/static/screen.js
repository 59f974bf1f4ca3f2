// Keeps what is shown true to the server.
import { count, grow } from "./boxes.js";
import * as drafts from "./drafts.js";
import { settle as settleModal } from "./modals.js";
import { morph } from "./morph.js";
import { countOthers } from "./people.js";
import * as pickers from "./pickers.js";
import { post } from "./server.js";

const user = document.body.dataset.user;
const byId = (id) => document.getElementById(id);
let version = 0;
let homeOpened = false;

// Looks follow each other. Who asks during one gets the next, which shows what they did.
let looking = Promise.resolve();
let queued = null;

export function refresh() {
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

export function settle() {
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

export async function follow() {
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

document.addEventListener("visibilitychange", () => {
  leaving.abort();
  leaving = new AbortController();
  if (document.visibilityState === "visible") refresh().catch(() => {});
});

async function waitForChange() {
  const answer = await fetch(`/w/${user}/wait?version=${version}`, { signal: leaving.signal });
  const { version: now } = await answer.json();
  if (now !== version) await refresh();
}

export async function go(address) {
  history.pushState(null, "", address);
  document.body.classList.remove("menu-open");
  await refresh();
  // As in Slack one can write at once. Not where that would bring up a keyboard over half of the screen.
  const boxes = document.querySelectorAll(".composer textarea");
  if (matchMedia("(width >= 760px)").matches) (boxes[boxes.length - 1] ?? byId("main")).focus();
}

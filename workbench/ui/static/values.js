// Plain values of controls: a string, a list of strings, whole seconds for a date with time, or null for nothing.
const zone = document.body.dataset.zone;

export function valueOf(control) {
  const kind = control.dataset.kind;
  if (kind === "datetimepicker") return control.value ? toUnix(control.value) : null;
  if (control.matches(".picker, .choices")) {
    const chosen = [...control.querySelectorAll("input:checked")].map((box) => box.value);
    return kind === "checkboxes" || kind.startsWith("multi_") ? chosen : (chosen[0] ?? null);
  }
  return control.value || null;
}

const IS_INPUT = "input[data-kind], textarea[data-kind], select[data-kind], .picker[data-kind], .choices[data-kind]";

export function collect(container) {
  const state = {};
  for (const control of container.querySelectorAll(IS_INPUT)) {
    const block = control.closest("[data-block-id]").dataset.blockId;
    (state[block] ??= {})[control.dataset.actionId] = valueOf(control);
  }
  return state;
}

// What a local date and time means as an instant: guess UTC, see what the zone's clock shows then, correct, and once
// more because the correction may cross a change of clocks.
function toUnix(local) {
  const wanted = Date.parse(`${local}Z`);
  let guess = wanted;
  for (let turn = 0; turn < 2; turn += 1) guess += wanted - shownAt(guess);
  return Math.round(guess / 1000);
}

function shownAt(instant) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  });
  const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute);
}

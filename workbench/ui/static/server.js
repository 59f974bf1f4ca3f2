// How the page talks to the server, and what it says when that fails.
const toast = document.getElementById("toast");

export async function post(path, body) {
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
export function tell(text) {
  toast.textContent = text;
  toast.hidePopover();
  toast.showPopover();
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => toast.hidePopover(), 8000);
}

export function reasonOf(problem) {
  return problem instanceof TypeError ? "The workbench can't be reached. Is it still running?" : problem.message;
}

// One thing at a time per control: a second press while the first is on its way does nothing.
export async function busy(control, work) {
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

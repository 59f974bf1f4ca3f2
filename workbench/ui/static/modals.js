// The one dialog that holds the stack of views, and the small one that asks "are you sure".
let shown = null;

export function settle() {
  const dialog = document.querySelector("dialog.modal");
  const top = dialog?.querySelector("form:not([hidden])");
  if (dialog && !dialog.open) dialog.showModal();
  if (top && top.dataset.view !== shown) firstField(top);
  shown = top?.dataset.view ?? null;
}

function firstField(form) {
  const field = form.querySelector(
    ".modal-body :is(input, textarea, select):not([disabled]), .modal-body .button, [data-role=submit], [data-role=cancel]",
  );
  // What stands above the first field is there to be read first.
  field?.focus({ preventScroll: true });
}

export function askFirst(control) {
  const dialog = document.createElement("dialog");
  dialog.className = "asking";
  dialog.append(control.querySelector("template.confirm").content.cloneNode(true));
  dialog.setAttribute("aria-label", dialog.querySelector("h2").textContent);
  document.body.append(dialog);
  return new Promise((answer) => {
    let yes = false;
    dialog.addEventListener("click", (event) => {
      const role = event.target.closest("[data-role]")?.dataset.role;
      if (!role) return;
      event.stopPropagation();
      yes = role === "confirm";
      dialog.close();
    });
    dialog.addEventListener("close", () => { dialog.remove(); answer(yes); });
    dialog.showModal();
    dialog.querySelector("[data-role=confirm]").focus();
  });
}

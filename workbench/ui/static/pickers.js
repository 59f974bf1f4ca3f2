// Lists one can type into: those whose choices are all here are filtered, the others ask the app.
export function settle(root) {
  for (const picker of root.querySelectorAll(".picker")) {
    limit(picker);
    if (!picker.hasAttribute("data-external")) narrow(picker);
  }
}

export function limit(picker) {
  if (!picker.matches(".picker")) return;
  const chosen = [...picker.querySelectorAll("input:checked")];
  const most = Number(picker.dataset.most || Infinity);
  for (const box of picker.querySelectorAll("input[type=checkbox]")) box.disabled = !box.checked && chosen.length >= most;
  const names = chosen.map((box) => box.parentElement.textContent.trim()).join(", ");
  picker.querySelector(".picker-count").textContent = names && `Chosen: ${names}`;
}

function narrow(picker) {
  const wanted = picker.querySelector(".picker-filter").value.trim().toLocaleLowerCase();
  for (const choice of picker.querySelectorAll(".choice"))
    choice.hidden = !choice.textContent.toLocaleLowerCase().includes(wanted);
}

export function find(box, user, containerOf) {
  const picker = box.closest(".picker");
  if (!picker.hasAttribute("data-external")) return narrow(picker);
  clearTimeout(picker.asking);
  if (box.value.trim().length >= Number(picker.dataset.least)) picker.asking = setTimeout(() => ask(picker, box, user, containerOf), 250);
  return undefined;
}

async function ask(picker, box, user, containerOf) {
  const [, container] = containerOf(picker);
  const where = new URLSearchParams({ block_id: picker.closest("[data-block-id]").dataset.blockId, action_id: picker.dataset.actionId, value: box.value });
  for (const key of ["view_id", "channel", "ts"]) if (container[key]) where.set(key, container[key]);
  const answer = await fetch(`/w/${user}/suggest?${where}`);
  const said = answer.ok ? await answer.json() : {};
  const found = said.options ?? (said.option_groups ?? []).flatMap((group) => group.options);
  fill(picker, found);
}

function fill(picker, found) {
  const list = picker.querySelector(".picker-list");
  const several = picker.dataset.kind.startsWith("multi_");
  const kept = [...list.querySelectorAll(".choice")].filter((choice) => choice.querySelector("input:checked"));
  const have = new Set(kept.map((choice) => choice.querySelector("input").value));
  const fresh = found.filter((option) => !have.has(option.value)).map((option) => choiceOf(picker, option, several));
  list.replaceChildren(...kept, ...fresh);
  if (!found.length) list.append(Object.assign(document.createElement("p"), { className: "nothing", textContent: "Nothing found." }));
}

function choiceOf(picker, option, several) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  const words = document.createElement("span");
  label.className = "choice";
  words.dir = "auto";
  Object.assign(box, { type: several ? "checkbox" : "radio", name: picker.querySelector(".picker-filter").id, value: option.value });
  words.textContent = option.text.text ?? option.text;
  if (option.description) words.append(" ", Object.assign(document.createElement("small"), { textContent: option.description.text }));
  label.append(box, words);
  return label;
}

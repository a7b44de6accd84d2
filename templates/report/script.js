"use strict";
// The report is whole without this: links lead to derivations, tables stand in their order. With it, a figure opens its
// derivation beside it, runs can be searched and sorted, and findings shown by severity.
(() => {
  // What it says stands with the body, in the language of the report.
  const said = document.body.dataset;
  const make = (tag, fields = {}, ...kids) => {
    const made = Object.assign(document.createElement(tag), fields);
    made.append(...kids);
    return made;
  };

  // A figure opens its derivation in a dialogue; its links go on within it, or close it and lead into the report.
  const dialog = make("dialog", { className: "derive" });
  dialog.setAttribute("aria-labelledby", "derive-title");
  document.body.append(dialog);
  let opener = null;
  const show = (id) => {
    const source = document.getElementById(id);
    if (!source) return false;
    const head = make("h2", { id: "derive-title", textContent: source.querySelector("summary").textContent });
    head.className = "small";
    const close = make("button", { type: "button", textContent: said.close });
    close.addEventListener("click", () => dialog.close());
    const panel = source.querySelector(".panel").cloneNode(true);
    for (const held of panel.querySelectorAll("[id]")) held.removeAttribute("id");
    dialog.replaceChildren(make("div", { className: "bar-of-dialog" }, head, close), panel);
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    return true;
  };
  dialog.addEventListener("close", () => opener && opener.focus());
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (event.target === dialog) return dialog.close();
    if (!link) return;
    const id = link.getAttribute("href").slice(1);
    if (id.startsWith("derive-")) {
      if (!dialog.contains(link)) opener = link;
      if (show(id)) event.preventDefault();
    } else if (dialog.open) {
      opener = null;
      dialog.close();
    }
  });
  // Without the dialogue a link opens the details that it leads to.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    const held = target && target.closest("details");
    if (held) held.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();

  // Runs: search, and sort by the head of any column.
  const number = (text) => parseFloat(text.replace(/[\u2009\u202f\s<>]/g, "").replace("\u2212", "-").replace(said.decimal, "."));
  for (const table of document.querySelectorAll("table[data-searchable]")) {
    const body = table.tBodies[0];
    const fixed = [...body.rows].filter((row) => row.matches(".total,.print") || row.querySelector("td.muted:first-child"));
    const rows = [...body.rows].filter((row) => !fixed.includes(row));
    const told = make("span", { className: "found" });
    told.setAttribute("role", "status");
    const field = make("input", { type: "search", placeholder: said.hint });
    const search = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        shown += !row.hidden;
      }
      told.textContent = words.length ? said.shown.replace("{shown}", shown).replace("{whole}", rows.length) : "";
    };
    field.addEventListener("input", search);
    table.closest(".frame").before(make("p", { className: "tools" }, make("label", {}, `${said.search} `, field), told));
    [...table.tHead.rows[0].cells].forEach((cell, at) => {
      const button = make("button", { type: "button", className: "sort" });
      button.append(...[...cell.childNodes].map((kid) => (kid.nodeName === "A" ? document.createTextNode(kid.textContent) : kid)));
      cell.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = cell.getAttribute("aria-sort") === "descending" ? -1 : 1;
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        cell.setAttribute("aria-sort", down > 0 ? "descending" : "ascending");
        const numeric = cell.classList.contains("num");
        const key = (row) => row.cells[at].textContent;
        rows.sort((a, b) => {
          if (!numeric) return -down * key(a).localeCompare(key(b));
          const [x, y] = [number(key(a)), number(key(b))];
          return Number.isNaN(x) ? 1 : Number.isNaN(y) ? -1 : down * (y - x);
        });
        body.append(...rows, ...fixed);
      });
    });
  }

  // Findings by severity.
  const findings = document.getElementById("findings");
  const held = findings ? [...findings.querySelectorAll("[data-severity]")] : [];
  const kinds = [...new Set(held.map((part) => part.dataset.severity))];
  if (kinds.length > 1) {
    const tools = make("p", { className: "tools" }, `${said.show} `);
    for (const kind of kinds) {
      const box = make("input", { type: "checkbox", checked: true });
      box.addEventListener("change", () => held.filter((part) => part.dataset.severity === kind).forEach((part) => (part.hidden = !box.checked)));
      tools.append(make("label", {}, box, ` ${held.find((part) => part.dataset.severity === kind).dataset.name} `));
    }
    findings.querySelector(".lead").after(tools);
  }
})();

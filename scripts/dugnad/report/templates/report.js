"use strict";
(function () {
  const number = (cell) => parseFloat(cell.dataset.value);
  const text = (cell) => cell.textContent.trim().toLowerCase();
  const language = document.documentElement.lang;

  function sortBy(table, head) {
    const column = Array.from(head.parentNode.children).indexOf(head);
    const rising = head.getAttribute("aria-sort") === "descending" ||
      (head.getAttribute("aria-sort") === null && head.dataset.sort === "text");
    const rows = Array.from(table.tBodies[0].rows);
    const key = head.dataset.sort === "number" ? number : text;
    rows.sort((a, b) => {
      const one = key(a.cells[column]), two = key(b.cells[column]);
      const order = typeof one === "number" ? one - two : one.localeCompare(two, language);
      return rising ? order : -order;
    });
    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", rising ? "ascending" : "descending");
    table.tBodies[0].append(...rows);
  }

  function sortable(table) {
    for (const head of table.querySelectorAll("th[data-sort]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sortBy(table, head));
      head.append(button);
    }
  }

  function filterable(table, form) {
    const words = form.querySelector("#filter-text");
    const kind = form.querySelector("#filter-kind");
    const count = form.querySelector("#filter-count");
    const rows = Array.from(table.tBodies[0].rows);
    function filter() {
      const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const told = row.textContent.toLowerCase();
        const fits = (!kind.value || row.dataset.kind === kind.value) &&
          wanted.every((word) => told.includes(word));
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      count.textContent = shown + " / " + rows.length + " " + count.dataset.words;
    }
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    words.addEventListener("input", filter);
    kind.addEventListener("change", filter);
    filter();
  }

  function openTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
    }
    target.scrollIntoView();
  }

  const table = document.getElementById("variants");
  if (table) {
    sortable(table);
    filterable(table, document.querySelector("form.filter"));
  }
  window.addEventListener("hashchange", openTarget);
  if (location.hash) openTarget();
  // on paper everything is told
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = Array.from(document.querySelectorAll("details:not([open])"));
    for (const one of closed) one.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });
})();

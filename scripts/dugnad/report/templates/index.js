"use strict";
(() => {
  const table = document.getElementById("cases");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const search = document.getElementById("search");
  const shown = document.getElementById("shown");
  document.getElementById("find").hidden = false;

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, n) => {
      const fits = words.every((word) => texts[n].includes(word));
      row.hidden = !fits;
      count += fits;
    });
    shown.textContent = shown.dataset.text.replace("{0}", count).replace("{1}", rows.length);
  }

  function value(row, column) {
    const cell = row.cells[column];
    if (!cell) return "";
    return cell.dataset.v ?? cell.textContent.trim();
  }

  function compare(a, b) {
    if (a === b) return 0;
    if (a !== "" && b !== "" && !isNaN(a) && !isNaN(b)) return a - b;
    return a.localeCompare(b, document.documentElement.lang, { numeric: true });
  }

  const heads = [...table.tHead.querySelectorAll("th[data-sort]")];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const sign = down ? -1 : 1;
      const sorted = rows
        .map((row, n) => [value(row, column), n, row])
        .sort((a, b) => sign * compare(a[0], b[0]) || a[1] - b[1]);
      body.append(...sorted.map((one) => one[2]));
    });
  });
  search.addEventListener("input", filter);
  filter();
})();

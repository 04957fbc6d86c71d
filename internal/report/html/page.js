// Sorting, filtering and copying. Without this script the page is complete: the
// controls are made or shown here only.
(function () {
  "use strict";

  function value(row, column) {
    var cell = row.cells[column];
    var sort = cell.getAttribute("data-sort");
    return sort === null ? cell.textContent.trim() : sort;
  }

  // compare puts what is absent ("~" or nothing) last, whatever the direction.
  function compare(a, b, descending) {
    var x = a === "" || a === "~" || a === "–", y = b === "" || b === "~" || b === "–";
    if (x || y) {
      return x - y;
    }
    return descending ? -order(a, b) : order(a, b);
  }

  function order(a, b) {
    var x = Number(a), y = Number(b);
    if (!isNaN(x) && !isNaN(y)) {
      return x - y;
    }
    return a.localeCompare(b, document.documentElement.lang, { numeric: true });
  }

  function sortBy(table, column, descending) {
    var body = table.tBodies[0];
    var rows = Array.prototype.slice.call(body.rows);
    rows.sort(function (a, b) {
      return compare(value(a, column), value(b, column), descending);
    });
    rows.forEach(function (row) { body.appendChild(row); });
  }

  function makeSortable(table) {
    var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
    heads.forEach(function (head, column) {
      var text = head.textContent.trim();
      if (head.querySelector(".unseen")) {
        return;
      }
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.title = table.getAttribute("data-sort-words");
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        var descending = head.getAttribute("aria-sort") === "ascending";
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        sortBy(table, column, descending);
      });
    });
  }

  function makeFilterable(section) {
    var tools = section.querySelector(".tools");
    var rows = Array.prototype.slice.call(section.querySelectorAll("tbody tr"));
    if (!tools || rows.length < 4) {
      return;
    }
    var input = tools.querySelector("input");
    var output = tools.querySelector("output");
    function apply() {
      var wanted = input.value.trim().toLowerCase().split(/\s+/);
      var shown = 0;
      rows.forEach(function (row) {
        var text = row.textContent.toLowerCase();
        row.hidden = !wanted.every(function (word) { return text.indexOf(word) >= 0; });
        shown += row.hidden ? 0 : 1;
      });
      output.textContent = shown + "/" + rows.length + " " + output.getAttribute("data-words");
    }
    input.addEventListener("input", apply);
    tools.hidden = false;
    apply();
  }

  function makeCopyable(figure) {
    var source = document.getElementById("copy");
    var button = source.content.firstElementChild.cloneNode(true);
    var label = button.textContent;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(figure.querySelector("code").textContent).then(function () {
        button.textContent = source.getAttribute("data-copied");
        setTimeout(function () { button.textContent = label; }, 1500);
      });
    });
    figure.querySelector("figcaption").appendChild(button);
  }

  document.querySelectorAll("table").forEach(makeSortable);
  document.querySelectorAll("section").forEach(makeFilterable);
  if (navigator.clipboard && navigator.clipboard.writeText) {
    document.querySelectorAll("figure.command").forEach(makeCopyable);
  }
})();

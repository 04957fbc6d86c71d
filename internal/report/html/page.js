// Sorting, filtering and copying. Without this script the page is complete: the
// controls are made or shown here only.
(function () {
  "use strict";

  // Until the rows are paged, the style shows the first page only: to lay out ten
  // thousand rows takes a browser many seconds.
  var root = document.documentElement;
  root.classList.add("paging");

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
    return a.localeCompare(b, root.lang, { numeric: true });
  }

  function sortBy(table, column, descending) {
    var body = table.tBodies[0];
    var rows = Array.prototype.slice.call(body.rows);
    rows.sort(function (a, b) {
      return compare(value(a, column), value(b, column), descending);
    });
    var sorted = document.createDocumentFragment();
    rows.forEach(function (row) { sorted.appendChild(row); });
    body.appendChild(sorted);
    body.dispatchEvent(new Event("sorted"));
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

  // A long table is shown a page at a time, so that ten thousand rows are as easy
  // to read as ten.
  var PAGE = 50;

  function makeFilterable(section) {
    var tools = section.querySelector(".tools");
    var body = section.querySelector("tbody");
    if (!tools || !body || body.rows.length < 4) {
      return;
    }
    var input = tools.querySelector("input");
    var output = tools.querySelector("output");
    var pager = tools.querySelector(".pager");
    var back = pager.querySelector(".back"), on = pager.querySelector(".on"), at = pager.querySelector(".at");
    var texts = new Map();
    var page = 0;
    function textOf(row) {
      if (!texts.has(row)) {
        texts.set(row, row.textContent.toLowerCase());
      }
      return texts.get(row);
    }
    function apply() {
      var wanted = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      var found = Array.prototype.filter.call(body.rows, function (row) {
        row.hidden = true;
        return wanted.every(function (word) { return textOf(row).indexOf(word) >= 0; });
      });
      var pages = Math.max(1, Math.ceil(found.length / PAGE));
      page = Math.min(page, pages - 1);
      found.slice(page * PAGE, (page + 1) * PAGE).forEach(function (row) { row.hidden = false; });
      pager.hidden = pages === 1;
      back.disabled = page === 0;
      on.disabled = page === pages - 1;
      at.textContent = (page + 1) + " / " + pages;
      var shown = Math.min(PAGE, found.length - page * PAGE);
      output.textContent = (pages > 1 ? (page * PAGE + 1) + "–" + (page * PAGE + shown) : shown) + "/" + (pages > 1 ? found.length : body.rows.length) + " " + output.getAttribute("data-words");
    }
    function turn(by) {
      return function () { page += by; apply(); };
    }
    input.addEventListener("input", function () { page = 0; apply(); });
    back.addEventListener("click", turn(-1));
    on.addEventListener("click", turn(1));
    body.addEventListener("sorted", function () { page = 0; apply(); });
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

  function prepare() {
    document.querySelectorAll("table").forEach(makeSortable);
    document.querySelectorAll("section").forEach(makeFilterable);
    if (navigator.clipboard && navigator.clipboard.writeText) {
      document.querySelectorAll("figure.command").forEach(makeCopyable);
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    try {
      prepare();
    } finally {
      root.classList.remove("paging"); // no row may stay hidden that cannot be reached
    }
  });
})();

"use strict";
const most = 5 * 1024 * 1024; // characters of a text; what is longer is cut
const words = {
  en: {
    title: "Explain an Entra error", lead: "Paste an error message, a log or an AADSTS code. Everything happens in this page: nothing is sent anywhere, and it works without a network.",
    label: "Error message or log", button: "Explain", clear: "Clear", language: "Language", loading: "The program is being unpacked …", working: "Searching …",
    long: "The text is very long; its beginning was searched.", failed: "This browser cannot run the program: it needs WebAssembly.", empty: "Paste a text first.",
  },
  de: {
    title: "Einen Entra-Fehler erklären", lead: "Fügen Sie eine Fehlermeldung, ein Protokoll oder einen AADSTS-Code ein. Alles geschieht in dieser Seite: Nichts wird gesendet, und sie funktioniert ohne Netz.",
    label: "Fehlermeldung oder Protokoll", button: "Erklären", clear: "Leeren", language: "Sprache", loading: "Das Programm wird entpackt …", working: "Suche läuft …",
    long: "Der Text ist sehr lang; sein Anfang wurde durchsucht.", failed: "Dieser Browser kann das Programm nicht ausführen: Es braucht WebAssembly.", empty: "Fügen Sie zuerst einen Text ein.",
  },
};
const $ = (id) => document.getElementById(id);
let lang = (navigator.language || "en").startsWith("de") ? "de" : "en";
let ready = false, asked = 0, timer;

const text = (tag, content, parent) => {
  const element = document.createElement(tag);
  element.textContent = content; // never HTML: the text may be anybody's
  parent.append(element);
  return element;
};

function translate() {
  document.documentElement.lang = lang;
  document.title = words[lang].title;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[lang][element.dataset.word];
  $("language").value = lang;
}

function state(word) { $("state").textContent = word ? words[lang][word] : ""; }

function explain() {
  const all = $("text").value;
  if (!ready) return;
  if (!all.trim()) { $("answer").replaceChildren(); state("empty"); return; }
  state("working");
  worker.postMessage({ id: ++asked, text: all.slice(0, most), lang });
}

function show(answer) {
  const to = $("answer");
  to.replaceChildren();
  text("h2", answer.headline, to).className = answer.found ? "found" : "";
  for (const line of answer.lead) text("p", line, to);
  for (const part of answer.parts) {
    if (part.title) text(part.below ? "h4" : "h3", part.title, to);
    for (const line of part.text) text("p", line, to);
    if (part.items.length) {
      const list = text(part.items[0].numbered ? "ol" : "ul", "", to);
      for (const item of part.items) {
        const entry = text("li", item.text, list);
        if (item.detail) text("p", item.detail, entry);
      }
    }
    const facts = part.facts.filter((fact) => fact[1]);
    if (facts.length) {
      const list = text("dl", "", to);
      for (const [label, value] of facts) { text("dt", label, list); text("dd", value, list); }
    }
    if (part.quote) text("pre", part.quote, to);
  }
}

const own = URL.createObjectURL(new Blob([$("worker").textContent], { type: "text/javascript" }));
const worker = new Worker(own);
worker.onerror = () => state("failed");
worker.onmessage = ({ data }) => {
  if (data.ready) { ready = true; $("go").disabled = false; state(""); if ($("text").value) explain(); return; }
  if (data.id !== asked) return; // a later text is on its way
  show(data.answer);
  state($("text").value.length > most ? "long" : "");
};
translate();
state("loading");
worker.postMessage({ program: Uint8Array.from(atob($("program").textContent.trim()), (c) => c.charCodeAt(0)) });
$("program").remove();
$("form").addEventListener("submit", (event) => { event.preventDefault(); explain(); });
$("text").addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(explain, 300); });
$("text").addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); explain(); } });
$("clear").addEventListener("click", () => { $("text").value = ""; $("answer").replaceChildren(); state(""); $("text").focus(); });
$("language").addEventListener("change", (event) => { lang = event.target.value; translate(); if ($("text").value.trim()) explain(); });

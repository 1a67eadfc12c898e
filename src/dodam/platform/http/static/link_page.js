// A page that a mailed link leads to: its forms call the API with the link's token.
"use strict";

const token = new URLSearchParams(location.search).get("token") || "";
// Neither the history nor who looks over a shoulder is to keep it.
history.replaceState(null, "", location.pathname);
const said = document.getElementById("said");

function say(text, isWrong) {
  said.textContent = text;
  said.className = isWrong ? "wrong" : "";
}

function show(found, form) {
  for (const part of form.querySelectorAll("[data-show]")) {
    part.textContent = found[part.dataset.show];
  }
  for (const link of form.querySelectorAll("[data-href]")) {
    link.href = found[link.dataset.href];
  }
  form.hidden = false;
}

async function call(form) {
  const answer = await fetch(form.dataset.call, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "accept-language": document.documentElement.lang,
    },
    body: JSON.stringify({ token, ...Object.fromEntries(new FormData(form)) }),
  });
  const found = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) {
    const errors = (found.errors || []).map((error) => error.message);
    say(errors.length ? errors.join(" ") : found.detail, true);
    return;
  }
  form.hidden = true;
  if (form.dataset.next) {
    say("", false);
    show(found, document.getElementById(form.dataset.next));
  } else {
    say(form.dataset.done, false);
  }
}

for (const form of document.forms) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await call(form);
    } catch {
      say(said.dataset.away, true);
    } finally {
      button.disabled = false;
    }
  });
}

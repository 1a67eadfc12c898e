// Only what was received is renewed, so that a form under somebody's hands stays as it is.
async function renew() {
  if (document.hidden) return;
  const answer = await fetch(location.pathname);
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const newer = next.getElementById(part.id);
    if (!newer || newer.outerHTML === part.outerHTML) continue;
    part.className = newer.className;
    part.replaceChildren(...newer.childNodes);
  }
}
setInterval(() => renew().catch(() => {}), 3000);

// The page of a run that waits for a person opens its form by itself, once for each visit; the address of a
// dossier leads to its newest page.
(() => {
  const RUN = /^\/v2\/runs\/flow-run\/([0-9a-f-]{36})\/?$/;
  const DOSSIER = /^\/v2\/artifacts\/key\/(dossier-[a-z0-9-]+)\/?$/;
  let visited = "";

  // SQLite may be locked for a moment; the server then says 503 and has done nothing. An answer is handed in again.
  const plainFetch = window.fetch.bind(window);
  window.fetch = async (what, how) => {
    const address = what instanceof Request ? what.url : String(what);
    const isAnswer = /\/flow_runs\/[0-9a-f-]{36}\/resume$/.test(address);
    for (let pause = 250; ; pause *= 2) {
      const reply = await plainFetch(what instanceof Request ? what.clone() : what, how);
      if (!isAnswer || reply.status !== 503 || pause > 8000) return reply;
      await new Promise((go) => setTimeout(go, pause));
    }
  };

  const waitsForPerson = async (id) => {
    const answer = await fetch(`/api/flow_runs/${id}`);
    if (!answer.ok) return false;
    const { state } = await answer.json();
    return state?.type === "PAUSED" && Boolean(state.state_details?.run_input_keyset);
  };

  const found = async (look, times = 50) => {
    for (let i = 0; i < times; i++) {
      const it = look();
      if (it) return it;
      await new Promise((go) => setTimeout(go, 100));
    }
    return null;
  };

  const press = (button) => {
    const how = { bubbles: true, button: 0, ctrlKey: false, pointerType: "mouse" };
    button.dispatchEvent(new PointerEvent("pointerdown", how));
  };

  const openForm = async (id) => {
    // The menu of the run is the only one on its page that offers to resume.
    const menu = await found(() => document.querySelector("main button[aria-haspopup=menu], button[aria-haspopup=menu]"));
    if (!menu || !location.pathname.includes(id) || document.querySelector("[role=dialog]")) return;
    press(menu);
    const resume = await found(
      () => [...document.querySelectorAll("[role=menuitem]")].find((item) => item.textContent.trim() === "Resume"),
      20,
    );
    if (resume) resume.click();
    else document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  };

  const openDossier = async (key) => {
    const answer = await fetch("/api/artifacts/latest/filter", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ artifacts: { key: { any_: [key] } } }),
    });
    const [newest] = answer.ok ? await answer.json() : [];
    if (newest) location.replace(`/v2/artifacts/artifact/${newest.latest_id}`);
  };

  const look = async () => {
    if (location.pathname === visited) return;
    visited = location.pathname;
    const run = RUN.exec(visited)?.[1];
    const dossier = DOSSIER.exec(visited)?.[1];
    if (run && (await waitsForPerson(run))) await openForm(run);
    else if (dossier) await openDossier(dossier);
  };

  setInterval(look, 300);
})();

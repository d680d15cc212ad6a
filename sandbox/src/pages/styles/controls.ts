export const controls = `
.stack { display: grid; gap: 1rem; }
.field { display: grid; gap: 0.35rem; }
label { font-weight: 600; font-size: 0.95rem; }
input, select, textarea {
  width: 100%;
  min-height: 2.9rem;
  padding: 0.55rem 0.8rem;
  border: 1px solid var(--soft);
  border-radius: var(--radius);
  background: var(--card);
  color: inherit;
  font: inherit;
}
textarea {
  width: 100%;
  padding: 0.55rem 0.8rem;
  border: 1px solid var(--soft);
  border-radius: var(--radius);
  background: var(--card);
  color: inherit;
  font: 0.9rem/1.5 var(--mono);
  resize: vertical;
}
.choices { display: grid; gap: 0.5rem; min-width: 0; margin: 0; padding: 0; border: 0; }
.choices legend { padding: 0; margin-bottom: 0.5rem; font-weight: 600; font-size: 0.95rem; }
.choice { display: flex; align-items: center; gap: 0.7rem; min-height: 2.9rem; font-weight: 400; cursor: pointer; }
.choices .choice { padding: 0.45rem 0.8rem; border: 1px solid var(--line); border-radius: var(--radius); }
.choices .choice:has(:checked) { border-color: var(--accent); }
.choice input { flex: none; width: 1.15rem; height: 1.15rem; min-height: 0; margin: 0; accent-color: var(--accent); }
.choice span { min-width: 0; }
input[aria-invalid], textarea[aria-invalid] { border-color: var(--bad); border-width: 2px; }
.problem { color: var(--bad); font-size: 0.9rem; font-weight: 600; }
.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  min-height: 2.9rem;
  padding: 0.55rem 1.25rem;
  border: 1px solid transparent;
  border-radius: var(--radius);
  background: var(--accent);
  color: var(--accent-ink);
  font: inherit;
  font-weight: 650;
  text-decoration: none;
  cursor: pointer;
}
.button:hover { filter: brightness(1.08); }
.button.secondary { background: transparent; border-color: var(--soft); color: var(--ink); }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; }
@media (max-width: 30rem) {
  .actions .button { width: 100%; }
}
`;

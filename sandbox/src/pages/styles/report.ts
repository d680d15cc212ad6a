export const report = `
section { display: grid; gap: 0.6rem; }
.facts { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: 0.3rem 1rem; }
.facts dt { color: var(--soft); font-size: 0.9rem; }
.facts dd { grid-column: 2; margin: 0; min-width: 0; }
@media (max-width: 34rem) {
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { grid-column: 1; margin-bottom: 0.5rem; }
}
.files { padding-left: 1.4rem; }
.badge {
  display: inline-block;
  padding: 0.1rem 0.6rem;
  border-radius: 99px;
  font-size: 0.82rem;
  font-weight: 650;
  white-space: nowrap;
}
.badge.good { background: var(--good-ground); color: var(--good); }
.badge.bad { background: var(--bad-ground); color: var(--bad); }
.badge.warn { background: var(--warn-ground); color: var(--warn); }
.badge.busy { background: var(--busy-ground); color: var(--busy); }
.logins { display: grid; gap: 0.6rem; padding: 0; list-style: none; }
.login {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.35rem 0.7rem;
  padding: 0.8rem 1rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--card);
  color: inherit;
  text-decoration: none;
}
.login:hover { border-color: var(--accent); }
.login .who { font-weight: 650; }
.login .meta { flex-basis: 100%; }
.summary { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.8rem; }
.alert { padding: 0.9rem 1.1rem; border-radius: var(--radius); background: var(--warn-ground); color: var(--warn); }
.alert.bad { background: var(--bad-ground); color: var(--bad); }
.note { padding: 0.9rem 1.1rem; border-radius: var(--radius); background: var(--inset); }
pre {
  max-height: 28rem;
  padding: 0.7rem 0.9rem;
  overflow: auto;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--inset);
  line-height: 1.5;
  white-space: pre-wrap;
}
pre code { font-size: 0.8rem; }
summary { width: max-content; color: var(--accent); font-size: 0.9rem; cursor: pointer; }
details { min-width: 0; }
details[open] > summary { margin-bottom: 0.5rem; }
.address { overflow-wrap: anywhere; }
`;

export const timeline = `
.timeline { display: grid; gap: 0; padding: 0; list-style: none; }
.step {
  position: relative;
  display: grid;
  gap: 0.6rem;
  min-width: 0;
  padding: 0 0 1.6rem 2rem;
}
.step > * { min-width: 0; }
.step::before {
  content: '';
  position: absolute;
  top: 0.35rem;
  left: 0.1rem;
  width: 0.85rem;
  height: 0.85rem;
  border: 3px solid var(--soft);
  border-radius: 50%;
  background: var(--ground);
}
.step::after {
  content: '';
  position: absolute;
  top: 1.45rem;
  bottom: -0.15rem;
  left: 0.47rem;
  width: 2px;
  background: var(--line);
}
.step:last-child::after { display: none; }
.step.good::before { border-color: var(--good); background: var(--good); }
.step.bad::before { border-color: var(--bad); background: var(--bad); border-radius: 2px; }
.step.warn::before { border-color: var(--warn); border-radius: 2px; transform: rotate(45deg); }
.step.out::before, .step.in::before { border-color: var(--accent); background: var(--accent); }
.step.warn > p { color: var(--warn); }
.step-head { display: grid; grid-template-columns: 1fr max-content; align-items: baseline; gap: 0 1rem; }
.step time { color: var(--soft); font-size: 0.85rem; font-variant-numeric: tabular-nums; }
.token { display: grid; gap: 0.45rem; }
.token > * { min-width: 0; }
.call code { white-space: pre-wrap; }
.entries { display: grid; gap: 0.55rem; padding: 0; list-style: none; }
.entries > li {
  display: grid;
  gap: 0.45rem;
  min-width: 0;
  padding: 0.6rem 0.8rem;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--card);
}
.entries > li > * { min-width: 0; }
.log { display: flex; flex-wrap: wrap; gap: 0.2rem 0.7rem; }
.log code { white-space: pre-wrap; }
.log-level { color: var(--soft); font: 0.82rem/1.9 var(--mono); }
.log.error code { color: var(--bad); }
.log.warn code { color: var(--warn); }
.thrown { color: var(--bad); }
.noted { color: var(--warn); }
.statement { overflow-x: auto; padding: 0.4rem 0.6rem; border-left: 3px solid var(--bad); }
.checks { display: grid; gap: 0.1rem; padding: 0; list-style: none; }
.check {
  display: grid;
  grid-template-columns: 1.3rem 1fr max-content;
  gap: 0.5rem;
  align-items: baseline;
  padding: 0.35rem 0.5rem;
  border-radius: 6px;
}
.check small { display: block; }
.check .mark { font-weight: 700; text-align: center; }
.check .verdict { font-size: 0.85rem; font-weight: 650; }
.check.ok .mark, .check.ok .verdict { color: var(--good); }
.check.failed { background: var(--bad-ground); color: var(--bad); }
.check.failed small { color: inherit; }
.check.not-reached { color: var(--soft); }
mark { padding: 0 0.25rem; border-radius: 4px; background: var(--good-ground); color: var(--good); }
.scopes { display: flex; flex-wrap: wrap; gap: 0.3rem 1rem; padding: 0; list-style: none; }
.members { display: grid; gap: 0.3rem; padding-left: 1rem; }
`;

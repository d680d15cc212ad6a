/** Every text has a contrast of at least 4.5 to 1. */
export const base = `
:root {
  color-scheme: light dark;
  --ground: #f5f5f2;
  --card: #ffffff;
  --inset: #f3f3ef;
  --line: #dcdcd4;
  --ink: #1d1f24;
  --soft: #5a5f69;
  --accent: #2f4fc4;
  --accent-ink: #ffffff;
  --good: #1b6b3a;
  --good-ground: #e2f3e7;
  --bad: #a3261d;
  --bad-ground: #fdeae7;
  --warn: #7a4b00;
  --warn-ground: #fdf0d2;
  --busy: #2a4a8a;
  --busy-ground: #e6edfb;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', 'Roboto Mono', Menlo, Consolas, monospace;
  --radius: 10px;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14161a;
    --card: #1d2026;
    --inset: #15171b;
    --line: #353a44;
    --ink: #eceef2;
    --soft: #a9b0bc;
    --accent: #9db4ff;
    --accent-ink: #0f1630;
    --good: #86dba3;
    --good-ground: #16301f;
    --bad: #ffb0a6;
    --bad-ground: #3d1a17;
    --warn: #f5cf7a;
    --warn-ground: #382a0c;
    --busy: #b0c6ff;
    --busy-ground: #1b2745;
  }
}
*, *::before, *::after { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100vh;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
  overflow-wrap: anywhere;
}
h1, h2, h3, p, ul, ol, dl, pre { margin: 0; }
h1 { font-size: 1.6rem; line-height: 1.25; letter-spacing: -0.01em; text-wrap: balance; }
h2 { font-size: 1.05rem; line-height: 1.35; }
h3 { font-size: 0.95rem; }
code, pre { font-family: var(--mono); font-size: 0.86em; }
a { color: var(--accent); text-underline-offset: 0.18em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.lead { font-size: 1.05rem; }
.hint, .meta, small { color: var(--soft); font-size: 0.9rem; }
.top { display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding: 1rem 1.25rem; }
.brand { display: inline-flex; align-items: center; gap: 0.55rem; font-weight: 650; color: var(--ink); text-decoration: none; }
.brand-mark {
  width: 1.1rem;
  height: 1.1rem;
  border: 3px solid var(--accent);
  border-right-color: transparent;
  border-radius: 50%;
  transform: rotate(-45deg);
}
main { display: grid; gap: 1.1rem; }
.dialog { display: flex; flex-direction: column; }
.dialog main {
  width: min(26rem, calc(100% - 2rem));
  margin: 6vh auto 3rem;
  padding: 1.75rem;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: calc(var(--radius) * 1.4);
  box-shadow: 0 10px 30px rgb(0 0 0 / 8%);
}
.report .top { max-width: 54rem; margin: 0 auto; }
.report main { max-width: 54rem; margin: 0 auto; padding: 0.75rem 1.25rem 4rem; }
@media (max-width: 30rem) {
  .dialog main { margin-top: 1rem; padding: 1.25rem; }
}
`;

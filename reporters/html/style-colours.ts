/**
 * Colours, light and dark. All text has a contrast of at least 4.5 to 1 to what is behind it (WCAG 2.2,
 * 1.4.3). Paper is always light.
 */
export const COLOURS = `
:root {
  color-scheme: light dark;
  --paper: #fdfdfb; --panel: #f5f5f1; --ink: #1b1d21; --muted: #585d66; --line: #e0e0da;
  --accent: #1f4f9e; --focus: #1f6feb;
  --passed: #17693a; --failed: #b3221b; --warned: #875000; --inconclusive: #6b3fa0; --inapplicable: #5b616b;
  --tone-1: #6b7280; --tone-2: #2f8f5b; --tone-3: #8b6fc0; --tone-4: #3d74c4; --tone-5: #cf4b3f; --tone-none: #b4b6b0;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #141619; --panel: #1c1f23; --ink: #e7e8ea; --muted: #a2a8b1; --line: #32363c;
    --accent: #93b8ff; --focus: #6ea8fe;
    --passed: #6ccb94; --failed: #ff8b80; --warned: #eeb452; --inconclusive: #c8a8ff; --inapplicable: #a2a8b1;
    --tone-1: #9aa1ab; --tone-2: #4fae7b; --tone-3: #a98fdd; --tone-4: #5f93e0; --tone-5: #ec6f63; --tone-none: #6a6f77;
  }
}
.passed { --verdict: var(--passed); }
.failed { --verdict: var(--failed); }
.warned { --verdict: var(--warned); }
.inconclusive { --verdict: var(--inconclusive); }
.inapplicable { --verdict: var(--inapplicable); }
`

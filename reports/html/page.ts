import { createHash } from 'node:crypto';
import type { Results } from '../../lab/run/results.ts';
import { embedJson, embedScript, markup, trusted, type Markup } from './escape.ts';
import { STYLES } from './styles/index.ts';

export interface PageParts {
  readonly results: Results;
  readonly client: string;
  readonly body: Markup;
}

/** Sections of the page, in reading order: what the navigation shows and what `href` leads to. */
export const SECTIONS = [
  ['conditions', 'Conditions'],
  ['comparison', 'Comparison'],
  ['strategies', 'Strategies'],
  ['waterfalls', 'Waterfalls'],
  ['pushes', 'Pushes'],
  ['evidence', 'Evidence'],
  ['method', 'Method'],
] as const;

/**
 * The document around the sections. It asks for nothing from anywhere, and its policy forbids what it does not do:
 * only the one script and the one style sheet whose hashes stand in the policy may run.
 */
export function pageHtml({ results, client, body }: PageParts): string {
  const script = embedScript(client).toString();
  const policy = [
    "default-src 'none'",
    `script-src '${sha256(script)}'`,
    `style-src '${sha256(STYLES)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const { name } = results.scenario;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="push lab ${results.lab.version}">
<link rel="icon" href="data:,">
<title>${name} · push lab</title>
<style>${trusted(STYLES)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the answer</a>
<header class="bar"><div class="bar-inner">
<a class="bar-title" href="#main">${name}</a>
<nav aria-label="Sections">${SECTIONS.map(([id, title]) => markup`<a href="#${id}">${title}</a>`)}</nav>
<button type="button" class="theme needs-script">Theme</button>
</div></header>
<main id="main" tabindex="-1">
${body}
</main>
<div id="tooltip" role="tooltip" hidden></div>
<script type="application/json" id="results">${embedJson(results)}</script>
<script>${trusted(script)}</script>
</body>
</html>
`.toString();
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
